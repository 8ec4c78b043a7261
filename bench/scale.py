"""A year of 10,000 pages: how large snapshots are, and what BRIN and partitions would give.

`make scale` (or `BENCH_SCALE=0.01 make scale`, seconds) prints the tables of
docs/decisions/0003-snapshots-at-scale.md, on a database of its own. Rows are made by the server.
Post snapshots are made for a tenth of the pages, and their sizes multiplied by ten.
"""

import datetime as dt
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median
from typing import Any

import django
from django.db import connection, transaction

from bench.table import draw_rows

DAYS = 365
PAGES_PER_CLIENT = 10
POST_PART = 10
DAYS_BETWEEN_POSTS = 2
TIMES = 7
MB = 1024 * 1024
PROFILES, POSTS = "kpi_profilesnapshot", "kpi_postsnapshot"

LOAD_PROFILES = """
INSERT INTO kpi_profilesnapshot (client_id, profile_id, date, reading, read_at, followers)
SELECT client_id, id, day, 'api', day + interval '20 hours', 1000 + id %% 5000 + (%(today)s - day)
FROM generate_series(%(today)s::date - %(days)s::int, %(today)s::date - 1, interval '1 day') AS at
CROSS JOIN LATERAL (SELECT at::date AS day) AS days
CROSS JOIN communities_profile ORDER BY day, id
"""
LOAD_POSTS = """
INSERT INTO communities_wallpost (client_id, profile_id, external_id, aliases, posted_at, text,
    kind, is_pinned, is_repost, is_ad, first_seen_at)
SELECT client_id, id, back::text, '{}', %(today)s::date - back + interval '9 hours',
    repeat('A post. ', 40), 'text', false, false, false, now()
FROM generate_series(%(days)s::int, 1, -%(every)s::int) AS back
CROSS JOIN communities_profile WHERE id %% %(part)s::int = 0 ORDER BY back DESC, id
"""
# Each post at the slots of its cadence, in the order in which they come in life.
LOAD_READINGS = """
INSERT INTO kpi_postsnapshot (client_id, wall_post_id, slot, hour, reading, read_at, views, likes,
    comments, shares)
SELECT post.client_id, post.id, post.posted_at::date + read.days, read.hour, 'api',
    post.posted_at + read.age, 900 + read.nth * 7, 40 + read.nth, 5, 2
FROM communities_wallpost post
JOIN communities_profile page ON page.id = post.profile_id
JOIN unnest(%(relations)s::text[], %(days)s::int[], %(hours)s::int[], %(ages)s::interval[],
    %(nths)s::int[]) AS read (relation, days, hour, age, nth) ON read.relation = page.relation
WHERE post.posted_at + read.age < %(today)s
ORDER BY 3, 4, 2
"""
MONTH = """
SELECT profile_id, min(followers), max(followers), count(followers) FROM {table}
WHERE date BETWEEN %(today)s::date - 200 AND %(today)s::date - 173 GROUP BY profile_id
"""
ONE_PAGE = """
SELECT date, followers FROM {table}
WHERE profile_id = %(page)s AND date > %(today)s::date - 90 ORDER BY date
"""


@dataclass(frozen=True)
class Scale:
    """How much is loaded."""

    pages: int = 10_000
    days: int = DAYS

    @property
    def post_factor(self) -> int:
        return POST_PART


Row = tuple[str, ...]
Told = dict[str, Any]


def run(scale: Scale, *, at: dt.datetime) -> list[str]:
    """Load, thin and measure on the empty database that Django is connected to; the tables."""
    began = time.perf_counter()
    load(scale, at)
    loaded = time.perf_counter() - began
    before = sizes(POSTS)
    took, deleted = thin(at)
    repack(POSTS)
    after = sizes(POSTS)
    return [
        f"{scale.pages:,} pages, {scale.days} days. Loaded in {loaded:.0f} s.",
        size_table(scale, sizes(PROFILES), before, after),
        f"Thinned in {took:.0f} s: {deleted:,} of {before.rows:,} rows, {deleted / took:,.0f}/s.",
        layout_table(at),
    ]


# --- Loading -------------------------------------------------------------------------------------


