"""Posts of the coming week that wait for the client's material; two queries."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import QuerySet

from clients.models import Client
from content.models import MaterialRequest
from content.waiting import posts_without_material
from smm_agency.dashboard.reader import Reader

SHOWN = 10


@dataclass(frozen=True)
class WaitingLine:
    """A post that goes out soon, and by when its material was needed."""

    title: str
    client: str
    goes_on: dt.date
    needed_by: dt.date
    is_late: bool
    url: str


def waiting_lines(
    clients: QuerySet[Client], reader: Reader, *, at: dt.datetime
) -> list[WaitingLine]:
    posts = posts_without_material(clients, at=at)[:SHOWN]
    return [
        WaitingLine(
            title=post.title,
            client=post.client.name,
            goes_on=post.client.day_of(post.goes_out),
            needed_by=post.needed_by,
            is_late=post.needed_by < post.client.day_of(at),
            url=reader.row_url("content.post", post.pk),
        )
        for post in posts
    ]


def overdue_requests(clients: QuerySet[Client], *, on: dt.date) -> int:
    """How much is asked of clients and has not come in time."""
    return MaterialRequest.objects.filter(client__in=clients).overdue(on=on).count()
