"""The advertising money of the month, plan against fact, by currency and client; for directors."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.formats import date_format

from promotion.budget import budgets_of_clients
from promotion.budget_table import MonthTotal, money_words, totals_of, vat_note
from promotion.channel_plan import month_of
from smm_agency.dashboard.gather import Row
from smm_agency.dashboard.reader import Reader
from smm_agency.lib.words import NOT_MEASURED, as_money, as_share

SHOWN = 12


@dataclass(frozen=True)
class MoneyLine:
    """A client's month in one currency, or all clients' where `url` is empty.

    `share` is spent and taken ÷ planned; 1 and more is red.
    """

    name: str
    url: str
    planned: str
    spent: str
    taken: str
    left: str
    share: str
    light: str
    note: str


@dataclass(frozen=True)
class Money:
    month: str
    totals: list[MoneyLine]
    lines: list[MoneyLine]
    hidden: int


def month_money(clients: Sequence[Row], reader: Reader) -> Money | None:
    """Of clients by `pk` and `name`. Six queries at most, whatever their number; None for those
    who are no directors or may not see budgets.
    """
    if not (reader.is_director and reader.may_view("promotion.channelbudget")):
        return None
    known = {client["pk"]: client["name"] for client in clients}
    month = month_of(reader.today)
    budgets = budgets_of_clients(list(known), month)
    rows = [(pk, total) for pk, months in budgets.items() for total in totals_of(months)]
    rows.sort(key=lambda row: (-(share_of(row[1]) or -1), known[row[0]]))
    every = [row for months in budgets.values() for row in months]
    return Money(
        month=date_format(month, "F Y"),
        totals=[money_line(total.currency, "", total) for total in totals_of(every)],
        lines=[money_line(known[pk], budget_url(pk), total) for pk, total in rows[:SHOWN]],
        hidden=max(0, len(rows) - SHOWN),
    )


def share_of(total: MonthTotal) -> Decimal | None:
    """(Planned − left) ÷ planned; None where nothing, or a zero, is planned."""
    if total.left is None or total.planned is None or not total.planned.amount:
        return None
    return (total.planned.amount - total.left) / total.planned.amount


def budget_url(client_id: int) -> str:
    return f"{reverse('promotion_budget_page')}?{urlencode({'client': client_id})}"


def money_line(name: str, url: str, total: MonthTotal) -> MoneyLine:
    share, left = share_of(total), total.left
    return MoneyLine(
        name=name,
        url=url,
        planned=money_words(total.planned),
        spent=money_words(total.spent),
        taken=money_words(total.taken),
        left=as_money(left, total.currency) if left is not None else NOT_MEASURED,
        share=as_share(share),
        light="red" if left is not None and left < 0 else "green" if share is not None else "",
        note=vat_note(total.spent),
    )
