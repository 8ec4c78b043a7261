"""Pages through Django's test client: queries, milliseconds and bytes, beside a bare page.

The bare page goes through the same middleware, asks one row and lays it out in a template.
"""

import os
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import quantiles
from typing import NamedTuple

from django.conf import settings
from django.db import connection
from django.test import Client as Browser
from django.test import override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, reverse

from bench.agency import Agency
from bench.table import Line, draw_rows
from clients.models import User
from kpi.urls import portal
from smm_agency.settled_memory import settle_memory

ROUNDS = 40
WANTED_QUERIES = 15
# The wanted p95 of a page, in those of the bare page of the same run.
WANTED_BARE = 5.0
URLS = "bench.page_urls"
BARE = "/bare/"
# What opens and closes a transaction reads no table.
NOT_COUNTED = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")
HEADER = ("page", "queries", "p50", "p95", "of the bare page's p95", "bytes")


class Page(NamedTuple):
    what: str
    user: User
    path: str


class Measured(NamedTuple):
    """Milliseconds; `bare` is the p95 of the bare page, asked in turns with this one."""

    page: Page
    queries: int
    p50: float
    p95: float
    bare: float
    size: int

    @property
    def ratio(self) -> float:
        return self.p95 / self.bare

    @property
    def cells(self) -> tuple[str, ...]:
        return (
            self.page.what, str(self.queries), f"{self.p50:.0f} ms", f"{self.p95:.0f} ms",
            f"{self.ratio:.1f} ({self.bare:.1f} ms)", f"{self.size:,}",
        )  # fmt: skip

    @property
    def line(self) -> Line:
        return Line(
            self.page.what,
            f"{self.queries} queries, {self.p95:,.0f} ms",
            f"≤ {WANTED_QUERIES} queries, ≤ {WANTED_BARE:.0f} bare pages",
            self.queries <= WANTED_QUERIES and self.ratio <= WANTED_BARE,
            baseline=f"{self.bare:.1f} ms (bare page)",
            ratio=self.ratio,
        )


def measure_pages(agency: Agency) -> list[Line]:
    """Prints the whole table; the lines hold what is wanted of each page."""
    # WhiteNoise looks for the folder when the first page is asked for.
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
    settle_memory()  # as the server does
    with override_settings(ROOT_URLCONF=URLS):
        found = [measure_page(page) for page in pages_of(agency)]
    cores = len(os.sched_getaffinity(0))
    print(f"\nPages on {cores} cores, {ROUNDS} times each in turns with the bare page.")
    print(draw_rows(HEADER, [one.cells for one in found]))
    return [one.line for one in found]


def pages_of(agency: Agency) -> Iterator[Page]:
    """The client's person looks at the first client; the busiest client has the longest list."""
    first = int(agency.clients[0])
    busiest = int(agency.clients[agency.call_shares.argmax()])
    calls = reverse("admin:kpi_call_changelist")
    yield Page("dashboard, director", agency.director, reverse("admin:index"))
    yield Page("client", agency.director, reverse("admin:clients_client_overview", args=[first]))
    yield Page("calls in the admin", agency.director, calls)
    yield Page("calls in the admin, one client", agency.director, f"{calls}?client={busiest}")
    for pattern in portal:
        if is_page(pattern):
            path = reverse(f"portal:{pattern.name}", args=[first])
            yield Page(f"portal: {pattern.name}", agency.guest, path)


def is_page(pattern: URLPattern) -> bool:
    """A page of a client as a whole; files and pages of single rows are left out."""
    parts = pattern.pattern.converters
    return list(parts) == ["client_id"] and "." not in str(pattern.pattern)


def measure_page(page: Page) -> Measured:
    """The first request, which fills caches and imports, is not counted."""
    browser = Browser(SERVER_NAME="localhost")
    browser.force_login(page.user)
    get(browser, page.path)
    with CaptureQueriesContext(connection) as captured:
        _seconds, size = get(browser, page.path)
    queries = sum(not query["sql"].startswith(NOT_COUNTED) for query in captured.captured_queries)
    ours, bare = [], []
    for _round in range(ROUNDS):
        bare.append(get(Browser(SERVER_NAME="localhost"), BARE)[0])
        ours.append(get(browser, page.path)[0])
    return Measured(page, queries, percentile(ours, 50), percentile(ours, 95),
                    percentile(bare, 95), size)  # fmt: skip


def percentile(seconds: list[float], share: int) -> float:
    """In milliseconds."""
    return 1000 * quantiles(seconds, n=100)[share - 1]


def get(browser: Browser, path: str) -> tuple[float, int]:
    """Seconds until the page is there, whole, and its bytes."""
    began = time.perf_counter()
    response = browser.get(path, secure=True)
    seconds = time.perf_counter() - began
    if response.status_code != 200:
        raise RuntimeError(f"{path} answered {response.status_code}, not with a page.")
    return seconds, len(response.content)
