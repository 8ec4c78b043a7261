"""The chart of growth for many targets: subscribers by day, missing days, days left out.

One statement for all clients; the days of a page come as one row.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import NamedTuple

import numpy as np
from django.db import connection

from kpi.exposure import Exposure
from kpi.growth import END_TOLERANCE
from kpi.growth_chart import GrowthChartRule, GrowthSeries, growth_history
from kpi.page_exposure import spans_of_pages
from kpi.robust_bases import BASE_DAYS, Base, Key, bases_of, key_of
from kpi.rules import IntArray, Rule, Verdict
from kpi.statistics import FloatArray
from kpi.subjects import Subject
from strategy.periods import days_between, last_of_month, month_of, months_between

RULE: Rule[GrowthSeries] = GrowthChartRule()
CHART_DAYS = 91
DAY = dt.timedelta(days=1)

LEVELS = """
SELECT page.client_id, community.id,
    array_agg(reading.date - %(first)s::date ORDER BY reading.date)::text,
    array_agg(reading.followers ORDER BY reading.date)::text
FROM communities_profile page
LEFT JOIN communities_community community ON community.profile_id = page.id
JOIN kpi_profilesnapshot reading ON reading.profile_id = page.id
    AND reading.date BETWEEN %(first)s AND %(last)s AND reading.followers IS NOT NULL
WHERE page.client_id = ANY(%(clients)s) AND page.relation = 'own'
GROUP BY page.id, page.client_id, community.id
"""


class PageLevels(NamedTuple):
    """Subscribers of one page, a column for each day; NaN where they were not measured."""

    community: int | None
    levels: FloatArray


def judge_days(
    subjects: Sequence[Subject], exposure: Exposure, *, rule: Rule[GrowthSeries] = RULE
) -> list[Verdict]:
    """Of each subject whether its growth fell below what was agreed; in the same order."""
    bases = bases_of(subjects, lambda same, month: take_bases(same, month, exposure))
    last = max(subject.day for subject in subjects)
    # The level of the day before the first is where its growth starts from.
    first = min(subject.day for subject in subjects) - CHART_DAYS * DAY
    actual, covered = lay_out_growth(subjects, exposure, first=first, last=last)
    columns = np.arange(actual.shape[1])
    starts = np.array([max((subject.chart_from - first).days, 1) for subject in subjects])
    ends = np.array([(subject.day - first).days for subject in subjects])
    inside = (columns - covered + 1 >= starts[:, None]) & (columns <= ends[:, None])
    expected = _expected(subjects, covered, first, last)
    covered = np.where(inside & ~np.isnan(expected), covered, 0)
    return rule.judge(
        GrowthSeries(
            first=first,
            actual=np.where(covered > 0, actual, 0.0),
            expected=np.where(covered > 0, expected, 0.0),
            covered=covered,
            starts=starts,
            ends=ends,
            histories=[base.history if base else None for base in bases],
            waves=np.array([wave_share(base) for base in bases]),
            run_length=np.array([b.run_length_days if b else 182.0 for b in bases]),
        )
    )


def take_bases(subjects: Sequence[Subject], month: dt.date, exposure: Exposure) -> dict[Key, Base]:
    """The six months before the month."""
    first, last = month - BASE_DAYS * DAY, month - DAY
    actual, covered = lay_out_growth(subjects, exposure, first=first - DAY, last=last)
    found: dict[Key, Base] = {}
    for row, subject in enumerate(subjects):
        known = growth_history(actual[row], covered[row])
        if known is not None:
            found[key_of(subject)] = Base(known.history, first, last, mean=known.mean)
    return found


def wave_share(base: Base | None) -> float:
    """How much of a day's growth waves used to bring, over what usual days do."""
    if base is None or base.mean <= 0:
        return 0.0
    return min(max(1 - base.history.centre / base.mean, 0.0), 1.0)


