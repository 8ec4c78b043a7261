"""Telling people: who, once, when and by which way; and what of it goes out by e-mail."""

import datetime as dt
import threading
from typing import Any

import pytest
from django.core import mail
from django.db import close_old_connections, connection, transaction

from clients.letters import send_letters
from clients.models import (
    ENDING,
    Channel,
    Client,
    Letter,
    Notice,
    NoticeChoice,
    NoticeDelivery,
    NoticeHabits,
    NoticeKind,
    Role,
    TeamMember,
    User,
    When,
)
from clients.notice_delivery import send_notices
from clients.notices import Words, tell
from clients.task_notices import tell_new_owner, tell_of_due_tasks
from clients.team import join_team
from clients.todo import add_task
from tests.factories import (
    LONG_AGO,
    NOON,
    ClientFactory,
    DirectorFactory,
    TaskFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

# NOON is 12:00 in Moscow.
HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)
NIGHT = NOON + 10 * HOUR
NEXT_NINE = NOON + 21 * HOUR


def member(client: Client, role: str = Role.ACCOUNT_MANAGER, **fields: Any) -> User:
    person: User = UserFactory.create(**{"language": "en", **fields})
    join_team(client, person, role=role, starts_on=LONG_AGO)
    return person


def say(
    *people: User, client: Client | None, kind: str = NoticeKind.APPROVALS, **fields: Any
) -> int:
    told: dict[str, Any] = {
        "key": "k", "subject": "Subject", "text": "", "path": "/admin/", "at": NOON
    } | fields  # fmt: skip
    return tell(people, kind=kind, client=client, **told)


def waiting() -> list[tuple[str, bool, dt.datetime]]:
    rows = NoticeDelivery.objects.filter(state="waiting").order_by("pk")
    return [(row.channel, row.is_digest, row.due_at) for row in rows]


def test_same_thing_is_told_once() -> None:
    client = ClientFactory.create()
    anna = member(client)
    assert [say(anna, anna, client=client), say(anna, client=client)] == [1, 0]
    assert Notice.objects.count() == NoticeDelivery.objects.count() == 1


def test_only_those_who_see_the_client_and_work_here_are_told() -> None:
    client = ClientFactory.create()
    left, gone, stranger, guest = (member(client), UserFactory.create(is_active=False),
        UserFactory.create(), UserFactory.create(is_staff=False))  # fmt: skip
    TeamMember.objects.filter(user=left).update(ends_on=NOON.date() - DAY)
    director = DirectorFactory.create()
    assert say(left, gone, stranger, guest, director, client=client) == 1
    assert Notice.objects.get().person == director


def test_words_are_in_each_readers_language() -> None:
    client = ClientFactory.create(language="ru")
    anna, boris = member(client, language="en"), member(client, language="")
    say(anna, boris, client=client, subject=Words("%(day)s", day=dt.date(2026, 3, 1)))
    assert list(Notice.objects.order_by("pk").values_list("subject", flat=True)) == [
        "March 1, 2026", "1 марта 2026 г.",
    ]  # fmt: skip


def test_numbers_of_telephones_are_taken_out() -> None:
    client = ClientFactory.create(country="RU")
    anna = member(client)
    say(
        anna, client=client, subject="Call +7 916 123-45-67 on 12.03.2026", text="8 (495) 123-45-67"
    )
    notice = Notice.objects.get()
    assert (notice.subject, notice.text) == ("Call ••• on 12.03.2026", "•••")


def test_what_is_at_once_waits_for_the_end_of_the_quiet_hours() -> None:
    client = ClientFactory.create()
    anna = member(client)
    say(anna, client=client, at=NIGHT)
    say(anna, client=client, at=NIGHT, key="urgent", kind=NoticeKind.INCIDENTS)
    eight = NOON + 20 * HOUR
    assert waiting() == [("email", False, eight), ("email", False, NIGHT)]


@pytest.mark.parametrize(("zone", "due"), [("", NEXT_NINE), ("Asia/Vladivostok", NOON + 14 * HOUR)])
def test_digest_comes_at_the_persons_own_hour(zone: str, due: dt.datetime) -> None:
    client = ClientFactory.create()
    anna = member(client, time_zone=zone)
    say(anna, client=client, kind=NoticeKind.DATA)
    assert waiting() == [("email", True, due)]


