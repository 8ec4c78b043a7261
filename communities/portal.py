"""The portal's pages of communities: where each stands, and what waits for the client."""

import datetime as dt
from typing import Any, NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import JSONObject
from django.http import Http404
from django.utils.translation import gettext_lazy

from clients.models import Client, Side
from clients.portal import PortalView
from communities.models import ChecklistItem, Community, CommunityMove, ItemState
from communities.networks.registry import network_name, profile_url
from communities.portal_design import read_design

State = Community.State
# What a state means to somebody who does not work here.
MEANINGS = {
    State.PLANNED: gettext_lazy("It is planned; the work has not begun."),
    State.CREATION: gettext_lazy("The page is being created."),
    State.DESIGN: gettext_lazy("Its design is being made."),
    State.SET_UP: gettext_lazy("It is being set up."),
    State.READY: gettext_lazy("Everything is ready for the launch."),
    State.RUNNING: gettext_lazy("It runs."),
    State.ARCHIVED: gettext_lazy("The work on it has ended."),
}


class Waiting(NamedTuple):
    """An item that is the client's move."""

    title: str
    hint: str
    due_on: dt.date | None
    is_late: bool


class Line(NamedTuple):
    """`done` of `needed` items of the set-up; `needed` is 0 where there is no list."""

    pk: int
    title: str
    network: str
    url: str
    state: str
    meaning: str
    since: dt.datetime | None
    launched_on: dt.date | None
    is_gone: bool
    is_archived: bool
    done: int
    needed: int
    waiting: list[Waiting]


def lines_of(client: Client, *, on: dt.date) -> list[Line]:
    """One statement for all communities of the client."""
    rows = with_progress(Community.objects.filter(client=client))
    return [line_of(row, on=on) for row in rows.order_by("profile__title", "pk")]


def with_progress(rows: QuerySet[Community]) -> QuerySet[Any, Any]:
    moves = CommunityMove.objects.filter(community=OuterRef("pk")).order_by("-moved_at", "-pk")
    needed = ~Q(checklist__state=ItemState.NOT_NEEDED)
    return rows.annotate(
        title=F("profile__title"),
        network=F("profile__network"),
        external_id=F("profile__external_id"),
        screen_name=F("profile__screen_name"),
        gone_at=F("profile__gone_at"),
        since=Subquery(moves.values("moved_at")[:1]),
        done=Count("checklist", filter=Q(checklist__state=ItemState.DONE)),
        needed=Count("checklist", filter=needed),
        waiting=ArraySubquery(waiting_items()),
    ).values(
        "pk", "state", "launched_on", "title", "network", "external_id", "screen_name", "gone_at",
        "since", "done", "needed", "waiting",
    )  # fmt: skip


def waiting_items() -> QuerySet[Any, Any]:
    rows = ChecklistItem.objects.filter(
        community=OuterRef("pk"), side=Side.CLIENT, state=ItemState.OPEN
    ).order_by(F("due_on").asc(nulls_last=True), "position")
    names = ("title_en", "title_ru", "hint_en", "hint_ru", "due_on")
    return rows.values_list(JSONObject(**{name: name for name in names}))


def line_of(row: dict[str, Any], *, on: dt.date) -> Line:
    state = State(row["state"])
    is_archived = state == State.ARCHIVED
    return Line(
        pk=row["pk"],
        title=row["title"],
        network=network_name(row["network"]),
        url=profile_url(row["network"], row["external_id"], row["screen_name"]),
        state=str(state.label),
        meaning=str(MEANINGS[state]),
        since=row["since"],
        launched_on=row["launched_on"],
        is_gone=row["gone_at"] is not None,
        is_archived=is_archived,
        done=row["done"],
        needed=row["needed"],
        # Nobody waits for anything where the work has ended.
        waiting=[] if is_archived else [waiting_of(each, on=on) for each in row["waiting"]],
    )


def waiting_of(row: dict[str, Any], *, on: dt.date) -> Waiting:
    due_on = dt.date.fromisoformat(row.pop("due_on")) if row["due_on"] else None
    row.pop("due_on", None)
    item = ChecklistItem(**row)
    return Waiting(item.title, item.hint, due_on, due_on is not None and due_on < on)


class Communities(PortalView):
    template_name = "portal/communities.html"
    section = "communities"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        lines = lines_of(self.client, on=self.client.today())
        return super().get_context_data(**kwargs) | {
            "communities": [line for line in lines if not line.is_archived],
            "archived": [line for line in lines if line.is_archived],
        }


class CommunityPage(PortalView):
    """One community with its history; `community` names it for what is included."""

    template_name = "portal/community.html"
    section = "communities"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows = Community.objects.filter(client=self.client, pk=self.kwargs["community_id"])
        row = with_progress(rows).first()
        if row is None:
            raise Http404
        moves = CommunityMove.objects.filter(community=row["pk"])
        return super().get_context_data(**kwargs) | {
            "line": line_of(row, on=self.client.today()),
            "community": Community(pk=row["pk"], client=self.client, state=row["state"]),
            "moves": list(moves.only("pk", "old", "new", "moved_at")),
            "items": list(items_shown(row["pk"])),
            "design": read_design(self.client).get(row["pk"]),
        }


def items_shown(community_id: int) -> QuerySet[ChecklistItem]:
    """The columns that the portal's role may read."""
    return (
        ChecklistItem.objects.filter(community=community_id)
        .only("pk", "position", "title_en", "title_ru", "side", "due_on", "state", "done_at")
        .order_by("position", "pk")
    )
