"""What a monthly target expects of each day: the month's value, by weekday and holiday."""

import datetime as dt
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from kpi.statistics import FloatArray
from strategy.periods import month_of


def expected_by_day(
    weights: FloatArray,
    values: FloatArray,
    months: Sequence[dt.date],
    days: Sequence[dt.date],
    *,
    closed: npt.NDArray[np.bool_] | None = None,
    factors: FloatArray | None = None,
) -> FloatArray:
    """The expectation of each target on each day: shape (targets, days).

    `weights` (targets, 7), Monday first; `values` (targets, months), NaN where a month has no
    target; `days` are whole months. `closed` (targets, days) get nothing: over the open days of a
    month a row sums to that month's value, NaN where the whole month is closed. `factors` (targets,
    days) are what a day has of its weekday's share: of a public holiday less than 1.
    """
    weekday = np.array([day.weekday() for day in days], dtype=np.intp)
    shares = weights[:, weekday]
    if factors is not None:
        shares = shares * factors
    if closed is not None:
        shares = np.where(closed, 0.0, shares)
    position = {month: n for n, month in enumerate(months)}
    column = np.array([position[month_of(day)] for day in days], dtype=np.intp)
    begins = np.searchsorted(column, np.arange(len(months)))
    shared = np.add.reduceat(shares, begins, axis=1)
    scale = np.divide(values, shared, out=np.full_like(values, np.nan), where=shared > 0)
    expected: FloatArray = scale[:, column] * shares
    return expected
