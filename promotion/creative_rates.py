"""Whether one creative is better than another: rates with their intervals. Pure arithmetic.

CTR = clicks / impressions. Cost per join = spent / joined. The interval of a rate is Wilson's of
95 %; that of the cost comes from the interval of joined / impressions, with the impressions that
were bought and the money for them taken as given.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from scipy import stats

CONFIDENCE = 0.95


class Verdict(StrEnum):
    BETTER = "better"
    WORSE = "worse"
    UNCLEAR = "unclear"
    # Nothing to compare by.
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Interval:
    """`high` is None for a cost that may be as large as it likes: nobody joined."""

    low: float
    high: float | None

    def is_below(self, other: "Interval") -> bool:
        return self.high is not None and self.high < other.low


@dataclass(frozen=True, slots=True)
class Measured:
    """Sums of one creative; None is not measured. Each pair is of the same days and ads:
    `paid` and `shown` are the spend and the impressions of those whose joins are measured.
    """

    spend: Decimal | None = None
    impressions: int | None = None
    clicks: int | None = None
    joins: int | None = None
    paid: Decimal | None = None
    shown: int | None = None

    @property
    def ctr(self) -> float | None:
        return _ratio(self.clicks, self.impressions)

    @property
    def ctr_interval(self) -> Interval | None:
        return wilson(self.clicks, self.impressions)

    @property
    def cost_per_click(self) -> float | None:
        return _ratio(self.spend, self.clicks)

    @property
    def cost_per_join(self) -> float | None:
        return _ratio(self.paid, self.joins)

    @property
    def cost_interval(self) -> Interval | None:
        """None where nothing was paid or shown, or joins are not measured."""
        rate = wilson(self.joins, self.shown)
        if rate is None or rate.high is None or not self.paid or not self.shown:
            return None
        money = float(self.paid) / self.shown
        return Interval(money / rate.high, money / rate.low if rate.low > 0 else None)


def wilson(count: int | None, of: int | None) -> Interval | None:
    """None where it is not measured, nobody was asked, or there are more than were asked."""
    if count is None or not of or not 0 <= count <= of:
        return None
    found = stats.binomtest(count, of).proportion_ci(CONFIDENCE, method="wilson")
    low = 0.0 if count == 0 else float(found.low)
    return Interval(low, float(found.high))


def compare_costs(rows: Mapping[int, Measured]) -> dict[int, Verdict]:
    """By cost per join, the lower the better."""
    return _compare({pk: row.cost_interval for pk, row in rows.items()})


def compare_ctrs(rows: Mapping[int, Measured]) -> dict[int, Verdict]:
    """By CTR, the higher the better."""
    turned = {pk: _turned(row.ctr_interval) for pk, row in rows.items()}
    return _compare(turned)


def _turned(rate: Interval | None) -> Interval | None:
    return Interval(-(rate.high or 0.0), -rate.low) if rate else None


def _compare(intervals: Mapping[int, Interval | None]) -> dict[int, Verdict]:
    """Better than all others, worse than some other, or too little to tell."""
    known = {pk: each for pk, each in intervals.items() if each is not None}
    if len(known) < 2:
        return dict.fromkeys(intervals, Verdict.NONE)
    return {
        pk: _verdict(each, [other for rival, other in known.items() if rival != pk])
        if each
        else Verdict.NONE
        for pk, each in intervals.items()
    }


def _verdict(mine: Interval, others: Sequence[Interval]) -> Verdict:
    if all(mine.is_below(other) for other in others):
        return Verdict.BETTER
    if any(other.is_below(mine) for other in others):
        return Verdict.WORSE
    return Verdict.UNCLEAR


def _ratio(part: Decimal | int | None, whole: int | None) -> float | None:
    return None if part is None or not whole else float(part) / whole