def test_choices_are_obeyed_by_channel() -> None:
    client = ClientFactory.create()
    anna = member(client)
    NoticeHabits.objects.create(person=anna, chat_id="5", digest_hour=15)
    for channel, when in ((Channel.EMAIL, When.OFF), (Channel.DASHBOARD, When.OFF)):
        NoticeChoice.objects.create(person=anna, kind="approvals", channel=channel, when=when)
    NoticeChoice.objects.create(
        person=anna, kind="approvals", channel=Channel.TELEGRAM, when=When.DIGEST
    )
    say(anna, client=client)
    assert waiting() == []
    assert not Notice.objects.on_dashboard_of(anna).exists()


def test_telegram_follows_its_choice_where_there_is_a_bot(settings: Any) -> None:
    settings.NOTICE_BOT_TOKEN = "7:AA"
    client = ClientFactory.create()
    anna = member(client)
    NoticeHabits.objects.create(person=anna, chat_id="5")
    say(anna, client=client)
    assert waiting() == [("email", False, NOON), ("telegram", False, NOON)]


def test_a_letter_goes_out_once_with_its_link(settings: Any) -> None:
    settings.PUBLIC_URL = "https://smm.example"
    client = ClientFactory.create()
    anna = member(client)
    say(anna, client=client, text="Look.", path="/admin/x/1/")
    assert [send_notices(at=NOON), send_notices(at=NOON)] == [1, 0]
    letter = Letter.objects.get()
    assert (letter.address, letter.subject, letter.person) == (anna.email, "Subject", anna)
    assert letter.text == "Look.\n\nhttps://smm.example/admin/x/1/"
    assert (letter.kind, letter.client) == ("approvals", client)


def test_whoever_left_meanwhile_gets_nothing() -> None:
    client = ClientFactory.create()
    anna = member(client)
    say(anna, client=client)
    say(anna, client=client, kind=NoticeKind.DATA, key="digest")
    TeamMember.objects.update(ends_on=NOON.date() - DAY)
    assert send_notices(at=NOON + DAY) == 0
    assert list(NoticeDelivery.objects.values_list("state", flat=True)) == ["dropped"] * 2
    assert not Notice.objects.on_dashboard_of(anna).exists()


def digest(*, at: dt.datetime = NEXT_NINE) -> int:
    return send_notices(at=at)


def test_digest_is_one_letter_by_client_and_kind(settings: Any) -> None:
    settings.PUBLIC_URL = "https://smm.example"
    bakery, cafe = ClientFactory.create(name="Bakery"), ClientFactory.create(name="Cafe")
    anna = member(bakery)
    join_team(cafe, anna, role=Role.ACCOUNT_MANAGER, starts_on=LONG_AGO)
    for number, (client, kind) in enumerate(
        [(cafe, "data"), (bakery, "tasks"), (cafe, "tasks"), (bakery, "tasks")]
    ):
        say(anna, client=client, kind=kind, key=f"k{number}", subject=f"S{number}", path="/p/")
    assert [digest(at=NEXT_NINE - HOUR), digest(), digest()] == [0, 1, 0]
    letter = Letter.objects.get()
    assert letter.subject == "Your day: 4 notices"
    link = "https://smm.example/p/"
    assert letter.text == "\n\n".join(
        [
            "Bakery", f"My tasks:\n  • S1\n    {link}\n  • S3\n    {link}",
            "Cafe", f"My tasks:\n  • S2\n    {link}", f"Trouble with data:\n  • S0\n    {link}",
        ]
    )  # fmt: skip


def test_what_was_read_is_not_in_the_digest_and_an_empty_one_is_not_sent() -> None:
    client = ClientFactory.create()
    anna = member(client)
    say(anna, client=client, kind=NoticeKind.DATA)
    Notice.objects.update(read_at=NOON)
    assert (digest(), Letter.objects.count()) == (0, 0)


def test_second_digest_of_a_day_waits_for_the_next() -> None:
    client = ClientFactory.create()
    anna = member(client)
    say(anna, client=client, kind=NoticeKind.DATA)
    digest()
    say(anna, client=client, kind=NoticeKind.DATA, key="later", at=NEXT_NINE + HOUR)
    NoticeDelivery.objects.filter(state="waiting").update(due_at=NEXT_NINE + HOUR)
    assert [digest(at=NEXT_NINE + 2 * HOUR), digest(at=NEXT_NINE + DAY)] == [0, 1]
    assert Letter.objects.count() == 2


