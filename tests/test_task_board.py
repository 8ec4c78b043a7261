"""The list and the board of tasks: what they show, to whom, and how cards are moved."""

import datetime as dt
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from clients.due_groups import DueGroup, conditions, group_of
from clients.models import Client, Role, Task, TaskState, User
from clients.team import join_team
from tests.factories import (
    LONG_AGO,
    ClientFactory,
    DirectorFactory,
    FlagFactory,
    TaskFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate


def member(client: Client, role: str = Role.ACCOUNT_MANAGER, **fields: Any) -> User:
    person = UserFactory.create(**fields)
    join_team(client, person, role=role, starts_on=LONG_AGO)
    return person


def browser_of(person: User) -> Browser:
    browser = Browser()
    browser.force_login(person)
    return browser


def board(browser: Browser, **asked: Any) -> Any:
    response = browser.get(reverse("admin:clients_task_board"), asked)
    assert response.status_code == 200
    return response


def columns(response: Any) -> dict[str, list[str]]:
    return {
        column.code: [card.task.title for card in column.cards]
        for column in response.context["columns"]
    }


def move(browser: Browser, text: str) -> str:
    response = browser.post(reverse("admin:clients_task_move"), {"move": text})
    assert response.status_code == 302
    return [str(message) for message in get_messages(response.wsgi_request)][-1]


@pytest.fixture
def client() -> Client:
    return ClientFactory.create()


@pytest.fixture
def manager(client: Client) -> User:
    return member(client, first_name="Anna", last_name="First")


@pytest.fixture
def browser(manager: User) -> Browser:
    return browser_of(manager)


def test_groups_of_days_are_the_same_in_words_and_in_rows(client: Client) -> None:
    today = dt.date(2026, 3, 11)
    shifts = (None, -400, -1, 0, 1, 7, 8, 400)
    for shift in shifts:
        TaskFactory.create(
            client=client, due_on=None if shift is None else today + dt.timedelta(days=shift)
        )
    for group, condition in conditions(on=today).items():
        for task in Task.objects.filter(condition):
            assert group_of(task.due_on, on=today) == group
    counts = {g: Task.objects.filter(c).count() for g, c in conditions(on=today).items()}
    assert counts == {
        DueGroup.OVERDUE: 2, DueGroup.TODAY: 1, DueGroup.WEEK: 2, DueGroup.LATER: 2,
        DueGroup.NO_DAY: 1,
    }  # fmt: skip


def test_board_by_state_has_open_in_work_and_done_lately(browser: Browser, client: Client) -> None:
    now = timezone.now()
    TaskFactory.create(client=client, title="open")
    TaskFactory.create(client=client, title="begun", state=TaskState.IN_WORK)
    TaskFactory.create(client=client, title="done", state=TaskState.DONE, done_at=now)
    old = now - dt.timedelta(days=15)
    TaskFactory.create(client=client, title="long done", state=TaskState.DONE, done_at=old)
    TaskFactory.create(client=client, title="cancelled", state=TaskState.CANCELLED)
    assert columns(board(browser)) == {"open": ["open"], "in_work": ["begun"], "done": ["done"]}


def test_board_by_person_has_nobodys_first(browser: Browser, client: Client, manager: User) -> None:
    TaskFactory.create(client=client, title="free")
    TaskFactory.create(client=client, title="hers", owner=manager)
    shown = columns(board(browser, by="owner"))
    assert list(shown.items()) == [("0", ["free"]), (str(manager.pk), ["hers"])]


def test_filters_stand_in_the_address(browser: Browser, client: Client, manager: User) -> None:
    other = ClientFactory.create()
    join_team(other, manager, role=Role.ACCOUNT_MANAGER, starts_on=LONG_AGO)
    late = TODAY() - dt.timedelta(days=1)
    TaskFactory.create(client=client, title="late", due_on=late, block="strategy", owner=manager)
    TaskFactory.create(client=other, title="other")
    addresses: dict[str, dict[str, Any]] = {
        "client": {"client": other.pk},
        "block": {"block": "strategy"},
        "person": {"person": manager.pk},
        "nobody": {"person": 0},
        "overdue": {"overdue": 1},
        "nonsense": {"client": "x", "block": "y", "person": "z", "overdue": "w", "by": "q"},
    }
    found = {name: columns(board(browser, **asked))["open"] for name, asked in addresses.items()}
    assert found == {
        "client": ["other"], "block": ["late"], "person": ["late"], "nobody": ["other"],
        "overdue": ["late"], "nonsense": ["late", "other"],
    }  # fmt: skip


def test_board_shows_nothing_of_other_clients(browser: Browser, client: Client) -> None:
    foreign = TaskFactory.create(title="foreign task", client__name="Foreign client")
    for by in ("state", "owner"):
        text = board(browser, by=by, client=foreign.client_id).content.decode()
        assert ("foreign task" in text, "Foreign client" in text) == (False, False)


def test_stranger_moves_nothing(browser: Browser) -> None:
    foreign = TaskFactory.create()
    address = reverse("admin:clients_task_move")
    for text in (f"{foreign.pk} state done open", f"{foreign.pk} owner 0 0"):
        assert browser.post(address, {"move": text}).status_code == 404
    assert Task.objects.get().state == TaskState.OPEN


def test_who_may_only_look_moves_nothing(client: Client) -> None:
    reader = UserFactory.create(permissions=("clients.view_task",))
    join_team(client, reader, role=Role.DESIGNER, starts_on=LONG_AGO)
    reader.groups.clear()
    task = TaskFactory.create(client=client)
    browser = browser_of(reader)
    assert board(browser).context["columns"][0].cards[0].moves == []
    address = reverse("admin:clients_task_move")
    assert browser.post(address, {"move": f"{task.pk} state done open"}).status_code == 403
    assert browser.get(address).status_code == 405


def test_card_is_moved_to_another_state(browser: Browser, client: Client) -> None:
    task = TaskFactory.create(client=client, title="Ring back")
    assert move(browser, f"{task.pk} state in_work open") == "“Ring back” is now: in work."
    assert move(browser, f"{task.pk} state done in_work") == "“Ring back” is now: done."
    task.refresh_from_db()
    assert (task.state, task.done_at is not None) == ("done", True)
    move(browser, f"{task.pk} state in_work done")
    task.refresh_from_db()
    assert (task.state, task.done_at) == ("in_work", None)


def test_move_of_what_changed_meanwhile_is_refused(browser: Browser, client: Client) -> None:
    task = TaskFactory.create(client=client, title="Ring back", state=TaskState.CANCELLED)
    told = move(browser, f"{task.pk} state done open")
    assert told == "“Ring back” was changed by somebody meanwhile: look at it as it is now."
    assert Task.objects.get().state == TaskState.CANCELLED


@pytest.mark.parametrize(
    "text", ["", "x", "1 state done", "1 state gone open", "1 owner x 0", "1 colour red blue"]
)
def test_bad_move_is_said(text: str, browser: Browser, client: Client) -> None:
    told = move(browser, text)
    assert told == "Nothing was moved: press a button of the card, or drag it."


def test_card_is_given_to_who_sees_the_client(
    browser: Browser, client: Client, manager: User
) -> None:
    task = TaskFactory.create(client=client, title="Draw")
    other = member(client, Role.DESIGNER, first_name="Boris", last_name="Second")
    stranger = UserFactory.create(first_name="Carl", last_name="Third")
    assert move(browser, f"{task.pk} owner {other.pk} 0") == "“Draw” is given to Boris Second."
    told = move(browser, f"{task.pk} owner {stranger.pk} {other.pk}")
    assert told == f"Carl Third is not in the team of {client}: add them to it first."
    assert move(browser, f"{task.pk} owner 99999 {other.pk}") == (
        "There is no such person of the agency."
    )
    # Somebody who saw it as nobody's is too late.
    assert "meanwhile" in move(browser, f"{task.pk} owner {manager.pk} 0")
    assert Task.objects.get().owner == other
    assert move(browser, f"{task.pk} owner 0 {other.pk}") == "“Draw” is nobody's now."


def test_giving_by_the_keyboard_offers_the_team(browser: Browser, client: Client) -> None:
    task = TaskFactory.create(client=client)
    other = member(client, Role.DESIGNER, last_name="Second")
    UserFactory.create(last_name="Stranger")
    address = reverse("admin:clients_task_give", args=[task.pk])
    text = browser.get(address).content.decode()
    assert ("Second" in text, "Stranger" in text) == (True, False)
    assert browser.post(address, {"person": other.pk, "seen": 0}).status_code == 302
    assert Task.objects.get().owner == other
    refused = browser.post(address, {"person": 0, "seen": 0})
    assert "meanwhile" in refused.content.decode()


def test_quick_done_goes_back_to_the_list_as_it_was(
    browser: Browser, client: Client, manager: User
) -> None:
    task = TaskFactory.create(client=client, owner=manager)
    page = f"{reverse('admin:clients_task_changelist')}?due=no_day"
    assert f'value="{task.pk} state done open"' in browser.get(page).content.decode()
    sent = {"move": f"{task.pk} state done open"}
    address = reverse("admin:clients_task_move")
    answer = browser.post(address, sent, headers={"referer": f"http://testserver{page}"})
    assert (answer.url, Task.objects.get().state) == (page, "done")  # type: ignore[attr-defined]
    away = browser.post(address, sent, headers={"referer": "https://evil.example/admin/"})
    assert away.url == reverse("admin:clients_task_changelist")  # type: ignore[attr-defined]


def test_tiles_count_what_their_lists_show(browser: Browser, client: Client, manager: User) -> None:
    for shift in (-2, -1, 0, 3, 30):
        due = TODAY() + dt.timedelta(days=shift)
        TaskFactory.create(client=client, owner=manager, due_on=due)
    TaskFactory.create(client=client, owner=manager)
    TaskFactory.create(client=client, owner=manager, state="done", done_at=timezone.now())
    page = reverse("admin:clients_task_changelist")
    tiles = browser.get(page, {"due": "overdue"}).context["due_tiles"]
    assert [tile["count"] for tile in tiles] == [2, 1, 1, 1, 1]
    shown = [browser.get(page + tile["url"]).context["cl"].result_count for tile in tiles]
    assert shown == [2, 1, 1, 1, 1]


def test_origin_is_a_link_for_who_may_follow_it(client: Client, manager: User) -> None:
    flag = FlagFactory.create(client=client)
    task = TaskFactory.create(client=client, owner=manager, origin=flag)
    address = reverse("admin:kpi_flag_change", args=[flag.pk])
    pages = (
        reverse("admin:clients_task_changelist"),
        reverse("admin:clients_task_board"),
        reverse("admin:clients_task_change", args=[task.pk]),
        reverse("admin:index"),
    )
    Task.objects.update(due_on=TODAY())
    found = [address in browser_of(manager).get(page).content.decode() for page in pages]
    assert found == [True, True, True, True]
    reader = UserFactory.create(permissions=("clients.view_task",))
    join_team(client, reader, role=Role.DESIGNER, starts_on=LONG_AGO)
    reader.groups.clear()
    assert address not in board(browser_of(reader)).content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_board_asks_as_often_for_many_tasks(
    rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    browser = browser_of(DirectorFactory.create())
    for number in range(rows):
        flag = FlagFactory.create(client__name=f"Client {number}")
        TaskFactory.create(client=flag.client, origin=flag, owner=UserFactory.create())
    for by in ("state", "owner"):
        with django_assert_num_queries(5):
            board(browser, by=by)
