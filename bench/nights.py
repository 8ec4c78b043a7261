"""The nightly evaluation against the raw aggregates that it stands on."""

import datetime as dt
import time
from dataclasses import dataclass, field
from statistics import median

from django.db import connection

from bench.agency import Agency
from bench.statements import read_statements
from bench.table import Line
from kpi.evaluation import Evaluated, evaluate

NIGHTS = 6
WANTED_TIMES = 3.0


@dataclass
class Nights:
    """Seconds of each night; the first opens all the flags and is told apart."""

    ours: list[float] = field(default_factory=list)
    raw: list[float] = field(default_factory=list)
    found: list[Evaluated] = field(default_factory=list)

    def take_ours(self, night: dt.datetime) -> None:
        began = time.perf_counter()
        self.found.append(evaluate(at=night))
        self.ours.append(time.perf_counter() - began)

    def take_raw(self, day: dt.date) -> None:
        began = time.perf_counter()
        aggregate(day)
        self.raw.append(time.perf_counter() - began)

    @property
    def lines(self) -> list[Line]:
        times = [mine / theirs for mine, theirs in zip(self.ours, self.raw, strict=True)]
        return [
            Line(
                f"evaluation of all clients, {self.found[-1].targets:,} targets",
                f"{median(self.ours[1:]):.2f} s",
                f"≤ {WANTED_TIMES:.2f}",
                median(times[1:]) <= WANTED_TIMES,
                baseline=f"{median(self.raw[1:]):.2f} s",
                ratio=median(times[1:]),
            )
        ]

    @property
    def remark(self) -> str:
        first, later = self.found[0], self.found[1:]
        return (
            f"The first night took {self.ours[0]:.2f} s and opened {first.opened:,} flags;"
            f" the {len(later)} after it, which are measured, opened"
            f" {sum(night.opened for night in later):,}."
        )


def measure_nights(agency: Agency, *, at: dt.datetime) -> Nights:
    """The nights up to `at`, one after another; each writes evaluations of a day of its own."""
    nights = Nights()
    for back in range(NIGHTS - 1, -1, -1):
        night = at - dt.timedelta(days=back)
        day = agency.today - dt.timedelta(days=back + 1)
        # In turns, so that each is as often the one that finds the pages in memory.
        if back % 2:
            nights.take_raw(day)
        nights.take_ours(night)
        if not back % 2:
            nights.take_raw(day)
    return nights


def aggregate(day: dt.date) -> int:
    """Read what came; the number of rows."""
    rows = 0
    with connection.cursor() as cursor:
        for statement in read_statements("evaluation.sql"):
            cursor.execute(statement, {"day": day})
            rows += len(cursor.fetchall())
    return rows
