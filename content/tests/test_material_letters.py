"""Reminders: each once, before the day, on it and after; in the client's language."""

import datetime as dt
import re

import pytest

from clients.models import Contact, Letter, MailRefusal, Notice, Task
from content.material_letters import ASKED, remind_clients, tell_of_receipt, write_to_contact
from content.models import MaterialRequest, UploadLink
from smm_agency.lib.link_tokens import hash_of
from tests.factories import (
    NOON,
    ContactFactory,
    ContentTermsFactory,
    DirectorFactory,
    MaterialRequestFactory,
    PostFactory,
)

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture
def contact() -> Contact:
    contact: Contact = ContactFactory.create(
        client__language="en", client__status="active", name="Ann Invented",
        email="ann@client.example",
    )  # fmt: skip
    return contact


@pytest.fixture
def request_(contact: Contact) -> MaterialRequest:
    """Needed in five days."""
    person = DirectorFactory.create(
        first_name="Boris", last_name="", email="boris@agency.example",
        work_email="boris.works@agency.example",
    )  # fmt: skip
    row: MaterialRequest = MaterialRequestFactory.create(
        client=contact.client, contact=contact, what="Photos of the new hall", asked_by=person,
        why="For the opening.", due_on=(NOON + 5 * DAY).date(), asked_at=NOON,
    )  # fmt: skip
    return row


def kinds() -> list[str]:
    return [
        key.split(":")[2] for key in Letter.objects.order_by("pk").values_list("key", flat=True)
    ]


def test_each_reminder_once_in_its_time(request_: MaterialRequest) -> None:
    told = {}
    for number in range(12):
        moment = NOON + number * DAY
        told[number] = remind_clients(at=moment) + remind_clients(at=moment)
    assert {number: count for number, count in told.items() if count} == {3: 1, 5: 1, 7: 1}
    assert kinds() == ["before", "due", "after"]


def test_days_that_were_missed_are_not_caught_up(request_: MaterialRequest) -> None:
    assert remind_clients(at=NOON + 20 * DAY) == 1
    assert kinds() == ["after"]


def test_what_was_asked_after_the_reminder_day_waits_for_the_next(
    request_: MaterialRequest,
) -> None:
    request_.due_on = (NOON + DAY).date()
    request_.save()
    assert remind_clients(at=NOON) == 0
    assert remind_clients(at=NOON + DAY) == 1
    assert kinds() == ["due"]


def test_another_day_of_need_is_another_occasion(request_: MaterialRequest) -> None:
    remind_clients(at=NOON + 5 * DAY)
    request_.due_on = (NOON + 6 * DAY).date()
    request_.save()
    assert remind_clients(at=NOON + 6 * DAY) == 1


@pytest.mark.parametrize("status", ["paused", "ended", "lead"])
def test_who_is_not_under_work_is_left_in_peace(request_: MaterialRequest, status: str) -> None:
    request_.client.status = status
    request_.client.save()
    assert remind_clients(at=NOON + 5 * DAY) == 0


def test_nobody_is_reminded_at_night(request_: MaterialRequest) -> None:
    night = (NOON + 5 * DAY).replace(hour=5, minute=59)
    assert remind_clients(at=night) == 0
    assert remind_clients(at=night + dt.timedelta(minutes=1)) == 1


def test_received_is_not_reminded(request_: MaterialRequest) -> None:
    request_.state, request_.received_at = "received", NOON
    request_.save()
    assert remind_clients(at=NOON + 5 * DAY) == 0


def test_contact_without_an_address_gets_nothing(request_: MaterialRequest) -> None:
    Contact.objects.update(email="")
    assert remind_clients(at=NOON + 5 * DAY) == 0


def test_letter_says_what_and_to_whom(request_: MaterialRequest) -> None:
    assert write_to_contact(request_, ASKED, at=NOON)
    letter = Letter.objects.get()
    assert (letter.address, letter.subject) == (
        "ann@client.example", "Material: Photos of the new hall",
    )  # fmt: skip
    for words in (
        "Ann Invented",
        "For the opening.",
        "March 16, 2026",
        "boris.works@agency.example",
    ):
        assert words.lower() in letter.text.lower()
    assert "boris@agency.example" not in letter.text
    assert "/link/" not in letter.text


def test_letter_is_in_the_clients_language(request_: MaterialRequest) -> None:
    request_.client.language = "ru"
    write_to_contact(request_, ASKED, at=NOON)
    assert "16 марта 2026" in Letter.objects.get().text


def test_post_that_the_client_has_not_seen_is_not_named(request_: MaterialRequest) -> None:
    request_.post = PostFactory.create(client=request_.client, title="Secret idea")
    write_to_contact(request_, ASKED, at=NOON)
    assert "Secret idea" not in Letter.objects.get().text


def test_letter_brings_a_link_where_the_client_has_them(request_: MaterialRequest) -> None:
    ContentTermsFactory.create(client=request_.client, has_upload_links=True, link_days=3)
    write_to_contact(request_, ASKED, at=NOON)
    match = re.search(r"/link/material/(\S+)/", Letter.objects.get().text)
    assert match is not None
    link = UploadLink.objects.get(token_hash=hash_of(match[1]))
    assert (link.request, link.expires_at) == (request_, NOON + 3 * DAY)


def test_contact_who_wants_no_letters_is_the_teams_to_ask(request_: MaterialRequest) -> None:
    ContentTermsFactory.create(client=request_.client, has_upload_links=True)
    MailRefusal.objects.create(
        client=request_.client, address="ann@client.example", kind="materials"
    )
    assert [remind_clients(at=NOON + days * DAY) for days in (3, 5)] == [0, 0]
    assert (Letter.objects.count(), UploadLink.objects.count()) == (0, 0)
    assert [task.origin for task in Task.objects.all()] == [request_]
    Task.objects.update(state="done", done_at=NOON)
    remind_clients(at=NOON + 7 * DAY)
    assert Task.objects.count() == 1


def test_who_asked_is_told_of_the_receipt_once_a_day(request_: MaterialRequest) -> None:
    assert tell_of_receipt(request_, at=NOON) == 1
    assert tell_of_receipt(request_, at=NOON) == 0
    assert Notice.objects.get().person.email == "boris@agency.example"
