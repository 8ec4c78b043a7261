"""Values of a target's months: all alike, a ramp, or a quarter's total spread over its months."""

import calendar
import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal

from strategy.models import KpiTarget, Metric, MonthlyTarget
from strategy.models.target import COUNT_METRICS, MONEY_METRICS
from strategy.periods import months_between

WHOLE, CENTS, SHARE = Decimal(1), Decimal("0.01"), Decimal("0.00001")
WHOLE_METRICS = (*COUNT_METRICS, Metric.GROWTH, Metric.REPLY_TIME)


def step_of(metric: str) -> Decimal:
    """The smallest difference that a value of the metric can have: a call, a kopeck."""
    if metric in WHOLE_METRICS:
        return WHOLE
    return CENTS if metric in MONEY_METRICS else SHARE


def months_of(target: KpiTarget) -> list[dt.date]:
    return list(months_between(target.version.starts_on, target.version.ends_on))


def write_months(target: KpiTarget, values: Mapping[dt.date, Decimal]) -> None:
    """These months of the target; others stay as they are."""
    for month, value in values.items():
        MonthlyTarget.objects.update_or_create(
            target=target, month=month, defaults={"value": value, "client_id": target.client_id}
        )


def ramp(
    months: Sequence[dt.date], *, first: Decimal, last: Decimal, step: Decimal, over: int | None
) -> dict[dt.date, Decimal]:
    """From `first` in a straight line to `last`, which is reached in the month number `over` and
    stays; in the last month unless it is given. One month alone has `last`.
    """
    steps = (over or len(months)) - 1
    return {
        month: _rounded(
            last if n >= steps else first + (last - first) * Decimal(n) / Decimal(steps), step
        )
        for n, month in enumerate(months)
    }


def _rounded(value: Decimal, step: Decimal) -> Decimal:
    return (value / step).quantize(WHOLE, ROUND_HALF_UP) * step


def spread_quarters(
    months: Sequence[dt.date], *, total: Decimal, step: Decimal
) -> dict[dt.date, Decimal]:
    """Each of these months' part of its quarter's total, by days.

    The three months of a quarter make exactly the total, whether or not all of them are asked for.
    """
    values: dict[dt.date, Decimal] = {}
    for month in months:
        if month not in values:
            values |= spread(quarter_of(month), total=total, step=step)
    return {month: values[month] for month in months}


def quarter_of(month: dt.date) -> list[dt.date]:
    first = month.month - (month.month - 1) % 3
    return [dt.date(month.year, number, 1) for number in range(first, first + 3)]


def spread(months: Sequence[dt.date], *, total: Decimal, step: Decimal) -> dict[dt.date, Decimal]:
    """A total over months by their days; what rounding leaves goes to those it cost most."""
    days = {month: calendar.monthrange(month.year, month.month)[1] for month in months}
    exact = {month: total * days[month] / sum(days.values()) for month in months}
    parts = {month: (value / step).quantize(WHOLE, ROUND_FLOOR) * step
             for month, value in exact.items()}  # fmt: skip
    left = total - sum(parts.values(), Decimal(0))
    by_loss = sorted(months, key=lambda month: (parts[month] - exact[month], month))
    for month in by_loss:
        given = min(step, left)
        parts[month] += given
        left -= given
    return parts
