"""Papers that wait on the start page: as many as the list that the heap leads to."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client as Browser
from django.utils import timezone

from clients.models import Client, Role, User
from clients.team import join_team
from smm_agency.dashboard.due import due_lists, due_panel
from smm_agency.dashboard.gather import gather
from smm_agency.dashboard.reader import Reader
from tests.factories import LONG_AGO, ClientFactory, DirectorFactory, PaperFactory, UserFactory

pytestmark = pytest.mark.django_db

ONE = dt.timedelta(days=1)


@pytest.fixture
def house() -> Client:
    house: Client = ClientFactory.create(name="House")
    today = timezone.localdate()
    fields: dict[str, Any] = {"client": house, "state": "sent", "dated_on": today - 20 * ONE}
    PaperFactory.create(**fields, kind="act", number="1")
    PaperFactory.create(**fields | {"dated_on": today}, kind="act", number="2")
    PaperFactory.create(**fields, kind="invoice", number="3", due_on=today - ONE)
    PaperFactory.create(**fields | {"state": "signed"}, number="4", valid_until=today + ONE)
    PaperFactory.create(**fields | {"state": "draft"}, kind="act", number="5")
    return house


def panel_of(user: User) -> Any:
    reader = Reader(user, today=timezone.localdate())
    return due_panel(gather(user, due_lists(reader)), reader)


def heaps(user: User) -> list[tuple[str, int]]:
    return [(heap.title, heap.total) for heap in panel_of(user).heaps]


EXPECTED = [
    ("Invoices that are not paid", 1), ("Acts that are not signed", 2), ("Agreements that end", 1),
]  # fmt: skip


def test_managers_and_directors_see_papers_that_wait(house: Client) -> None:
    people = {role: UserFactory.create() for role in (Role.ACCOUNT_MANAGER, Role.DESIGNER)}
    for role, person in people.items():
        join_team(house, person, role=role, starts_on=LONG_AGO)
    assert heaps(people[Role.ACCOUNT_MANAGER]) == EXPECTED
    assert heaps(people[Role.DESIGNER]) == []
    assert heaps(DirectorFactory.create()) == EXPECTED


def test_heaps_lead_to_lists_of_as_many_rows(house: Client) -> None:
    director = DirectorFactory.create()
    browser = Browser()
    browser.force_login(director)
    found = [browser.get(heap.url).context["cl"].result_count for heap in panel_of(director).heaps]
    assert found == [total for _title, total in EXPECTED]


def test_lines_say_how_late_they_are_and_no_sum(house: Client) -> None:
    lines = panel_of(DirectorFactory.create()).lines
    assert sorted((line.title, line.light) for line in lines) == [
        ("act of acceptance 1", "red"), ("act of acceptance 2", "amber"),
        ("contract 4", "amber"), ("invoice 3", "red"),
    ]  # fmt: skip
