"""Verdicts on the additional indicators: growth of members and the engagement rate."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from kpi.engagement_rate import ErValue, er_for_clients
from kpi.er_verdicts import base_window, judge_posts
from kpi.exposure import Exposure, load_exposure
from kpi.findings import Outcome
from kpi.freshness import Stale, newest_readings, stale_metrics
from kpi.growth import GrowthValue, growth_for_clients
from kpi.growth_verdicts import judge_days
from kpi.rules import (
    TRAILING_DAYS,
    YOUNG_DAYS,
    ErReading,
    ErRule,
    GrowthPace,
    GrowthRule,
    Rule,
    Verdict,
    Window,
    with_chart,
)
from kpi.subjects import Subject
from strategy.models import Metric
from strategy.periods import last_of_month, length_of, month_of, months_between

GROWTH_RULE: Rule[Sequence[GrowthPace]] = GrowthRule()
ER_RULE: Rule[Sequence[ErReading]] = ErRule()
ER_DAYS = 30
DAY = dt.timedelta(days=1)

Key = tuple[int, int | None]
GrowthKey = tuple[Window, int, int | None]
ErKey = tuple[Window, str, int, int | None]
# By (client, community, metric): the last day on which pages, or posts, were read.
Readings = Mapping[tuple[int, int | None, str], dt.date]


def judge_metrics(subjects: Sequence[Subject]) -> list[Outcome]:
    """Growth and ER; one outcome for each subject."""
    growing = [subject for subject in subjects if subject.metric == Metric.GROWTH]
    engaging = [subject for subject in subjects if subject.metric == Metric.ER]
    newest = _newest([*growing, *engaging])
    exposure = exposure_of([*growing, *engaging])
    return [
        *judge_growth(growing, newest, exposure),
        *judge_er(engaging, newest, exposure),
    ]


def exposure_of(subjects: Sequence[Subject]) -> Exposure:
    """As far back as the histories that the charts are held against."""
    last = max((subject.day for subject in subjects), default=dt.date.min)
    first = min((subject.day for subject in subjects), default=last)
    if not subjects:
        return Exposure(first, last)
    first = base_window(month_of(first)).first
    return load_exposure(
        {subject.client_id for subject in subjects},
        first=first,
        last=last,
        known_on={subject.client_id: subject.today for subject in subjects},
    )


def judge_growth(
    subjects: Sequence[Subject],
    newest: Readings,
    exposure: Exposure,
    *,
    rule: Rule[Sequence[GrowthPace]] = GROWTH_RULE,
) -> list[Outcome]:
    """The plan by the month so far, or trailing days while it is young; the alarm by the chart."""
    if not subjects:
        return []
    judged = [judged_window(subject) for subject in subjects]
    months = [month_window(subject) for subject in subjects]
    values = _growth_values(
        [*zip(subjects, judged, strict=True), *zip(subjects, months, strict=True)]
    )
    paces = [
        _pace(subject, window, values) for subject, window in zip(subjects, judged, strict=True)
    ]
    so_far = [
        pace if month == pace.window else _pace(subject, month, values)
        for subject, month, pace in zip(subjects, months, paces, strict=True)
    ]
    verdicts = map(with_chart, rule.judge(paces), judge_days(subjects, exposure))
    return [
        _growth_outcome(subject, verdict, month, _read(subject, newest))
        for subject, verdict, month in zip(subjects, verdicts, so_far, strict=True)
    ]


def month_window(subject: Subject) -> Window:
    return Window(max(month_of(subject.day), subject.starts_on), subject.day)


def judged_window(subject: Subject) -> Window:
    if subject.day.day >= YOUNG_DAYS:
        return month_window(subject)
    trailing = subject.day - dt.timedelta(days=TRAILING_DAYS - 1)
    return Window(max(trailing, subject.starts_on), subject.day)


def _growth_values(
    wanted: Iterable[tuple[Subject, Window]],
) -> dict[GrowthKey, GrowthValue]:
    """One query for each window; clients share theirs unless a strategy has just begun."""
    asked: dict[Window, set[Key]] = defaultdict(set)
    for subject, window in wanted:
        asked[window].add((subject.client_id, subject.community_id))
    return {
        (window, *key): value
        for window, keys in asked.items()
        # The readings of the day before are where the window's first day starts from.
        for key, value in growth_for_clients(
            _clients_of(keys), first=window.first - DAY, last=window.last, keys=keys
        ).items()
    }


def _clients_of(keys: Iterable[Key]) -> set[int]:
    return {client_id for client_id, _ in keys}


def _pace(subject: Subject, window: Window, values: dict[GrowthKey, GrowthValue]) -> GrowthPace:
    value = values.get((window, subject.client_id, subject.community_id))
    if value is None or value.net is None or value.start_on is None or value.end_on is None:
        return GrowthPace(None, None, 0, window)
    grown = Window(value.start_on + DAY, value.end_on)
    days = (grown.last - grown.first).days + 1
    return GrowthPace(float(value.net), _expected_growth(subject, grown), days, window)


def _expected_growth(subject: Subject, grown: Window) -> float | None:
    """The months' targets, each by the share of its days; None where a month has no target."""
    expected = 0.0
    for month in months_between(*grown):
        value = subject.months.get(month)
        if value is None:
            return None
        end = last_of_month(month)
        days = (min(grown.last, end) - max(grown.first, month)).days + 1
        expected += value * days / end.day
    return expected


