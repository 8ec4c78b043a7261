"""What a client sees of its publications, read as the portal's role."""

import calendar
import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, QuerySet

from clients.models import Client
from communities.networks.registry import network_name
from content.fulfilment import moments_of
from content.models import Post, PostFile, Publication, PublicationState
from content.months import PlanMonth
from content.portal_words import Words, words_of
from smm_agency.lib.file_response import SHOWN
from strategy.models import PostFormat

# The columns that the portal's role may read.
COLUMNS = (
    "pk", "post_id", "planned_at", "sent_at", "state", "url", "text", "wall_post_id",
    "post__title", "post__text", "post__state", "post__format", "post__hashtags", "post__link",
    "post__call_to_action", "community__profile__title", "community__profile__network",
)  # fmt: skip


@dataclass(frozen=True)
class ShownPublication:
    """A post in a community; `at` is by the client's clock, None where no time is planned."""

    pk: int
    post_id: int
    title: str
    at: dt.datetime | None
    community: str
    network: str
    text: str
    url: str
    state: str
    words: Words
    format: str
    hashtags: str
    link: str
    call_to_action: str
    wall_post_id: int | None
    is_cancelled: bool

    @property
    def day(self) -> dt.date | None:
        return self.at.date() if self.at else None


@dataclass
class ShownDay:
    day: dt.date
    is_outside: bool
    publications: list[ShownPublication] = field(default_factory=list)


def publications_of(client: Client) -> QuerySet[Any, Any]:
    rows: QuerySet[Any, Any] = (
        Publication.objects.filter(client=client).order_by("planned_at", "pk").values(*COLUMNS)
    )
    return rows


def shown_in(client: Client, month: PlanMonth) -> list[ShownPublication]:
    return shown_between(client, month.first, month.last)


def shown_between(client: Client, first: dt.date, last: dt.date) -> list[ShownPublication]:
    """In the order of time. One statement."""
    begin, end = moments_of(client, first, last)
    out = Q(sent_at__gte=begin, sent_at__lt=end)
    ahead = Q(sent_at=None, planned_at__gte=begin, planned_at__lt=end)
    rows = publications_of(client).exclude(state=PublicationState.CANCELLED).filter(out | ahead)
    found = [shown(client, row) for row in rows]
    return sorted(found, key=lambda one: (str(one.at), one.pk))


def sent_between(client: Client, first: dt.date, last: dt.date) -> list[ShownPublication]:
    """What went out on these days, in the order of time. One statement."""
    begin, end = moments_of(client, first, last)
    rows = publications_of(client).filter(sent_at__gte=begin, sent_at__lt=end)
    return [shown(client, row) for row in rows.order_by("sent_at", "pk")]


def shown(client: Client, row: dict[str, Any]) -> ShownPublication:
    moment = row["sent_at"] or row["planned_at"]
    return ShownPublication(
        pk=row["pk"],
        post_id=row["post_id"],
        title=row["post__title"],
        at=moment.astimezone(client.zone) if moment else None,
        community=row["community__profile__title"],
        network=network_name(row["community__profile__network"]),
        text=row["text"] or row["post__text"],
        url=row["url"],
        state=row["state"],
        words=words_of(row["post__state"], row["state"]),
        format=str(PostFormat(row["post__format"]).label),
        hashtags=row["post__hashtags"],
        link=row["post__link"],
        call_to_action=row["post__call_to_action"],
        wall_post_id=row["wall_post_id"],
        is_cancelled=row["state"] == PublicationState.CANCELLED,
    )


def weeks_of(month: PlanMonth, publications: Sequence[ShownPublication]) -> list[list[ShownDay]]:
    """Whole weeks from Mondays on; the days of other months stand empty."""
    weeks = calendar.Calendar().monthdatescalendar(month.first.year, month.first.month)
    return [
        [
            ShownDay(
                day,
                day.month != month.first.month,
                [one for one in publications if one.day == day],
            )
            for day in week
        ]
        for week in weeks
    ]


def post_of(client: Client, post_id: int) -> Post | None:
    """With those columns alone that the portal's role may read; None where it sees no such post."""
    posts = Post.objects.filter(client=client, pk=post_id).only(
        "pk", "client_id", "title", "text", "format", "state", "link", "hashtags",
        "call_to_action", "is_ad", "erid", "advertiser",
    )  # fmt: skip
    return posts.order_by("pk").first()


def pictures_of(client: Client, post_id: int) -> list[PostFile]:
    """Pictures that were shown to the client; one in all communities, or in one of them."""
    files = PostFile.objects.filter(
        client=client, post=post_id, file__is_shown=True, file__content_type__in=SHOWN
    )
    return list(
        files.select_related("file").only(
            "pk", "position", "file__name", "file__width", "file__height", "file__content_type"
        )
    )
