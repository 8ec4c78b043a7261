"""No page of the portal, of the account or of the staff keeps anybody out: axe, keyboard, phone."""

import datetime as dt
from collections.abc import Iterable

import pytest
from playwright.sync_api import Page

from clients.models import Client
from tests.browser.accessibility import find_violations, is_too_wide, walk_looks
from tests.browser.conftest import Screen
from tests.factories import DAY, PASSWORD, DirectorFactory, ProfileSnapshotFactory
from tests.filled_client import fill_client
from tests.test_portal_strangers import addresses

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ACCOUNT = ("/account/sign-in/", "/account/reset/", "/account/reset/sent/", "/account/reset/done/")
NOWHERE = "/portal/999999/"

# What is Unfold's own and cannot be mended by our templates and styles: rule and element.
OF_UNFOLD: frozenset[tuple[str, str]] = frozenset()


def faults_of(page: Page, path: str, allowed: Iterable[tuple[str, str]] = ()) -> list[str]:
    """In both themes, on a desktop and on a phone, where the page also has to fit."""
    known = set(allowed)
    faults = [f"{path} is broken"] if page.title() == "Something broke" else []
    for look in walk_looks(page):
        faults += [
            f"{path} ({look}) {fault.rule}: {fault.element} {fault.html}"
            for fault in find_violations(page)
            if (fault.rule, fault.element) not in known
        ]
        if is_too_wide(page):
            faults.append(f"{path} ({look}) is wider than the window")
    return faults


@pytest.fixture
def house() -> Client:
    """A client with something on every page, and a chart on the overview."""
    client = fill_client("alpha")
    profile = client.communities.order_by("id")[0].profile
    ProfileSnapshotFactory.create(profile=profile, date=DAY - dt.timedelta(days=9), followers=990)
    return client


def is_page(screen: Screen, path: str) -> bool:
    """Whether the address is a page: files are downloaded."""
    answer = screen.page.request.head(screen.address + path)
    return "text/html" in answer.headers.get("content-type", "")


def test_every_page_of_the_portal_is_open_to_everybody(screen: Screen, house: Client) -> None:
    screen.sign_in(house.portal_access.get().user.username, PASSWORD)
    paths = [f"{path}?month={DAY:%Y-%m}" for path in sorted(addresses(house))]
    pages = [path for path in paths if is_page(screen, path)]
    assert len(pages) > 10
    faults = []
    for path in [*pages, NOWHERE]:
        screen.open(path)
        faults += faults_of(screen.page, path)
    assert not faults, "\n".join(faults)


def test_account_pages_are_open_to_everybody(screen: Screen) -> None:
    faults = []
    for path in ACCOUNT:
        screen.open(path)
        faults += faults_of(screen.page, path)
    assert not faults, "\n".join(faults)


def test_staffs_dashboard_and_client_page_are_open_to_everybody(
    screen: Screen, house: Client
) -> None:
    screen.sign_in(DirectorFactory.create().username, PASSWORD)
    client = f"/admin/clients/client/{house.pk}/"
    faults = []
    for path in ("/admin/", f"{client}overview/", f"{client}change/"):
        screen.open(path)
        faults += faults_of(screen.page, path, OF_UNFOLD)
    assert not faults, "\n".join(faults)


def test_skip_link_is_the_first_stop_and_shows_itself(screen: Screen) -> None:
    # On the page for signing in the name's field has the focus already.
    screen.open("/account/reset/sent/")
    screen.page.keyboard.press("Tab")
    link = screen.page.locator(".skip-link")
    assert link.is_visible()
    screen.page.keyboard.press("Enter")
    assert screen.page.evaluate("document.activeElement.id") == "content"


def test_charts_table_opens_and_scrolls_by_keyboard(screen: Screen, house: Client) -> None:
    screen.sign_in(house.portal_access.get().user.username, PASSWORD)
    screen.open(f"/portal/{house.pk}/?month={DAY:%Y-%m}")
    summary = screen.page.locator("details:has(.chart-table[tabindex='0']) > summary").first
    summary.focus()
    screen.page.keyboard.press("Enter")
    screen.page.keyboard.press("Tab")
    table = screen.page.evaluate(
        "[document.activeElement.getAttribute('role'), document.activeElement.tabIndex,"
        " !!document.activeElement.getAttribute('aria-label')]"
    )
    assert table == ["region", 0, True]


@pytest.mark.parametrize("motion", ["reduce", "no-preference"])
def test_nothing_moves_for_who_asked_for_it(screen: Screen, house: Client, motion: str) -> None:
    screen.page.emulate_media(reduced_motion="reduce" if motion == "reduce" else "no-preference")
    screen.sign_in(house.portal_access.get().user.username, PASSWORD)
    screen.open(f"/portal/{house.pk}/?month={DAY:%Y-%m}")
    # Chart.js's animations, and transitions of Bootstrap's buttons.
    moving = screen.page.evaluate(
        "[Object.values(window.Chart.instances).some((one) => one.options.animation !== false),"
        " [...document.querySelectorAll('.btn')].some((one) =>"
        "   parseFloat(getComputedStyle(one).transitionDuration) > 0)]"
    )
    assert moving == ([False, False] if motion == "reduce" else [True, True])
