"""Storing snapshots against raw COPY and INSERT … ON CONFLICT, on the same table."""

import datetime as dt
import io
import time
from collections.abc import Sequence
from statistics import median

import numpy as np
from django.db import connection, transaction

from bench.agency import PAGES, Agency
from bench.copying import as_text
from bench.statements import read_statements
from bench.table import Line
from kpi.snapshots import ProfileValues, Stored, store_profile_snapshots

ROUNDS = 7
DAYS_PER_BATCH = 10
# Of ten rows that stand already, one comes with another value.
CHANGED_EACH = 10
WANTED_SHARE = 0.5
# What the baseline writes of a row.
RAW_FIELDS = 13

Batch = Sequence[ProfileValues]


def measure_upserts(agency: Agency) -> list[Line]:
    """New rows, then the same ones with a tenth of them changed; ours and raw take turns."""
    batches = [make_batch(agency, number) for number in range(2 * ROUNDS)]
    ours, raw = batches[::2], batches[1::2]
    new_ours, new_raw, stored = take_turns(ours, raw)
    again = [[changed(batch) for batch in each] for each in (ours, raw)]
    old_ours, old_raw, kept = take_turns(*again)
    return [
        share_line("upsert of new snapshots", new_ours, new_raw),
        share_line("upsert of known ones, 10 % changed", old_ours, old_raw),
        count_line("new snapshots written", stored.new, sum(map(len, ours))),
        count_line("corrections written", kept.corrected, changes(ours, again[0])),
    ]


def take_turns(
    ours: Sequence[Batch], raw: Sequence[Batch]
) -> tuple[list[float], list[float], Stored]:
    """Rows per second of each batch, and what became of ours."""
    speeds: tuple[list[float], list[float]] = [], []
    stored = Stored()
    for number, pair in enumerate(zip(ours, raw, strict=True)):
        for side in (0, 1) if number % 2 else (1, 0):
            if side == 0:
                began = time.perf_counter()
                stored += store_profile_snapshots(pair[0], at=pair[0][0].read_at)
            else:
                text = as_text([row[:RAW_FIELDS] for row in pair[1]])
                began = time.perf_counter()
                store_raw(text)
            speeds[side].append(len(pair[side]) / (time.perf_counter() - began))
    return *speeds, stored


def store_raw(text: str) -> None:
    make, copy, insert = read_statements("snapshot_upsert.sql")
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(make)
        cursor.copy_expert(copy, io.StringIO(text))
        cursor.execute(insert)
        if connection.savepoint_ids:
            # Inside a test's transaction nothing is dropped by a commit.
            cursor.execute("DROP TABLE incoming")


def make_batch(agency: Agency, number: int) -> list[ProfileValues]:
    """Ten days of all pages, later than those that are loaded."""
    pages = agency.pages.ravel().tolist()
    clients = np.repeat(agency.clients, PAGES).tolist()
    first = agency.today + dt.timedelta(days=1 + number * DAYS_PER_BATCH)
    days = [first + dt.timedelta(days=n) for n in range(DAYS_PER_BATCH)]
    return [
        ProfileValues(
            client, page, day, "api", read_at, 1_000 + page, 5, 3, 700, 90_000 + page, 20, 4, 2
        )
        for day in days
        for read_at in [dt.datetime.combine(day, dt.time(20), tzinfo=dt.UTC)]
        for client, page in zip(clients, pages, strict=True)
    ]


def changed(batch: Batch) -> list[ProfileValues]:
    """The same readings an hour later, a tenth of them with more subscribers."""
    return [
        row._replace(
            read_at=row.read_at + dt.timedelta(hours=1),
            followers=(row.followers or 0) + (number % CHANGED_EACH == 0),
        )
        for number, row in enumerate(batch)
    ]


def changes(before: Sequence[Batch], after: Sequence[Batch]) -> int:
    return sum(
        old.followers != new.followers
        for olds, news in zip(before, after, strict=True)
        for old, new in zip(olds, news, strict=True)
    )


def share_line(what: str, ours: Sequence[float], raw: Sequence[float]) -> Line:
    """The median of the rounds' ratios: both of a round met the same machine."""
    share = median(mine / theirs for mine, theirs in zip(ours, raw, strict=True))
    return Line(
        what,
        f"{median(ours):,.0f} rows/s",
        f"≥ {WANTED_SHARE:.2f}",
        share >= WANTED_SHARE,
        baseline=f"{median(raw):,.0f} rows/s",
        ratio=share,
    )


def count_line(what: str, count: int, wanted: int) -> Line:
    return Line(what, f"{count:,}", f"{wanted:,}", count == wanted)