def lay_out_growth(
    subjects: Sequence[Subject], exposure: Exposure, *, first: dt.date, last: dt.date
) -> tuple[FloatArray, IntArray]:
    """What each measured day grew by since the measured day before, and how many days that is.

    Nothing in the first column, and nothing where a day in between was left out.
    """
    size = (last - first).days + 1
    pages = read_levels({subject.client_id for subject in subjects}, first=first, last=last)
    levels = np.full((len(subjects), size), np.nan)
    excluded = np.zeros((len(subjects), size), dtype=bool)
    for row, subject in enumerate(subjects):
        levels[row] = levels_of(pages.get(subject.client_id, ()), subject.community_id, size)
        for span in spans_of_pages(exposure, subject.client_id, subject.community_id):
            begin = max((span.first - first).days, 0)
            excluded[row, begin : max((span.last - first).days + 1, 0)] = True
    columns = np.broadcast_to(np.arange(size), levels.shape)
    told = np.maximum.accumulate(np.where(np.isnan(levels), -1, columns), axis=1)
    before = np.hstack([np.full((len(levels), 1), -1), told[:, :-1]])
    is_grown = ~np.isnan(levels) & (before >= 0)
    opening = np.take_along_axis(levels, np.maximum(before, 0), axis=1)
    left_out = np.cumsum(excluded, axis=1)
    is_whole = left_out == np.take_along_axis(left_out, np.maximum(before, 0), axis=1)
    counted = is_grown & is_whole
    grown = np.where(counted, levels - opening, 0.0)
    return grown, np.where(counted, columns - before, 0).astype(np.intp)


def read_levels(
    client_ids: Collection[int], *, first: dt.date, last: dt.date
) -> dict[int, list[PageLevels]]:
    """Own pages of each client."""
    size = (last - first).days + 1
    found: dict[int, list[PageLevels]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(LEVELS, {"clients": list(client_ids), "first": first, "last": last})
        for client, community, days, followers in cursor.fetchall():
            levels = np.full(size, np.nan)
            # As text: a thousand pages of half a year are read in a moment, not in seconds.
            levels[_numbers(days).astype(np.intp)] = _numbers(followers)
            found[client].append(PageLevels(community, levels))
    return found


def _numbers(text: str) -> FloatArray:
    return np.fromstring(text[1:-1], sep=",")


def levels_of(pages: Sequence[PageLevels], community: int | None, size: int) -> FloatArray:
    """Of a community its own; of a client the sum, on days on which every page is known.

    A page counts from its first measured day on, and until its last where that is long ago: before
    and after it stands still, for nobody knows how it grew.
    """
    if community is not None:
        own = [page.levels for page in pages if page.community == community]
        return own[0] if own else np.full(size, np.nan)
    known = [page.levels for page in pages]
    if not known:
        return np.full(size, np.nan)
    told = [np.flatnonzero(~np.isnan(levels)) for levels in known]
    newest = max(int(days[-1]) for days in told)
    total = np.zeros(size)
    for levels, days in zip(known, told, strict=True):
        filled = levels.copy()
        filled[: days[0]] = levels[days[0]]
        if newest - int(days[-1]) > END_TOLERANCE.days:
            filled[days[-1] :] = levels[days[-1]]
        total += filled
    # Before the first reading of any page nothing is known, however still the line would stand.
    total[: min(int(days[0]) for days in told)] = np.nan
    return total


def _expected(
    subjects: Sequence[Subject], covered: IntArray, first: dt.date, last: dt.date
) -> FloatArray:
    """What the target asks of the covered days that end with a column; NaN without a target."""
    days = days_between(first, last)
    months = list(months_between(first, last))
    a_day = np.array(
        [
            [subject.months.get(month, np.nan) / last_of_month(month).day for month in months]
            for subject in subjects
        ]
    )
    daily = a_day[:, [months.index(month_of(day)) for day in days]]
    sums = np.hstack([np.zeros((len(daily), 1)), np.cumsum(np.nan_to_num(daily), axis=1)])
    holes = np.hstack(
        [np.zeros((len(daily), 1)), np.cumsum(np.isnan(daily), axis=1, dtype=np.float64)]
    )
    end = np.broadcast_to(np.arange(len(days)) + 1, covered.shape)
    begin = end - covered
    asked = np.take_along_axis(sums, end, 1) - np.take_along_axis(sums, begin, 1)
    missing = np.take_along_axis(holes, end, 1) > np.take_along_axis(holes, begin, 1)
    return np.where(missing, np.nan, asked)
