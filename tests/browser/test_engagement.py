"""The page of an agreement in a real browser: all of it within the window, its rows readable."""

import os
from pathlib import Path

import pytest

from clients.models import Package
from clients.packages import apply_package
from tests.browser.conftest import Screen
from tests.factories import PASSWORD, DirectorFactory, EngagementFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# Where a person wants to look at the pictures, they name a folder.
SHOTS = os.environ.get("SCREENSHOTS", "")
LEAST = {"service": 260, "performer": 140, "period": 140}


@pytest.mark.parametrize("language", ["ru", "en"])
def test_services_are_readable_and_the_page_fits_the_window(screen: Screen, language: str) -> None:
    director = DirectorFactory.create(language=language)
    engagement = EngagementFactory.create(package=Package.objects.first())
    apply_package(engagement)
    screen.page.set_viewport_size({"width": 1280, "height": 900})
    screen.sign_in(director.username, PASSWORD)
    screen.open(f"/admin/clients/engagement/{engagement.pk}/change/")
    if SHOTS:
        place = str(Path(SHOTS) / f"engagement-{language}.png")
        screen.page.screenshot(path=place, clip={"x": 0, "y": 0, "width": 1280, "height": 2200},
                               full_page=True)  # fmt: skip
    assert not screen.is_wider_than_the_window
    widths = {}
    for name in LEAST:
        box = screen.page.locator(f"#id_services-0-{name}").bounding_box()
        assert box
        widths[name] = box["width"]
    assert {name for name, least in LEAST.items() if widths[name] < least} == set()
