"""What a browser loads of a page: bytes, strange hosts, and when the largest thing stands there.

The program's own server on loopback, static files compressed as in production, Chromium headless.
Cold: nothing is kept yet. Warm: the same page once more.
"""

import os
import shutil
from collections.abc import Iterator
from importlib.util import find_spec
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.core.management import call_command
from django.urls import reverse

from bench.agency import Agency
from bench.serving import HOST, serving
from bench.table import Line, draw_rows
from clients.models import User

KB = 1024
WANTED_LCP = 1.0
PORTAL_COLD, STAFF_COLD, STAFF_WARM = 300, 850, 60
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
HEADER = ("in the browser", "cold", "warm", "largest paint", "strange hosts")
FLAGS = ("--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync")  # fmt: skip
LARGEST = """
() => new Promise((done) => {
  let last = 0;
  new PerformanceObserver((list) => { for (const one of list.getEntries()) last = one.startTime; })
    .observe({ type: "largest-contentful-paint", buffered: true });
  setTimeout(() => done(last), 300);
})
"""


class Place(NamedTuple):
    what: str
    user: User
    path: str
    cold: int
    warm: int | None


class Loaded(NamedTuple):
    """KB over the wire, cold and warm; `paint` in seconds; hosts that are not ours."""

    place: Place
    cold: float
    warm: float
    paint: float
    strangers: tuple[str, ...]

    @property
    def cells(self) -> tuple[str, ...]:
        return (
            self.place.what, f"{self.cold:.0f} KB", f"{self.warm:.0f} KB", f"{self.paint:.2f} s",
            ", ".join(self.strangers) or "none",
        )  # fmt: skip

    @property
    def line(self) -> Line:
        warm = "" if self.place.warm is None else f", warm ≤ {self.place.warm} KB"
        is_light = self.place.warm is None or self.warm <= self.place.warm
        return Line(
            f"{self.place.what}, in the browser",
            f"{self.cold:.0f} KB, warm {self.warm:.0f} KB, {self.paint:.2f} s",
            f"≤ {self.place.cold} KB{warm}, ≤ {WANTED_LCP:.0f} s",
            self.cold <= self.place.cold and is_light and self.paint <= WANTED_LCP
            and not self.strangers,
        )  # fmt: skip


def measure_browser(agency: Agency) -> list[Line]:
    """Prints the table; nothing where there is no browser on this machine."""
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None or find_spec("playwright") is None:
        print("\nNo Chromium on this machine: pages were not loaded in a browser.")
        return []
    call_command("collectstatic", interactive=False, verbosity=0)
    with serving("bench.page_server:application") as port:
        found = list(load_all(path, f"http://{HOST}:{port}", agency))
    print("\nPages in Chromium, from the program's own server.")
    print(draw_rows(HEADER, [one.cells for one in found]))
    return [one.line for one in found]


def places(agency: Agency) -> list[Place]:
    first = int(agency.clients[0])
    overview = reverse("admin:clients_client_overview", args=[first])
    portal = reverse("portal:overview", args=[first])
    return [
        Place("portal overview", agency.guest, portal, PORTAL_COLD, None),
        Place("dashboard", agency.director, reverse("admin:index"), STAFF_COLD, STAFF_WARM),
        Place("client", agency.director, overview, STAFF_COLD, STAFF_WARM),
    ]


def load_all(path: str, address: str, agency: Agency) -> Iterator[Loaded]:
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - a tool of development

    flags = [*FLAGS, "--no-sandbox"] if os.geteuid() == 0 else list(FLAGS)
    sessions = {user.pk: session_of(user) for user in (agency.guest, agency.director)}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=flags)
        # The server's first page fills its caches.
        for place in places(agency):
            load(browser, address, place, sessions[place.user.pk])
        for place in places(agency):
            yield load(browser, address, place, sessions[place.user.pk])
        browser.close()


def load(browser: Any, address: str, place: Place, session: str) -> Loaded:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    name = settings.SESSION_COOKIE_NAME
    context.add_cookies([{"name": name, "value": session, "url": address}])
    page = context.new_page()
    cold, paint, hosts = visit(page, address + place.path)
    warm, _paint, _hosts = visit(page, address + place.path)
    context.close()
    return Loaded(place, cold, warm, paint, tuple(sorted(hosts - {HOST})))


def visit(page: Any, url: str) -> tuple[float, float, set[str]]:
    """KB received, seconds to the largest paint, and the hosts that were asked."""
    wire = page.context.new_cdp_session(page)
    received: list[float] = []
    hosts: set[str] = set()
    wire.on("Network.loadingFinished", lambda told: received.append(told["encodedDataLength"]))
    wire.on(
        "Network.requestWillBeSent",
        lambda told: hosts.add(urlsplit(told["request"]["url"]).hostname or ""),
    )
    wire.send("Network.enable")
    page.goto(url, wait_until="networkidle")
    paint = page.evaluate(LARGEST) / 1000
    wire.detach()
    return sum(received) / KB, paint, hosts - {""}


def session_of(user: User) -> str:
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return str(session.session_key)
