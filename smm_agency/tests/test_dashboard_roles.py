"""The start page of each role: its cards, what waits for it, own clients only, few queries."""

import datetime as dt
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from clients.models import Client, Role, User
from clients.team import join_team
from smm_agency.tests.waiting_rows import client_with_work
from tests.factories import (
    LONG_AGO,
    AccessKeyFactory,
    CampaignFactory,
    ClientFactory,
    DirectorFactory,
    InboxItemFactory,
    MaterialRequestFactory,
    PlacementFactory,
    PostFactory,
    ReplyClockFactory,
    TaskFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

# What waits for each role, by the codes of the kinds, in the order of the list's heaps.
WAITS = {
    Role.ACCOUNT_MANAGER: [
        "Replies", "Incidents", "Publications to check", "Posts to approve",
        "Posts that the client is silent about", "Posts of people who have left",
        "Design to look at", "Alerts of the budget",
        "Campaigns that begin or end", "Placements to pay or to look at",
        "Ad accounts that cannot be read", "KPI reviews", "Material of the client", "Access keys",
        "My tasks", "Tasks of the team", "Tasks of people who have left",
    ],
    Role.STRATEGIST: ["KPI reviews", "My tasks"],
    Role.CONTENT_MANAGER: [
        "Replies", "Incidents", "Publications to check", "Posts to approve", "Posts to write",
        "Posts of people who have left", "Material of the client", "My tasks",
    ],
    Role.DESIGNER: ["Posts to draw", "Design to draw", "My tasks"],
    Role.PAID_SOCIAL: [
        "Alerts of the budget", "Campaigns that begin or end", "Placements to pay or to look at",
        "Ad accounts that cannot be read", "My tasks",
    ],
    Role.MODERATOR: ["Replies", "Incidents", "My tasks"],
    Role.CONTRACTOR: ["My tasks"],
}  # fmt: skip
MANAGING = [["due"], ["flag_ages", "flags"], ["clients"]]
DOING = [["due"], ["clients"]]
CARDS = {
    role: MANAGING if role in (Role.ACCOUNT_MANAGER, Role.STRATEGIST) else DOING for role in Role
}


def person_of(*clients: Client, roles: list[Role]) -> User:
    user = UserFactory.create()
    for client in clients:
        for role in roles:
            join_team(client, user, role=role, starts_on=LONG_AGO)
    return user


def director() -> User:
    user = UserFactory.create()
    user.groups.add(Group.objects.get(name="Director"))
    return user


def enter(user: User) -> Browser:
    browser = Browser()
    browser.force_login(user)
    return browser


def start_page(user: User) -> Any:
    return enter(user).get(reverse("admin:index"))


def cards(response: Any) -> list[list[str]]:
    return [[name_of(path) for path in row] for row in response.context["cards"]]


def name_of(path: str) -> str:
    return path.rpartition("/")[2].removesuffix(".html")


def heaps(response: Any) -> list[str]:
    return [heap.title for heap in response.context["due"].heaps]


@pytest.mark.parametrize("role", Role)
def test_each_role_sees_its_own_queue_of_its_own_clients(role: Role) -> None:
    user = UserFactory.create()
    own = client_with_work("Own", owner=user)
    client_with_work("Foreign", owner=user)
    join_team(own, user, role=role, starts_on=LONG_AGO)
    response = start_page(user)
    assert cards(response) == CARDS[role]
    assert heaps(response) == WAITS[role]
    assert {line.client for line in response.context["due"].lines} == {"Own"}
    totals = {heap.title: heap.total for heap in response.context["due"].heaps}
    # The post that is to be drawn has no author yet.
    assert {title: total for title, total in totals.items() if total > 1} == (
        {"Posts to write": 2} if role == Role.CONTENT_MANAGER else {}
    )
    # A contractor sees no client, the own tasks alone.
    seen = set() if role == Role.CONTRACTOR else {own}
    assert {row.client for row in response.context["rows"]} == seen
    assert {flag.client for flag in response.context["flags"]} <= {"Own"}
    stops = [stop.words.partition(": ")[2] for stop in response.context["stops"]]
    assert stops == (["Own stop"] if seen else [])
    assert (response.context["money"], response.context["people"]) == (None, [])
    assert "Foreign" not in response.content.decode()


@pytest.mark.parametrize("role", Role)
def test_every_line_and_number_leads_somewhere(role: Role) -> None:
    user = UserFactory.create()
    join_team(client_with_work("Own", owner=user), user, role=role, starts_on=LONG_AGO)
    browser = enter(user)
    due = browser.get(reverse("admin:index")).context["due"]
    for address in [line.url for line in due.lines] + [heap.url for heap in due.heaps]:
        assert (address, browser.get(address).status_code) == (address, 200)


def does_not_wait(client: Client, user: User) -> None:
    """Rows of the lists that the start page does not count."""
    later = timezone.localdate() + dt.timedelta(days=40)
    next_month = timezone.now() + dt.timedelta(days=40)
    other = UserFactory.create()
    TaskFactory.create(client=client, owner=user, due_on=later)
    CampaignFactory.create(client=client, state="running", starts_on=LONG_AGO)
    AccessKeyFactory.create(client=client)
    MaterialRequestFactory.create(client=client, due_on=later)
    PlacementFactory.create(campaign__client=client, state="collected")
    item = InboxItemFactory.create(profile__client=client, text="Not yet")
    ReplyClockFactory.create(item=item, first_warn_at=next_month, first_due_at=next_month)
    PostFactory.create(client=client, state="internal_review", approver=other)
    PostFactory.create(client=client, state="client_review", state_since=timezone.now())
    PostFactory.create(client=client, state="draft", author=other)


@pytest.mark.parametrize("role", [*Role, None])
def test_the_list_of_a_heap_holds_as_many_rows(role: Role | None) -> None:
    """None: a director."""
    user = UserFactory.create() if role else director()
    own = client_with_work("Own", owner=user)
    does_not_wait(own, user)
    ended = client_with_work("Ended", owner=user)
    Client.objects.filter(pk=ended.pk).update(status="ended")
    # The same lists show clients where the person has another role.
    looked_at = client_with_work("Looked at", owner=UserFactory.create())
    for client in (own, ended):
        if role:
            join_team(client, user, role=role, starts_on=LONG_AGO)
    if role:
        join_team(looked_at, user, role=Role.STRATEGIST, starts_on=LONG_AGO)
    browser = enter(user)
    due = browser.get(reverse("admin:index")).context["due"]
    shown = {heap.title: browser.get(heap.url).context["cl"].result_list for heap in due.heaps}
    assert due.heaps
    assert {title: len(rows) for title, rows in shown.items()} == {
        heap.title: heap.total for heap in due.heaps
    }


def test_a_director_sees_all_clients_money_and_people() -> None:
    user = director()
    for name in ("First", "Second"):
        client_with_work(name, owner=UserFactory.create(first_name=name, last_name="Invented"))
    response = start_page(user)
    assert cards(response) == [
        ["clients"], ["flag_ages", "flags"], ["due"], ["money"], ["workload"],
    ]  # fmt: skip
    assert [row.client.name for row in response.context["rows"]] == ["First", "Second"]
    # What one person makes with their own hands is counted in the workload.
    own_hands = {"Posts to write", "Posts to draw", "Design to draw", "Tasks of the team"}
    everything = {title for titles in WAITS.values() for title in titles}
    assert set(heaps(response)) == everything - own_hands - {"My tasks"}
    assert [line.name for line in response.context["money"].lines] == ["First", "Second"]
    assert [person.name for person in response.context["people"]] == [
        "First Invented", "Second Invented",
    ]  # fmt: skip


def test_a_person_of_several_roles_has_them_all_each_in_its_own_clients() -> None:
    user = UserFactory.create()
    managed = client_with_work("Managed")
    moderated = client_with_work("Moderated")
    join_team(managed, user, role=Role.STRATEGIST, starts_on=LONG_AGO)
    join_team(moderated, user, role=Role.MODERATOR, starts_on=LONG_AGO)
    response = start_page(user)
    assert cards(response) == MANAGING
    lines = [(line.kind, line.client) for line in response.context["due"].lines]
    assert sorted(lines) == [
        ("Incidents", "Moderated"), ("KPI reviews", "Managed"), ("Replies", "Moderated"),
    ]  # fmt: skip
    assert [flag.client for flag in response.context["flags"]] == ["Managed"]


def test_a_kind_that_the_role_may_no_longer_see_is_gone() -> None:
    user = UserFactory.create()
    own = client_with_work("Own", owner=user)
    join_team(own, user, role=Role.MODERATOR, starts_on=LONG_AGO)
    group = Group.objects.get(name="Moderator")
    for code in ("view_inboxitem", "change_inboxitem"):
        group.permissions.remove(group.permissions.get(codename=code))
    assert heaps(start_page(user)) == ["Incidents", "My tasks"]


def test_late_things_come_first_the_latest_of_them() -> None:
    user = UserFactory.create()
    client = ClientFactory.create()
    join_team(client, user, role=Role.DESIGNER, starts_on=LONG_AGO)
    today = timezone.localdate()
    for days in (3, 0, -1, -9):
        TaskFactory.create(
            client=client, title=f"{days}", owner=user, due_on=today + dt.timedelta(days=days)
        )
    lines = start_page(user).context["due"].lines
    assert [(line.title, line.light) for line in lines] == [
        ("-9", "red"), ("-1", "red"), ("0", "amber"), ("3", "grey"),
    ]  # fmt: skip


@pytest.mark.parametrize("clients", [1, 3])
@pytest.mark.parametrize(
    ("role", "queries"),
    [("director", 15), *[(role, 9 if role == Role.CONTRACTOR else 11) for role in Role]],
)
def test_the_page_asks_as_often_for_many_clients(
    role: str, queries: int, clients: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    user = director() if role == "director" else UserFactory.create()
    for number in range(clients):
        client = client_with_work(f"Client {number}", owner=user)
        if role != "director":
            join_team(client, user, role=role, starts_on=LONG_AGO)
    browser = enter(user)
    with django_assert_num_queries(queries):
        response = browser.get(reverse("admin:index"))
    assert len(response.context["rows"]) == (0 if role == Role.CONTRACTOR else clients)


def test_an_empty_day_says_what_to_do() -> None:
    page = start_page(person_of(ClientFactory.create(), roles=[Role.MODERATOR])).content.decode()
    assert "Nothing waits for you today." in page
    page = start_page(UserFactory.create()).content.decode()
    assert "your clients' work appears here once you are in a team" in page


def test_an_empty_agency_asks_its_director_for_the_first_client() -> None:
    page = start_page(DirectorFactory.create()).content.decode()
    assert "There are no clients yet." in page
    assert reverse("admin:clients_client_add") in page
