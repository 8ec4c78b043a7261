"""The curated share: how much of what stands on a client's walls comes from the internet.

It is counted by publications: a post in three communities counts three times, above the line and
below it. A publication counts on the client's day it went out, before that on the day it is planned
for; a cancelled one does not count. A post from the internet is curated whatever was done to its
text; a member's is not. Posts made on the network itself count once a person has classified them;
until then they are neither, and their number is told.
"""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from math import floor
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import CharField, Exists, Func, Min, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from clients.models import Client
from communities.models import Profile, WallPost
from content.caps import cap_of_days
from content.models import PostState, Publication, PublicationState
from smm_agency.lib.months import last_of_month
from strategy.models import ContentSource

FORMULA = _("publications from the internet ÷ all publications; cancelled ones are left out")
ROLLING = dt.timedelta(days=30)
# The cap is near: said before it is reached.
NEAR = Decimal("0.05")

# Let through by the agency: they hold their place under the cap.
LET_THROUGH = frozenset(
    {
        PostState.INTERNAL_APPROVED,
        PostState.CLIENT_REVIEW,
        PostState.CLIENT_REWORK,
        PostState.CLIENT_APPROVED,
        PostState.SCHEDULED,
        PostState.PUBLISHED,
        PostState.FAILED,
        PostState.NEEDS_CHECKING,
    }
)


@dataclass(frozen=True, slots=True)
class CuratedShare:
    """`counted` are the classified ones; `cap` is None where no strategy sets one."""

    curated: int
    counted: int
    unclassified: int = 0
    cap: Decimal | None = None

    @property
    def share(self) -> Decimal | None:
        """None where nothing was counted: that is no zero."""
        return Decimal(self.curated) / self.counted if self.counted else None

    @property
    def allowed(self) -> int | None:
        """How many may be curated: the cap of the counted ones, rounded down."""
        return None if self.cap is None else allowed_of(self.cap, self.counted)

    @property
    def is_over(self) -> bool:
        return self.allowed is not None and self.curated > self.allowed

    @property
    def is_near(self) -> bool:
        """Within five points of the cap, or above it."""
        return self.cap is not None and self.share is not None and self.share >= self.cap - NEAR


def allowed_of(cap: Decimal, counted: int) -> int:
    return floor(cap * counted)


@dataclass(frozen=True, slots=True)
class Item:
    """One publication, or one native post (`post_id` None); `is_curated` None: not classified."""

    day: dt.date
    is_curated: bool | None
    is_out: bool
    is_let_through: bool
    post_id: int | None = None


def curated_share(
    client: Client, since: dt.date, until: dt.date, *, is_out: bool = False
) -> CuratedShare:
    """Of the client's days from `since` to `until`, both included; by the lowest cap of them.

    `is_out`: of what stands on the walls already, not of all that is planned.
    """
    items = items_of(client, since, until)
    chosen = [item for item in items if item.is_out or not is_out]
    return share_of(chosen, cap=cap_of_days(client, since, until))


def share_of(items: Iterable[Item], *, cap: Decimal | None) -> CuratedShare:
    marks = [item.is_curated for item in items]
    counted = [mark for mark in marks if mark is not None]
    return CuratedShare(sum(counted), len(counted), len(marks) - len(counted), cap)


def month_of(day: dt.date) -> tuple[dt.date, dt.date]:
    """The first and the last day of the month."""
    return day.replace(day=1), last_of_month(day)


def rolling_to(day: dt.date) -> tuple[dt.date, dt.date]:
    """Thirty days that end with this one."""
    return day - ROLLING + dt.timedelta(days=1), day


def items_of(client: Client, since: dt.date, until: dt.date) -> list[Item]:
    """All that counts on the client's days, both included."""
    begin, end = (
        dt.datetime.combine(day, dt.time(), tzinfo=client.zone)
        for day in (since, until + dt.timedelta(days=1))
    )
    return [*_planned(client, begin, end), *_native(client, begin, end)]