def test_worker_killed_in_the_digest_loses_and_doubles_nothing() -> None:
    client = ClientFactory.create()
    anna = member(client)
    say(anna, client=client, kind=NoticeKind.DATA)

    def die(execute: Any, sql: str, *rest: Any) -> Any:
        if sql.startswith('UPDATE "clients_noticedelivery"'):
            raise SystemExit
        return execute(sql, *rest)

    with connection.execute_wrapper(die), pytest.raises(SystemExit), transaction.atomic():
        digest()
    assert Letter.objects.count() == 0
    assert [digest(), digest()] == [1, 0]
    assert Letter.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_tell_and_send_once() -> None:
    client = ClientFactory.create()
    anna = member(client)
    told: list[int] = []

    def run(start: threading.Barrier) -> None:
        start.wait()
        told.append(say(anna, client=client) + say(anna, client=client, kind="data", key="d"))
        start.wait()
        send_notices(at=NOON)
        digest()
        connection.close()

    race(run)
    assert sum(told) == Notice.objects.count() == Letter.objects.count() == 2


def race(run: Any) -> None:
    start = threading.Barrier(2)
    threads = [threading.Thread(target=run, args=(start,)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    close_old_connections()


# --- Tasks ---------------------------------------------------------------------------------------


def test_whose_task_it_is_is_told_and_nobodys_goes_to_the_managers() -> None:
    client = ClientFactory.create(name="Bakery")
    anna, boris = member(client), member(client, Role.DESIGNER)
    add_task(client, title="Draw", owner=boris)
    add_task(client, title="Anybody")
    add_task(client, title="The client's", side="client")
    told = Notice.objects.order_by("pk").values_list("person", "subject", "kind")
    assert list(told) == [
        (boris.pk, "Bakery: Draw", "tasks"),
        (anna.pk, "Bakery: Anybody", "tasks"),
    ]


def test_day_of_a_task_is_told_once_by_the_clients_clock() -> None:
    client = ClientFactory.create(time_zone="Asia/Vladivostok")
    anna = member(client)
    TaskFactory.create(client=client, owner=anna, due_on=NOON.date() + DAY, title="Write")
    morning = NOON + 14 * HOUR
    moments = (morning - 2 * HOUR, morning, morning + HOUR)
    assert [tell_of_due_tasks(at=at) for at in moments] == [0, 1, 0]


@pytest.mark.parametrize(("status", "told"), [("active", 2), ("paused", 1), ("ended", 1)])
def test_nobody_is_reminded_where_the_work_rests_but_of_its_ending(status: str, told: int) -> None:
    client = ClientFactory.create(status=status)
    anna = member(client)
    TaskFactory.create(client=client, owner=anna, due_on=NOON.date())
    TaskFactory.create(client=client, owner=anna, due_on=NOON.date(), leads_to=ENDING)
    assert tell_of_due_tasks(at=NOON) == told


# --- Switching off -------------------------------------------------------------------------------


def test_for_an_owner_who_left_the_team_the_takers_are_told() -> None:
    client = ClientFactory.create(status="active")
    left, manager = member(client), member(client)
    TeamMember.objects.filter(user=left).update(ends_on=NOON.date() - DAY)
    TaskFactory.create(client=client, owner=left, due_on=NOON.date())
    assert tell_of_due_tasks(at=NOON) == 1
    add_task(client, title="New", owner=left)
    assert {notice.person for notice in Notice.objects.all()} == {manager}


def test_whoever_was_given_the_task_this_morning_is_not_told_again() -> None:
    client = ClientFactory.create(status="active")
    anna, boris = member(client), member(client)
    task = TaskFactory.create(client=client, owner=anna, due_on=NOON.date())
    tell_new_owner(task, by=boris, at=NOON - HOUR)
    assert tell_of_due_tasks(at=NOON) == 0
    assert Notice.objects.count() == 1


def test_letters_carry_the_headers_and_the_footer() -> None:
    client = ClientFactory.create()
    say(member(client), client=client)
    send_notices(at=NOON)
    send_letters(at=NOON)
    [sent] = mail.outbox
    address = sent.extra_headers["List-Unsubscribe"].strip("<>")
    assert sent.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert str(sent.body).endswith(
        "\n\n-- \nYou get such letters: approvals and the client's answers."
        f" To get no more of them:\n{address}"
    )
    assert "unsubscribe" not in Letter.objects.get().text
