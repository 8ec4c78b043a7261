"""The calendar behind a secret address: what it tells, whom it answers, and how it ends."""

import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from clients.feeds import MOST_OF_ONE, make_feed, revoke_feed
from clients.models import CalendarFeed, Client, ClientStatus, PortalAccess, User
from kpi.portal_needs import needs_of
from smm_agency.lib.link_tokens import hash_of
from tests import factories as make
from tests.filled_client import INTERNAL, fill_client

pytestmark = pytest.mark.django_db

CONTROL = ("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN")


def made(client: Client, **holder: Any) -> str:
    """The path of a new feed."""
    by = holder.get("person") or make.UserFactory.create()
    address, _feed = make_feed(client, by=by, at=timezone.now(), **holder)
    return address.removeprefix("http://127.0.0.1:8000")


def ahead(days: int) -> dt.datetime:
    """At noon, so that two calls tell the same."""
    noon = timezone.now().replace(hour=12, minute=0, second=0, microsecond=0)
    return noon + dt.timedelta(days=days)


@pytest.fixture
def access() -> PortalAccess:
    return make.PortalAccessFactory.create(client__name="House", client__language="en")


def add_plan(client: Client, count: int = 1) -> None:
    """So many posts with the client, each planned, and so many things asked for."""
    for number in range(count):
        post = make.PostFactory.create(
            client=client, title=f"Post {number}", state="client_review", consent_at=ahead(2)
        )
        make.PublicationFactory.create(
            post=post, community__profile__client=client, planned_at=ahead(5)
        )
        make.MaterialRequestFactory.create(
            client=client, what=f"Photos {number}", due_on=ahead(3).date()
        )


def events_of(content: bytes) -> dict[str, Any]:
    calendar = Calendar.from_ical(content.decode())
    return {str(event["uid"]).partition("@")[0].partition("-")[0]: event
            for event in calendar.walk("VEVENT")}  # fmt: skip


def test_it_tells_publications_and_what_is_waited_for(access: PortalAccess) -> None:
    client = access.client
    add_plan(client)
    answer = Browser().get(made(client, label="Petr"))
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    events = events_of(answer.content)
    assert {kind: str(event["summary"]).partition(" · ")[0] for kind, event in events.items()} == {
        "publication": "Post 0", "approve": "Approve: Post 0", "send": "Send: Photos 0",
    }  # fmt: skip
    assert events["publication"]["dtstart"].dt == ahead(5).astimezone(client.zone)
    # Until silence counts as consent, which is before it goes out.
    assert events["approve"]["dtstart"].dt == client.day_of(ahead(2))
    assert events["send"]["dtstart"].dt == ahead(3).date()


def test_it_tells_until_when_all_else_is_waited_for(access: PortalAccess) -> None:
    client = access.client
    due = ahead(4).date()
    community = make.CommunityFactory.create(profile__client=client)
    make.DesignAssetFactory.create(
        community=community, title="Cover", state="client_review", due_on=due
    )
    make.TaskFactory.create(client=client, title="Say so", side="client", due_on=due)
    make.TaskFactory.create(client=client, title="Someday", side="client", due_on=None)
    make.TaskFactory.create(client=client, title="Ours", side="agency", due_on=due)
    events = events_of(Browser().get(made(client, label="Petr")).content)
    needs = {need.title: need for need in needs_of(client, on=client.today())}
    assert {str(event["summary"]): (event["dtstart"].dt, str(event["url"]).partition("/portal")[2])
            for event in events.values()} == {
        "Approve: Cover": (due, f"/{client.pk}/communities/{community.pk}/"),
        "Do or answer: Say so": (due, f"/{client.pk}/"),
    }  # fmt: skip
    assert needs["Cover"].code in str(events["approve"]["description"])


def test_it_tells_nothing_that_the_portal_does_not_show() -> None:
    mine = fill_client("alpha")
    fill_client("bravo", number=7)
    text = Browser().get(made(mine, label="Petr")).content.replace(b"\r\n ", b"").decode()
    assert ("alpha" in text, f"alpha-{INTERNAL}" in text, "bravo" in text) == (True, False, False)


