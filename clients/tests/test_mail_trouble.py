"""Letters to people of the agency that fail: shown to them and the directors, told by no letter."""

import datetime as dt
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client as Browser
from django.urls import reverse

from clients import notice_delivery
from clients.bounces import record_bounce
from clients.letters import LEASE, send_letters
from clients.models import Letter, Notice, NoticeDelivery, NoticeKind, Task, User
from clients.notice_delivery import send_notices
from clients.tasks import send_letters as send_by_the_clock
from clients.tests.test_notices import NEXT_NINE, member, say
from tests.factories import NOON, ClientFactory, DirectorFactory, LetterFactory

pytestmark = pytest.mark.django_db

REFUSING = "clients.tests.refusing_mail.EmailBackend"


@pytest.fixture
def director() -> User:
    person: User = DirectorFactory.create(language="en")
    return person


@pytest.fixture
def anna(director: User) -> User:
    return member(ClientFactory.create(), first_name="Anna", last_name="Sample")


def say_to(person: User, kind: str = NoticeKind.APPROVALS, **fields: Any) -> None:
    say(person, client=person.memberships.get().client, kind=kind, **fields)


def refuse_thrice(*, at: dt.datetime) -> None:
    for number in range(4):
        send_letters(at=at + number * (LEASE + dt.timedelta(seconds=1)))


def told(person: User) -> list[str]:
    rows = Notice.objects.filter(person=person, key__startswith="mail-trouble:")
    return list(rows.values_list("subject", flat=True))


def test_letter_to_staff_that_fails_makes_no_task_and_no_letter(
    anna: User, director: User, settings: LazySettings
) -> None:
    settings.EMAIL_BACKEND = REFUSING
    for number in range(2):
        say_to(anna, key=f"k{number}")
    send_notices(at=NOON)
    refuse_thrice(at=NOON)
    assert (Task.objects.count(), Letter.objects.count()) == (0, 2)
    assert told(anna) == ["Letters do not reach you: look here for what they told"]
    assert told(director) == ["Letters do not reach Anna Sample: tell them yourself"]
    rows = NoticeDelivery.objects.order_by("pk")
    assert [(row.state, row.error) for row in rows] == [("given_up", "SMTPServerDisconnected")] * 2


def test_letter_to_staff_that_comes_back_makes_no_task(anna: User, director: User) -> None:
    say_to(anna)
    send_notices(at=NOON)
    send_letters(at=NOON)
    assert record_bounce(Letter.objects.get(), code="5.1.1", note="No such user", at=NOON)
    assert (Task.objects.count(), len(told(anna)), len(told(director))) == (0, 1, 1)
    assert NoticeDelivery.objects.get().error == "5.1.1 No such user"


def test_digest_that_fails_is_not_shown_as_sent(
    anna: User, director: User, settings: LazySettings, client: Browser
) -> None:
    settings.EMAIL_BACKEND = REFUSING
    say_to(anna, kind=NoticeKind.DATA)
    Notice.objects.update(is_on_dashboard=False)
    send_notices(at=NEXT_NINE)
    refuse_thrice(at=NEXT_NINE)
    row = NoticeDelivery.objects.get()
    assert (row.state, row.sent_at) == ("given_up", None)
    assert len(told(director)) == 1
    client.force_login(anna)
    page = client.get(reverse("account:notices")).content.decode()
    assert "By e-mail: did not reach you (SMTPServerDisconnected)" in page


def break_the_digest_of(person: User, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a row would that nobody foresaw."""
    habits_of = notice_delivery.habits_of

    def fail_for_one(each: User) -> Any:
        if each == person:
            raise LookupError
        return habits_of(each)

    monkeypatch.setattr(notice_delivery, "habits_of", fail_for_one)


def test_digest_that_cannot_be_written_keeps_no_other_from_going_out(
    anna: User, director: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    boris = member(ClientFactory.create())
    for person in (anna, boris):
        say_to(person, kind=NoticeKind.DATA)
    break_the_digest_of(anna, monkeypatch)
    assert send_notices(at=NEXT_NINE) == 1
    assert [letter.person for letter in Letter.objects.all()] == [boris]
    assert len(told(director)) == 1
    assert NoticeDelivery.objects.get(notice__person=anna, notice__key="k").state == "waiting"


def test_outbox_is_sent_even_when_notices_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*, at: dt.datetime) -> int:
        raise LookupError

    monkeypatch.setattr(notice_delivery, "send_notices", fail)
    letter = LetterFactory.create()
    with pytest.raises(LookupError):
        send_by_the_clock()
    letter.refresh_from_db()
    assert letter.sent_at is not None
