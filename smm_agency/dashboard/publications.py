"""Publications that wait for a person: not out, unknown, or such as would not go out."""

import datetime as dt
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Case, IntegerField, QuerySet, Value, When
from django.urls import reverse

from clients.models import Client
from content.models import Publication, PublicationState
from content.standing_of_publications import NEEDS_PERSON
from smm_agency.dashboard.reader import Reader

SHOWN = 12
# Nobody is sure of the first; the last still has a day.
ORDER = (
    PublicationState.UNKNOWN,
    PublicationState.FAILED,
    PublicationState.BY_HAND,
    PublicationState.MISSED,
    PublicationState.DUE,
)
COLOURS = {
    PublicationState.UNKNOWN: "red",
    PublicationState.FAILED: "red",
    PublicationState.BY_HAND: "amber",
    PublicationState.MISSED: "amber",
    PublicationState.DUE: "grey",
}


@dataclass(frozen=True)
class PublicationLine:
    client: str
    post: str
    place: str
    state: str
    colour: str
    why: str
    planned_at: dt.datetime | None
    zone: ZoneInfo
    url: str


def waiting_publications(clients: QuerySet[Client], reader: Reader) -> dict[str, Any]:
    """Two queries whatever their number: those shown, and how many there are."""
    if not reader.user.has_perm("content.view_publication"):
        return {"publications": [], "publications_total": 0, "publications_url": ""}
    waiting = Publication.objects.filter(NEEDS_PERSON, client__in=clients)
    whens = [When(state=state, then=Value(place)) for place, state in enumerate(ORDER)]
    rows = (
        waiting.select_related("client", "post", "community__profile")
        .defer("text", "post__text", "post__brief")
        .order_by(Case(*whens, output_field=IntegerField()), "planned_at", "pk")
    )
    total = waiting.count()
    address = reverse("admin:content_publication_changelist")
    return {
        "publications": [line_of(row) for row in rows[:SHOWN]],
        "publications_total": total,
        "publications_url": f"{address}?waits=person",
    }


def line_of(row: Publication) -> PublicationLine:
    state = PublicationState(row.state)
    return PublicationLine(
        client=row.client.name,
        post=row.post.title,
        place=row.community.profile.title,
        state=str(state.label),
        colour=COLOURS.get(state, "grey"),
        why=row.failure or row.warning,
        planned_at=row.planned_at,
        zone=row.client.zone,
        url=reverse("admin:content_publication_change", args=[row.pk]),
    )
