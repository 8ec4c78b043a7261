"""Who does what by the running agreements, and what of it is done; fees for who may see them."""

import datetime as dt
from decimal import Decimal
from typing import Any, NamedTuple

from django.urls import reverse
from django.utils.translation import gettext as _

from clients.admin.fees import SEE_FEES
from clients.models import Engagement, EngagementService
from smm_agency.agreed_and_done import ask_done, done_of
from smm_agency.client_overview.scope import Link, Scope, Section
from smm_agency.lib.rows_at_once import Found, day_of, listed
from smm_agency.lib.words import as_money
from smm_agency.service_lines import ServiceLine, lines_by_block, service_rows

SEEN_WITH = "clients.engagementservice"


class Agreement(NamedTuple):
    title: str
    starts_on: dt.date | None
    ends_on: dt.date | None
    fee: str
    ad_budget: str
    url: str
    matrix_url: str


class Services(NamedTuple):
    agreements: list[Agreement]
    blocks: list[tuple[str, list[ServiceLine]]]
    extras: list[ServiceLine]


def ask(scope: Scope) -> dict[str, Any]:
    if not scope.sees(SEEN_WITH):
        return {}
    running = Engagement.objects.running(on=scope.today).filter(client=scope.client)
    rows = EngagementService.objects.filter(engagement__in=running.values("pk"))
    money = ("fee",) if scope.may(SEE_FEES) else ()
    return {
        "agreements": listed(
            running.order_by("starts_on", "pk"), "id", "title", "starts_on", "ends_on",
            "ad_budget", "currency", *money,
        ),
        "services": service_rows(rows),
        **ask_done(scope.client, on=scope.today),
    }  # fmt: skip


def show(scope: Scope, found: Found) -> Section | None:
    if "services" not in found:
        return None
    done = done_of(found)
    agreements = [_agreement(scope, row) for row in found["agreements"]]
    return Section(
        "services", _("Who does what, agreed and done"),
        Services(agreements, *lines_by_block(found["services"], done)),
        links=[Link(_("All engagements"), scope.list_url("clients.engagement"))],
        short=_("Services"),
        add=Link(_("Write down the agreement"), scope.add_url("clients.engagement")),
    )  # fmt: skip


def _agreement(scope: Scope, row: Found) -> Agreement:
    may_see = scope.sees("clients.engagement")
    return Agreement(
        title=row["title"],
        starts_on=day_of(row["starts_on"]),
        ends_on=day_of(row["ends_on"]),
        fee=_money(row.get("fee"), row["currency"]),
        ad_budget=_money(row["ad_budget"], row["currency"]) if may_see else "",
        url=scope.row_url("clients.engagement", row["id"]),
        matrix_url=reverse("admin:clients_engagement_matrix", args=[row["id"]]),
    )


def _money(amount: Any, currency: str) -> str:
    return "" if amount is None else as_money(Decimal(str(amount)), currency)
