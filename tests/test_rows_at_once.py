"""Lists of several tables, read in one statement."""

import datetime as dt
from decimal import Decimal

import pytest
from pytest_django import DjangoAssertNumQueries

from clients.models import Client, Engagement, Task
from smm_agency.lib.rows_at_once import counted, listed, read_at_once, rows_of
from tests.factories import ClientFactory, EngagementFactory, TaskFactory

pytestmark = pytest.mark.django_db


def test_lists_and_counts_come_in_one_statement(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    client = ClientFactory.create()
    for title in ("b", "a"):
        TaskFactory.create(client=client, title=title)
    tasks = Task.objects.filter(client=client)
    wanted = {
        "tasks": listed(tasks.order_by("title"), "title", of="client__name"),
        "count": counted(tasks),
        "none": counted(tasks.filter(title="c")),
    }
    with django_assert_num_queries(1):
        found = read_at_once(Client.objects.filter(pk=client.pk), wanted)
    assert found == {
        "tasks": [{"title": "a", "of": client.name}, {"title": "b", "of": client.name}],
        "count": 2,
        "none": 0,
    }


def test_rows_have_the_types_of_their_fields() -> None:
    made = EngagementFactory.create(starts_on=dt.date(2026, 3, 1), fee=Decimal("12.50"))
    wanted = {"rows": listed(Engagement.objects.all(), "id", "starts_on", "fee", of="client__name")}
    found = read_at_once(Client.objects.filter(pk=made.client_id), wanted)
    [row] = rows_of(Engagement, found["rows"], client=made.client)
    assert (row.pk, row.starts_on, row.fee) == (made.pk, dt.date(2026, 3, 1), Decimal("12.50"))
    assert (row.of, row.client) == (made.client.name, made.client)
