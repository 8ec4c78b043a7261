"""The end of the last data-processing instruction is told of once, while calls come in."""

import datetime as dt
from typing import Any

import pytest

from clients.models import Client, Notice, Paper, Role, User
from clients.team import join_team
from kpi.instruction_notices import tell_of_ended_instructions
from tests.factories import (
    DAY,
    LONG_AGO,
    NOON,
    CallConnectionFactory,
    ClientFactory,
    PaperFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

ONE = dt.timedelta(days=1)


@pytest.fixture
def house() -> Client:
    return ClientFactory.create(name="House")


@pytest.fixture
def manager(house: Client) -> User:
    user = UserFactory.create(language="en")
    join_team(house, user, role=Role.ACCOUNT_MANAGER, starts_on=LONG_AGO)
    return user


def instruction(client: Client, until: dt.date | None, **fields: Any) -> Paper:
    fields = {"kind": "data_processing", "state": "signed", "number": "3", **fields}
    return PaperFactory.create(client=client, valid_until=until, **fields)


def test_the_end_is_told_of_once(house: Client, manager: User) -> None:
    CallConnectionFactory.create_batch(2, client=house)
    instruction(house, DAY - ONE)
    instruction(house, DAY - 5 * ONE, number="2")
    assert tell_of_ended_instructions(at=NOON - ONE) == 0
    assert [tell_of_ended_instructions(at=NOON + shift * ONE) for shift in (0, 0, 1)] == [1, 0, 0]
    [notice] = Notice.objects.all()
    assert notice.person == manager
    assert notice.subject == "House: has ended while calls come in: data-processing instruction 3"
    assert notice.text.startswith(f"Its last day was {DAY - ONE:%B} {(DAY - ONE).day}, 2026.")


def test_nothing_is_told_where_another_holds_or_no_calls_come(house: Client, manager: User) -> None:
    connection = CallConnectionFactory.create(client=house, is_active=False)
    instruction(house, DAY - ONE)
    assert tell_of_ended_instructions(at=NOON) == 0
    connection.is_active = True
    connection.save()
    instruction(house, None, number="4")
    assert tell_of_ended_instructions(at=NOON) == 0
