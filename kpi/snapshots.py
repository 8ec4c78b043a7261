"""Writing readings of counters: once per (profile, date) and (post, slot), corrections kept.

The rows go by COPY into a temporary table, and one statement does the rest: it inserts, changes
what really differs, and writes the replaced values to `kpi_snapshotcorrection`.

Which value wins: the later reading, by `read_at`. What it does not tell (NULL) leaves the measured
value as it was, unless `erase=True` says that this is an explicit correction. A reading older than
the stored one only fills gaps. So two workers end with the same rows, in whatever order they come.
"""

import datetime as dt
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter
from typing import Any, NamedTuple

from django.db import connection, models, transaction

from kpi.models import PostSnapshot, ProfileSnapshot, Reading, SnapshotCorrection


class ProfileValues(NamedTuple):
    """A profile's counters on one of its client's days. The client is the profile's own."""

    client_id: int
    profile_id: int
    date: dt.date
    reading: str
    read_at: dt.datetime
    followers: int | None = None
    joined: int | None = None
    left: int | None = None
    posts: int | None = None
    views: int | None = None
    reach: int | None = None
    likes: int | None = None
    comments: int | None = None
    shares: int | None = None
    saves: int | None = None
    clicks: int | None = None
    messages: int | None = None
    views_day: int | None = None
    interactions: int | None = None
    visits: int | None = None


class PostValues(NamedTuple):
    """A post's counters as they stood in a slot: on one of the client's days, from an hour on."""

    client_id: int
    wall_post_id: int
    slot: dt.date
    reading: str
    read_at: dt.datetime
    hour: int = 0
    views: int | None = None
    reach: int | None = None
    likes: int | None = None
    comments: int | None = None
    shares: int | None = None
    saves: int | None = None
    clicks: int | None = None


@dataclass(frozen=True, slots=True)
class Stored:
    """Rows by what became of them; `filled` had only gaps, so no value was replaced."""

    new: int = 0
    filled: int = 0
    corrected: int = 0
    unchanged: int = 0

    def __add__(self, other: "Stored") -> "Stored":
        return Stored(
            self.new + other.new,
            self.filled + other.filled,
            self.corrected + other.corrected,
            self.unchanged + other.unchanged,
        )


def store_profile_snapshots(
    rows: Sequence[ProfileValues], *, at: dt.datetime, erase: bool = False
) -> Stored:
    """Store readings of profiles; `at` dates the corrections. Atomic, safe to repeat."""
    return _store(ProfileSnapshot, rows, at=at, erase=erase)


def store_post_snapshots(
    rows: Sequence[PostValues], *, at: dt.datetime, erase: bool = False
) -> Stored:
    """Store readings of posts; `at` dates the corrections. Atomic, safe to repeat."""
    return _store(PostSnapshot, rows, at=at, erase=erase)


Row = ProfileValues | PostValues
# client, parent, day, reading, read_at stand before the counters; in between a post has its hour.
DAY, READ_AT, HEAD = 2, 4, 5
HOUR = "hour"


# What a stored row is once for: of a profile the date, of a post the slot's day and hour.
_PROFILE_KEY, _POST_KEY = itemgetter(1, 2), itemgetter(1, 2, 5)


def _key_of(fields: Sequence[str]) -> "itemgetter[Any]":
    return _POST_KEY if fields[HEAD] == HOUR else _PROFILE_KEY


def _head_of(fields: Sequence[str]) -> int:
    """How many fields stand before the counters."""
    return HEAD + (fields[HEAD] == HOUR)


def _store(
    model: type[models.Model], rows: Sequence[Row], *, at: dt.datetime, erase: bool
) -> Stored:
    if not rows:
        return Stored()
    table = model._meta.db_table
    fields = type(rows[0])._fields
    merged = _once_per_key(rows, fields, erase=erase)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_make_incoming(table, fields))
        cursor.copy_expert(
            f"COPY incoming_{table} ({_names(fields)}) FROM STDIN WITH (NULL 'None')",
            _as_text(merged),
        )
        cursor.execute(_upsert(table, fields, erase=erase), [at])
        new, written, corrected = cursor.fetchone()
        cursor.execute(f"DROP TABLE incoming_{table}")
    return Stored(new, written - new - corrected, corrected, len(rows) - written)


