"""The stops that stand over any part of the client, and the way to the next one."""

from typing import Any

from clients.models import Client
from communities.models import Community, Profile
from content.models import Stop
from content.stops import in_words
from smm_agency.client_overview.scope import Link, Scope
from smm_agency.lib.rows_at_once import Found, listed, row_of


def ask(scope: Scope) -> dict[str, Any]:
    if not scope.sees("content.stop"):
        return {}
    rows = Stop.objects.standing(at=scope.at).holding_client(scope.client)
    return {
        "stops": listed(
            rows, "id", "scope", "country", "reason", "began_at", of_client="client_id",
            title="community__profile__title", network="community__profile__network",
        )
    }  # fmt: skip


def stops_of(scope: Scope, found: Found) -> list[Link]:
    return [
        Link(in_words(_stop(row, scope.client)), scope.row_url("content.stop", row["id"]))
        for row in found.get("stops", ())
    ]


def _stop(row: Found, client: Client) -> Stop:
    told = {name: row[name] for name in ("scope", "country", "reason", "began_at")}
    page = Profile(title=row["title"], network=row["network"]) if row["title"] else None
    community = Community(profile=page) if page else None
    stop: Stop = row_of(Stop, told, client=client if row["of_client"] else None)
    stop.community = community
    return stop
