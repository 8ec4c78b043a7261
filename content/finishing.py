"""After a publication is out: its row of the wall, and the state of its post.

Apart from the sending, so that it holds up nothing, and found by the rows, so that no death of a
worker loses it.
"""

import datetime as dt
import logging

from django.db import transaction
from django.db.models import Q, QuerySet

from communities.networks.records import PostReading
from communities.wall import find_wall_posts, store_wall_posts
from content.models import PostState, Publication, PublicationState
from content.outgoing import outgoing_text
from content.post_standing import settle_post

logger = logging.getLogger(__name__)

# While one of them stands, a post that is partly out is still scheduled.
OPEN = (
    PublicationState.PLANNED, PublicationState.DUE, PublicationState.CLAIMED,
    PublicationState.SENDING, PublicationState.PLACED, PublicationState.BY_HAND,
)  # fmt: skip
# The wall's row belongs to another publication: it is left to that one.
WALL_IS_TAKEN = "wall_taken"


def finish_sent(*, at: dt.datetime, most: int = 100) -> int:
    """How many were finished."""
    return sum(finish(row, at=at) for row in unfinished(most))


def unfinished(most: int) -> QuerySet[Publication]:
    """Sent by the program and not on our wall yet, or of a post that has not heard of it."""
    sent = Publication.objects.filter(state=PublicationState.SENT)
    without = sent.filter(~Q(external_id=""), wall_post=None, attempts__gt=0)
    without = without.exclude(failure_kind=WALL_IS_TAKEN)
    unheard = sent.filter(post__state=PostState.SCHEDULED).exclude(
        post__publications__state__in=OPEN
    )
    ids = [
        *without.values_list("pk", flat=True)[:most],
        *unheard.values_list("pk", flat=True)[:most],
    ]
    return Publication.objects.filter(pk__in=ids).select_related(
        "client", "post__client", "post__tracking_number", "community__profile"
    )[:most]


def finish(row: Publication, *, at: dt.datetime) -> bool:
    try:
        with transaction.atomic():
            if row.wall_post_id is None and row.external_id:
                link_wall_post(row, at=at)
            settle_post(row.post, at=at)
    except Exception:
        logger.exception("Publication %s could not be finished.", row.pk)
        return False
    return True


def link_wall_post(row: Publication, *, at: dt.datetime) -> None:
    """The post on the wall, known from now on by the ids that the network gave.

    What measurement has told of it already stays.
    """
    profile = row.community.profile
    names = [row.external_id, *row.aliases]
    is_known = bool(find_wall_posts(profile, names))
    reading = PostReading(
        external_id=row.external_id, profile_external_id=profile.external_id,
        posted_at=row.sent_at or at, read_at=at, text=outgoing_text(row), url=row.url,
        aliases=tuple(row.aliases),
    )  # fmt: skip
    stored = store_wall_posts(profile, [reading], at=at, tells=() if is_known else {"text"})
    wall_post = stored.rows[0]
    mine = Publication.objects.filter(pk=row.pk, wall_post=None)
    if Publication.objects.filter(wall_post=wall_post).exists():
        mine.update(failure_kind=WALL_IS_TAKEN)
    else:
        mine.update(wall_post=wall_post)
