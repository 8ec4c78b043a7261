"""Verdicts on counts: calls, messages, orders and the rest, by one rule."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from kpi.alarm_charts import Parameters, parameters_of
from kpi.alarm_rule import CusumRule
from kpi.count_series import CountLayout, Wanted, lay_out_counts
from kpi.expectation import expected_by_day
from kpi.explained import explained_since
from kpi.exposure import BoolArray, Exposure, load_exposure
from kpi.findings import DEFAULT_ALARMS, Outcome
from kpi.forecast import Forecast, forecast_month
from kpi.freshness import Stale, limit_of, source_of, stale_count
from kpi.partial_exposure import parts_of, take_out
from kpi.rules import CountSeries, Rule, Verdict, grey
from kpi.statistics import FloatArray
from kpi.subjects import JUDGED_DAYS, Subject
from strategy.periods import days_between, last_of_month, month_of, months_between

COUNT_RULE: Rule[CountSeries] = CusumRule()
PAST_DAYS = 84
DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Grid:
    """What is expected of whole months: a row for each subject, a column for each day of `days`.

    `exposed` is False on closed and excluded days; `offset` is the layout's first column.
    """

    days: list[dt.date]
    expected: FloatArray
    exposed: BoolArray
    offset: int


def judge_counts(
    subjects: Sequence[Subject], *, at: dt.datetime, rule: Rule[CountSeries] = COUNT_RULE
) -> list[Outcome]:
    """One outcome for each subject, in the same order."""
    if not subjects:
        return []
    last = max(subject.day for subject in subjects)
    first = min(subject.day for subject in subjects) - dt.timedelta(days=JUDGED_DAYS - 1)
    wanted = [
        Wanted(subject.client_id, subject.community_id, subject.metric) for subject in subjects
    ]
    exposure = load_exposure(
        {row.client_id for row in subjects},
        first=month_of(first),
        last=last_of_month(last),
        known_on={subject.client_id: subject.today for subject in subjects},
    )
    parts = parts_of(wanted, exposure)
    everything = [*wanted, *(part.place for part in parts)]
    layout, of_parts = lay_out_counts(everything, first=first, last=last, at=at).split(len(wanted))
    left = take_out(parts, of_parts, layout, exposure)
    parameters = parameters_of(subjects, at=at)
    grid = lay_out_grid(subjects, parameters, layout, exposure, left)
    series = lay_out_series(subjects, layout, grid, parameters)
    verdicts = rule.judge(series)
    forecast = foresee(subjects, series, grid, parameters)
    stale = find_stale(subjects, layout, grid, parameters)
    return [
        _outcome(subject, row, layout, series, verdict, stale[row], forecast, exposure)
        for row, (subject, verdict) in enumerate(zip(subjects, verdicts, strict=True))
    ]


def find_stale(
    subjects: Sequence[Subject], layout: CountLayout, grid: Grid, parameters: Parameters
) -> list[Stale | None]:
    """By row. The calls of a client are stale for all their targets where they are for one."""
    silence = parameters.silence(subjects)
    limits = [
        limit_of(
            is_weekly=layout.is_weekly[row],
            expected_since=_expected_since(subject, row, layout, grid),
            silence=float(silence[row]),
        )
        for row, subject in enumerate(subjects)
    ]
    sources = [
        (subject.client_id, source_of(subject), layout.known_until[row], layout.is_weekly[row])
        for row, subject in enumerate(subjects)
    ]
    least: dict[tuple[int, str, dt.date | None, bool], int] = {}
    for source, limit in zip(sources, limits, strict=True):
        least[source] = min(limit, least.get(source, limit))
    return [
        stale_count(subject, layout.known_until[row], least[sources[row]])
        for row, subject in enumerate(subjects)
    ]


def _expected_since(
    subject: Subject, row: int, layout: CountLayout, grid: Grid
) -> FloatArray | None:
    """Of each day after the last that is known; None where a count does not come by hand."""
    known = layout.known_until[row]
    if not layout.by_hand[row] or known is None:
        return None
    first, last = ((day - grid.days[0]).days for day in (known, subject.day))
    since = grid.expected[row, max(first + 1, 0) : last + 1]
    return np.nan_to_num(since) * layout.by_hand[row]


def lay_out_grid(
    subjects: Sequence[Subject],
    parameters: Parameters,
    layout: CountLayout,
    exposure: Exposure,
    left: FloatArray,
) -> Grid:
    """Each month's target over its open days; nothing on days that are excluded, and `left` of it
    where something is left out of single communities.
    """
    days = days_between(exposure.first, exposure.last)
    months = list(months_between(days[0], days[-1]))
    values = np.array(
        [[subject.months.get(month, np.nan) for month in months] for subject in subjects]
    )
    shape = len(subjects), len(days)
    closed, excluded = np.zeros(shape, dtype=bool), np.zeros(shape, dtype=bool)
    factors = np.ones(shape)
    for row, subject in enumerate(subjects):
        for mask, found in (
            (closed, exposure.closed(subject.client_id)),
            (excluded, exposure.excluded(subject.client_id, subject.community_id)),
        ):
            if found is not None:
                mask[row] = found
        holidays = exposure.holidays(subject.client_id)
        if holidays is not None:
            factors[row, holidays] = parameters.holiday[row]
    expected = expected_by_day(
        parameters.weekdays,
        values,
        months,
        days,
        closed=closed if closed.any() else None,
        factors=factors,
    )
    exposed = ~(closed | excluded) & (left > 0)
    offset = (layout.first - days[0]).days
    return Grid(days, np.where(exposed, expected * left, 0.0), exposed, offset)


def lay_out_series(
    subjects: Sequence[Subject], layout: CountLayout, grid: Grid, parameters: Parameters
) -> CountSeries:
    """Counts beside what their targets expect, on measured days of the charts only."""
    columns = layout.actual.shape[1]
    seen = slice(grid.offset, grid.offset + columns)
    expected, exposed = grid.expected[:, seen], grid.exposed[:, seen]
    starts = np.array([(subject.chart_from - layout.first).days for subject in subjects]).clip(0)
    ends = np.array([_end(subject, layout, row) for row, subject in enumerate(subjects)])
    position = np.arange(columns)
    inside = (position >= starts[:, None]) & (position <= ends[:, None]) & ~np.isnan(expected)
    covered = layout.covered * (inside & exposed)
    expected = np.where(covered > 0, expected, 0.0)
    actual = np.where(covered > 0, layout.actual, 0.0)
    for row, first, last in layout.spans:
        # A week's total stands on its last day; one that a version, or a month with a target, cuts
        # in two cannot be shared out.
        whole = inside[row, first : last + 1].all()
        actual[row, last] = layout.actual[row, last] if whole else 0
        if not whole:
            expected[row, first : last + 1] = 0
            covered[row, first : last + 1] = 0
    actual, expected, covered = layout.merged(actual, expected, covered)
    series = CountSeries(
        first=layout.first,
        actual=actual,
        expected=expected,
        covered=covered.astype(np.intp),
        starts=starts,
        ends=ends,
        setup=parameters.setup(subjects),
    )
    return replace(series, setup=replace(series.setup, is_explained=_explained(subjects, series)))


def _explained(subjects: Sequence[Subject], series: CountSeries) -> BoolArray:
    """Where a test call since the last call has shown that the numbers work."""
    tested = explained_since(subjects)
    explained = np.zeros(len(subjects), dtype=bool)
    for row, subject in enumerate(subjects):
        day = tested.get((subject.client_id, subject.community_id))
        if day is not None:
            came = np.flatnonzero(series.actual[row] > 0)
            silent_from = series.first + dt.timedelta(days=int(came[-1]) + 1 if came.size else 0)
            explained[row] = day >= silent_from
    return explained


def foresee(
    subjects: Sequence[Subject], series: CountSeries, grid: Grid, parameters: Parameters
) -> Forecast:
    """Whether each month's target will be met, by its measured days and the weeks before it."""
    columns = series.actual.shape[1]
    month = np.array([(month_of(subject.day) - series.first).days for subject in subjects])
    position = np.arange(columns)[None, :]
    begun = np.maximum(month, series.starts)[:, None]
    now = (position >= begun) & (series.covered > 0)
    before = (position < begun) & (position >= begun - PAST_DAYS) & (series.covered > 0)
    whole = np.array([_of_month(subject, row, grid) for row, subject in enumerate(subjects)])
    elapsed = (series.expected * now).sum(axis=1)
    return forecast_month(
        so_far=(series.actual * now).sum(axis=1),
        elapsed=elapsed,
        remaining=np.maximum(whole - elapsed, 0.0),
        past=(series.actual * before).sum(axis=1),
        past_expected=(series.expected * before).sum(axis=1),
        target=np.array([subject.value or np.nan for subject in subjects]),
        dispersion=parameters.dispersion,
    )


