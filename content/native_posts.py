"""Classifying what was posted on the network itself: a person says where each post comes from."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from clients.models import Client, User
from communities.models import WallPost
from content.curated import every_native_post, month_of, native_posts
from content.models import MonthClose, NativePost, TextWork
from strategy.models import ContentSource


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What the network tells of a post; a person decides."""

    source: str
    text_work: str


def suggest(post: WallPost) -> Suggestion | None:
    """A repost shows somebody else's words; of other posts nothing is known."""
    if post.is_repost:
        return Suggestion(ContentSource.CURATED, TextWork.REPOST)
    return None


def to_classify(client: Client, *, month: dt.date | None = None) -> list[WallPost]:
    """The oldest first, those of a month only if one is given."""
    rows = native_posts(client).filter(native=None)
    if month is not None:
        first, last = month_of(month)
        begin, end = (
            dt.datetime.combine(day, dt.time(), tzinfo=client.zone)
            for day in (first, last + dt.timedelta(days=1))
        )
        rows = rows.filter(posted_at__gte=begin, posted_at__lt=end)
    return list(rows.select_related("profile").order_by("posted_at", "pk"))


def waiting_by_client(clients: QuerySet[Client]) -> list[tuple[Client, int]]:
    """Those of the clients that have something to classify, with how much. Two queries."""
    rows = every_native_post().filter(native=None, client__in=clients).order_by()
    counts = dict(rows.values_list("client").annotate(number=Count("pk")))
    return [(client, counts[client.pk]) for client in clients.filter(pk__in=counts)]


def is_in_closed_month(post: WallPost) -> bool:
    month = post.client.day_of(post.posted_at).replace(day=1)
    return MonthClose.objects.filter(client=post.client_id, month=month).exists()


@transaction.atomic
def classify(
    client: Client,
    ids: Collection[int],
    *,
    source: str,
    text_work: str,
    by: User,
    at: dt.datetime,
) -> int:
    """Say of these wall posts where they come from; how many. Raises ValidationError.

    What somebody else classified meanwhile refuses the whole: two words about a post would be one
    too many.
    """
    if source not in ContentSource.values or text_work not in TextWork.values:
        raise ValidationError(_("Choose the source and the work on the text."))
    Client.objects.select_for_update(no_key=True).get(pk=client.pk)
    rows = native_posts(client).filter(pk__in=ids, native=None)
    found = list(rows)
    if not found or len(found) < len(set(ids)):
        raise ValidationError(_("Some of them are classified or gone meanwhile: look again."))
    NativePost.objects.bulk_create(
        NativePost(
            client=client,
            wall_post=row,
            source=source,
            text_work=text_work,
            classified_at=at,
            classified_by=by,
        )
        for row in found
    )
    return len(found)
