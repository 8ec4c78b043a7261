"""The portal in a real browser: the policy blocks nothing it needs, and it fits a phone."""

import datetime as dt

import pytest
from django.test.utils import override_settings

from tests.browser.conftest import Screen
from tests.factories import DAY, PASSWORD, DirectorFactory, ProfileSnapshotFactory
from tests.filled_client import fill_client

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PIXELS = """
(canvas) => canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data
    .some((value) => value !== 0)
"""


def test_client_signs_in_and_sees_charts(screen: Screen) -> None:
    house = fill_client("alpha")
    profile = house.communities.order_by("id")[0].profile
    ProfileSnapshotFactory.create(profile=profile, date=DAY - dt.timedelta(days=9), followers=990)
    screen.sign_in(house.portal_access.get().user.username, PASSWORD)
    assert screen.page.url == f"{screen.address}/portal/{house.pk}/"
    screen.open(f"/portal/{house.pk}/?month=2026-03")
    canvases = screen.page.query_selector_all("canvas[data-chart]")
    assert len(canvases) == 3
    assert [screen.page.evaluate(PIXELS, canvas) for canvas in canvases] == [True] * 3
    assert screen.problems == []


@pytest.mark.parametrize("place", ["", "calls/", "communities/", "promotion/", "strategy/"])
def test_page_fits_a_phone(screen: Screen, place: str) -> None:
    house = fill_client("alpha")
    screen.page.set_viewport_size({"width": 390, "height": 844})
    screen.sign_in(house.portal_access.get().user.username, PASSWORD)
    screen.open(f"/portal/{house.pk}/{place}?month=2026-03")
    assert not screen.is_wider_than_the_window


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_page_follows_the_systems_scheme(screen: Screen, scheme: str) -> None:
    screen.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    screen.open("/account/sign-in/")
    assert screen.page.get_attribute("html", "data-bs-theme") == scheme


def test_admin_works_under_its_policy(screen: Screen) -> None:
    director = DirectorFactory.create()
    fill_client("alpha")
    screen.sign_in(director.username, PASSWORD)
    assert screen.page.url == f"{screen.address}/admin/"
    screen.open("/admin/clients/client/")
    # Alpine ran: without it the elements that it hides stay cloaked or unbound.
    assert screen.page.evaluate("typeof window.Alpine") == "object"
    assert [text for text in screen.problems if "Content Security Policy" in text] == []


@override_settings(DEMO=True)
def test_demo_signs_in_with_one_click(screen: Screen) -> None:
    house = fill_client("alpha")
    user = house.portal_access.get().user
    user.is_demo = True
    user.save()
    screen.open("/account/sign-in/")
    screen.page.click(f"button[value={user.username}]")
    screen.page.wait_for_url(f"**/portal/{house.pk}/")
    assert screen.problems == []
