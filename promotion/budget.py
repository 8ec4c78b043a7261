"""Plan against fact by channel and month: what was planned, spent, taken, and what is left."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from clients.models import Client, Engagement
from promotion.channel_plan import ChannelPlan, last_day, plans_of, plans_of_clients
from promotion.models import ChannelBudget
from promotion.spending import Spent, hanging_rows, money_rows, rows_of_clients
from promotion.sums import Counted, Sum, counted, sums_of
from strategy.models import Channel


@dataclass(frozen=True, slots=True)
class ChannelMonth:
    """One channel in one month and one currency; a sum is None where there are no rows of it.

    `hanging`: of figures of periods that lie in the month in part only, counted nowhere else.
    `used`: spent and taken, as the plan counts VAT; None without a plan.
    """

    channel: str
    month: dt.date
    currency: str
    plan: ChannelPlan | None
    spent: Sum | None
    taken: Sum | None
    hanging: Sum | None
    used: Counted | None

    @property
    def left(self) -> Decimal | None:
        """Below zero where the plan is exceeded; None where nothing is planned."""
        if self.used is None or self.plan is None or self.plan.amount is None:
            return None
        return self.plan.amount - self.used.amount

    @property
    def share(self) -> Decimal | None:
        """(Spent + taken) ÷ plan; None where nothing, or a zero, is planned."""
        if self.used is None or self.plan is None or not self.plan.amount:
            return None
        return self.used.amount / self.plan.amount


@dataclass(frozen=True, slots=True)
class AgreedMonth:
    """The engagements' advertising budget of a month against the plans of its channels."""

    month: dt.date
    currency: str
    agreed: Decimal
    planned: Decimal

    @property
    def over(self) -> Decimal:
        """How much more is planned than agreed; 0 where it is not more."""
        return max(self.planned - self.agreed, Decimal(0))


def used_in(budget: ChannelBudget) -> Counted:
    """What is spent and booked in its channel, month and currency, as it counts VAT."""
    rows = money_rows(budget.client, budget.month, last_day(budget.month))
    own = [row for row in rows if (row.channel, row.currency) == (budget.channel, budget.currency)]
    return counted(own, budget.vat)


def month_budgets(
    client: Client, months: list[dt.date], *, on: dt.date | None = None
) -> list[ChannelMonth]:
    """By channel and currency, those with a plan or with money; of months in a row, in their order
    and the order of channels. A month is its first day. Seven queries at most."""
    first, last = min(months), last_day(max(months))
    known = money_rows(client, first, last, on=on)
    rows = [*known, *hanging_rows(client, first, last)]
    plans = plans_of(client, months)
    return [each for month in months for each in _of_month(month, plans[month], rows)]


def budgets_of_clients(
    clients: Sequence[int], month: dt.date, *, on: dt.date | None = None
) -> dict[int, list[ChannelMonth]]:
    """Of one month of each client, as `month_budgets`. Six queries whatever their number."""
    if not clients:
        return {}
    plans = plans_of_clients(clients, [month])
    own: dict[int, list[Spent]] = {client: [] for client in clients}
    for row in rows_of_clients(clients, month, last_day(month), on=on):
        own[row.client_id].append(row)
    return {client: _of_month(month, plans[client][month], own[client]) for client in clients}


def _of_month(
    month: dt.date, plans: dict[str, ChannelPlan], rows: Iterable[Spent]
) -> list[ChannelMonth]:
    last = last_day(month)
    here = [row for row in rows if row.first <= last and row.last >= month]
    found = []
    for channel in Channel.values:
        of_channel = [row for row in here if row.channel == channel]
        plan = plans.get(channel)
        currencies = {row.currency for row in of_channel} | ({plan.currency} if plan else set())
        for currency in sorted(currencies):
            own = [row for row in of_channel if row.currency == currency]
            planned = plan if plan and plan.currency == currency else None
            found.append(_channel_month(channel, month, currency, planned, own))
    return found


def _channel_month(
    channel: str, month: dt.date, currency: str, plan: ChannelPlan | None, rows: list[Spent]
) -> ChannelMonth:
    """`rows` of this channel and currency that touch the month."""
    whole = [row for row in rows if row.first >= month and row.last <= last_day(month)]
    return ChannelMonth(
        channel=channel,
        month=month,
        currency=currency,
        plan=plan,
        spent=_sum([row for row in whole if not row.is_taken]),
        taken=_sum([row for row in whole if row.is_taken]),
        hanging=_sum([row for row in rows if row not in whole]),
        used=counted(whole, plan.counted_vat) if plan else None,
    )


def _sum(rows: list[Spent]) -> Sum | None:
    return next(iter(sums_of(rows)), None)


def agreed_months(
    client: Client, months: list[dt.date], rows: list[ChannelMonth]
) -> list[AgreedMonth]:
    """Months and currencies that an engagement gives an advertising budget. One query."""
    engagements = list(
        Engagement.objects.filter(client=client, ad_budget__isnull=False).order_by("pk")
    )
    found = []
    for month in months:
        agreed: dict[str, Decimal] = {}
        for each in engagements:
            if each.starts_on <= last_day(month) and (not each.ends_on or each.ends_on >= month):
                budget = each.ad_budget or Decimal(0)
                agreed[each.currency] = agreed.get(each.currency, Decimal(0)) + budget
        for currency, amount in sorted(agreed.items()):
            planned = _planned(rows, month, currency)
            found.append(AgreedMonth(month, currency, amount, planned))
    return found


def _planned(rows: list[ChannelMonth], month: dt.date, currency: str) -> Decimal:
    """As the plans were told: an engagement does not say whether its budget holds VAT."""
    plans = [
        row.plan.amount
        for row in rows
        if row.plan and row.plan.amount and (row.month, row.currency) == (month, currency)
    ]
    return sum(plans, Decimal(0))
