"""Staff's page “Budget”: plan, fact and what is left, by channel and month of one client."""

import datetime as dt
from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from clients.admin.scoped import allowed_rows
from clients.models import Client, Side
from promotion.account_balance import AccountBalance, account_balances
from promotion.budget import ChannelMonth, agreed_months, month_budgets
from promotion.budget_table import (
    MonthTotal,
    agreed_words,
    formulas,
    money_words,
    notes_of,
    plan_source,
    plan_sum,
    table_file,
    totals_of,
    vat_note,
)
from promotion.channel_plan import month_of
from promotion.models import CHANNEL_BY_KIND, ChannelBudget
from smm_agency.lib.file_response import saved_file
from smm_agency.lib.tabular import XLSX
from smm_agency.lib.words import NOT_MEASURED, as_money, as_share
from strategy.models import Channel

RIGHT = "promotion.view_channelbudget"
MONTHS = 6
BEFORE = 2


class Money(NamedTuple):
    value: str
    note: str = ""
    url: str = ""


class Line(NamedTuple):
    """A row of the table; `light` colours what is left."""

    name: str
    plan: Money
    spent: Money
    taken: Money
    left: str
    light: str
    share: str
    notes: list[str]


class Month(NamedTuple):
    name: str
    lines: list[Line]
    totals: list[Line]


def budget_page(request: HttpRequest) -> HttpResponse:
    clients = seen_clients(request)
    client = chosen_of(request, clients)
    context = {
        **admin.site.each_context(request),
        "title": _("Budget"),
        "opts": ChannelBudget._meta,
        "clients": [(each.name, budget_url(each)) for each in clients],
        "client": client,
    }
    if client is not None:
        context |= table_of(request, client)
    return TemplateResponse(request, "admin/promotion/budget.html", context)


def budget_file(request: HttpRequest) -> HttpResponse:
    client = chosen_of(request, seen_clients(request))
    if client is None:
        raise Http404
    months = months_from(first_of(request, client))
    name = f"budget-{months[0]:%Y-%m}-{months[-1]:%Y-%m}.xlsx"
    return saved_file(table_file(month_budgets(client, months)), name, XLSX)


def seen_clients(request: HttpRequest) -> list[Client]:
    """Those whose budgets the person may see."""
    user: Any = request.user
    if not user.has_perm(RIGHT):
        raise PermissionDenied
    return list(allowed_rows(request, Client.objects.visible_to(user), RIGHT))


def chosen_of(request: HttpRequest, clients: list[Client]) -> Client | None:
    """By the address; the only one need not be asked for."""
    asked = request.GET.get("client", "")
    if not asked:
        return clients[0] if len(clients) == 1 else None
    chosen = [each for each in clients if str(each.pk) == asked]
    if not chosen:
        raise Http404
    return chosen[0]


def first_of(request: HttpRequest, client: Client) -> dt.date:
    """The first month shown; what cannot be read is what is usual."""
    try:
        asked = dt.date.fromisoformat(f"{request.GET.get('from', '')}-01")
    except ValueError:
        return moved(month_of(client.today()), -BEFORE)
    return asked if 2000 <= asked.year < 2100 else moved(month_of(client.today()), -BEFORE)


