"""How long the client held the work up: days after the day of need, up to the receipt."""

import datetime as dt

import pytest
from pytest_django import DjangoAssertNumQueries

from clients.models import Client
from content.material_figures import HeldUp, held_up_by_month
from tests.factories import ClientFactory, MaterialRequestFactory

pytestmark = pytest.mark.django_db


def march(day: int) -> dt.date:
    return dt.date(2026, 3, day)


def asked(client: Client, due: int, came: int | None, **fields: object) -> None:
    received = {}
    if came is not None:
        moment = dt.datetime(2026, 3, came, 12, tzinfo=client.zone)
        received = {"state": "received", "received_at": moment}
    MaterialRequestFactory.create(client=client, due_on=march(due), **received, **fields)


@pytest.fixture
def client() -> Client:
    client: Client = ClientFactory.create()
    return client


def of_march(client: Client, on: int) -> HeldUp:
    [(_month, held_up)] = held_up_by_month(client, months=1, on=march(on))
    return held_up


def test_days_between_need_and_receipt(client: Client) -> None:
    asked(client, due=10, came=13)
    assert of_march(client, on=20) == HeldUp(days=3, request_days=3, late=1, waiting=0)


def test_in_time_and_taken_back_hold_nothing_up(client: Client) -> None:
    asked(client, due=10, came=10)
    asked(client, due=10, came=8)
    moment = dt.datetime(2026, 3, 15, tzinfo=dt.UTC)
    MaterialRequestFactory.create(
        client=client, due_on=march(10), state="cancelled", cancelled_at=moment
    )
    assert of_march(client, on=20) == HeldUp(0, 0, 0, 0)


def test_what_has_not_come_counts_until_today(client: Client) -> None:
    asked(client, due=10, came=None)
    assert of_march(client, on=14) == HeldUp(days=4, request_days=4, late=1, waiting=1)
    assert of_march(client, on=10) == HeldUp(0, 0, 0, 0)


def test_days_of_two_requests_are_counted_once(client: Client) -> None:
    asked(client, due=10, came=13)
    asked(client, due=12, came=14)
    assert of_march(client, on=20) == HeldUp(days=4, request_days=5, late=2, waiting=0)


def test_client_day_of_receipt_counts(client: Client) -> None:
    """Half past eleven in the evening by UTC is the next day in Moscow."""
    moment = dt.datetime(2026, 3, 10, 23, 30, tzinfo=dt.UTC)
    MaterialRequestFactory.create(
        client=client, due_on=march(10), state="received", received_at=moment
    )
    assert of_march(client, on=20).days == 1


def test_months_split_what_goes_over_their_end(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    asked(client, due=1, came=3)
    MaterialRequestFactory.create(client=client, due_on=dt.date(2026, 2, 26))
    with django_assert_num_queries(1):
        rows = held_up_by_month(client, months=3, on=march(4))
    assert rows == [
        (dt.date(2026, 1, 1), HeldUp(0, 0, 0, 0)),
        (dt.date(2026, 2, 1), HeldUp(2, 2, 1, 1)),
        (dt.date(2026, 3, 1), HeldUp(4, 6, 2, 1)),
    ]
