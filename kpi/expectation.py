"""What a monthly target expects of each day: the month's value, shared out by weekday."""

import calendar
import datetime as dt
from collections.abc import Sequence
from functools import cache

import numpy as np

from kpi.statistics import FloatArray
from strategy.periods import month_of

WEIGHT_WEEKS = 12


@cache
def weekdays_in_month(month: dt.date) -> FloatArray:
    """How many Mondays … Sundays the month has: shape (7,)."""
    length = calendar.monthrange(month.year, month.month)[1]
    days = (np.arange(length) + month.weekday()) % 7
    return np.bincount(days, minlength=7).astype(np.float64)


def expected_by_day(
    weights: FloatArray, values: FloatArray, months: Sequence[dt.date], days: Sequence[dt.date]
) -> FloatArray:
    """The expectation of each target on each day: shape (targets, days).

    `weights` (targets, 7), Monday first; `values` (targets, months), NaN where a month has no
    target. Over all the days of a month a row sums to that month's value.
    """
    shared = weights @ np.array([weekdays_in_month(month) for month in months]).T
    weekday = np.array([day.weekday() for day in days], dtype=np.intp)
    position = {month: n for n, month in enumerate(months)}
    column = np.array([position[month_of(day)] for day in days], dtype=np.intp)
    expected: FloatArray = (values / shared)[:, column] * weights[:, weekday]
    return expected