def _of_month(subject: Subject, row: int, grid: Grid) -> float:
    """What the whole month expects on its exposed days, since the version began."""
    first = (max(month_of(subject.day), subject.chart_from) - grid.days[0]).days
    last = (last_of_month(subject.day) - grid.days[0]).days
    return float(grid.expected[row, first : last + 1].sum())


def _end(subject: Subject, layout: CountLayout, row: int) -> int:
    """The last column to judge: the last whole day that the data cover."""
    known = layout.known_until[row]
    return (min(subject.day, known or subject.day) - layout.first).days


def _outcome(
    subject: Subject,
    row: int,
    layout: CountLayout,
    series: CountSeries,
    verdict: Verdict,
    stale: Stale | None,
    forecast: Forecast,
    exposure: Exposure,
) -> Outcome:
    if layout.reasons[row]:
        return Outcome(subject, grey(layout.reasons[row]))
    known = layout.known_until[row]
    if subject.value is None:
        verdict = grey("no_target")
    if stale:
        verdict = stale.verdict
    month = max(month_of(subject.day), subject.starts_on)
    first, last = (month - layout.first).days, (subject.day - layout.first).days
    measured = int(series.covered[row, first : last + 1].sum())
    is_foreseen = measured > 0 and not np.isnan(forecast.chance[row])
    return Outcome(
        subject,
        verdict,
        actual=float(series.actual[row, first : last + 1].sum()) if measured else None,
        expected=float(series.expected[row, first : last + 1].sum()) if measured else None,
        measured_days=measured,
        days=last - first + 1,
        stale=stale,
        facts=_facts(subject, known, stale, exposure),
        series=_chart(row, series, verdict),
        chance=float(forecast.chance[row]) if is_foreseen else None,
        forecast_low=float(forecast.low[row]) if is_foreseen else None,
        forecast_high=float(forecast.high[row]) if is_foreseen else None,
    )


def _facts(
    subject: Subject, known_until: dt.date | None, stale: Stale | None, exposure: Exposure
) -> dict[str, object]:
    # Of a past day nothing later is said: the same day gives the same answer.
    known = min(known_until, subject.today).isoformat() if known_until else None
    facts: dict[str, object] = {"known_until": known}
    if stale:
        facts["limit_days"] = stale.limit_days
    excluded = exposure.kinds(subject.client_id, subject.community_id, until=subject.day)
    if excluded:
        facts["excluded_days"] = excluded
    if subject.community_id is None:
        parts = exposure.kinds_of_communities(subject.client_id, until=subject.day)
        if parts:
            facts["excluded_of_communities"] = parts
    return facts


def _chart(
    row: int, series: CountSeries, verdict: Verdict
) -> list[tuple[str, float | None, float]]:
    """The judged days of an alarm or a silence, for its flag."""
    is_shown = verdict.light in DEFAULT_ALARMS or verdict.reason == "silence"
    if verdict.window is None or not is_shown:
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