def test_a_draft_is_not_in_it(access: PortalAccess) -> None:
    post = make.PostFactory.create(client=access.client, title="Draft", state="draft")
    make.PublicationFactory.create(
        post=post, community__profile__client=access.client, planned_at=ahead(5)
    )
    assert b"Draft" not in Browser().get(made(access.client, label="Petr")).content


@pytest.mark.parametrize("count", [1, 3])
def test_it_takes_5_queries(access: PortalAccess, count: int) -> None:
    add_plan(access.client, count)
    path = made(access.client, person=access.user)
    with CaptureQueriesContext(connection) as captured:
        Browser().get(path)
    asked = [row["sql"] for row in captured if not row["sql"].startswith(CONTROL)]
    assert len(asked) == 5


def test_it_keeps_no_cookie_and_gives_the_address_to_nobody(access: PortalAccess) -> None:
    answer = Browser().get(made(access.client, label="Petr"))
    assert (answer.cookies, answer["Referrer-Policy"]) == ({}, "no-referrer")
    assert "no-store" in answer["Cache-Control"]
    assert answer["X-Robots-Tag"].startswith("noindex")


def test_it_only_reads(access: PortalAccess) -> None:
    path = made(access.client, label="Petr")
    browser = Browser()
    assert (browser.head(path).status_code, browser.head(path).content) == (200, b"")
    for method in ("post", "put", "patch", "delete", "options"):
        assert getattr(browser, method)(path).status_code == 405


def test_the_day_of_the_last_reading_is_kept(access: PortalAccess) -> None:
    path = made(access.client, label="Petr")
    Browser().get(path)
    assert CalendarFeed.objects.get().last_read_on == access.client.today()


# --- Its end -------------------------------------------------------------------------------------


def by_hand(access: PortalAccess) -> None:
    revoke_feed(CalendarFeed.objects.get(), at=timezone.now())


def by_access(access: PortalAccess) -> None:
    PortalAccess.objects.update(revoked_at=timezone.now())


def by_person(access: PortalAccess) -> None:
    User.objects.filter(pk=access.user_id).update(is_active=False)


def by_client(access: PortalAccess) -> None:
    Client.objects.filter(pk=access.client_id).update(status=ClientStatus.ENDED)


@pytest.mark.parametrize("end", [by_hand, by_access, by_person, by_client])
def test_what_has_ended_answers_like_what_never_was(access: PortalAccess, end: Any) -> None:
    path = made(access.client, person=access.user)
    assert Browser().get(path).status_code == 200
    end(access)
    ended, unknown = Browser().get(path), Browser().get("/feed/unknown.ics")
    assert (ended.status_code, ended.content) == (404, b"404")
    assert (unknown.status_code, unknown.content) == (404, b"404")
    # The clock alone may tell them apart.
    clock = ("Expires", "Date")
    headers = [{name: value for name, value in answer.items() if name not in clock}
               for answer in (ended, unknown)]  # fmt: skip
    assert headers[0] == headers[1]


def test_a_contacts_feed_outlives_the_access_of_others(access: PortalAccess) -> None:
    path = made(access.client, label="Petr")
    by_access(access)
    assert Browser().get(path).status_code == 200


def test_a_feed_is_revoked_once(access: PortalAccess) -> None:
    _address, feed = make_feed(access.client, label="A", by=access.user, at=timezone.now())
    assert (revoke_feed(feed, at=timezone.now()), revoke_feed(feed, at=timezone.now())) == (
        True, False,
    )  # fmt: skip


def test_guessing_is_stopped_and_reading_is_not(access: PortalAccess) -> None:
    path = made(access.client, label="Petr")
    browser = Browser()
    statuses = [browser.get("/feed/guess.ics").status_code for _number in range(12)]
    assert (statuses[0], statuses[-1]) == (404, 429)
    assert browser.get(path).status_code == 200


