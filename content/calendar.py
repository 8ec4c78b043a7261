"""What stands on the days of a calendar: publications, and posts made on the networks themselves.

Months and weeks are cut from the same reading: a post stands on one day in both.
"""

import calendar
import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet

from clients.models import Client
from communities.models import WallPost
from communities.networks.registry import network_name
from content.curated import every_native_post
from content.models import NativePost, PostState, Publication, PublicationState
from content.moving import can_move, state_name
from content.waiting import waiting_for_material
from strategy.models import ContentSource

DAY = dt.timedelta(days=1)
NATIVE = "native"
TONES = {
    PublicationState.SENT: "green",
    PublicationState.FAILED: "red",
    PublicationState.UNKNOWN: "red",
    PublicationState.MISSED: "red",
    PublicationState.BY_HAND: "amber",
    PublicationState.DUE: "set",
    PublicationState.CLAIMED: "set",
    PublicationState.SENDING: "set",
}
WITH_SOMEBODY = (
    PostState.INTERNAL_REVIEW,
    PostState.INTERNAL_REWORK,
    PostState.CLIENT_REVIEW,
    PostState.CLIENT_REWORK,
)


@dataclass(frozen=True)
class Choice:
    """What a person asked to see; empty: everything. `state` may be `native`."""

    client: str = ""
    community: str = ""
    rubric: str = ""
    author: str = ""
    state: str = ""
    source: str = ""

    def takes(self, entry: "Entry") -> bool:
        wanted = {
            "client": str(entry.client.pk),
            "community": str(entry.community_id),
            "rubric": entry.rubric,
            "author": str(entry.author_id or ""),
            "state": entry.state,
            "source": entry.source,
        }
        is_asked_for = self.state == PostState.CANCELLED or not entry.is_cancelled
        return is_asked_for and all(
            getattr(self, name) in ("", value) for name, value in wanted.items()
        )


@dataclass(frozen=True)
class Entry:
    """A publication, or with `publication` None a native post. `at` is by the client's clock."""

    client: Client
    at: dt.datetime
    title: str
    community_id: int
    community: str
    network: str
    rubric: str
    author_id: int | None
    state: str
    state_label: str
    tone: str
    source: str = ""
    publication: Publication | None = None
    wall_post_id: int | None = None
    can_move: bool = False
    is_late: bool = False
    waits: bool = False

    @property
    def day(self) -> dt.date:
        return self.at.date()

    @property
    def clock(self) -> str:
        return f"{self.at:%H:%M}"

    @property
    def city(self) -> str:
        """Names the zone: the last part of `Asia/Vladivostok`."""
        return self.client.time_zone.rpartition("/")[2].replace("_", " ")

    @property
    def network_name(self) -> str:
        return network_name(self.network)

    @property
    def is_out(self) -> bool:
        row = self.publication
        return row is None or row.state == PublicationState.SENT

    @property
    def is_cancelled(self) -> bool:
        return self.state == PostState.CANCELLED and not self.is_out

    @property
    def is_curated(self) -> bool:
        return self.source == ContentSource.CURATED


@dataclass
class Day:
    day: dt.date
    is_outside: bool
    entries: list[Entry] = field(default_factory=list)


def weeks_of(month: dt.date) -> list[list[dt.date]]:
    """The whole weeks that hold the month, from Mondays on."""
    return calendar.Calendar().monthdatescalendar(month.year, month.month)


@dataclass
class Reading:
    """Of a stretch of days: what stands on them, and all publications planned for or sent in it."""

    entries: list[Entry] = field(default_factory=list)
    publications: list[Publication] = field(default_factory=list)


def read_calendar(
    clients: Sequence[Client], first: dt.date, last: dt.date, *, at: dt.datetime
) -> Reading:
    """The clients' own days from `first` to `last`, in the order of time. Three statements."""
    by_id = {client.pk: client for client in clients}
    rows = list(_publications(by_id, first, last))
    held_up = waiting_for_material({row.post_id: row.post for row in rows}.values())
    entries = [
        *(_entry_of(row, by_id[row.client_id], at=at, held_up=held_up)
          for row in rows if not is_gone(row)),
        *(_native_entry(row, by_id[row.client_id]) for row in _native(by_id, first, last)),
    ]  # fmt: skip
    within = [entry for entry in entries if first <= entry.day <= last]
    within.sort(key=lambda entry: (entry.day, entry.at.time(), entry.client.name))
    return Reading(within, rows)


