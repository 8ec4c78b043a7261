"""What a channel may cost in a month: its own budget, else the line of the strategy in force."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from clients.models import Client
from promotion.models import ChannelBudget, Vat
from strategy.models import BudgetLine, Channel, StrategyVersion
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

    @property
    def counted_vat(self) -> str:
        """How sums are compared with it: with a line that cannot say it, by all that is paid."""
        return self.vat if self.version is None else Vat.INCLUDED


# By month, then by channel.
Plans = dict[dt.date, dict[str, ChannelPlan]]


def month_of(day: dt.date) -> dt.date:
    return day.replace(day=1)


def last_day(month: dt.date) -> dt.date:
    return (month + dt.timedelta(days=32)).replace(day=1) - dt.timedelta(days=1)


def month_plans(client: Client, month: dt.date) -> dict[str, ChannelPlan]:
    """By channel; one that nobody planned is not there. Three queries at most."""
    return plans_of(client, [month])[month]


def plans_of(client: Client, months: list[dt.date]) -> Plans:
    """By month and channel, whatever the number of months in three queries at most."""
    return plans_of_clients([client.pk], months)[client.pk]


def plans_of_clients(clients: Sequence[int], months: list[dt.date]) -> dict[int, Plans]:
    """By client, month and channel; three queries at most, whatever the number of clients."""
    plans = _of_strategies(clients, months)
    for row in ChannelBudget.objects.filter(client__in=clients, month__in=months):
        plans[row.client_id][row.month][row.channel] = ChannelPlan(
            row.channel, row.amount, row.currency, row.vat, row.vat_rate, row.pk
        )
    return plans


def _of_strategies(clients: Sequence[int], months: list[dt.date]) -> dict[int, Plans]:
    """The version in force last in a month plans the whole of it: lines are of whole months."""
    versions = list(
        StrategyVersion.objects.filter(
            client__in=clients,
            state__in=FROZEN_STATES,
            starts_on__lte=last_day(max(months)),
            ends_on__gte=min(months),
        ).order_by("starts_on")
    )
    rows = BudgetLine.objects.filter(version__in=versions, month__in=months) if versions else []
    lines = {(row.version_id, row.month, row.channel): row for row in rows}
    own: dict[int, list[StrategyVersion]] = {client: [] for client in clients}
    for version in versions:
        own[version.client_id].append(version)
    return {
        client: {month: _of_month(month, own[client], lines) for month in months}
        for client in clients
    }


def _of_month(
    month: dt.date,
    versions: list[StrategyVersion],
    lines: dict[tuple[int, dt.date, str], BudgetLine],
) -> dict[str, ChannelPlan]:
    in_force = [
        each for each in versions if each.starts_on <= last_day(month) and each.ends_on >= month
    ]
    found = {}
    for channel in Channel.values:
        of_channel = [(each.number, lines.get((each.pk, month, channel))) for each in in_force]
        if any(line for _number, line in of_channel):
            found[channel] = _plan_of(channel, of_channel)
    return found


def _plan_of(channel: str, lines: list[tuple[int, BudgetLine | None]]) -> ChannelPlan:
    """`lines` of the versions in their order; amount None: the last has planned none."""
    *earlier, (number, holds) = lines
    known = holds or next(line for _number, line in reversed(earlier) if line)
    was = tuple((old, line.amount if line else None) for old, line in earlier)
    amount = holds.amount if holds else None
    return ChannelPlan(channel, amount, known.currency, Vat.NOT_STATED, None, known.pk, number, was)
