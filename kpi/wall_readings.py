"""Posts with their counters: the wall post below, the post snapshot here, in one transaction."""

import datetime as dt
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field

from django.db import transaction

from communities.models import Profile
from communities.networks.records import PostReading
from communities.wall import TOLD, store_wall_posts
from kpi.cadence import Slot
from kpi.snapshots import PostValues, Stored, store_post_snapshots

# Before them stand what the row is of, its slot, and when and by whom it was read.
COUNTERS = PostValues._fields.index("views")


@dataclass(frozen=True, slots=True)
class StoredReadings:
    """How many posts and snapshots were new and changed."""

    posts: int = 0
    new_posts: int = 0
    changed_posts: int = 0
    snapshots: Stored = field(default_factory=Stored)

    def __add__(self, other: "StoredReadings") -> "StoredReadings":
        return StoredReadings(
            self.posts + other.posts,
            self.new_posts + other.new_posts,
            self.changed_posts + other.changed_posts,
            self.snapshots + other.snapshots,
        )


@transaction.atomic
def store_post_readings(
    profile: Profile,
    readings: Sequence[PostReading],
    *,
    slot_of: Callable[[PostReading], Slot],
    source: str,
    at: dt.datetime,
    tells: Collection[str] = TOLD,
    not_due: Collection[int] = (),
) -> StoredReadings:
    """Store what a network or a file told about posts of one profile, each in its slot.

    Posts that are `not_due` (by their row's id) are kept up to date themselves and get no snapshot.
    A post without a single counter gets no snapshot. VK's likes include all its reactions; where a
    network tells reactions only, they are the likes.
    """
    wall = store_wall_posts(profile, readings, at=at, tells=tells)
    values = [
        PostValues(
            profile.client_id,
            row.pk,
            slot.day,
            source,
            reading.read_at,
            slot.hour,
            views=reading.views,
            likes=reading.likes if reading.likes is not None else reading.reactions,
            comments=reading.comments,
            shares=reading.shares,
            reach=reading.reach,
            saves=reading.saves,
            clicks=reading.clicks,
        )
        for row, reading in zip(wall.rows, readings, strict=True)
        if row.pk not in not_due
        for slot in [slot_of(reading)]
    ]
    told = [each for each in values if any(counter is not None for counter in each[COUNTERS:])]
    return StoredReadings(
        len({row.pk for row in wall.rows}),
        wall.new,
        wall.changed,
        store_post_snapshots(told, at=at),
    )
