"""The plan as a file: for staff by the calendar's address, for the client from the portal."""

import datetime as dt
import io
from typing import Any

import pytest
from django.test import Client as Browser
from icalendar import Calendar
from openpyxl import load_workbook

from content.models import PostState, PublicationState
from content.plan_exports import PlanLine, calendar_file
from tests.factories import (
    ClientFactory,
    DirectorFactory,
    PortalAccessFactory,
    PostFactory,
    PublicationFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

NOON = dt.datetime(2026, 3, 11, 9, 0, tzinfo=dt.UTC)
STAFF = "/admin/content/calendar/plan"


@pytest.fixture
def browser() -> Browser:
    browser = Browser()
    browser.force_login(DirectorFactory.create())
    return browser


def rows_of(content: bytes) -> list[tuple[Any, ...]]:
    sheet = load_workbook(io.BytesIO(content)).active
    assert sheet is not None
    return list(sheet.iter_rows(values_only=True))


def events_of(content: bytes) -> list[Any]:
    return list(Calendar.from_ical(content.decode()).walk("VEVENT"))


def test_table_has_the_plan_with_what_is_the_agencys_own(browser: Browser) -> None:
    client = ClientFactory.create(name="Yard", time_zone="Asia/Vladivostok")
    post = PostFactory.create(client=client, title="Masters", text="Words", hashtags="#yard")
    PublicationFactory.create(post=post, community__profile__title="Page")
    PublicationFactory.create(planned_at=NOON + dt.timedelta(days=40))
    header, row = rows_of(browser.get(f"{STAFF}.xlsx", {"on": "2026-03-01"}).content)
    assert dict(zip(header, row, strict=True)) == {
        "day": dt.datetime(2026, 3, 11),  # noqa: DTZ001 - a cell has no zone
        "time": "19:00", "time zone": "Asia/Vladivostok", "client": "Yard", "community": "Page",
        "network": "VK", "topic": "Masters", "format": "text", "state": "idea", "text": "Words",
        "hashtags": "#yard", "link": None, "address of the post": None, "rubric": None,
        "source": "made by the agency", "work on the text": "written", "author": None,
    }  # fmt: skip


def test_no_spreadsheet_runs_what_somebody_wrote(browser: Browser) -> None:
    post = PostFactory.create(title="=1+1", text="@SUM(A1)")
    PublicationFactory.create(post=post)
    content = browser.get(f"{STAFF}.xlsx", {"on": "2026-03-01"}).content
    _header, row = rows_of(content)
    assert (row[6], row[9]) == ("'=1+1", "'@SUM(A1)")


def test_events_have_the_clients_zone_and_an_id_that_stays(browser: Browser) -> None:
    client = ClientFactory.create(time_zone="Europe/Berlin")
    # One before the clocks are put forward, one after.
    for day in (27, 30):
        PublicationFactory.create(
            post__client=client, planned_at=dt.datetime(2026, 3, day, 11 - day // 30, tzinfo=dt.UTC)
        )
    content = browser.get(f"{STAFF}.ics", {"on": "2026-03-01"}).content
    again = browser.get(f"{STAFF}.ics", {"on": "2026-03-01"}).content
    found = [(str(one["uid"]), one["dtstart"].dt.isoformat()) for one in events_of(content)]
    assert [moment for _uid, moment in found] == [
        "2026-03-27T12:00:00+01:00", "2026-03-30T12:00:00+02:00",
    ]  # fmt: skip
    assert [str(one["uid"]) for one in events_of(again)] == [uid for uid, _moment in found]
    assert b"DTSTART;TZID=Europe/Berlin:20260327T120000" in content
    assert content.count(b"BEGIN:VTIMEZONE") == 1


def test_events_tell_what_is_cancelled_settled_and_open(browser: Browser) -> None:
    client = ClientFactory.create()
    for facts in (
        {"post__state": PostState.CANCELLED},
        {"state": PublicationState.CANCELLED},
        {"state": PublicationState.DUE, "next_try_at": NOON},
        {"post__state": PostState.CLIENT_REVIEW},
    ):
        PublicationFactory.create(post__client=client, **facts)
    content = browser.get(f"{STAFF}.ics", {"on": "2026-03-01"}).content
    assert [str(one["status"]) for one in events_of(content)] == [
        "CANCELLED", "CANCELLED", "CONFIRMED", "TENTATIVE",
    ]  # fmt: skip


def test_a_file_holds_what_the_filters_and_the_period_ask_for(browser: Browser) -> None:
    wanted = PublicationFactory.create(post__state=PostState.DRAFT)
    PublicationFactory.create()
    PublicationFactory.create(post__state=PostState.DRAFT, planned_at=NOON + dt.timedelta(days=2))
    query = {"since": "2026-03-10", "until": "2026-03-12", "state": "draft"}
    content = browser.get(f"{STAFF}.ics", query).content
    assert [str(one["uid"]) for one in events_of(content)] == [
        f"publication-{wanted.pk}@smm-workbench"
    ]
    query = {"on": "2026-03-01", "client": str(wanted.client_id)}
    assert len(events_of(browser.get(f"{STAFF}.ics", query).content)) == 1
    assert events_of(browser.get(f"{STAFF}.ics", {"state": "native"}).content) == []


def test_file_dates_what_is_out_by_the_day_it_went_out(browser: Browser) -> None:
    """As the calendar does."""
    for month, day in ((2, 27), (3, 31)):
        planned_at = dt.datetime(2026, month, day, 9, tzinfo=dt.UTC)
        PublicationFactory.create(
            planned_at=planned_at, state="sent", sent_at=planned_at + dt.timedelta(days=3)
        )
    _header, row = rows_of(browser.get(f"{STAFF}.xlsx", {"on": "2026-03-01"}).content)
    assert row[0] == dt.datetime(2026, 3, 2)  # noqa: DTZ001 - a cell has no zone


def test_who_may_not_see_publications_gets_no_file() -> None:
    browser = Browser()
    browser.force_login(UserFactory.create())
    assert [browser.get(f"{STAFF}.{name}").status_code for name in ("xlsx", "ics")] == [403, 403]


def test_the_client_takes_away_what_it_sees_and_no_more() -> None:
    access = PortalAccessFactory.create()
    client = access.client
    seen = PostFactory.create(
        client=client, title="Seen", state=PostState.CLIENT_REVIEW, brief="For the designer"
    )
    row = PublicationFactory.create(post=seen)
    PublicationFactory.create(post__client=client, post__title="An idea")
    browser = Browser()
    browser.force_login(access.user)
    address = f"/portal/{client.pk}/plan/plan"
    header, *rows = rows_of(browser.get(f"{address}.xlsx", {"month": "2026-03"}).content)
    assert [line[6] for line in rows] == ["Seen"]
    assert (len(header), "author" in header, "source" in header) == (13, False, False)
    (event,) = events_of(browser.get(f"{address}.ics", {"month": "2026-03"}).content)
    assert str(event["uid"]) == f"publication-{row.pk}@smm-workbench"
    assert str(event["description"]).startswith("waits for your word")


def test_a_line_feed_in_a_text_makes_no_line_of_the_calendar() -> None:
    line = PlanLine(
        pk=1, client="Yard", at=NOON, zone="UTC", community="Page", network="VK",
        title="A\r\nBEGIN:VEVENT", text="x\nEND:VCALENDAR", state="planned", state_label="idea",
    )  # fmt: skip
    content = calendar_file([line], name="Yard", at=NOON)
    assert content.count(b"\nBEGIN:VEVENT") == content.count(b"\nEND:VCALENDAR") == 1
