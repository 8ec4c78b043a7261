"""Spend against budget by month and channel, as the portal shows it."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.db.models import Model, OuterRef, QuerySet
from django.utils.translation import gettext as _

from clients.models import Client
from kpi.portal_campaigns import Money, money_of, told
from kpi.portal_lists import Row, objects
from kpi.promotion_money import money_words, sums_of
from promotion.models import ChannelBudget, Vat
from promotion.spending import Spent
from strategy.models import Channel, StrategyVersion
from strategy.models.version import FROZEN_STATES
from strategy.periods import last_of_month, month_of, months_between

MONTHS_SHOWN = 6
Plan = dict[str, Any]


@dataclass(frozen=True)
class ChannelLine:
    month: dt.date
    channel: str
    money: Money


def budget_lines(
    client: Client, last: dt.date, spent: Sequence[Spent], own: Sequence[Row]
) -> list[ChannelLine]:
    """Of the months up to `last` (a first day) with a plan or with money, the newest first.

    `own`: the rows of `own_budgets`. Figures of a period that lies in a month in
    part are named beside its sum and are not in it, as in `promotion.budget`. One query.
    """
    months = last_months(last)
    plans = plans_of(client, months, own)
    by_place: dict[tuple[dt.date, str], list[Spent]] = defaultdict(list)
    for each in spent:
        for month in months:
            if each.first <= last_of_month(month) and each.last >= month:
                by_place[month, each.channel].append(each)
    return [
        ChannelLine(
            month,
            str(channel.label),
            money_of_month(
                month,
                plans.get((month, channel)) or nothing(client),
                by_place[month, channel.value],
            ),
        )
        for month in reversed(months)
        for channel in Channel
        if (month, channel) in plans or by_place[month, channel.value]
    ]


def money_of_month(month: dt.date, plan: Plan, spent: Sequence[Spent]) -> Money:
    """`spent`: all that touches the month."""
    last = last_of_month(month)
    whole = [each for each in spent if each.first >= month and each.last <= last]
    hanging = sums_of(told(each) for each in spent if each not in whole)
    money = money_of(plan, whole)
    said = [
        _("Not counted: %(sum)s of periods that lie in this month in part; nobody knows how they"
          " were spread.")
        % {"sum": money_words(each)}
        for each in hanging
    ]  # fmt: skip
    return replace(money, notes=[*money.notes, *said])


def last_months(last: dt.date) -> list[dt.date]:
    first = last
    for _number in range(MONTHS_SHOWN - 1):
        first = month_of(first - dt.timedelta(days=1))
    return list(months_between(first, last))


def nothing(client: Client) -> Plan:
    return {"budget": None, "currency": client.currency, "vat": Vat.NOT_STATED, "vat_rate": None}


def own_budgets(last: dt.date) -> QuerySet[Model, Any]:
    """A list for `kpi.portal_lists`: the budgets of channels, of the same months."""
    rows = ChannelBudget.objects.filter(client=OuterRef("pk"), month__in=last_months(last))
    names = ("month", "channel", "amount", "currency", "vat", "vat_rate")
    return objects(rows.order_by("pk"), **{name: name for name in names})


def plans_of(
    client: Client, months: Sequence[dt.date], own: Sequence[Row]
) -> dict[tuple[dt.date, str], Plan]:
    """A channel's own budget, else the line of the version that was in force last in the month."""
    plans = _of_strategy(client, months)
    for row in own:
        rate = row["vat_rate"]
        plans[dt.date.fromisoformat(row["month"]), row["channel"]] = {
            "budget": Decimal(str(row["amount"])),
            "currency": row["currency"],
            "vat": row["vat"],
            "vat_rate": None if rate is None else Decimal(str(rate)),
        }
    return plans


def _of_strategy(client: Client, months: Sequence[dt.date]) -> dict[tuple[dt.date, str], Plan]:
    """Versions come with their lines, and those without any as well: they plan nothing."""
    versions = StrategyVersion.objects.filter(
        client=client, state__in=FROZEN_STATES, starts_on__lte=last_of_month(months[-1]),
        ends_on__gte=months[0],
    )  # fmt: skip
    line = "budget_lines__"
    rows = versions.order_by("starts_on").values_list(
        "pk", "starts_on", "ends_on", f"{line}month", f"{line}channel", f"{line}amount",
        f"{line}currency",
    )  # fmt: skip
    plans: dict[tuple[dt.date, str], Plan] = {}
    periods = {pk: (first, last) for pk, first, last, *_line in rows}
    ruling = {month: _ruling(periods, month) for month in months}
    for pk, _first, _last, month, channel, amount, currency in rows:
        if month in ruling and ruling[month] == pk:
            # It cannot say whether it holds VAT: counted by all that is paid, as booking does.
            plans[month, channel] = {
                "budget": amount, "currency": currency, "vat": Vat.INCLUDED, "vat_rate": None,
                "told_vat": Vat.NOT_STATED,
            }  # fmt: skip
    return plans


def _ruling(periods: dict[int, tuple[dt.date, dt.date]], month: dt.date) -> int | None:
    last_day = last_of_month(month)
    inside = [pk for pk, (first, last) in periods.items() if first <= last_day and last >= month]
    return inside[-1] if inside else None
