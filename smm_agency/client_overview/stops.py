"""The stops that stand over any part of the client, and the way to the next one."""

from typing import Any

from content.models import Stop
from content.stops import in_words
from smm_agency.client_overview.scope import Link, Scope
from smm_agency.dashboard.stops import COLUMNS, stop_of
from smm_agency.lib.rows_at_once import Found, listed


def ask(scope: Scope) -> dict[str, Any]:
    if not scope.sees("content.stop"):
        return {}
    rows = Stop.objects.standing(at=scope.at).holding_client(scope.client)
    return {
        "stops": listed(
            rows, "id", *COLUMNS, client="client__name", zone="client__time_zone",
            title="community__profile__title", network="community__profile__network",
        )
    }  # fmt: skip


def stops_of(scope: Scope, found: Found) -> list[Link]:
    return [
        Link(in_words(stop_of(row)), scope.row_url("content.stop", row["id"]))
        for row in found.get("stops", ())
    ]
