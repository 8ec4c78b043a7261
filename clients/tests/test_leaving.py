"""Who leaves has no door open in the next request; their work is listed, and asked for."""

import datetime as dt
import threading

import pytest
from django.core.exceptions import ValidationError
from django.db import close_old_connections, connection
from django.http import HttpRequest, HttpResponse
from django.test import Client as Browser
from django.urls import reverse

from clients.acting import ActingMiddleware
from clients.hand_over import counts_by_client
from clients.leaving import leave
from clients.models import (
    CalendarFeed,
    ChangeEntry,
    Client,
    Notice,
    NoticeDelivery,
    NoticeHabits,
    Role,
    Task,
    TeamMember,
    User,
)
from clients.notices import tell
from clients.substitutes import substitute
from clients.team import join_team
from tests.factories import (
    LONG_AGO,
    NOON,
    PASSWORD,
    AccessGrantFactory,
    CalendarFeedFactory,
    ClientFactory,
    DirectorFactory,
    PortalAccessFactory,
    TaskFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)
TODAY = NOON.date()


@pytest.fixture
def director() -> User:
    return DirectorFactory.create()


@pytest.fixture
def client() -> Client:
    return ClientFactory.create()


@pytest.fixture
def person(client: Client) -> User:
    user = UserFactory.create(first_name="Ivan", last_name="Leaver", email="ivan@agency.test")
    join_team(client, user, role=Role.DESIGNER, starts_on=LONG_AGO)
    return user


def test_session_ends_with_the_next_request(director: User, person: User) -> None:
    browser = Browser()
    browser.force_login(person)
    assert browser.get(reverse("admin:index")).status_code == 200
    leave(person, by=director, at=NOON)
    assert browser.get(reverse("admin:index")).status_code == 302
    # Coming back opens no old session.
    User.objects.filter(pk=person.pk).update(is_active=True)
    assert browser.get(reverse("admin:index")).status_code == 302
    assert not Browser().login(username=person.username, password=PASSWORD)


def test_memberships_and_substitutions_end_on_the_clients_day(
    director: User, client: Client, person: User
) -> None:
    other, coming = ClientFactory.create(), ClientFactory.create()
    colleague = UserFactory.create()
    join_team(other, colleague, role=Role.MODERATOR, starts_on=LONG_AGO)
    join_team(coming, person, role=Role.MODERATOR, starts_on=TODAY + DAY)
    far = dt.date(2040, 1, 1)
    substitute(colleague, by_whom=person, clients=[other], first=TODAY, last=far)
    leave(person, by=director, at=NOON)
    rows = TeamMember.objects.filter(user=person).order_by("client_id")
    assert [(row.client, row.ends_on) for row in rows] == [(client, TODAY), (other, TODAY)]


def test_who_stood_in_for_the_leaver_ends_too(director: User, client: Client, person: User) -> None:
    colleague = UserFactory.create()
    far = dt.date(2040, 1, 1)
    substitute(person, by_whom=colleague, clients=[client], first=TODAY, last=far)
    leave(person, by=director, at=NOON)
    assert TeamMember.objects.get(user=colleague).ends_on == TODAY


def test_links_and_chats_are_taken_away(director: User, client: Client, person: User) -> None:
    NoticeHabits.objects.create(person=person, chat_id="77", code_hash="x")
    feed = CalendarFeedFactory.create(client=client, person=person)
    tell(
        [person], kind="tasks", key="k", subject="S", text="", path="", client=client, at=NOON
    )  # fmt: skip
    leave(person, by=director, at=NOON)
    habits = NoticeHabits.objects.get(person=person)
    sent = NoticeDelivery.objects.filter(notice__person=person)
    states = set(sent.values_list("state", flat=True))
    revoked = CalendarFeed.objects.get(pk=feed.pk).revoked_at
    assert (habits.chat_id, habits.code_hash, states, revoked) == ("", "", {"dropped"}, NOON)


def test_leaver_is_told_no_more(director: User, client: Client, person: User) -> None:
    leave(person, by=director, at=NOON)
    gone = User.objects.get(pk=person.pk)
    assert not tell(
        [gone], kind="tasks", key="k", subject="S", text="", path="", client=client, at=NOON
    )  # fmt: skip