def load(scale: Scale, at: dt.datetime) -> None:
    from bench.load import analyse, unchecked_keys  # noqa: PLC0415
    from clients.models import Client, ClientStatus  # noqa: PLC0415
    from communities.models import Profile  # noqa: PLC0415

    clients = Client.objects.bulk_create(
        Client(name=f"Client {number}", status=ClientStatus.ACTIVE)
        for number in range(max(1, scale.pages // PAGES_PER_CLIENT))
    )
    Profile.objects.bulk_create(
        Profile(
            client=clients[number % len(clients)],
            network="vk",
            external_id=str(number),
            title=f"Page {number}",
            relation=Profile.Relation.COMPETITOR if number % 3 else Profile.Relation.OWN,
        )
        for number in range(scale.pages)
    )
    told: Told = {
        "today": at.date(),
        "days": scale.days,
        "every": DAYS_BETWEEN_POSTS,
        "part": POST_PART,
    }
    is_inside = connection.in_atomic_block
    with unchecked_keys(), connection.cursor() as cursor:
        cursor.execute(LOAD_PROFILES, told)
        cursor.execute(LOAD_POSTS, told)
        cursor.execute(LOAD_READINGS, told | slots_of_a_post())
        # Inside a test's transaction an index is made of no table with keys still to check.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE" if is_inside else "SELECT 1")
    analyse()


def slots_of_a_post() -> Told:
    """By the cadence that is loaded: readings of a post of 9:00 in UTC, 12:00 in Moscow."""
    from kpi.cadence import load_cadence  # noqa: PLC0415

    cadence = load_cadence()
    moscow = dt.timezone(dt.timedelta(hours=3))
    posted_at = dt.datetime(2026, 1, 1, 12, tzinfo=moscow)
    found: dict[str, list[Any]] = {
        name: [] for name in ("relations", "days", "hours", "ages", "nths")
    }
    for relation in cadence.relations:
        latest = None
        for nth in range(int(cadence.reads_for(relation) / dt.timedelta(hours=1))):
            age = dt.timedelta(hours=nth, minutes=20)
            slot = cadence.slot(relation, posted_at, posted_at + age)
            if latest is None or slot > latest:
                latest = slot
                read = (relation, (slot.day - posted_at.date()).days, slot.hour, age, nth)
                for values, value in zip(found.values(), read, strict=True):
                    values.append(value)
    return found


def thin(at: dt.datetime) -> tuple[float, int]:
    from kpi.thinning import thin_snapshots  # noqa: PLC0415

    began = time.perf_counter()
    deleted = thin_snapshots(at=at).snapshots
    return max(time.perf_counter() - began, 0.001), deleted


def repack(table: str) -> None:
    """As if it had been thinned night by night: the space of one night is used again in the next.

    Not inside a test's transaction.
    """
    with connection.cursor() as cursor:
        full = f"VACUUM (FULL, ANALYZE) {table}"
        cursor.execute("ANALYZE" if connection.in_atomic_block else full)


# --- Sizes ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Sizes:
    """In bytes; `spared` is the index on the parent alone, which the unique one makes needless."""

    rows: int
    heap: int
    indexes: int
    spared: int


def sizes(table: str) -> Sizes:
    parent = "profile_id" if table == PROFILES else "wall_post_id"
    with undone(), connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(*), pg_table_size('{table}'), pg_indexes_size('{table}') FROM {table}"  # noqa: S608
        )
        rows, heap, indexes = cursor.fetchone()
        cursor.execute(f"CREATE INDEX spared ON {table} ({parent})")
        cursor.execute("SELECT pg_relation_size('spared')")
        return Sizes(rows, heap, indexes, cursor.fetchone()[0])


def size_table(scale: Scale, profiles: Sizes, before: Sizes, after: Sizes) -> str:
    header = ("a year of snapshots", "rows", "table", "indexes", "together", "spared index", "")
    rows = (
        ("pages, daily", profiles, 1),
        ("posts, all readings", before, scale.post_factor),
        ("posts, thinned", after, scale.post_factor),
    )
    return draw_rows(header, [size_row(what, found, times) for what, found, times in rows])


def size_row(what: str, found: Sizes, times: int) -> Row:
    together = found.heap + found.indexes
    parts = (found.heap, found.indexes, together, found.spared)
    cells = (f"{part * times / MB:,.0f} MB" for part in parts)
    return (what, f"{found.rows * times:,}", *cells, "")


# --- Layouts -------------------------------------------------------------------------------------


def layout_table(at: dt.datetime) -> str:
    """28 days of all pages half a year ago, and 90 days of one page; the layouts are undone."""
    brin = "profile_snapshot_date"
    rows = [("BRIN(date), as it is", *times_of(PROFILES, at), size_of(brin), "")]
    with undone():
        execute(f"DROP INDEX {brin}")
        rows.append(("unique (profile, date) alone", *times_of(PROFILES, at), "", ""))
        execute(f"CREATE INDEX plain ON {PROFILES} (date, profile_id)")
        rows.append(("btree (date, profile)", *times_of(PROFILES, at), size_of("plain"), ""))
    with undone():
        partition(at)
        rows.append(("monthly partitions", *times_of("parts", at), "", ""))
    header = ("layout", "28 days of all pages", "90 days of one page", "its index", "")
    return draw_rows(header, rows)


def partition(at: dt.datetime) -> None:
    execute("CREATE TABLE parts (LIKE kpi_profilesnapshot) PARTITION BY RANGE (date)")
    first = (at.date() - dt.timedelta(days=DAYS + 31)).replace(day=1)
    while first <= at.date():
        until = (first + dt.timedelta(days=31)).replace(day=1)
        execute(
            f"CREATE TABLE parts_{first:%Y_%m} PARTITION OF parts"
            f" FOR VALUES FROM ('{first}') TO ('{until}')"
        )
        first = until
    execute("INSERT INTO parts SELECT * FROM kpi_profilesnapshot")
    execute("CREATE UNIQUE INDEX ON parts (profile_id, date)")
    execute("ANALYZE parts")


def times_of(table: str, at: dt.datetime) -> tuple[str, str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(id) FROM communities_profile")
        told: Told = {"today": at.date(), "page": cursor.fetchone()[0]}
    month, page = (seconds(query.format(table=table), told) for query in (MONTH, ONE_PAGE))
    return f"{month * 1000:.1f} ms", f"{page * 1000:.2f} ms"


def seconds(query: str, told: Told) -> float:
    """The median, after one that warms up."""
    taken = []
    with connection.cursor() as cursor:
        for _ in range(TIMES + 1):
            began = time.perf_counter()
            cursor.execute(query, told)
            cursor.fetchall()
            taken.append(time.perf_counter() - began)
    return median(taken[1:])


def size_of(index: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_relation_size(%s)", [index])
        size: int = cursor.fetchone()[0]
    return f"{size / 1024:,.0f} kB"


def execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


@contextmanager
def undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "smm_agency.settings")
    django.setup()
    from django.utils import timezone  # noqa: PLC0415

    from bench.agency import Size  # noqa: PLC0415
    from bench.database import own_database  # noqa: PLC0415
    from bench.run import machine, read_size  # noqa: PLC0415

    try:
        share = read_size(os.environ).clients / Size.clients
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    with own_database():
        print(machine())
        print(*run(Scale(round(10_000 * share)), at=timezone.now()), sep="\n\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
