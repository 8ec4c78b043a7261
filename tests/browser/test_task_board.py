"""Cards of the team's board are moved by dragging and by the keyboard, on a phone too."""

import datetime as dt
from collections.abc import Iterator

import pytest
from django.utils import timezone
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from clients.models import Client, Role, Task, User
from clients.team import join_team
from tests.browser.conftest import Screen
from tests.factories import LONG_AGO, PASSWORD, ClientFactory, FlagFactory, TaskFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)

BOARD = "/admin/clients/task/board/"
PHONE = {"width": 390, "height": 844}


@pytest.fixture
def client() -> Client:
    return ClientFactory.create(name="Dental clinic")


@pytest.fixture
def anna(client: Client) -> User:
    person = UserFactory.create(
        username="anna.board", first_name="Anna", last_name="Invented", language="en"
    )
    join_team(client, person, role=Role.ACCOUNT_MANAGER, starts_on=LONG_AGO)
    return person


@pytest.fixture
def task(client: Client, anna: User) -> Task:
    late = timezone.localdate() - dt.timedelta(days=1)
    return TaskFactory.create(
        client=client, title="Ring back", due_on=late, origin=FlagFactory.create(client=client)
    )


@pytest.fixture
def phone(chromium: Browser, live_server: LiveServer) -> Iterator[Screen]:
    context = chromium.new_context(locale="ru-RU", viewport=PHONE, color_scheme="dark")  # type: ignore[arg-type]
    yield Screen(context.new_page(), live_server.url)
    context.close()


def test_card_is_dragged_to_another_column(screen: Screen, anna: User, task: Task) -> None:
    screen.sign_in(anna.username, PASSWORD)
    screen.open(BOARD)
    with screen.page.expect_navigation(wait_until="networkidle"):
        screen.page.drag_and_drop(f"[data-task='{task.pk}']", "[data-column='in_work']")
    assert screen.page.locator("[data-column='in_work'] [data-task]").count() == 1
    task.refresh_from_db()
    assert (task.state, screen.problems) == ("in_work", [])


def test_card_is_moved_and_given_by_the_keyboard(screen: Screen, anna: User, task: Task) -> None:
    screen.sign_in(anna.username, PASSWORD)
    screen.open(f"{BOARD}?by=owner&overdue=1")
    with screen.page.expect_navigation(wait_until="networkidle"):
        screen.page.get_by_role("link", name="Give to…: Ring back").press("Enter")
    screen.page.select_option("#id_person", label="Anna Invented")
    screen.submit("button[type=submit]:has-text('Give')")
    screen.open(f"{BOARD}?by=owner&overdue=1")
    with screen.page.expect_navigation(wait_until="networkidle"):
        screen.page.get_by_role("button", name="Done: Ring back").press("Enter")
    task.refresh_from_db()
    assert (task.owner, task.state, screen.problems) == (anna, "done", [])
    assert screen.page.url.endswith(f"{BOARD}?by=owner&overdue=1")


def test_board_is_readable_on_a_phone(phone: Screen, anna: User, task: Task) -> None:
    phone.sign_in(anna.username, PASSWORD)
    phone.open(BOARD)
    assert (phone.is_wider_than_the_window, phone.problems) == (False, [])
