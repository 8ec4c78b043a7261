"""A director's start page: the month's advertising money, and who has how much to do."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from clients.models import User
from promotion.models import ChannelBudget, Cost
from smm_agency.dashboard.gather import gather
from smm_agency.dashboard.money import Money, month_money
from smm_agency.dashboard.reader import Reader
from smm_agency.dashboard.workload import person_line, workload_lists
from tests.factories import (
    DAY,
    ChannelBudgetFactory,
    ClientFactory,
    CostFactory,
    DirectorFactory,
    InboxItemFactory,
    PostFactory,
    TaskFactory,
    TeamMemberFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

MONTH = DAY.replace(day=1)


@pytest.fixture
def director() -> User:
    return DirectorFactory.create()


def money_of(user: User, *clients: Any) -> Money | None:
    rows = [{"pk": client.pk, "name": client.name} for client in clients]
    return month_money(rows, Reader(user, today=DAY))


def planned(name: str, amount: int, spent: int, currency: str = "RUB") -> Any:
    client = ClientFactory.create(name=name)
    ChannelBudgetFactory.create(
        client=client, channel="other", month=MONTH, amount=amount, currency=currency, vat="free"
    )
    CostFactory.create(client=client, spent_on=DAY, amount=spent, currency=currency, vat="free")
    CostFactory.create(client=client, spent_on=MONTH - dt.timedelta(days=1), amount=999)
    return client


def test_plan_and_fact_of_the_month_by_client_and_currency(director: User) -> None:
    clients = planned("Under", 1000, 250), planned("Over", 100, 150), planned("Euro", 10, 5, "EUR")
    money = money_of(director, *clients)
    assert money is not None
    told = [(line.name, line.planned, line.spent, line.left, line.share) for line in money.lines]
    assert told == [
        ("Over", "100 RUB", "150 RUB", "-50 RUB", "150 %"),
        ("Euro", "10 EUR", "5 EUR", "5 EUR", "50 %"),
        ("Under", "1,000 RUB", "250 RUB", "750 RUB", "25 %"),
    ]
    assert [line.light for line in money.lines] == ["red", "green", "green"]
    assert [(line.name, line.planned, line.spent) for line in money.totals] == [
        ("RUB", "1,100 RUB", "400 RUB"),
        ("EUR", "10 EUR", "5 EUR"),
    ]
    assert money.lines[0].url == f"{reverse('promotion_budget_page')}?client={clients[1].pk}"


def test_totals_are_those_of_the_stored_rows(director: User) -> None:
    clients = [planned(f"Client {number}", 100 + number, number) for number in range(1, 15)]
    money = money_of(director, *clients)
    assert money is not None
    plan = sum(row.amount or Decimal(0) for row in ChannelBudget.objects.all())
    spent = sum(row.amount for row in Cost.objects.filter(spent_on=DAY))
    [total] = money.totals
    assert (total.planned, total.spent) == (f"{plan:,.0f} RUB", f"{spent:,.0f} RUB")
    assert (len(money.lines), money.hidden) == (12, 2)


def test_money_of_the_agency_is_for_directors() -> None:
    client = planned("Own", 100, 50)
    assert money_of(TeamMemberFactory.create(client=client).user, client) is None


def people_of(user: User) -> list[tuple[str, list[int]]]:
    reader = Reader(user, today=DAY)
    found = gather(user, workload_lists(reader)).get("people", [])
    lines = [person_line(row, reader) for row in found]
    return [(line.name, [load.number for load in line.loads]) for line in lines]


def busy(name: str) -> User:
    user: User = UserFactory.create(first_name=name, last_name="Invented")
    for due_on in (DAY - dt.timedelta(days=1), DAY, None):
        TaskFactory.create(owner=user, due_on=due_on)
    TaskFactory.create(owner=user, due_on=DAY, client__status="ended")
    TaskFactory.create(owner=user, state="cancelled")
    for state in ("draft", "client_rework", "published"):
        PostFactory.create(author=user, state=state)
    PostFactory.create(approver=user, state="internal_review")
    InboxItemFactory.create(assignee=user)
    InboxItemFactory.create(assignee=user, state="closed", closed_at=timezone.now())
    return user


def test_the_workload_counts_what_names_the_person(director: User) -> None:
    busy("Busy")
    UserFactory.create(first_name="Free")
    assert people_of(director) == [("Busy Invented", [3, 1, 2, 1, 1])]


def test_numbers_of_the_workload_lead_to_as_many_rows(director: User) -> None:
    user = busy("Busy")
    # The lists hold the rows of clients that have left as well.
    user.tasks.filter(client__status="ended").delete()
    reader = Reader(director, today=timezone.localdate())
    [row] = gather(director, workload_lists(reader))["people"]
    browser = Browser()
    browser.force_login(director)
    loads = person_line(row, reader).loads
    shown = [len(browser.get(load.url).context["cl"].result_list) for load in loads]
    assert shown == [load.number for load in loads]


def test_the_workload_is_for_directors() -> None:
    assert people_of(busy("Busy")) == []