def _once_per_key(
    rows: Sequence[Row], fields: Sequence[str], *, erase: bool
) -> Sequence[tuple[Any, ...]]:
    """One row per parent and slot, since a statement may touch a stored row once only."""
    key_of, head = _key_of(fields), _head_of(fields)
    if len(set(map(key_of, rows))) == len(rows):
        return rows
    merged: dict[tuple[Any, ...], tuple[Any, ...]] = {}
    for row in sorted(rows, key=lambda row: row.read_at):
        key = key_of(row)
        earlier = merged.get(key)
        if earlier is None or erase:
            merged[key] = row
            continue
        counters = (
            old if new is None else new for new, old in zip(row[head:], earlier[head:], strict=True)
        )
        merged[key] = (*row[:head], *counters)
    return list(merged.values())


def _as_text(rows: Sequence[tuple[Any, ...]]) -> io.StringIO:
    """Numbers, dates and codes: none needs escaping, and none reads "None".

    Many rows share a day and a moment: each of these is written out once.
    """
    columns: list[Iterable[Any]] = list(zip(*rows, strict=True))
    for place in (DAY, READ_AT):
        written = {value: str(value) for value in set(columns[place])}
        columns[place] = map(written.__getitem__, columns[place])
    line = "\t".join(["%s"] * len(columns)) + "\n"
    return io.StringIO("".join(map(line.__mod__, zip(*columns, strict=True))))


def _names(fields: Sequence[str]) -> str:
    return ", ".join(f'"{field}"' for field in fields)


@lru_cache
def _make_incoming(table: str, fields: tuple[str, ...]) -> str:
    columns = f"SELECT {_names(fields)} FROM {table} WITH NO DATA"  # noqa: S608 - our own names
    return f"CREATE TEMPORARY TABLE incoming_{table} ON COMMIT DROP AS {columns}"


@lru_cache
def _upsert(table: str, fields: tuple[str, ...], *, erase: bool) -> str:
    """The one statement; RETURNING sees the row before and after (PostgreSQL 18)."""
    parent, day, counters = fields[1], fields[2], fields[_head_of(fields) :]
    key = ", ".join(_key_of(fields)(fields))
    later = "excluded.read_at >= stored.read_at"
    winner = {name: _winning(name, later, erase=erase) for name in counters}
    # Whoever knows more of a day that was filled in later gives the row its name.
    named = f"{later} OR stored.reading = '{Reading.BACKFILL}'"
    changes = [f'"{name}" = {winner[name]}' for name in counters] + [
        f"{name} = CASE WHEN {named} THEN excluded.{name} ELSE stored.{name} END"
        for name in ("reading", "read_at")
    ]
    differs = " OR ".join(f'stored."{name}" IS DISTINCT FROM {winner[name]}' for name in counters)
    replaced = ", ".join(
        f"""'{name}', CASE WHEN new."{name}" IS DISTINCT FROM old."{name}" THEN old."{name}" END"""
        for name in counters
    )
    # Sorted by key, so that two workers lock the rows in the same order.
    return f"""
        WITH written AS (
            INSERT INTO {table} AS stored ({_names(fields)})
            SELECT {_names(fields)} FROM incoming_{table} ORDER BY {key}
            ON CONFLICT ({key}) DO UPDATE SET {", ".join(changes)}
            WHERE {differs}
            RETURNING old.id AS old_id, new.client_id, new.{parent}, new.{day} AS day,
                old.reading, old.read_at,
                CASE WHEN old.id IS NOT NULL
                    THEN jsonb_strip_nulls(jsonb_build_object({replaced})) END AS replaced
        ), corrected AS (
            INSERT INTO {SnapshotCorrection._meta.db_table}
                (client_id, {parent}, date, old, old_reading, old_read_at, corrected_at)
            SELECT client_id, {parent}, day, replaced, reading, read_at, %s
            FROM written WHERE replaced <> '{{}}'
            RETURNING 1
        )
        SELECT count(*) FILTER (WHERE old_id IS NULL), count(*), (SELECT count(*) FROM corrected)
        FROM written
    """  # noqa: S608 - names of our own tables and fields


def _winning(name: str, later: str, *, erase: bool) -> str:
    new, old = f'excluded."{name}"', f'stored."{name}"'
    if erase:
        return f"CASE WHEN {later} THEN {new} ELSE {old} END"
    return f"CASE WHEN {later} THEN COALESCE({new}, {old}) ELSE COALESCE({old}, {new}) END"
