"""The queue of a community: which slots come, which are free, and who stands in them.

A slot is taken by whatever stands in the community at its moment: there is no second list that
could say otherwise. Who takes one or reorders holds the community's row, so two people at once
never get the same slot.
"""

import datetime as dt
import hashlib
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from communities.models import Community
from content.models import Post, PostingSlot, PostState, Publication, PublicationState
from content.wall_clock import moment_of

DAY = dt.timedelta(days=1)
# How far a free slot is looked for.
HORIZON_DAYS = 180
SHOWN_DAYS = 28
NEVER_QUEUED = (PostState.CANCELLED, PostState.PUBLISHED, PostState.FAILED)


class Place(NamedTuple):
    """A slot of a day; `publication` is None where it is free."""

    at: dt.datetime
    publication: Publication | None


def coming_slots(community: Community, *, at: dt.datetime, days: int) -> Iterator[dt.datetime]:
    """Moments of the slots after `at`, in order. One query."""
    zone = community.client.zone
    today = community.client.day_of(at)
    slots = list(PostingSlot.objects.filter(community=community).values_list("weekday", "time"))
    for number in range(days):
        day = today + DAY * number
        moments = {
            moment_of(day, time, zone) for weekday, time in slots if weekday == day.weekday()
        }
        yield from sorted(moment for moment in moments if moment > at)


def queue_of(community: Community, *, at: dt.datetime, days: int = SHOWN_DAYS) -> list[Place]:
    """The coming slots with what stands in them. Two queries."""
    moments = list(coming_slots(community, at=at, days=days))
    standing = Publication.objects.standing().filter(community=community, planned_at__in=moments)
    by_moment = {row.planned_at: row for row in standing.select_related("post").order_by("-pk")}
    return [Place(moment, by_moment.get(moment)) for moment in moments]


def free_slot(community: Community, *, at: dt.datetime) -> dt.datetime | None:
    """The first that nobody stands in; None where there is none."""
    return next(
        (
            place.at
            for place in queue_of(community, at=at, days=HORIZON_DAYS)
            if not place.publication
        ),
        None,
    )


@transaction.atomic
def take_next_slots(post: Post, *, at: dt.datetime) -> list[Publication]:
    """Put each publication of the post that waits for approval into the next free slot.

    Raises ValidationError where there is nothing to put, or a community has no free slot; then
    nothing was changed.
    """
    waiting = post.publications.filter(state=PublicationState.PLANNED).select_related("post")
    ids = list(waiting.order_by("community_id").values_list("pk", "community_id"))
    if not ids or post.state in NEVER_QUEUED:
        raise ValidationError(
            _("There is nothing to put into a slot: choose communities, or withdraw it first.")
        )
    communities = _held(community_id for _pk, community_id in ids)
    # Read after the communities are held: somebody may have moved them meanwhile.
    rows = {row.community_id: row for row in waiting}
    taken = []
    for community in communities:
        publication = rows.get(community.pk)
        if publication is not None:
            _put(publication, _free_or_refuse(community, at=at))
            taken.append(publication)
    return taken


def _held(ids: Iterator[int]) -> list[Community]:
    """In the order of their ids, so that two people never wait for each other."""
    rows = Community.objects.select_for_update(of=("self",), no_key=True)
    found = rows.select_related("client", "profile").filter(pk__in=list(ids)).order_by("pk")
    return list(found)


def _free_or_refuse(community: Community, *, at: dt.datetime) -> dt.datetime:
    moment = free_slot(community, at=at)
    if moment is None:
        message = _("“%(community)s” has no free slot within %(days)d days: add slots to it.")
        raise ValidationError(message % {"community": community, "days": HORIZON_DAYS})
    return moment


# --- The order of a queue ------------------------------------------------------------------------


def movable(places: Sequence[Place]) -> list[Publication]:
    """What stands in slots and still waits for approval; what is scheduled stays where it is."""
    return [
        place.publication
        for place in places
        if place.publication and place.publication.state == PublicationState.PLANNED
    ]


def digest_of(places: Sequence[Place]) -> str:
    """What somebody saw of a queue."""
    told = [f"{row.pk}@{row.planned_at:%Y%m%d%H%M}" for row in movable(places)]
    return hashlib.sha256(",".join(told).encode()).hexdigest()


@transaction.atomic
def swap(
    community: Community,
    publication_id: int,
    *,
    step: int,
    seen: str,
    at: dt.datetime,
    days: int = 28,
) -> None:
    """Change places with the next one earlier (-1) or later (1) that may be moved.

    Raises ValidationError where the queue has changed since it was seen.
    """
    (held,) = _held(iter([community.pk]))
    places = queue_of(held, at=at, days=days)
    if digest_of(places) != seen:
        raise ValidationError(_("Somebody has changed the queue meanwhile: look at it again."))
    rows = movable(places)
    place = next((n for n, row in enumerate(rows) if row.pk == publication_id), None)
    other = place + step if place is not None else -1
    if place is None or not 0 <= other < len(rows):
        raise ValidationError(_("There is nothing to change places with."))
    mine, theirs = rows[place], rows[other]
    my_time, their_time = mine.planned_at, theirs.planned_at
    _put(mine, their_time)
    _put(theirs, my_time)


def _put(publication: Publication, moment: dt.datetime | None) -> None:
    """Only while it waits for approval: what was let go meanwhile keeps the time it was let for."""
    waiting = Publication.objects.filter(pk=publication.pk, state=PublicationState.PLANNED)
    if not waiting.update(planned_at=moment):
        raise ValidationError(
            _("“%(post)s” was scheduled meanwhile and keeps its time: look at it again.")
            % {"post": publication.post}
        )
    publication.planned_at = moment