def test_open_work_is_listed_and_asked_for(director: User, client: Client, person: User) -> None:
    manager = UserFactory.create()
    join_team(client, manager, role=Role.ACCOUNT_MANAGER, starts_on=LONG_AGO)
    without = ClientFactory.create()
    for owned in (client, client, without):
        TaskFactory.create(client=owned, owner=person)
    AccessGrantFactory.create(client=client, user=person)
    left = leave(person, by=director, at=NOON)
    assert left.work == {client.pk: {"tasks": 2, "accesses": 1}, without.pk: {"tasks": 1}}
    asked = Task.objects.filter(title="Hand over the work of Ivan Leaver, who has left")
    assert [(task.client, task.owner) for task in asked.order_by("client_id")] == [
        (client, manager), (without, director)
    ]  # fmt: skip
    assert asked.get(client=client).details.startswith("Tasks: 2, Accesses on networks: 1\n\n")
    back = Task.objects.filter(title="Take back the accesses of Ivan Leaver")
    assert [task.client for task in back] == [client]
    assert Notice.objects.filter(person=manager, key=f"task:{asked.get(client=client).pk}").exists()


def test_who_stood_in_for_a_leaving_manager_is_not_asked(director: User, client: Client) -> None:
    manager, colleague = UserFactory.create(), UserFactory.create()
    join_team(client, manager, role=Role.ACCOUNT_MANAGER, starts_on=LONG_AGO)
    far = dt.date(2040, 1, 1)
    substitute(manager, by_whom=colleague, clients=[client], first=TODAY, last=far)
    leave(manager, by=director, at=NOON)
    assert [task.owner for task in Task.objects.all()] == [director]


def test_work_of_who_has_left_is_still_theirs(director: User, client: Client, person: User) -> None:
    TaskFactory.create(client=client, owner=person)
    leave(person, by=director, at=NOON)
    assert counts_by_client(person) == {client.pk: {"tasks": 1}}


def test_last_director_stays(director: User) -> None:
    boss = UserFactory.create(is_superuser=False)
    with pytest.raises(ValidationError, match="is the last director"):
        leave(director, by=boss, at=NOON)
    assert User.objects.get(pk=director.pk).is_active


def test_nobody_removes_themselves(director: User) -> None:
    DirectorFactory.create()
    with pytest.raises(ValidationError, match="ask another director"):
        leave(director, by=director, at=NOON)


def test_leaving_twice_is_said(director: User, person: User) -> None:
    leave(person, by=director, at=NOON)
    with pytest.raises(ValidationError, match="has left already"):
        leave(person, by=director, at=NOON)


@pytest.mark.django_db(transaction=True)
def test_two_directors_do_not_let_each_other_go() -> None:
    one, other = DirectorFactory.create(), DirectorFactory.create()
    barrier, refused = threading.Barrier(2), []

    def step(person: User, by: User) -> None:
        try:
            barrier.wait()
            leave(person, by=by, at=NOON)
        except ValidationError as error:
            refused.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=step, args=pair) for pair in [(one, other), (other, one)]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    close_old_connections()
    assert (len(refused), User.objects.filter(is_active=True).count()) == (1, 1)


def test_the_history_names_who_ended_the_access(
    director: User, client: Client, person: User
) -> None:
    member = TeamMember.objects.get(user=person)
    door = PortalAccessFactory.create(client=client, user=person)

    def answer(request: HttpRequest) -> HttpResponse:
        leave(person, by=director, at=NOON)
        return HttpResponse()

    request = HttpRequest()
    request.user = director
    ActingMiddleware(answer)(request)
    entries = ChangeEntry.objects.filter(client=client, actor=director)
    found = entries.exclude(content_type__model="task")
    assert sorted(found.values_list("content_type__model", "object_id", "changes")) == [
        ("portalaccess", door.pk, {"revoked_at": ["None", NOON.strftime("%F %T")]}),
        ("teammember", member.pk, {"ends_on": ["None", str(TODAY)]}),
    ]
