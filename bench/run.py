"""Load, measure, and say it in a table. Called by `python -m bench`."""

import datetime as dt
import os
import platform
import time
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from django.db import connection
from tqdm import tqdm

from bench.agency import Agency, Size
from bench.browser import measure_browser
from bench.effects import draw_effects
from bench.load import Step, analyse, load
from bench.memory import measure_memory
from bench.networks import measure_networks
from bench.nights import measure_nights
from bench.pages import measure_pages
from bench.publishing import measure_publishing
from bench.quality import assess_all
from bench.quality_table import draw_quality, is_as_wanted
from bench.report import measure_report
from bench.table import Line, draw
from bench.upsert import measure_upserts
from bench.webhook import measure_webhook

# When beat evaluates, about: early morning for every client of the data set.
NIGHT = dt.time(3, tzinfo=dt.UTC)

Result = TypeVar("Result")


def read_size(environ: Mapping[str, str]) -> Size:
    """`BENCH_SCALE` is a share of the whole data set; ValueError says what is wrong with it."""
    text = environ.get("BENCH_SCALE") or "1"
    try:
        scale = float(text)
    except ValueError:
        scale = 0.0
    if not 0 < scale <= 10:
        raise ValueError(
            f"BENCH_SCALE is {text}: give a number above 0 and up to 10, such as 0.01."
        )
    return Size.scaled(scale)


def run(size: Size, *, now: dt.datetime, in_browser: bool = True) -> list[Line]:
    """Everything on the empty database that Django is connected to; prints as it goes.

    `in_browser`: pages are loaded in Chromium too, from a server of their own.
    """
    at = dt.datetime.combine((now - dt.timedelta(hours=NIGHT.hour)).date(), NIGHT)
    began = time.perf_counter()
    with tqdm(total=rows_of(size), unit="row", unit_scale=True, leave=False) as bar:
        agency = load(size, today=at.date(), step=Step(bar.set_description, bar.update))
    print(machine())
    print(contents(size), f"Loaded in {time.perf_counter() - began:.0f} s.", end="\n\n")
    lines, remarks = measure(agency, at=at, in_browser=in_browser)
    print(draw(lines), end="\n\n")
    print(*filter(None, [*remarks, note(size)]), sep="\n")
    return lines


def run_webhook(size: Size) -> list[Line]:
    """The door for call events, on a server of its own; prints."""
    lines = measure_webhook(requests=max(20, int(400 * size.clients / Size.clients)))
    print("\nCall events at the door, beside a bare view that inserts by the ORM, on one server.")
    print(draw(lines))
    return lines


def run_networks() -> list[Line]:
    """What reading the networks costs; needs Redis, no database, and prints."""
    print("\nThe networks, played on this machine with VK's limits.")
    lines = measure_networks()
    print(draw(lines))
    return lines


def run_publishing(size: Size) -> list[Line]:
    """How late posts go out that are due at once; on an empty database of its own, and prints."""
    lines = measure_publishing(posts=max(100, size.clients))
    print("\nPosts due in the same second, a call takes 0.2 s, the networks keep their limits.")
    print(draw(lines))
    return lines


def simulate_alarm(size: Size) -> bool:
    """How good the alarm on calls is; needs no database, and prints. Whether all is as wanted."""
    print("\nThe alarm on calls, simulated: false flags a client-year, days to an alarm.")
    found = list(assess_all(size.clients / Size.clients))
    print(draw_quality(found))
    print("\nThe check of effects, simulated: how often it says that a decision helped.")
    print(draw_effects(size.clients / Size.clients))
    return all(map(is_as_wanted, found))


def measure(agency: Agency, *, at: dt.datetime, in_browser: bool) -> tuple[list[Line], list[str]]:
    """Pages are read with the nights' evaluations and flags there; snapshots are stored last."""
    with tqdm(total=6, leave=False) as bar:
        nights = step(bar, "evaluation", lambda: measure_nights(agency, at=at))
        memory = step(bar, "memory", lambda: measure_memory(at=at))
        analyse()
        pages = step(bar, "pages", lambda: measure_pages(agency))
        loaded = step(bar, "browser", lambda: measure_browser(agency)) if in_browser else []
        reports = step(bar, "report", lambda: measure_report(agency, at=at))
        upserts = step(bar, "snapshots", lambda: measure_upserts(agency))
    lines = [*upserts, *nights.lines, *memory, *pages, *loaded, *reports]
    missed = [line.what for line in lines if not line.is_ok]
    verdict = f"Slower than wanted: {', '.join(missed)}." if missed else "All as wanted."
    return lines, [nights.remark, verdict]


def note(size: Size) -> str:
    """Fixed costs, such as planning a statement, weigh more where there is little to do."""
    if size.clients >= Size.clients:
        return ""
    return "A small data set: ratios say little, and the number of queries is what counts."


def step(bar: "tqdm[Any]", what: str, do: Callable[[], Result]) -> Result:
    bar.set_description(what)
    result = do()
    bar.update()
    return result


def rows_of(size: Size) -> int:
    """About: posts and callers follow from the others."""
    return size.profiles * size.days + 2 * size.calls


def machine() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        server = cursor.fetchone()[0]
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return (
        f"{cores} cores, {platform.machine()}, PostgreSQL {server},"
        f" Python {platform.python_version()}"
    )


def contents(size: Size) -> str:
    return (
        f"{size.clients:,} clients, {size.profiles:,} profiles,"
        f" {size.profiles * size.days:,} daily snapshots, {size.calls:,} calls."
    )
