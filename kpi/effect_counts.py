"""A count before and after a decision: on the days that count, beside what was agreed of them.

Closed and excluded days (a dead number, a pause) belong to neither side: they are no zeros.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from kpi.count_series import Wanted, lay_out_counts
from kpi.day_profile import DayProfile, learn_profile
from kpi.expectation import expected_by_day
from kpi.exposure import BoolArray, Exposure, load_exposure
from kpi.statistics import FloatArray
from strategy.models import KpiTarget
from strategy.models.version import FROZEN_STATES
from strategy.periods import days_between, last_of_month, month_of, months_between

HISTORY_DAYS = 365


@dataclass(frozen=True)
class Side:
    """`days` are measured and exposed; `expected` is None where no target holds on one of them."""

    count: int
    days: int
    expected: float | None


@dataclass(frozen=True)
class CountDays:
    """One column for each day from `first`; `expected` is NaN where no target was agreed."""

    first: dt.date
    actual: FloatArray
    covered: FloatArray
    expected: FloatArray
    dispersion: float

    def side(self, first: dt.date, last: dt.date) -> Side:
        """From one day to another, both included."""
        days = slice(max((first - self.first).days, 0), (last - self.first).days + 1)
        expected = self.expected[days].sum()
        return Side(
            count=int(self.actual[days].sum()),
            days=int(self.covered[days].sum()),
            expected=None if np.isnan(expected) else float(expected),
        )

    def reach_back(self, day: dt.date, *, days: int) -> dt.date:
        """The day from which so many count before `day`; the first one where there are fewer."""
        end = (day - self.first).days
        counted = np.cumsum(self.covered[:end][::-1])
        back = int(np.searchsorted(counted, days)) + 1
        return max(day - dt.timedelta(days=back), self.first)


def lay_out_days(
    target: KpiTarget, *, before: dt.date, last: dt.date, at: dt.datetime
) -> CountDays:
    """The days up to `last`; weekdays and scatter are learnt from the year up to `before`."""
    first = before - dt.timedelta(days=HISTORY_DAYS)
    wanted = [Wanted(target.client_id, target.community_id, target.metric)]
    layout = lay_out_counts(wanted, first=first, last=last, at=at)
    exposure = load_exposure([target.client_id], first=month_of(first), last=last_of_month(last))
    closed = _mask(exposure.closed(target.client_id), exposure)
    excluded = _mask(exposure.excluded(target.client_id, target.community_id), exposure)
    offset = (first - exposure.first).days
    seen = slice(offset, offset + layout.actual.shape[1])
    covered = layout.covered[0] * ~(closed | excluded)[seen]
    actual = layout.actual[0] * (covered > 0)
    for _row, begin, end in layout.spans:
        # The week's total stands on its last day, be that one excluded or not.
        is_counted = covered[begin : end + 1].any()
        actual[end] = layout.actual[0, end] if is_counted else 0
    profile = _learn(wanted, first=first, last=before - dt.timedelta(days=1), at=at)
    expected = _expected(target, profile, closed, exposure)[seen]
    expected = np.where(covered > 0, expected, 0.0)
    rows = (array[np.newaxis] for array in (actual, covered, expected))
    actual, covered, expected = (array[0] for array in layout.merged(*rows))
    return CountDays(first, actual, covered, expected, float(profile.dispersion[0]))


def _mask(found: BoolArray | None, exposure: Exposure) -> BoolArray:
    return np.zeros(exposure.size, dtype=bool) if found is None else found


def _learn(
    wanted: Sequence[Wanted], *, first: dt.date, last: dt.date, at: dt.datetime
) -> DayProfile:
    """As the charts learn it: weekdays, holidays and scatter, of days or of weekly tallies."""
    clients = {count.client_id for count in wanted}
    exposure = load_exposure(clients, first=first, last=last)
    return learn_profile(wanted, lay_out_counts(wanted, first=first, last=last, at=at), exposure)


def _expected(
    target: KpiTarget, profile: DayProfile, closed: BoolArray, exposure: Exposure
) -> FloatArray:
    """By day of the whole months: what the version that ruled on it had agreed of this count."""
    days = days_between(exposure.first, exposure.last)
    months = list(months_between(exposure.first, exposure.last))
    agreed = np.full(len(days), np.nan)
    holidays = _mask(exposure.holidays(target.client_id), exposure)
    factors = np.where(holidays, profile.holiday[0], 1.0)
    same = KpiTarget.objects.filter(
        client=target.client_id,
        community=target.community_id,
        metric=target.metric,
        version__state__in=FROZEN_STATES,
        version__starts_on__lte=exposure.last,
        version__ends_on__gte=exposure.first,
    )
    for row in same.select_related("version").prefetch_related("months"):
        values: dict[dt.date, Any] = {each.month: each.value for each in row.months.all()}
        by_month = np.array([[float(values.get(month, np.nan)) for month in months]])
        (expected,) = expected_by_day(
            profile.weekdays, by_month, months, days,
            closed=closed[np.newaxis], factors=factors[np.newaxis],
        )  # fmt: skip
        begin = max((row.version.starts_on - exposure.first).days, 0)
        end = (row.version.ends_on - exposure.first).days + 1
        agreed[begin:end] = expected[begin:end]
    return agreed
