"""What the client owes: the needs that its portal opens with, by the same codes."""

import datetime as dt
from typing import Any, NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.utils.translation import gettext as _

from content.models import MaterialRequest
from kpi.portal_needs import SOURCES, Need, Source, named_by, needs_in, needs_lists
from smm_agency.client_overview.scope import Link, Scope, Section
from smm_agency.lib.rows_at_once import Found, listed

REQUESTS = "content.materialrequest"


class Owed(NamedTuple):
    what: str
    kind: str
    due_on: dt.date | None
    late_days: int
    of_whom: str
    url: str
    code: str


def ask(scope: Scope) -> dict[str, Any]:
    wanted: dict[str, Any] = {
        name: ArraySubquery(rows) for name, rows in needs_lists(seen_by(scope)).items()
    }
    if scope.sees(REQUESTS):
        # Of whom a material is asked is the agency's own: the portal's lists do not hold it.
        rows = MaterialRequest.objects.open().filter(client=scope.client)
        wanted["asked_of"] = listed(rows, "id", of_whom="contact__name")
    return wanted


def seen_by(scope: Scope) -> list[Source]:
    return [source for source in SOURCES if scope.sees(source.model._meta.label_lower)]


def show(scope: Scope, found: Found) -> Section | None:
    sources = seen_by(scope)
    if not sources:
        return None
    asked_of = {row["id"]: row["of_whom"] or "" for row in found.get("asked_of", ())}
    needs = needs_in(found, scope.client, on=scope.today, sources=sources)
    return Section(
        "owed", _("What the client owes"),
        [_line(scope, need, asked_of) for need in needs],
        links=[Link(_("All requests"), scope.list_url(REQUESTS))],
        add=Link(_("Ask the client for material"), scope.add_url(REQUESTS)),
    )  # fmt: skip


def _line(scope: Scope, need: Need, asked_of: dict[int, str]) -> Owed:
    source, pk = named_by(need.code)
    model = source.model._meta.label_lower
    late = (scope.today - need.due).days if need.due else 0
    of_whom = asked_of.get(pk, "") if model == REQUESTS else ""
    url = scope.row_url(model, pk)
    return Owed(need.title, need.what, need.due, max(late, 0), of_whom, url, need.code)
