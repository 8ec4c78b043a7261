"""Posts that cannot be made yet because the client owes material for them."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db.models import Min, Q, QuerySet

from content.models import MaterialRequest, Post, PostState, PublicationState

AHEAD = dt.timedelta(days=7)
# Nothing is waited for any more.
OVER = (PostState.PUBLISHED, PostState.CANCELLED)
NOT_OUT = (PublicationState.PLANNED, PublicationState.DUE, PublicationState.BY_HAND)


def waiting_for_material(posts: Iterable[Post]) -> set[int]:
    """Ids of those posts for which something is still asked of the client. One query."""
    waiting = MaterialRequest.objects.open().filter(post__in=list(posts)).order_by()
    return set(waiting.values_list("post_id", flat=True))


def posts_without_material(
    clients: QuerySet[Any], *, at: dt.datetime, ahead: dt.timedelta = AHEAD
) -> QuerySet[Any]:
    """Posts that go out within that time and wait for the client; `goes_out`, `needed_by`.

    One whose time has passed waits all the more.
    """
    is_waited_for = Q(material_requests__state="open")
    going_out = Q(publications__state__in=NOT_OUT, publications__planned_at__lt=at + ahead)
    posts = Post.objects.filter(is_waited_for, client__in=clients).exclude(state__in=OVER)
    return (
        posts.filter(going_out)
        .annotate(
            goes_out=Min("publications__planned_at", filter=going_out),
            needed_by=Min("material_requests__due_on", filter=is_waited_for),
        )
        .select_related("client")
        .order_by("goes_out", "pk")
    )
