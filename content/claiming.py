"""What is due, and taking it into a worker's hands: the database decides, whoever was woken.

A claim is a lease with a token. Every later write of the worker is compare-and-set on both the
state and the token, so a worker that was taken for dead changes nothing any more.

The leases. CLAIMED lasts for the reading of the post: PREPARING. SENDING lasts for the call with
its uploads: the adapter begins no write after `write_by` (`Draft.write_by`), and one exchange with
a network ends within five seconds of connecting, thirty of any silence and ninety of an answer that
drips; LONGEST_WRITE is above that, sending of the body included. So when a lease of SENDING is
over, its sender is dead or has nothing more to write, however slow it was: nobody races it.
"""

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum, When, Window
from django.db.models.functions import Coalesce, RowNumber

from clients.models import AT_REST, ClientStatus, StatusChange
from communities.models import Community
from content.models import (
    PostFile,
    PostState,
    Publication,
    PublicationAttempt,
    PublicationState,
    Stop,
    StopScope,
)

PREPARING = dt.timedelta(seconds=90)
# Uploads come before the write; a text alone has none.
WRITE_WITHIN = dt.timedelta(seconds=60)
WRITE_WITH_FILES_WITHIN = dt.timedelta(minutes=3)
LONGEST_WRITE = dt.timedelta(minutes=3)
# Tries that were not put off for the network's rate; then a person.
MOST_ATTEMPTS = 3
# Of one page's queue so many are looked at: those behind them wait their turn anyway.
SEEN_OF_A_KEY = 100

# A first try begins the time anew; one that was put off keeps it, whatever it cost.
SINCE = Case(
    When(attempts=0, failure_kind="", then=F("next_try_at")),
    default=Coalesce("due_since", "next_try_at"),
)


@dataclass(frozen=True, slots=True)
class Held:
    """A publication in this worker's hands."""

    pk: int
    token: uuid.UUID


def stopped(*, at: dt.datetime) -> Q:
    """For publications: whether a stop holds them now, or nobody works for the client."""
    stops = over_publication(Stop.objects.standing(at=at))
    return Q(client__status__in=AT_REST) | Q(Exists(stops))


def stopped_when_due(*, at: dt.datetime) -> Q:
    """As above, or whether one held them at their time and has ended by itself since.

    Such a stop is settled by the clock (`content.stops.settle_ended_stops`), which may come after
    a worker: what fell due under it must not burst out in between. Nor does what fell due before
    the end of a pause.
    """
    ended = Stop.objects.filter(
        lifted_at=None,
        settled_at=None,
        ends_at__lte=at,
        began_at__lte=OuterRef("next_try_at"),
        ends_at__gt=OuterRef("next_try_at"),
    )
    stops = over_publication(Stop.objects.standing(at=at) | ended)
    resumed = StatusChange.objects.filter(
        client=OuterRef("client"),
        old=ClientStatus.PAUSED,
        changed_at__gt=OuterRef("next_try_at"),
        changed_at__lte=at,
    )
    return Q(client__status__in=AT_REST) | Q(Exists(stops)) | Q(Exists(resumed))


def over_publication(stops: QuerySet[Stop]) -> QuerySet[Stop]:
    return stops.filter(
        Q(scope=StopScope.EVERYTHING)
        | Q(scope=StopScope.COUNTRY, country=OuterRef("client__country"))
        | Q(scope=StopScope.CLIENT, client=OuterRef("client"))
        | Q(scope=StopScope.COMMUNITY, community=OuterRef("community"))
    )


def due(*, at: dt.datetime) -> QuerySet[Publication]:
    waiting = Publication.objects.filter(state=PublicationState.DUE, next_try_at__lte=at)
    return waiting.exclude(post__state=PostState.CANCELLED)


