"""What a channel may cost in a month: its own budget, else the line of the strategy in force."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from clients.models import Client
from promotion.models import ChannelBudget, Vat
from strategy.models import BudgetLine, StrategyVersion
from strategy.models.version import FROZEN_STATES


@dataclass(frozen=True, slots=True)
class ChannelPlan:
    """`version` is the number of the strategy's version, None for a budget of the channel's own.

    A line of a strategy does not say whether it holds VAT. `was`: by number, what versions that
    were in force earlier in the same month gave this channel; None: no line.
    """

    channel: str
    amount: Decimal | None
    currency: str
    vat: str
    vat_rate: Decimal | None
    row_id: int
    version: int | None = None
    was: tuple[tuple[int, Decimal | None], ...] = ()


def month_of(day: dt.date) -> dt.date:
    return day.replace(day=1)


def last_day(month: dt.date) -> dt.date:
    return (month + dt.timedelta(days=32)).replace(day=1) - dt.timedelta(days=1)


def month_plans(client: Client, month: dt.date) -> dict[str, ChannelPlan]:
    """By channel; one that nobody planned is not there. Three queries at most."""
    plans = _of_strategy(client, month)
    for row in ChannelBudget.objects.filter(client=client, month=month):
        plans[row.channel] = ChannelPlan(
            row.channel, row.amount, row.currency, row.vat, row.vat_rate, row.pk
        )
    return plans


def _of_strategy(client: Client, month: dt.date) -> dict[str, ChannelPlan]:
    """The version in force last in the month plans the whole of it: lines are of whole months."""
    versions = list(
        StrategyVersion.objects.filter(
            client=client,
            state__in=FROZEN_STATES,
            starts_on__lte=last_day(month),
            ends_on__gte=month,
        )
        .order_by("starts_on")
        .only("pk", "number")
    )
    if not versions:
        return {}
    rows = BudgetLine.objects.filter(version__in=versions, month=month)
    lines = {(row.version_id, row.channel): row for row in rows}
    found = {}
    for channel in sorted({channel for _version, channel in lines}):
        of_channel = [(each.number, lines.get((each.pk, channel))) for each in versions]
        found[channel] = _plan_of(channel, of_channel)
    return found


def _plan_of(channel: str, lines: list[tuple[int, BudgetLine | None]]) -> ChannelPlan:
    """`lines` of the versions in their order; amount None: the last has planned none."""
    *earlier, (number, holds) = lines
    known = holds or next(line for _number, line in reversed(earlier) if line)
    was = tuple((old, line.amount if line else None) for old, line in earlier)
    amount = holds.amount if holds else None
    return ChannelPlan(
        channel, amount, known.currency, Vat.NOT_STATED, None, known.pk, number, was
    )  # fmt: skip
