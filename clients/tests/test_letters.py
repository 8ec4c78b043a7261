"""The outbox: one letter for an occasion, sent by the clock, a person where the server refuses."""

import datetime as dt

import pytest
from django.conf import LazySettings
from django.core import mail

from clients.letters import LEASE, Attached, people_in_roles, send_letters, write_letter
from clients.models import Letter, LetterState, Role, Task
from tests.factories import (
    DAY,
    NOON,
    ClientFactory,
    LetterFactory,
    TeamMemberFactory,
)

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


PAPER = Attached("report.pdf", "application/pdf", b"%PDF-1.7 figures")


def write_paper() -> Letter:
    client = ClientFactory.create()
    write_letter(
        key="report:1", address="owner@client.example", subject="Report", text="Text", at=NOON,
        client=client, files=[PAPER], is_once=True,
    )  # fmt: skip
    return Letter.objects.get()


def test_letter_carries_its_files_and_lets_them_go() -> None:
    letter = write_paper()
    send_letters(at=NOON)
    [message] = mail.outbox
    assert message.attachments == [(PAPER.name, PAPER.content, PAPER.content_type)]
    assert message.extra_headers == {"Message-ID": f"<{letter.message_id}>"}
    assert [(file.name, bytes(file.content)) for file in letter.files.all()] == [(PAPER.name, b"")]


def test_files_of_a_known_occasion_are_not_attached_again() -> None:
    letter = write_paper()
    again = write_letter(
        key="report:1", address="owner@client.example", subject="Report", text="Text", at=NOON,
        files=[PAPER],
    )  # fmt: skip
    assert (again, letter.files.count()) == (False, 1)


@pytest.mark.parametrize(
    ("backend", "attempts", "state"),
    [
        # Refused by the server's word: surely not taken, tried three times.
        ("DataRefused", 3, LetterState.GIVEN_UP),
        ("NoServer", 3, LetterState.GIVEN_UP),
        # Hung up on: it may have been taken.
        ("EmailBackend", 1, LetterState.UNKNOWN),
        ("AddressRefused", 1, LetterState.BOUNCED),
        ("AddressGreylisted", 3, LetterState.GIVEN_UP),
    ],
)
def test_letter_given_once_is_repeated_only_where_it_surely_did_not_go(
    backend: str, attempts: int, state: str, settings: LazySettings
) -> None:
    settings.EMAIL_BACKEND = f"clients.tests.refusing_mail.{backend}"
    letter = write_paper()
    for number in range(5):
        send_letters(at=NOON + number * (LEASE + dt.timedelta(seconds=1)))
    letter.refresh_from_db()
    assert (letter.attempts, letter.state, Task.objects.count()) == (attempts, state, 1)
    assert bytes(letter.files.get().content) == b""


def test_address_that_the_server_refuses_has_bounced(settings: LazySettings) -> None:
    settings.EMAIL_BACKEND = "clients.tests.refusing_mail.AddressRefused"
    letter = write_paper()
    manager = TeamMemberFactory.create(client=letter.client).user
    send_letters(at=NOON)
    letter.refresh_from_db()
    assert (letter.bounced_at, letter.bounce_code, letter.bounce_note) == (
        NOON, "550", "5.1.1 No such user",
    )  # fmt: skip
    task = Task.objects.get()
    assert (task.owner, task.client, task.origin) == (manager, letter.client, letter)


@pytest.mark.parametrize(("is_once", "sent"), [(True, 0), (False, 1)])
def test_letter_that_a_worker_died_with_at_the_server(is_once: bool, sent: int) -> None:
    letter = LetterFactory.create(leased_until=NOON, handed_at=NOON, attempts=1, is_once=is_once)
    assert send_letters(at=SOON) == sent
    letter.refresh_from_db()
    assert letter.state == (LetterState.UNKNOWN if is_once else LetterState.SENT)
    assert Task.objects.count() == (1 if is_once else 0)


def test_letter_that_a_worker_died_with_before_the_server_is_sent() -> None:
    letter = LetterFactory.create(leased_until=NOON, attempts=1, is_once=True)
    assert [send_letters(at=SOON), send_letters(at=SOON)] == [1, 0]
    letter.refresh_from_db()
    assert letter.state == LetterState.SENT


def test_last_attempt_that_a_worker_died_with_reaches_a_person() -> None:
    LetterFactory.create(leased_until=NOON, attempts=3)
    assert [send_letters(at=SOON), send_letters(at=SOON)] == [0, 0]
    assert Task.objects.count() == 1