def _growth_outcome(
    subject: Subject, verdict: Verdict, month: GrowthPace, read: dt.date | None
) -> Outcome:
    stale = stale_metrics(subject, read)
    return Outcome(
        subject,
        stale.verdict if stale else verdict,
        actual=month.actual,
        expected=month.expected,
        measured_days=month.measured_days,
        days=(month.window.last - month.window.first).days + 1,
        stale=stale,
        facts=_facts(read, stale),
    )


def judge_er(
    subjects: Sequence[Subject],
    newest: Readings,
    exposure: Exposure,
    *,
    rule: Rule[Sequence[ErReading]] = ER_RULE,
) -> list[Outcome]:
    """The plan by the ER of the last 30 days; the alarm by the chart of the posts."""
    if not subjects:
        return []
    values = _er_values(subjects)
    found = [_value(subject, values) for subject in subjects]
    readings = [_reading(subject, value) for subject, value in zip(subjects, found, strict=True)]
    verdicts = map(with_chart, rule.judge(readings), judge_posts(subjects, exposure))
    return [
        _er_outcome(subject, verdict, value, _read(subject, newest))
        for subject, verdict, value in zip(subjects, verdicts, found, strict=True)
    ]


def er_window(subject: Subject) -> Window:
    first = subject.day - dt.timedelta(days=ER_DAYS - 1)
    return Window(max(first, subject.starts_on), subject.day)


def _er_values(subjects: Iterable[Subject]) -> dict[ErKey, ErValue]:
    """Three queries for each formula and window; clients share them as with growth."""
    asked: dict[tuple[Window, str], set[Key]] = defaultdict(set)
    for subject in subjects:
        asked[er_window(subject), subject.formula].add((subject.client_id, subject.community_id))
    return {
        (window, formula, *key): value
        for (window, formula), keys in asked.items()
        for key, value in er_for_clients(
            _clients_of(keys),
            formula,
            first=window.first,
            last=window.last,
            known_by=window.last + DAY,
            keys=keys,
        ).items()
    }


def _value(subject: Subject, values: Mapping[ErKey, ErValue]) -> ErValue:
    window = er_window(subject)
    key = (window, subject.formula, subject.client_id, subject.community_id)
    return values.get(key) or ErValue(subject.formula, length_of(*window))


def _reading(subject: Subject, value: ErValue) -> ErReading:
    return ErReading(
        value=value.value,
        target=subject.value,
        posts=value.posts_measured,
        window=er_window(subject),
    )


def _er_outcome(
    subject: Subject, verdict: Verdict, value: ErValue, read: dt.date | None
) -> Outcome:
    """With all that the rate was made of: a share alone can be neither checked nor compared."""
    stale = stale_metrics(subject, read)
    return Outcome(
        subject,
        stale.verdict if stale else verdict,
        actual=value.value,
        expected=subject.value,
        measured_days=value.measured_days,
        days=value.days,
        stale=stale,
        facts=_facts(read, stale) | value.as_facts(),
    )


def _newest(subjects: Sequence[Subject]) -> Readings:
    if not subjects:
        return {}
    ids = {subject.client_id for subject in subjects}
    return newest_readings(
        ids,
        on=max(subject.today for subject in subjects),
        with_posts=any(subject.metric == Metric.ER for subject in subjects),
    )


def _read(subject: Subject, newest: Readings) -> dt.date | None:
    return newest.get((subject.client_id, subject.community_id, subject.metric))


def _facts(read: dt.date | None, stale: Stale | None) -> dict[str, Any]:
    facts: dict[str, Any] = {"known_until": read.isoformat() if read else None}
    if stale:
        facts["limit_days"] = stale.limit_days
    return facts
