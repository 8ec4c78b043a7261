"""Verdicts on counts: calls, messages, orders and the rest, by one rule."""

import datetime as dt
from collections.abc import Sequence

import numpy as np

from kpi.count_series import CountLayout, Wanted, lay_out_counts
from kpi.expectation import WEIGHT_WEEKS, expected_by_day
from kpi.findings import DEFAULT_ALARMS, Outcome
from kpi.freshness import Stale, stale_count
from kpi.rules import CountRule, CountSeries, Rule, Verdict, grey
from kpi.statistics import FloatArray, weekday_weights
from kpi.subjects import Subject
from strategy.periods import days_between, month_of, months_between

COUNT_RULE: Rule[CountSeries] = CountRule()
HISTORY_DAYS = 7 * WEIGHT_WEEKS


def judge_counts(
    subjects: Sequence[Subject], *, at: dt.datetime, rule: Rule[CountSeries] = COUNT_RULE
) -> list[Outcome]:
    """One outcome for each subject, in the same order."""
    if not subjects:
        return []
    last = max(subject.day for subject in subjects)
    first = min(subject.day for subject in subjects) - dt.timedelta(days=HISTORY_DAYS - 1)
    wanted = [
        Wanted(subject.client_id, subject.community_id, subject.metric) for subject in subjects
    ]
    layout = lay_out_counts(wanted, first=first, last=last, at=at)
    series = lay_out_series(subjects, layout)
    verdicts = rule.judge(series)
    return [
        _outcome(subject, row, layout, series, verdict)
        for row, (subject, verdict) in enumerate(zip(subjects, verdicts, strict=True))
    ]


def lay_out_series(subjects: Sequence[Subject], layout: CountLayout) -> CountSeries:
    """Counts beside what their targets expect, on measured days of the strategy's period only."""
    columns = layout.actual.shape[1]
    days = days_between(layout.first, layout.first + dt.timedelta(days=columns - 1))
    starts = np.array([(subject.starts_on - layout.first).days for subject in subjects]).clip(0)
    ends = np.array([_end(subject, layout, row) for row, subject in enumerate(subjects)])
    expected = expected_by_day(weights_of(layout, days), _values(subjects, days), *_axes(days))
    position = np.arange(columns)
    inside = (position >= starts[:, None]) & (position <= ends[:, None]) & ~np.isnan(expected)
    covered = layout.covered * inside
    expected = np.where(covered > 0, expected, 0.0)
    actual = np.where(inside, layout.actual, 0.0)
    for row, first, last in layout.spans:
        # A week that a version, or a month with a target, cuts in two cannot be shared out.
        if not inside[row, first : last + 1].all():
            actual[row, first : last + 1] = 0
            expected[row, first : last + 1] = 0
            covered[row, first : last + 1] = 0
    actual, expected, covered = layout.merged(actual, expected, covered)
    return CountSeries(
        first=layout.first,
        actual=actual,
        expected=expected,
        covered=covered.astype(np.intp),
        starts=starts,
        ends=ends,
    )


def weights_of(layout: CountLayout, days: Sequence[dt.date]) -> FloatArray:
    """Each row's own weekdays; days inside a weekly tally say nothing about them."""
    single = layout.covered.copy()
    for row, first, last in layout.spans:
        single[row, first : last + 1] = 0
    weekday = np.eye(7)[[day.weekday() for day in days]]
    return weekday_weights((layout.actual * single) @ weekday, single @ weekday)


def _axes(days: Sequence[dt.date]) -> tuple[list[dt.date], Sequence[dt.date]]:
    return list(months_between(days[0], days[-1])), days


def _values(subjects: Sequence[Subject], days: Sequence[dt.date]) -> FloatArray:
    months = list(months_between(days[0], days[-1]))
    return np.array(
        [[subject.months.get(month, np.nan) for month in months] for subject in subjects]
    )


def _end(subject: Subject, layout: CountLayout, row: int) -> int:
    """The last column to judge: the last whole day that the data cover."""
    known = layout.known_until[row]
    return (min(subject.day, known or subject.day) - layout.first).days


def _outcome(
    subject: Subject, row: int, layout: CountLayout, series: CountSeries, verdict: Verdict
) -> Outcome:
    if layout.reasons[row]:
        return Outcome(subject, grey(layout.reasons[row]))
    known = layout.known_until[row]
    stale = stale_count(subject, known, is_weekly=layout.is_weekly[row])
    if subject.value is None:
        verdict = grey("no_target")
    if stale:
        verdict = stale.verdict
    month = max(month_of(subject.day), subject.starts_on)
    first, last = (month - layout.first).days, (subject.day - layout.first).days
    measured = int(series.covered[row, first : last + 1].sum())
    return Outcome(
        subject,
        verdict,
        actual=float(series.actual[row, first : last + 1].sum()) if measured else None,
        expected=float(series.expected[row, first : last + 1].sum()) if measured else None,
        measured_days=measured,
        days=last - first + 1,
        stale=stale,
        facts=_facts(known, stale),
        series=_chart(row, series, verdict),
    )


def _facts(known_until: dt.date | None, stale: Stale | None) -> dict[str, object]:
    facts: dict[str, object] = {"known_until": known_until.isoformat() if known_until else None}
    if stale:
        facts["limit_days"] = stale.limit_days
    return facts


def _chart(
    row: int, series: CountSeries, verdict: Verdict
) -> list[tuple[str, float | None, float]]:
    """The judged days of an alarm, for its flag."""
    if verdict.window is None or verdict.light not in DEFAULT_ALARMS:
        return []
    return [
        (
            day.isoformat(),
            float(series.actual[row, column]) if series.covered[row, column] else None,
            round(float(series.expected[row, column]), 3),
        )
        for column, day in enumerate(series.days)
        if verdict.window.first <= day <= verdict.window.last
    ]