def test_only_the_hash_is_kept(access: PortalAccess) -> None:
    token = made(access.client, label="Petr").removeprefix("/feed/").removesuffix(".ics")
    assert CalendarFeed.objects.get().token_hash == hash_of(token)
    assert token not in str(CalendarFeed.objects.values().get())


def test_the_address_is_not_in_the_log(
    access: PortalAccess, caplog: pytest.LogCaptureFixture
) -> None:
    path = made(access.client, label="Petr")
    by_hand(access)
    Browser().get(path)
    assert [record.name for record in caplog.records] == ["django.request"]
    assert path.removeprefix("/feed/") not in caplog.text


# --- The page of the client's person -------------------------------------------------------------


def test_a_person_makes_and_revokes_the_own_feed(client: Browser, access: PortalAccess) -> None:
    client.force_login(access.user)
    assert "No address has been made yet." in client.get("/account/calendar/").content.decode()
    page = client.post("/account/calendar/", {"client": access.client_id})
    address = page.context["address"].removeprefix("http://127.0.0.1:8000")
    assert (page.status_code, address in page.content.decode()) == (200, True)
    assert Browser().get(address).status_code == 200
    assert address not in client.get("/account/calendar/").content.decode()
    feed = CalendarFeed.objects.get()
    assert (feed.person, feed.made_by) == (access.user, access.user)
    client.post(f"/account/calendar/{feed.pk}/revoke/")
    assert Browser().get(address).status_code == 404


def test_nobody_makes_or_revokes_anothers(client: Browser, access: PortalAccess) -> None:
    other = make.PortalAccessFactory.create()
    make_feed(access.client, person=access.user, by=access.user, at=timezone.now())
    feed = CalendarFeed.objects.get()
    client.force_login(other.user)
    for raw in (str(access.client_id), "0", "soon", "", "9" * 30, "١"):
        assert client.post("/account/calendar/", {"client": raw}).status_code == 404
    assert client.post(f"/account/calendar/{feed.pk}/revoke/").status_code == 404
    assert CalendarFeed.objects.get().revoked_at is None
    assert "House" not in client.get("/account/calendar/").content.decode()


def test_there_are_not_more_than_a_few_of_one(client: Browser, access: PortalAccess) -> None:
    client.force_login(access.user)
    for _number in range(MOST_OF_ONE):
        client.post("/account/calendar/", {"client": access.client_id})
    page = client.post("/account/calendar/", {"client": access.client_id})
    assert (page.status_code, CalendarFeed.objects.count()) == (409, MOST_OF_ONE)
    assert "revoke one that nobody uses" in page.content.decode()


def test_a_client_that_has_left_gets_none(access: PortalAccess) -> None:
    by_client(access)
    access.client.refresh_from_db()
    with pytest.raises(ValidationError, match="The client has left"):
        make_feed(access.client, label="A", by=access.user, at=timezone.now())
    assert CalendarFeed.objects.count() == 0


def test_a_stranger_signs_in_first(client: Browser) -> None:
    assert client.get("/account/calendar/")["Location"].startswith("/account/sign-in/")


# --- The client's page of staff ------------------------------------------------------------------


def test_staff_make_a_feed_for_a_contact_and_revoke_it(client: Browser) -> None:
    house = make.ClientFactory.create(name="House")
    client.force_login(make.DirectorFactory.create())
    page = reverse("admin:clients_client_make_calendar_feed", args=[house.pk])
    answer = client.post(page, {"label": "Petr"}, follow=True)
    text = answer.content.decode()
    feed = CalendarFeed.objects.get()
    assert (answer.status_code, feed.label, "/feed/" in text) == (200, "Petr", True)
    assert "Copy both to the sender" not in text
    own_page = reverse("admin:clients_client_change", args=[house.pk])
    assert "Petr" in client.get(own_page).content.decode()
    ends = reverse("admin:clients_client_revoke_calendar_feed", args=[house.pk])
    client.post(ends, {"feed": feed.pk}, follow=True)
    feed.refresh_from_db()
    assert feed.revoked_at is not None
