"""Acts of advertising that the register still waits for."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from clients.models import Client, Task
from promotion.missing_acts import acts_due_on, ask_for_acts, missing_acts
from promotion.models import Placement
from tests.factories import ClientFactory, PlacementFactory

pytestmark = pytest.mark.django_db

OCTOBER = dt.date(2025, 10, 1)
ACT = {"act_number": "17", "act_on": dt.date(2025, 11, 3), "act_sum": Decimal(5_000)}


def at(day: int, month: int = 11, hour: int = 9) -> dt.datetime:
    return dt.datetime(2025, month, day, hour, tzinfo=dt.UTC)


@pytest.fixture
def house() -> Client:
    return ClientFactory.create(country="RU", language="en")


def placed(house: Client, **values: Any) -> Placement:
    return PlacementFactory.create(
        campaign__client=house, **({"published_at": at(20, month=10)} | values)
    )


def test_acts_that_are_missing_are_of_advertising_that_went_out_that_month(house: Client) -> None:
    waits = placed(house)
    half = placed(house, **(ACT | {"act_sum": None}))
    placed(house, **ACT)
    placed(house, is_ad=False)
    placed(house, state="paid", published_at=None)
    placed(house, state="refunded")
    placed(house, published_at=at(2))
    placed(ClientFactory.create())
    assert missing_acts(house, OCTOBER) == [waits, half]


def test_month_is_the_clients_own(house: Client) -> None:
    """Half past nine in the evening by UTC is the next day in Moscow."""
    eve = placed(house, published_at=dt.datetime(2025, 9, 30, 21, 30, tzinfo=dt.UTC))
    placed(house, published_at=dt.datetime(2025, 10, 31, 21, 30, tzinfo=dt.UTC))
    assert missing_acts(house, OCTOBER) == [eve]


@pytest.mark.parametrize(
    ("month", "due_on"),
    [
        (OCTOBER, dt.date(2025, 11, 30)),
        (dt.date(2026, 1, 1), dt.date(2026, 2, 28)),
        (dt.date(2021, 1, 1), None),
    ],
)
def test_last_day_is_by_the_rule(house: Client, month: dt.date, due_on: dt.date | None) -> None:
    assert acts_due_on(house, month) == due_on


def test_client_that_is_never_marked_owes_no_acts() -> None:
    house = ClientFactory.create(marking="off")
    placed(house)
    assert acts_due_on(house, OCTOBER) is None
    assert ask_for_acts(at=at(25)) == 0


def test_team_is_asked_once_a_month(house: Client) -> None:
    placed(house, title="Новости, пост")
    assert [ask_for_acts(at=at(day)) for day in (19, 20, 21)] == [0, 1, 0]
    task = Task.objects.get()
    assert (task.title, task.due_on, task.block, task.side) == (
        "Acts of advertising are missing: October 2025", dt.date(2025, 11, 30), "promotion",
        "agency",
    )  # fmt: skip
    assert task.details == (
        "Enter number, date and sum of the act in each placement until Nov. 30, 2025: Новости, пост"
    )
    Task.objects.update(state="done", done_at=at(22))
    assert ask_for_acts(at=at(23)) == 0


def test_nobody_is_asked_where_the_acts_are_there(house: Client) -> None:
    placed(house, **ACT)
    assert ask_for_acts(at=at(25)) == 0
