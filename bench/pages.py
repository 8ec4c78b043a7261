"""Pages through Django's test client: how many queries, how many milliseconds."""

import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from django.conf import settings
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bench.agency import Agency
from bench.table import Line
from clients.models import User

ROUNDS = 7
WANTED_QUERIES = 15
# What opens and closes a transaction reads no table.
NOT_COUNTED = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")


def measure_pages(agency: Agency) -> list[Line]:
    # WhiteNoise looks for the folder when the first page is asked for.
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
    return [measure_page(what, user, path) for what, user, path in addresses(agency)]


def addresses(agency: Agency) -> Iterator[tuple[str, User, str]]:
    """The client's person looks at the first client; the busiest client has the longest list."""
    first = int(agency.clients[0])
    busiest = int(agency.clients[agency.call_shares.argmax()])
    calls = reverse("admin:kpi_call_changelist")
    yield "dashboard, director", agency.director, reverse("admin:index")
    yield "calls in the admin", agency.director, calls
    yield "calls in the admin, one client", agency.director, f"{calls}?client={busiest}"
    yield "portal overview", agency.guest, reverse("portal:overview", args=[first])
    yield "portal calls", agency.guest, reverse("portal:calls", args=[first])


def measure_page(what: str, user: User, path: str) -> Line:
    """The first request, which fills caches and imports, is not counted."""
    browser = Browser(SERVER_NAME="localhost")
    browser.force_login(user)
    get(browser, path)
    with CaptureQueriesContext(connection) as captured:
        get(browser, path)
    queries = sum(not query["sql"].startswith(NOT_COUNTED) for query in captured.captured_queries)
    times = [get(browser, path) for _round in range(ROUNDS)]
    return Line(
        what,
        f"{queries} queries, {1_000 * median(times):,.0f} ms",
        f"≤ {WANTED_QUERIES} queries",
        queries <= WANTED_QUERIES,
    )


def get(browser: Browser, path: str) -> float:
    """Seconds until the page is there, whole."""
    began = time.perf_counter()
    response = browser.get(path, secure=True)
    seconds = time.perf_counter() - began
    if response.status_code != 200:
        raise RuntimeError(f"{path} answered {response.status_code}, not with a page.")
    return seconds
