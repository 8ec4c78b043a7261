"""Who answers is told before and after, once each: never again, whatever becomes of the item."""

import datetime as dt

import pytest

from clients.models import Client, Notice, Role
from clients.team import join_team
from content.clock_notices import tell_of_clocks
from content.models import ClockNotice, InboxItem
from content.reply_clock import keep_clocks
from content.telling import admin_address
from tests.factories import (
    LONG_AGO,
    NOON,
    ClientFactory,
    DirectorFactory,
    InboxItemFactory,
    IncidentItemFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def client_row() -> Client:
    client = ClientFactory.create(name="Coffee", status="active")
    user = UserFactory.create(email="moderator@agency.example")
    join_team(client, user, role=Role.MODERATOR, starts_on=LONG_AGO)
    return client


@pytest.fixture
def item(client_row: Client) -> InboxItem:
    return InboxItemFactory.create(profile__client=client_row, text="Where are you?")


def look(*, after: float) -> int:
    at = NOON + MINUTE * after
    keep_clocks(at=at)
    return tell_of_clocks(at=at)


def kinds() -> list[str]:
    return list(ClockNotice.objects.order_by("pk").values_list("kind", flat=True))


def test_told_before_and_after_once_each(item: InboxItem) -> None:
    told = [look(after=minutes) for minutes in (0, 22, 23, 24, 29, 30, 31, 500, 5000)]
    assert told == [0, 0, 1, 0, 0, 1, 0, 0, 0]
    assert kinds() == ["first_soon", "first_late"]
    assert Notice.objects.count() == 2


def test_a_notice_survives_another_category(item: InboxItem) -> None:
    look(after=30)
    InboxItem.objects.update(category="trolling")
    # The new kind gives two hours, of which the end is near, and then over.
    assert [look(after=minutes) for minutes in (31, 110, 121)] == [0, 0, 0]
    assert kinds() == ["first_late"]


def test_after_an_outage_only_the_lateness_is_told(item: InboxItem) -> None:
    assert look(after=300) == 1
    assert kinds() == ["first_late"]


def test_answered_in_time_is_told_of_to_nobody(item: InboxItem) -> None:
    InboxItem.objects.update(first_reply_at=NOON + MINUTE, state="answered")
    assert look(after=600) == 0


def test_closing_is_told_of_too(item: InboxItem) -> None:
    InboxItem.objects.update(category="question", first_reply_at=NOON + MINUTE, state="answered")
    assert [look(after=minutes) for minutes in (179, 180, 240, 241)] == [0, 1, 1, 0]
    assert kinds() == ["closing_soon", "closing_late"]


def test_what_belongs_to_an_open_incident_has_the_incidents_deadline(item: InboxItem) -> None:
    InboxItem.objects.update(category="question", first_reply_at=NOON + MINUTE, state="answered")
    IncidentItemFactory.create(item=item, incident__client=item.client)
    assert look(after=300) == 0


def test_an_incident_does_not_excuse_the_first_reply(item: InboxItem) -> None:
    IncidentItemFactory.create(item=item, incident__client=item.client)
    assert look(after=30) == 1


@pytest.mark.parametrize("status", ["paused", "ended"])
def test_of_a_client_nobody_works_for_nothing_is_told(item: InboxItem, status: str) -> None:
    Client.objects.update(status=status)
    assert look(after=30) == 0


def test_gone_comments_are_not_waited_for(item: InboxItem) -> None:
    InboxItem.objects.update(gone_at=NOON)
    assert look(after=30) == 0


def test_the_letter_goes_to_whoever_answers(item: InboxItem) -> None:
    item.assignee = DirectorFactory.create(email="anna@agency.example", language="en")
    item.save()
    look(after=30)
    notice = Notice.objects.get()
    assert notice.person.email == "anna@agency.example"
    assert notice.subject == "Coffee: not answered in time: 1"
    assert notice.text.splitlines()[:2] == [
        f"not answered in time, March 11, 2026, 12:30 p.m. · comment · {item.profile}",
        f"  {admin_address(item)}",
    ]
    assert item.text not in notice.text


def test_one_letter_names_all_that_fell_due_together(item: InboxItem) -> None:
    Client.objects.update(language="en")
    InboxItemFactory.create(profile=item.profile)
    assert look(after=30) == 2
    assert Notice.objects.get().subject == "Coffee: not answered in time: 2"


@pytest.mark.parametrize(("chosen", "clients"), [("ru", "en"), ("", "ru")])
def test_a_letter_is_in_the_readers_language_else_in_the_clients(
    item: InboxItem, chosen: str, clients: str
) -> None:
    Client.objects.update(language=clients)
    item = InboxItem.objects.get()
    item.assignee = DirectorFactory.create(email="anna@agency.example", language=chosen)
    item.save()
    look(after=30)
    assert Notice.objects.get().text.count("11 марта 2026 г.") == 1
