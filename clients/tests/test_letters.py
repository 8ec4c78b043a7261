"""The outbox: one letter for an occasion, sent by the clock, a person where the server refuses."""

import datetime as dt

import pytest
from django.conf import LazySettings
from django.core import mail

from clients.letters import LEASE, people_in_roles, send_letters, write_letter
from clients.models import Letter, Role, Task
from tests.factories import DAY, NOON, ClientFactory, LetterFactory, TeamMemberFactory

pytestmark = pytest.mark.django_db

SOON = NOON + LEASE + dt.timedelta(seconds=1)


def write(key: str = "failed:7", address: str = "anna@agency.example") -> bool:
    return write_letter(key=key, address=address, subject="A\nsubject", text="Text", at=NOON)


def test_letter_of_an_occasion_is_written_once() -> None:
    assert [write(), write(), write(key="failed:8")] == [True, False, True]
    assert Letter.objects.count() == 2


def test_letter_to_nobody_is_not_written() -> None:
    assert not write(address="")


def test_letter_is_sent_once() -> None:
    write()
    assert [send_letters(at=NOON), send_letters(at=SOON)] == [1, 0]
    assert [(each.to, each.subject) for each in mail.outbox] == [
        (["anna@agency.example"], "A subject")
    ]


def test_letter_in_a_workers_hands_is_left_to_it() -> None:
    LetterFactory.create(leased_until=SOON, attempts=1)
    assert send_letters(at=NOON) == 0


def test_letter_of_a_dead_worker_is_sent_after_the_lease() -> None:
    LetterFactory.create(leased_until=NOON, attempts=1)
    assert send_letters(at=SOON) == 1


def test_letter_that_is_refused_three_times_is_a_persons(settings: LazySettings) -> None:
    settings.EMAIL_BACKEND = "clients.tests.refusing_mail.EmailBackend"
    letter = LetterFactory.create()
    for number in range(5):
        send_letters(at=NOON + number * (LEASE + dt.timedelta(seconds=1)))
    letter.refresh_from_db()
    assert (letter.attempts, letter.error, letter.sent_at) == (3, "SMTPServerDisconnected", None)
    assert [task.client_id for task in Task.objects.all()] == [letter.client_id]


def test_people_are_those_of_the_first_role_that_anybody_has() -> None:
    client = ClientFactory.create()
    manager = TeamMemberFactory.create(client=client, role=Role.ACCOUNT_MANAGER).user
    roles = (Role.CONTENT_MANAGER, Role.ACCOUNT_MANAGER)
    assert people_in_roles(client, roles, on=DAY) == [manager]
    writer = TeamMemberFactory.create(client=client, role=Role.CONTENT_MANAGER).user
    assert people_in_roles(client, roles, on=DAY) == [writer]