def first_counted_day(client: Client) -> dt.date | None:
    """The day of the first publication or classified native post ever. Two queries."""
    native = native_posts(client).exclude(native=None)
    found = (
        counted_publications(client).aggregate(first=Min("counts_at"))["first"],
        native.aggregate(first=Min("posted_at"))["first"],
    )
    return min((client.day_of(moment) for moment in found if moment is not None), default=None)


def counted_publications(client: Client) -> QuerySet[Any]:
    """All that stand or went out, with `counts_at`: when they went out, else the time planned."""
    rows: QuerySet[Any] = Publication.objects.filter(client=client).annotate(
        counts_at=Coalesce("sent_at", "planned_at")
    )
    is_sent = Q(state=PublicationState.SENT)
    is_cancelled = Q(state=PublicationState.CANCELLED) | Q(post__state=PostState.CANCELLED)
    return rows.filter(is_sent | ~is_cancelled)


def _planned(client: Client, begin: dt.datetime, end: dt.datetime) -> Iterator[Item]:
    for row in planned_rows(client, begin, end).values_list(*PLANNED_COLUMNS):
        yield planned_item(client, *row)


PLANNED_COLUMNS = ("counts_at", "state", "post__source", "post_id", "post__state")
NATIVE_COLUMNS = ("posted_at", "native__source")


def planned_rows(client: Client, begin: dt.datetime, end: dt.datetime) -> QuerySet[Any]:
    return counted_publications(client).filter(counts_at__gte=begin, counts_at__lt=end)


def planned_item(
    client: Client, counts_at: dt.datetime, state: str, source: str, post_id: int, post_state: str
) -> Item:
    is_out = state == PublicationState.SENT
    is_curated = source == ContentSource.CURATED
    is_let_through = is_out or post_state in LET_THROUGH
    return Item(client.day_of(counts_at), is_curated, is_out, is_let_through, post_id)


def _native(client: Client, begin: dt.datetime, end: dt.datetime) -> Iterator[Item]:
    for row in native_rows(client, begin, end).values_list(*NATIVE_COLUMNS):
        yield native_item(client, *row)


def native_rows(client: Client, begin: dt.datetime, end: dt.datetime) -> QuerySet[WallPost]:
    return native_posts(client).filter(posted_at__gte=begin, posted_at__lt=end)


def native_item(client: Client, posted_at: dt.datetime, source: str | None) -> Item:
    is_curated = None if source is None else source == ContentSource.CURATED
    return Item(client.day_of(posted_at), is_curated, True, True)


def native_posts(client: Client) -> QuerySet[WallPost]:
    """What stands on the client's own walls and no publication made; deleted posts are left out."""
    return every_native_post().filter(client=client)


def every_native_post() -> QuerySet[WallPost]:
    """Of all clients. A publication is known by the ids of the network, its other ones included."""
    here = Publication.objects.filter(community__profile=OuterRef("profile"))
    by_id = here.filter(external_id=OuterRef("external_id"))
    by_other_id = here.filter(aliases__contains=[OuterRef("external_id")])
    by_its_other_id = here.annotate(ids=_array("external_id")).filter(
        ids__contained_by=OuterRef("aliases")
    )
    return WallPost.objects.filter(
        ~Exists(by_id),
        ~Exists(by_other_id),
        ~Exists(by_its_other_id),
        profile__relation=Profile.Relation.OWN,
        profile__community__isnull=False,
        publication=None,
        gone_at=None,
    )


def _array(name: str) -> Func:
    return Func(
        name,
        function="ARRAY",
        template="%(function)s[%(expressions)s]",
        output_field=ArrayField(CharField(max_length=100)),
    )


def unclassified(client: Client, since: dt.date, until: dt.date) -> int:
    """How many native posts of these days nobody has classified."""
    return sum(item.is_curated is None for item in items_of(client, since, until))