def is_gone(row: Publication) -> bool:
    """Cancelled here alone, while its post goes out elsewhere."""
    return row.state == PublicationState.CANCELLED and row.post.state != PostState.CANCELLED


def _around(first: dt.date, last: dt.date) -> tuple[dt.datetime, dt.datetime]:
    """Wide enough for every zone; the client's own days are cut out of it."""
    begin = dt.datetime.combine(first - DAY, dt.time(), tzinfo=dt.UTC)
    return begin, dt.datetime.combine(last + 2 * DAY, dt.time(), tzinfo=dt.UTC)


def publications_near(
    clients: Iterable[int], first: dt.date, last: dt.date
) -> QuerySet[Publication]:
    """All that may stand on these days, and some beside: the client's own days are cut out."""
    rows = Publication.objects.filter(client__in=clients)
    begin, end = _around(first, last)
    sent = rows.filter(sent_at__gte=begin, sent_at__lt=end)
    return sent | rows.planned_within(begin, end) | rows.promised_within(begin, end)


def moment_of_row(row: Publication) -> dt.datetime:
    """What went out stands where it went out: late by a day is seen on that day."""
    moment = row.sent_at or row.planned_at
    if moment is None:
        raise ValueError("A publication without a time stands on no day.")
    return moment


def _publications(clients: Iterable[int], first: dt.date, last: dt.date) -> Any:
    return (
        publications_near(clients, first, last)
        .select_related("post__rubric", "community__profile")
        .only(
            "client_id", "community_id", "planned_at", "promised_at", "sent_at", "state",
            "post__title", "post__client_id", "post__state", "post__source", "post__author_id",
            "post__rubric__name", "community__client_id", "community__profile__title",
            "community__profile__network",
        )
    )  # fmt: skip


def _native(clients: Iterable[int], first: dt.date, last: dt.date) -> Any:
    begin, end = _around(first, last)
    return (
        every_native_post()
        .filter(client__in=clients, posted_at__gte=begin, posted_at__lt=end)
        .select_related("profile__community", "native")
        .only(
            "client_id", "posted_at", "text", "external_id", "profile__title", "profile__network",
            "profile__community__id", "native__source",
        )
    )  # fmt: skip


def _entry_of(row: Publication, client: Client, *, at: dt.datetime, held_up: set[int]) -> Entry:
    moment = moment_of_row(row)
    post = row.post
    is_open = row.state in (PublicationState.PLANNED, PublicationState.DUE)
    return Entry(
        client=client,
        at=moment.astimezone(client.zone),
        title=post.title,
        community_id=row.community_id,
        community=row.community.profile.title,
        network=row.community.profile.network,
        rubric=post.rubric.name if post.rubric else "",
        author_id=post.author_id,
        state=post.state,
        state_label=state_name(row),
        tone=tone_of(row),
        source=post.source,
        publication=row,
        can_move=can_move(row),
        is_late=is_open and moment <= at and post.state != PostState.CANCELLED,
        waits=post.pk in held_up,
    )


def tone_of(row: Publication) -> str:
    """The colour of the dot beside its state."""
    if row.post.state == PostState.CANCELLED and row.state != PublicationState.SENT:
        return "grey"
    if row.state in TONES:
        return TONES[PublicationState(row.state)]
    return "amber" if row.post.state in WITH_SOMEBODY else "grey"


def _native_entry(row: WallPost, client: Client) -> Entry:
    native: NativePost | None = getattr(row, "native", None)
    return Entry(
        client=client,
        at=row.posted_at.astimezone(client.zone),
        title=str(row),
        community_id=row.profile.community.pk,
        community=row.profile.title,
        network=row.profile.network,
        rubric="",
        author_id=None,
        state=NATIVE,
        state_label="",
        tone="native",
        source=native.source if native else "",
        wall_post_id=row.pk,
    )


def by_days(
    weeks: list[list[dt.date]], entries: Iterable[Entry], month: dt.date
) -> list[list[Day]]:
    """The weeks with what stands on their days."""
    found: dict[dt.date, list[Entry]] = {}
    for entry in entries:
        found.setdefault(entry.day, []).append(entry)
    return [
        [Day(day, day.month != month.month, found.get(day, [])) for day in week] for week in weeks
    ]


def zones_of(entries: Iterable[Entry]) -> set[str]:
    """The clients' zones that a calendar mixes."""
    return {entry.client.time_zone for entry in entries}