def find_due(*, at: dt.datetime, most: int = 2_000) -> list[Publication]:
    """What is due, the oldest first, but of each key's queue only the head.

    With `is_stopped`, `has_pictures`, `has_videos`, `file_bytes`, the community's profile and the
    client; not claimed yet.
    """
    place = Window(
        RowNumber(),
        partition_by=[
            F("client"),
            F("community__profile__access_key"),
            F("community__profile__network"),
        ],
        order_by=["next_try_at", "pk"],
    )
    files = PostFile.objects.filter(
        Q(community=None) | Q(community=OuterRef("community")), post=OuterRef("post")
    )
    videos = files.filter(file__content_type__startswith="video/")
    sizes = files.order_by().values("post").annotate(total=Sum("file__size")).values("total")
    found = (
        due(at=at)
        .filter(attempts__lt=MOST_ATTEMPTS)
        .annotate(place=place)
        .filter(place__lte=SEEN_OF_A_KEY)
        .annotate(
            is_stopped=stopped_when_due(at=at),
            has_videos=Exists(videos),
            file_bytes=Coalesce(Subquery(sizes), 0),
            has_pictures=Exists(files.exclude(file__content_type__startswith="video/")),
        )
        .select_related("community__profile", "client")
        .defer("text")
        .order_by("place", "next_try_at", "pk")
    )
    return list(found[:most])


def claim(
    ids: Iterable[int], *, at: dt.datetime, ahead: dt.timedelta = dt.timedelta()
) -> list[Held]:
    """Take these where they may still go out; what another worker holds is left alone.

    The attempt is counted here, before the work. `ahead`: for a network that waits itself.
    """
    token = uuid.uuid4()
    with transaction.atomic():
        free = (
            due(at=at + ahead)
            .filter(~stopped_when_due(at=at), pk__in=list(ids), attempts__lt=MOST_ATTEMPTS)
            .exclude(community__state=Community.State.ARCHIVED)
            .select_for_update(skip_locked=True, of=("self",))
        )
        taken = list(free.order_by("pk").values_list("pk", flat=True))
        Publication.objects.filter(pk__in=taken).update(
            state=PublicationState.CLAIMED,
            attempts=F("attempts") + 1,
            due_since=SINCE,
            lease_token=token,
            lease_until=at + PREPARING,
        )
    return [Held(pk, token) for pk in taken]


def mark_sending(
    held: Sequence[Held], *, write_by: dt.datetime, at: dt.datetime
) -> dict[int, PublicationAttempt]:
    """Write down, before the calls, that they are made; by id those that may be made.

    What is missing in the answer is no longer ours, or a stop came in between: it stays.
    """
    if not held:
        return {}
    with transaction.atomic():
        ours = Publication.objects.filter(
            ~stopped_when_due(at=at),
            of_holder(held),
            state=PublicationState.CLAIMED,
            lease_until__gt=at,
        ).select_for_update(of=("self",))
        rows = list(ours.order_by("pk").values_list("pk", "client_id"))
        Publication.objects.filter(pk__in=[pk for pk, _client in rows]).update(
            state=PublicationState.SENDING, sending_at=at, lease_until=write_by + LONGEST_WRITE
        )
        tries = PublicationAttempt.objects.bulk_create(
            PublicationAttempt(publication_id=pk, client_id=client, began_at=at)
            for pk, client in rows
        )
    return {each.publication_id: each for each in tries}


def of_holder(held: Sequence[Held]) -> Q:
    """The rows by id and token; a batch has one token."""
    by_token: dict[uuid.UUID, list[int]] = {}
    for each in held:
        by_token.setdefault(each.token, []).append(each.pk)
    found = Q()
    for token, ids in by_token.items():
        found |= Q(lease_token=token, pk__in=ids)
    return found


def set_if_held(held: Held, was: PublicationState, /, **values: Any) -> bool:
    """Compare-and-set: change the row if it is still this worker's, in this state."""
    rows = Publication.objects.filter(pk=held.pk, lease_token=held.token, state=was)
    return bool(rows.update(**values))


def set_if(publication: Publication, was: PublicationState, /, **values: Any) -> bool:
    """Compare-and-set for rows that nobody holds."""
    return bool(Publication.objects.filter(pk=publication.pk, state=was).update(**values))
