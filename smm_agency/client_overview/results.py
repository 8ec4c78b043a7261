"""The four blocks, and how far the result of each is by the running agreements."""

import datetime as dt
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from clients.models import BlockResult, Engagement, ResultState
from smm_agency.client_overview.scope import Link, Scope, Section
from smm_agency.lib.rows_at_once import Found, listed
from smm_agency.order_of_work import BlockLine

SEEN_WITH = "clients.blockresult"


def ask(scope: Scope) -> dict[str, Any]:
    if not scope.sees(SEEN_WITH):
        return {}
    running = Engagement.objects.running(on=scope.today).filter(client=scope.client)
    rows = BlockResult.objects.filter(engagement__in=running.order_by().values("pk"))
    return {
        "results_of_blocks": listed(
            rows.order_by("engagement__starts_on", "pk"), "block", "state", "accepted_on",
            "accepted_by_name", "engagement_id",
        ),
        "running_agreements": listed(running.order_by("starts_on", "pk"), "id"),
    }  # fmt: skip


def show(scope: Scope, found: Found, lines: list[BlockLine]) -> Section | None:
    if not lines:
        return None
    rows = found.get("results_of_blocks", [])
    told = [line._replace(accepted=said_of(line.block, rows)) for line in lines]
    links = [
        Link(_("Results of the blocks"), f"{url}#results")
        for row in found.get("running_agreements", [])
        if (url := scope.row_url("clients.engagement", row["id"]))
    ]
    return Section("blocks", _("The four blocks"), told, links=links)


def said_of(block: str, rows: list[Found]) -> str:
    return "; ".join(in_words(row) for row in rows if row["block"] == block)


def in_words(row: Found) -> str:
    if row["state"] != ResultState.ACCEPTED:
        return str(ResultState(row["state"]).label)
    day = date_format(dt.date.fromisoformat(row["accepted_on"]), "SHORT_DATE_FORMAT")
    words = {"day": day, "name": row["accepted_by_name"]}
    return _("accepted on %(day)s by %(name)s") % words
