"""Posts that wait for a word: the agency's, and how long those are that wait for the client's."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Min, Q, QuerySet

from clients.models import Client
from content.models import Post, PostState
from smm_agency.dashboard.reader import Reader

SHOWN = 8


@dataclass(frozen=True)
class Review:
    """A post that waits for the agency's approval."""

    title: str
    client: str
    since: dt.datetime
    url: str


@dataclass(frozen=True)
class ClientWait:
    """Posts that a client has not answered about, the oldest since then."""

    client: str
    posts: int
    since: dt.datetime
    url: str


@dataclass(frozen=True)
class Approvals:
    """`with_agency` is the number of all that wait; `reviews` are the oldest of them."""

    reviews: list[Review]
    with_agency: int
    waits: list[ClientWait]
    reviews_url: str


def approvals(clients: QuerySet[Client], reader: Reader) -> Approvals:
    """Two queries, whatever the number of clients and posts."""
    seen = Q(client__in=clients)
    waiting = Post.objects.filter(seen, state=PostState.INTERNAL_REVIEW).select_related("client")
    reviews = list(
        waiting.order_by("state_since", "pk").only("title", "state_since", "client__name")
    )
    return Approvals(
        reviews=[_review(post, reader) for post in reviews[:SHOWN]],
        with_agency=len(reviews),
        waits=_waits(Post.objects.filter(seen, state=PostState.CLIENT_REVIEW), reader),
        reviews_url=reader.list_url("content.post", f"state__exact={PostState.INTERNAL_REVIEW}"),
    )


def _review(post: Post, reader: Reader) -> Review:
    url = reader.row_url("content.post", post.pk)
    return Review(post.title, post.client.name, post.state_since, url)


def _waits(posts: QuerySet[Post], reader: Reader) -> list[ClientWait]:
    """The longest first."""
    rows = posts.order_by().values("client", "client__name")
    rows = rows.annotate(posts=Count("pk"), since=Min("state_since")).order_by("since", "client")
    state = PostState.CLIENT_REVIEW
    return [
        ClientWait(
            row["client__name"],
            row["posts"],
            row["since"],
            reader.list_url("content.post", f"client={row['client']}&state__exact={state}"),
        )
        for row in rows[:SHOWN]
    ]
