"""How counts spread over weekdays and public holidays, and how much they scatter: learnt of a year.

Days of which little can be said (closed, left out) are no part of it; holidays are none of the
weekdays and of the scatter. Weekly tallies say nothing of single days, but much of the scatter.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kpi.count_series import CountLayout, Wanted
from kpi.dispersion import Scatter, dispersion_from, scatter_of
from kpi.exposure import BoolArray, Exposure
from kpi.statistics import FloatArray, weekday_weights

# Before a client's own holidays are known, half of a usual day is expected of one, as if this many
# counts had been expected of holidays and half of them had come.
USUAL_HOLIDAY, HOLIDAY_COUNTS = 0.5, 5.0
MOST_OF_HOLIDAY = 1.5
# A holiday is compared with the days around it: four weeks before and after.
AROUND_DAYS = 28
WEEK = 7


@dataclass(frozen=True)
class DayProfile:
    """By count: `weekdays` (n, 7) with a mean of 1; a holiday as a share of its weekday, (n,)."""

    weekdays: FloatArray
    holiday: FloatArray
    dispersion: FloatArray


def learn_profile(wanted: Sequence[Wanted], layout: CountLayout, exposure: Exposure) -> DayProfile:
    """Of the days of `layout`, which are those of `exposure`."""
    usable, holiday = _days_of(wanted, exposure)
    single = layout.covered * usable
    for row, first, last in layout.spans:
        single[row, first : last + 1] = 0
    weekday = (np.arange(exposure.size) + exposure.first.weekday()) % WEEK
    days = np.eye(WEEK)[weekday]
    usual = single * ~holiday
    weekdays = weekday_weights((layout.actual * usual) @ days, usual @ days)
    scatter = scatter_of(layout.actual, usual, weekday)
    weeks = _weeks_of(layout, usable & ~holiday)
    return DayProfile(
        weekdays,
        holiday_share(layout.actual, usual, single * holiday, weekdays[:, weekday]),
        dispersion_from(scatter, weeks),
    )


def _days_of(wanted: Sequence[Wanted], exposure: Exposure) -> tuple[BoolArray, BoolArray]:
    """The days on which counts are as they were agreed, and which of the days are holidays."""
    shape = len(wanted), exposure.size
    usable, holiday = np.ones(shape, dtype=bool), np.zeros(shape, dtype=bool)
    for row, count in enumerate(wanted):
        closed = exposure.closed(count.client_id)
        touched = exposure.touched(count.client_id, count.community_id)
        for mask in (closed, touched):
            if mask is not None:
                usable[row] &= ~mask
        holidays = exposure.holidays(count.client_id)
        if holidays is not None:
            holiday[row] = holidays
    return usable, holiday


def _weeks_of(layout: CountLayout, usable: BoolArray) -> Scatter:
    """The scatter of weekly tallies; only weeks of seven usual days say something of it, closed
    weekdays apart, which every week has.
    """
    columns = layout.actual.shape[1]
    weeks = np.zeros((len(layout.actual), columns // WEEK + 1))
    seen = np.zeros_like(weeks)
    closed_weekday = _never_open(usable)
    for row, first, last in layout.spans:
        is_whole = last - first + 1 == WEEK and layout.covered[row, last]
        if is_whole and (usable[row] | closed_weekday[row])[first : last + 1].all():
            weeks[row, last // WEEK] += layout.actual[row, last]
            seen[row, last // WEEK] = 1
    return scatter_of(weeks, seen, np.zeros(weeks.shape[1], dtype=np.intp), days_each=WEEK)


def _never_open(usable: BoolArray) -> BoolArray:
    """Days of a weekday on which a client is never open."""
    never = np.zeros_like(usable)
    for start in range(WEEK):
        never[:, start::WEEK] = ~usable[:, start::WEEK].any(axis=1, keepdims=True)
    return never


def holiday_share(
    actual: FloatArray, usual: FloatArray, on_holiday: FloatArray, weights: FloatArray
) -> FloatArray:
    """What comes on a holiday as a share of its weekday: all (n, days) in, (n,) out.

    `usual` and `on_holiday` are 1 on measured days of the kind, `weights` are those of weekdays.
    """
    came = _around(actual * usual)
    shares = _around(weights * usual)
    level = np.divide(came, shares, out=np.zeros_like(came), where=shares > 0)
    expected = (level * weights * on_holiday * (shares > 0)).sum(axis=1)
    came_then = (actual * on_holiday * (shares > 0)).sum(axis=1)
    share = (came_then + USUAL_HOLIDAY * HOLIDAY_COUNTS) / (expected + HOLIDAY_COUNTS)
    return np.asarray(np.clip(share, 0.0, MOST_OF_HOLIDAY))


def _around(values: FloatArray) -> FloatArray:
    """The sum of each day and of the days around it."""
    sums = np.zeros((len(values), values.shape[1] + 1))
    np.cumsum(values, axis=1, out=sums[:, 1:])
    places = np.arange(values.shape[1])
    end = np.minimum(places + AROUND_DAYS + 1, values.shape[1])
    found: FloatArray = sums[:, end] - sums[:, np.maximum(places - AROUND_DAYS, 0)]
    return found