def moved(month: dt.date, by: int) -> dt.date:
    number = month.year * 12 + month.month - 1 + by
    return dt.date(number // 12, number % 12 + 1, 1)


def months_from(first: dt.date) -> list[dt.date]:
    return [moved(first, number) for number in range(MONTHS)]


def budget_url(client: Client, first: dt.date | None = None, *, page: str = "page") -> str:
    query = {"client": client.pk, **({"from": f"{first:%Y-%m}"} if first else {})}
    return f"{reverse(f'promotion_budget_{page}')}?{urlencode(query)}"


def table_of(request: HttpRequest, client: Client) -> dict[str, Any]:
    first = first_of(request, client)
    months = months_from(first)
    rows = month_budgets(client, months)
    links = Links(request, client)
    user: Any = request.user
    return {
        "subtitle": client.name,
        "months": list(drawn(months, rows, links)),
        "agreed": agreed_words(
            each for each in agreed_months(client, months, rows) if each.planned
        ),
        "accounts": [account_line(each) for each in account_balances(client)]
        if user.has_perm("promotion.view_topup")
        else [],
        "formulas": formulas(),
        "before_url": budget_url(client, moved(first, -MONTHS)),
        "after_url": budget_url(client, moved(first, MONTHS)),
        "export_url": budget_url(client, first, page="file"),
        "add_url": links.add_url,
    }


class Links:
    """Addresses of the rows behind a number; empty where the person may not look at them."""

    def __init__(self, request: HttpRequest, client: Client) -> None:
        self.user: Any = request.user
        self.client = client

    @property
    def add_url(self) -> str:
        if not self.user.has_perm("promotion.add_channelbudget"):
            return ""
        return f"{reverse('admin:promotion_channelbudget_add')}?client={self.client.pk}"

    def plan(self, row: ChannelMonth) -> str:
        if row.plan is None:
            return ""
        if row.plan.version is None:
            return reverse("admin:promotion_channelbudget_change", args=[row.plan.row_id])
        return self.list("strategy", "strategyversion", client=self.client.pk)

    def spent(self, row: ChannelMonth) -> str:
        """The campaigns of a channel; what is of no campaign are costs."""
        if row.channel == Channel.OTHER:
            month = {"spent_on__year": row.month.year, "spent_on__month": row.month.month}
            return self.list("promotion", "cost", client=self.client.pk, **month)
        kinds = [kind for kind, channel in CHANNEL_BY_KIND.items() if channel == row.channel]
        return self.list(
            "promotion", "campaign", client=self.client.pk, kind__in=",".join(map(str, kinds))
        )

    def taken(self, row: ChannelMonth) -> str:
        return self.list("promotion", "placement", client=self.client.pk) if row.taken else ""

    def list(self, app: str, model: str, **query: Any) -> str:
        if not self.user.has_perm(f"{app}.view_{model}"):
            return ""
        return f"{reverse(f'admin:{app}_{model}_changelist')}?{urlencode(query)}"


def drawn(months: list[dt.date], rows: list[ChannelMonth], links: Links) -> Iterator[Month]:
    totals = totals_of(rows)
    for month in months:
        lines = [line_of(row, links) for row in rows if row.month == month]
        sums = [total_line(each) for each in totals if each.month == month]
        yield Month(date_format(month, "F Y"), lines, sums)


def line_of(row: ChannelMonth, links: Links) -> Line:
    planned = plan_sum(row.plan) if row.plan else None
    said = "; ".join(filter(None, [plan_source(row.plan), vat_note(planned)]))
    return Line(
        name=str(Channel(row.channel).label),
        plan=Money(money_words(planned), said, links.plan(row)),
        spent=Money(money_words(row.spent), vat_note(row.spent), links.spent(row)),
        taken=Money(money_words(row.taken), vat_note(row.taken), links.taken(row)),
        left=as_money(row.left, row.currency) if row.left is not None else NOT_MEASURED,
        light=light_of(row.left),
        share=as_share(row.share),
        notes=notes_of(row),
    )


def total_line(total: MonthTotal) -> Line:
    name = _("total, %(currency)s") % {"currency": total.currency}
    planned, spent, taken = (
        Money(money_words(each), vat_note(each))
        for each in (total.planned, total.spent, total.taken)
    )
    left = as_money(total.left, total.currency) if total.left is not None else NOT_MEASURED
    return Line(name, planned, spent, taken, left, light_of(total.left), "", [])


def light_of(left: Any) -> str:
    if left is None:
        return ""
    return "red" if left < 0 else "green"


def account_line(balance: AccountBalance) -> dict[str, Any]:
    """`computed` says what it is made of: nobody has read it in the account."""
    currency = balance.account.currency
    sides = [
        f"{Side(side).label}: {as_money(amount, currency)}"
        for side, amount in balance.topped_up.items()
    ]
    return {
        "account": str(balance.account),
        "usually": balance.account.get_topped_up_by_display(),
        "topped_up": sides,
        "spent": as_money(balance.spent, currency),
        "computed": as_money(balance.computed, currency),
        "is_exact": balance.is_exact,
        "read": as_money(balance.account.balance, currency),
        "read_at": balance.account.balance_at,
    }
