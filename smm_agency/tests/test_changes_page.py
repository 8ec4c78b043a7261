"""The page of a client's history: in the reader's words, filtered, for those who may read it."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone, translation
from pytest_django import DjangoAssertNumQueries

from clients.models import ChangeEntry, Client, Role, User
from clients.team import give_role_rights
from tests.factories import (
    CampaignFactory,
    ClientFactory,
    ContactFactory,
    DirectorFactory,
    EngagementFactory,
    TaskFactory,
    TeamMemberFactory,
    TimeEntryFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _known_kinds() -> None:
    """Content types are read once a process: what is counted is what the page reads."""
    TaskFactory.create()
    EngagementFactory.create()
    CampaignFactory.create()


def member(client: Client, role: Role) -> User:
    user: User = UserFactory.create()
    TeamMemberFactory.create(client=client, user=user, role=role)
    give_role_rights(user, role=role)
    return user


def opened(client: Client, user: User, **query: Any) -> Any:
    browser = Browser()
    browser.force_login(user)
    return browser.get(reverse("admin:clients_client_history_of_changes", args=[client.pk]), query)


def told(page: Any) -> list[Any]:
    return [(line.kind, line.action, line.row, line.fields) for line in page.context["lines"]]


def test_codes_keys_and_flags_are_told_in_words() -> None:
    client, anna = ClientFactory.create(), UserFactory.create(first_name="Anna")
    task = TaskFactory.create(client=client, title="Call", due_on=dt.date(2026, 6, 1))
    ChangeEntry.objects.all().delete()
    task.state, task.owner, task.due_on = "in_work", anna, None
    task.save()
    page = opened(client, DirectorFactory.create())
    assert told(page) == [
        (
            "Task",
            "changed",
            "Call",
            [("Due", "06/01/2026", "—"), ("Owner", "—", "Anna"), ("State", "open", "in work")],
        )
    ]
    assert page.context["lines"][0].url == reverse("admin:clients_task_change", args=[task.pk])
    assert page.context["lines"][0].who == "the program"


def test_names_are_in_the_readers_language() -> None:
    client = ClientFactory.create()
    task = TaskFactory.create(client=client)
    ChangeEntry.objects.all().delete()
    task.state = "in_work"
    task.save()
    with translation.override("ru"):
        page = opened(client, DirectorFactory.create(language="ru"))
    assert [line.fields for line in page.context["lines"]] == [
        [("Состояние", "открыта", "в работе")]
    ]


def test_a_deleted_row_has_no_link_and_its_key_says_so() -> None:
    client = ClientFactory.create()
    owner = UserFactory.create()
    task = TaskFactory.create(client=client, owner=owner, title="Gone")
    task.owner = None
    task.save()
    task.delete()
    pk = owner.pk
    owner.delete()
    lines = opened(client, DirectorFactory.create(), kind="clients.Task").context["lines"]
    assert [line.action for line in lines] == ["deleted", "changed", "added"]
    assert {line.url for line in lines} == {""}
    assert lines[1].fields == [("Owner", f"No. {pk}, deleted since", "—")]


def test_rows_of_another_client_are_not_here() -> None:
    client = ClientFactory.create()
    TaskFactory.create(title="Foreign")
    assert "Foreign" not in opened(client, DirectorFactory.create()).content.decode()


def test_the_team_with_the_right_reads_it() -> None:
    client = ClientFactory.create()
    for role in Role:
        status = opened(client, member(client, role)).status_code
        assert status == (200 if role == Role.ACCOUNT_MANAGER else 403), role
    assert opened(client, member(ClientFactory.create(), Role.ACCOUNT_MANAGER)).status_code != 200
    assert opened(client, DirectorFactory.create()).status_code == 200


def test_fees_are_told_to_those_who_see_them() -> None:
    client = ClientFactory.create()
    engagement = EngagementFactory.create(client=client, fee=1000)
    engagement.fee = 98765
    engagement.save()
    manager = member(client, Role.ACCOUNT_MANAGER)
    page = opened(client, manager, kind="clients.Engagement")
    assert page.context["lines"][0].fields == [("Fee per month", "hidden", "hidden")]
    assert "98765" not in page.content.decode()
    page = opened(client, DirectorFactory.create(), kind="clients.Engagement")
    assert page.context["lines"][0].fields[0][1:] == ("1000.00", "98765")


def test_filters_narrow_it() -> None:
    client, director = ClientFactory.create(), DirectorFactory.create()
    task = TaskFactory.create(client=client, title="A")
    ContactFactory.create(client=client)
    task.title = "B"
    task.save()
    task.state = "in_work"
    task.save()
    old = timezone.now() - dt.timedelta(days=9)
    ChangeEntry.objects.log_create(
        client, action=1, changes={"name": ["a", "b"]}, timestamp=old, actor=director
    )

    def count(**query: Any) -> int:
        return len(told(opened(client, director, **query)))

    assert count() == 6
    assert count(kind="clients.Task") == 3
    assert count(kind="clients.Task", field="title") == 2
    assert count(person=director.pk) == 1
    assert count(person="program") == 5
    assert count(last=client.day_of(old)) == 1
    assert count(first=client.today()) == 5
    assert count(kind="clients.Nonsense") == 0
    assert count(first=client.today(), last=client.day_of(old)) == 0


def test_pages_are_of_fifty() -> None:
    client, director = ClientFactory.create(), DirectorFactory.create()
    for number in range(60):
        TaskFactory.create(client=client, title=f"T{number}")
    page = opened(client, director)
    assert len(told(page)) == 50
    assert page.context["pages"] == [(1, "?page=1"), (2, "?page=2")]
    assert len(told(opened(client, director, page=2))) == 11


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_asks_as_often_for_many_rows(
    rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client, director = ClientFactory.create(), DirectorFactory.create()
    for number in range(rows):
        owner = UserFactory.create()
        TaskFactory.create(client=client, owner=owner, title=f"T{number}")
        CampaignFactory.create(client=client, owner=owner)
    browser = Browser()
    browser.force_login(director)
    address = reverse("admin:clients_client_history_of_changes", args=[client.pk])
    # The session, the person, the client, people of the filter, how many, the entries, owners
    # by name.
    with django_assert_num_queries(7):
        page = browser.get(address)
    assert page.status_code == 200


def test_the_time_of_others_is_told_to_directors_alone() -> None:
    client = ClientFactory.create()
    entry = TimeEntryFactory.create(client=client, minutes=30, note="With the lawyer")
    entry.minutes = 45
    entry.save()
    page = opened(client, member(client, Role.ACCOUNT_MANAGER))
    assert [line.kind for line in page.context["lines"] if "time" in line.kind.lower()] == []
    assert "clients.TimeEntry" not in dict(page.context["form"].fields["kind"].choices)
    page = opened(client, DirectorFactory.create(), kind="clients.TimeEntry")
    assert told(page) == [("Entry of time", "changed", str(entry), [("Minutes", "30", "45")])]
