"""The calendar of publications in a real browser: a post is dragged to another day."""

import datetime as dt
from typing import Any

import pytest

from tests.browser.conftest import Screen
from tests.factories import PASSWORD, DirectorFactory, PublicationFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

AHEAD = dt.datetime(2090, 6, 14, 9, 0, tzinfo=dt.UTC)


def day_of(screen: Screen, publication: Any) -> str | None:
    """The day under which the post stands."""
    place = f"[data-day]:has([data-publication='{publication.pk}'])"
    return screen.page.locator(place).get_attribute("data-day")


def drag(screen: Screen, publication: Any, day: str) -> None:
    entry = screen.page.locator(f"[data-publication='{publication.pk}']")
    with screen.page.expect_navigation(wait_until="networkidle"):
        entry.drag_to(screen.page.locator(f"[data-day='{day}']"))


def test_a_post_is_dragged_to_another_day_in_month_and_week(screen: Screen) -> None:
    publication = PublicationFactory.create(planned_at=AHEAD)
    director = DirectorFactory.create()
    screen.page.set_viewport_size({"width": 1440, "height": 1000})
    screen.sign_in(director.username, PASSWORD)
    screen.open("/admin/content/calendar/?on=2090-06-14")
    drag(screen, publication, "2090-06-16")
    assert day_of(screen, publication) == "2090-06-16"
    screen.open("/admin/content/calendar/?on=2090-06-16&view=week")
    assert day_of(screen, publication) == "2090-06-16"
    drag(screen, publication, "2090-06-13")
    assert day_of(screen, publication) == "2090-06-13"
    publication.refresh_from_db()
    assert publication.planned_at == AHEAD - dt.timedelta(days=1)
    assert screen.problems == []


def test_a_narrow_calendar_has_its_days_below_each_other(screen: Screen) -> None:
    PublicationFactory.create(planned_at=AHEAD)
    director = DirectorFactory.create()
    screen.page.set_viewport_size({"width": 420, "height": 900})
    screen.sign_in(director.username, PASSWORD)
    screen.open("/admin/content/calendar/?on=2090-06-14")
    assert not screen.is_wider_than_the_window
    assert screen.page.locator("[data-day]:visible").count() == 1
