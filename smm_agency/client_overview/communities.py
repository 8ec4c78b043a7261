"""The client's communities: network, state, subscribers as they were read last."""

import datetime as dt
from typing import Any, NamedTuple

from django.db.models import OuterRef
from django.utils.translation import gettext as _

from communities.models import Community
from communities.networks.registry import network_name, profile_url
from kpi.models import ProfileSnapshot
from smm_agency.client_overview.scope import Link, Scope, Section
from smm_agency.lib.rows_at_once import Found, day_of, listed
from smm_agency.lib.words import as_change, as_count

DAYS_BACK = dt.timedelta(days=30)
SEEN_WITH = "communities.community"


class CommunityLine(NamedTuple):
    """`subscribers` is a dash where nobody has read them; `change` is against `since`."""

    title: str
    network: str
    address: str
    url: str
    state: str
    is_gone: bool
    subscribers: str
    read_on: dt.date | None
    change: str
    since: dt.date | None
    figures_url: str


def ask(scope: Scope) -> dict[str, Any]:
    if not scope.sees(SEEN_WITH):
        return {}
    known = ProfileSnapshot.objects.filter(profile=OuterRef("profile"), followers__isnull=False)
    before = known.filter(date__lte=scope.today - DAYS_BACK).order_by("-date")
    rows = Community.objects.filter(client=scope.client).order_by("profile__title", "pk")
    return {
        "community_lines": listed(
            rows, "id", "state", "profile_id", title="profile__title", network="profile__network",
            external_id="profile__external_id", screen_name="profile__screen_name",
            gone_at="profile__gone_at",
            newest=listed(known.order_by("-date")[:1], "date", "followers"),
            before=listed(before[:1], "date", "followers"),
        )
    }  # fmt: skip


def show(scope: Scope, found: Found) -> Section | None:
    if "community_lines" not in found:
        return None
    return Section(
        "communities", _("Communities"), [_line(scope, row) for row in found["community_lines"]],
        links=[
            Link(_("All communities"), scope.list_url(SEEN_WITH)),
            Link(_("Pages"), scope.list_url("communities.profile")),
        ],
        add=Link(_("Add the client's first page"), scope.add_url("communities.profile")),
    )  # fmt: skip


def _line(scope: Scope, row: Found) -> CommunityLine:
    newest = row["newest"][0] if row["newest"] else {}
    before = row["before"][0] if row["before"] else {}
    is_compared = bool(newest and before)
    return CommunityLine(
        title=row["title"],
        network=network_name(row["network"]),
        address=profile_url(row["network"], row["external_id"], row["screen_name"]),
        url=scope.row_url(SEEN_WITH, row["id"]),
        state=str(Community.State(row["state"]).label),
        is_gone=row["gone_at"] is not None,
        subscribers=as_count(newest.get("followers")),
        read_on=day_of(newest.get("date")),
        change=as_change(newest["followers"] - before["followers"]) if is_compared else "",
        since=day_of(before.get("date")),
        figures_url=scope.list_url("kpi.profilesnapshot", profile=row["profile_id"]),
    )
