"""Storing what stands on a wall: each post once, however often and under whatever id it is met.

A post is known by its id, by its aliases (the further messages of an album, the id that a VK post
had while it was postponed) and, for an album, by the network's id of the album, which is kept among
the aliases as `album:…`: a bot may hear of an album's messages in several batches.
"""

import datetime as dt
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain

from django.db import transaction
from django.db.models import Q

from communities.models import Profile, WallPost
from communities.networks.records import PostFormat, PostReading

ALBUM = "album:"
# What a source may tell of a post beside its id and time; a file without texts erases none.
TOLD = frozenset({"text", "kind", "is_pinned", "is_repost", "is_ad"})
CHANGEABLE = (
    "external_id",
    "aliases",
    "posted_at",
    "text",
    "kind",
    "is_pinned",
    "is_repost",
    "is_ad",
    "gone_at",
)


@dataclass(frozen=True, slots=True)
class StoredPosts:
    """`rows`: the stored row of each reading, in the readings' order (several may share one)."""

    rows: tuple[WallPost, ...] = ()
    new: int = 0
    changed: int = 0

    @property
    def unchanged(self) -> int:
        return len({row.pk for row in self.rows}) - self.new - self.changed


@dataclass(slots=True)
class _Wall:
    """The rows of one profile that readings may concern, by every id they are known by."""

    profile: Profile
    tells: Collection[str] = TOLD
    by_id: dict[str, WallPost] = field(default_factory=dict)
    new: dict[int, WallPost] = field(default_factory=dict)
    changed: dict[int, WallPost] = field(default_factory=dict)

    def add(self, row: WallPost) -> None:
        for name in (row.external_id, *row.aliases):
            self.by_id[name] = row

    def find(self, reading: PostReading) -> WallPost | None:
        return next((self.by_id[name] for name in names_of(reading) if name in self.by_id), None)


def store_wall_posts(
    profile: Profile,
    readings: Sequence[PostReading],
    *,
    at: dt.datetime,
    tells: Collection[str] = TOLD,
) -> StoredPosts:
    """Insert or update the posts of one profile; `at` is when new ones were first seen.

    `tells` are the fields (of `TOLD`) that the source knows; others stay as they are.
    Atomic. Workers that write the same wall wait for each other.
    """
    with transaction.atomic():
        Profile.objects.select_for_update(no_key=True).get(pk=profile.pk)
        wall = _known(_Wall(profile, tells), readings)
        rows = tuple(_take(wall, reading, at) for reading in readings)
        WallPost.objects.bulk_create(wall.new.values(), batch_size=1_000)
        WallPost.objects.bulk_update(wall.changed.values(), CHANGEABLE, batch_size=200)
    return StoredPosts(rows, len(wall.new), len(wall.changed))


def find_wall_posts(profile: Profile, ids: Sequence[str]) -> dict[str, WallPost]:
    """The rows known by these ids or aliases, by each of the ids that is known."""
    wall = _Wall(profile)
    for row in _rows(profile, ids):
        wall.add(row)
    return {name: wall.by_id[name] for name in ids if name in wall.by_id}


def names_of(reading: PostReading) -> Iterator[str]:
    """Every id that the reading tells, the surest first."""
    yield reading.external_id
    if reading.album_id:
        yield ALBUM + reading.album_id
    yield from reading.aliases


def _rows(profile: Profile, ids: Sequence[str]) -> Iterator[WallPost]:
    names = list(dict.fromkeys(ids))
    known = Q(external_id__in=names) | Q(aliases__overlap=names)
    return WallPost.objects.filter(known, profile=profile).order_by("pk").iterator()


def _known(wall: _Wall, readings: Sequence[PostReading]) -> _Wall:
    names = list(chain.from_iterable(names_of(reading) for reading in readings))
    for row in _rows(wall.profile, names):
        wall.add(row)
    return wall


def _take(wall: _Wall, reading: PostReading, at: dt.datetime) -> WallPost:
    row = wall.find(reading)
    if row is None:
        row = WallPost(client_id=wall.profile.client_id, profile=wall.profile, first_seen_at=at)
        row.external_id, row.posted_at = reading.external_id, reading.posted_at
        _write(row, reading, wall.tells)
        wall.new[id(row)] = row
    else:
        before = [getattr(row, name) for name in CHANGEABLE]
        _merge_ids(row, reading)
        _write(row, reading, wall.tells)
        is_changed = before != [getattr(row, name) for name in CHANGEABLE]
        if is_changed and id(row) not in wall.new:
            wall.changed[id(row)] = row
    wall.add(row)
    return row


def _merge_ids(row: WallPost, reading: PostReading) -> None:
    """What the network now calls an alias gives way; otherwise the stored id stays."""
    if row.external_id in reading.aliases:
        row.aliases = [*row.aliases, row.external_id]
        row.external_id = reading.external_id
    if row.external_id == reading.external_id:
        row.posted_at = reading.posted_at


def _write(row: WallPost, reading: PostReading, tells: Collection[str]) -> None:
    told: set[str] = {*row.aliases, *names_of(reading)} - {row.external_id}
    row.aliases = [*sorted(told, key=_numbers_first)]
    is_album = reading.format is PostFormat.ALBUM or any(name.startswith(ALBUM) for name in told)
    if "text" in tells:
        # Only one message of an album carries its text.
        row.text = reading.text or (row.text if is_album else "")
    if is_album:
        row.kind = PostFormat.ALBUM.value
    elif "kind" in tells:
        row.kind = reading.format.value
    for name in ("is_pinned", "is_repost", "is_ad"):
        if name in tells:
            setattr(row, name, getattr(reading, name))
    row.gone_at = None


def _numbers_first(name: str) -> tuple[int, int, str]:
    return (0, int(name), "") if name.isdecimal() else (1, 0, name)
