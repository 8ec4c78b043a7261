"""Native scheduling, where a client's terms say so: the network gets the post before its time.

Only VK, and off by default: what stands in the network's own queue no stop of ours holds back (a
person is told to take it away there). VK takes a time of ten minutes ahead and more, gives the post
another id when it appears, and tells the old one as `postponed_id`: so it is followed until it is
on the wall.
"""

import datetime as dt
import logging

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.networks.outcomes import Ok, Refused
from communities.networks.publishing import Published
from communities.posting_keys import needed_for
from communities.wall import find_wall_posts
from content.claiming import claim, set_if, stopped
from content.models import Publication, PublicationState
from content.post_standing import settle_post
from content.publication_letters import tell
from content.publishing_keys import choose_key, keys_of
from content.reconciling import ask_network, leave_to_person
from content.sending import files_by_post, prepare, start
from content.sent_outcomes import sent_values, take_outcome
from content.wall_matches import values_of

logger = logging.getLogger(__name__)

NETWORKS = ("vk",)
# VK takes ten minutes and more; a day ahead is early enough, and its queue takes 25 a day.
SOONEST, FURTHEST = dt.timedelta(minutes=15), dt.timedelta(days=1)
MOST = 25
# So long after its time it must be on the wall.
FOLLOW_FOR = dt.timedelta(minutes=30)
LOOK_EVERY = dt.timedelta(minutes=5)
PLACED = PublicationState.PLACED

TAKE_AWAY = gettext_lazy(
    "Publications are held, but this post is in the network's own queue and will appear at its"
    " time. Take it away there, or let it appear."
)


def place(*, at: dt.datetime) -> int:
    """Give the network what is due within a day; how many were given."""
    rows = list(placeable(at=at).select_related("community__profile", "client")[:MOST])
    keys = keys_of(row.client_id for row in rows)
    files = files_by_post(rows, with_content=False)
    placed = 0
    for row in rows:
        needs = needed_for(each.file.content_type for each in files.get(row.post_id, []))
        key = choose_key(row.community.profile, needs, keys)
        if key is not None:
            held = claim([row.pk], at=at, ahead=FURTHEST)
            ready = prepare(held, {row.pk: key}, at=at, is_native=True)
            for sending in start(ready, at=at):
                outcome = sending.ready.send()
                take_outcome(sending.ready.held, sending.attempt, outcome, key=key, at=at)
                placed += isinstance(outcome, Ok)
    return placed


def placeable(*, at: dt.datetime) -> QuerySet[Publication]:
    return Publication.objects.filter(
        ~stopped(at=at),
        state=PublicationState.DUE,
        attempts=0,
        # What the network would not take into its queue goes out at its time, without it.
        failure_kind="",
        next_try_at__gte=at + SOONEST,
        next_try_at__lte=at + FURTHEST,
        client__content_terms__uses_native_scheduling=True,
        community__profile__network__in=NETWORKS,
    ).order_by("next_try_at", "pk")


def follow(*, at: dt.datetime) -> int:
    """Find on the wall what was to appear, and warn of what a stop cannot hold."""
    for row in Publication.objects.filter(stopped(at=at), state=PLACED, warning="").select_related(
        "client", "post__author", "community__profile"
    ):
        warn(row, at=at)
    settled = 0
    due = Publication.objects.filter(state=PLACED, next_try_at__lte=at)
    for row in due.select_related(
        "client", "post__client", "post__author", "post__tracking_number", "community__profile"
    )[:100]:
        try:
            settled += follow_one(row, at=at)
        except Exception:
            logger.exception("Publication %s could not be followed.", row.pk)
    return settled


@transaction.atomic
def warn(row: Publication, *, at: dt.datetime) -> None:
    if set_if(row, PLACED, warning=str(TAKE_AWAY)):
        tell(
            row, "placed-under-stop",
            subject=lambda: _("a stop does not hold a post in the network's queue"),
            text=lambda: str(TAKE_AWAY), at=at,
        )  # fmt: skip


def follow_one(row: Publication, *, at: dt.datetime) -> bool:
    """Whether it is settled now."""
    known = find_wall_posts(row.community.profile, [row.external_id]).get(row.external_id)
    if known is not None and not Publication.objects.filter(wall_post=known).exists():
        done = set_if(row, PLACED, **values_of(row, known))
        settle_post(row.post, at=at)
        return done
    outcome = ask_network(row, at=at)
    if isinstance(outcome, Ok) and outcome.value is not None:
        return appeared(row, outcome.value, at=at)
    is_over = row.planned_at is None or at > row.planned_at + FOLLOW_FOR
    if isinstance(outcome, Refused) or is_over:
        missing = _("The network was to publish it at its time, and it is not seen on the wall.")
        if set_if(row, PLACED, state=PublicationState.UNKNOWN, failure=missing):
            row.failure = missing
            leave_to_person(row, "", at=at)
        return True
    set_if(row, PLACED, next_try_at=at + LOOK_EVERY)
    return False


@transaction.atomic
def appeared(row: Publication, published: Published, *, at: dt.datetime) -> bool:
    """Its id in the queue stays known beside the one on the wall."""
    values = sent_values(published, at=at)
    values["aliases"] = sorted({*published.aliases, row.external_id} - {published.external_id})
    done = set_if(row, PLACED, **values)
    settle_post(row.post, at=at)
    return done
