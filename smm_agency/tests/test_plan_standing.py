"""What the block of management says of the publication plan."""

import datetime as dt
from typing import Any

import pytest

from clients.models import ClientStatus
from smm_agency.plan_standing import PlanStanding, plan_standing
from smm_agency.tests.block_lines import read_block_rows
from tests.factories import (
    ClientFactory,
    PublicationFactory,
    PublicationPlanFactory,
    StrategyVersionFactory,
    approve_in_place,
)

pytestmark = pytest.mark.django_db

TODAY = dt.date(2026, 3, 24)


def ruled(**facts: Any) -> Any:
    client = ClientFactory.create(**facts)
    approve_in_place(StrategyVersionFactory.create(client=client))
    return client


def standing(client: Any, *, on: dt.date) -> PlanStanding:
    return plan_standing(read_block_rows(client, on=on), on=on)


def test_plans_of_both_months_and_what_was_kept_are_told() -> None:
    client = ruled()
    for month in (3, 4):
        PublicationPlanFactory.create(client=client, month=dt.date(2026, month, 1))
    at = dt.datetime(2026, 3, 23, 9, tzinfo=dt.UTC)
    for facts in (
        {"planned_at": at, "state": "sent", "sent_at": at},
        {"planned_at": at},
        {"planned_at": at + dt.timedelta(days=1)},
        {"planned_at": at + dt.timedelta(days=20)},
    ):
        PublicationFactory.create(post__client=client, **facts)
    found = standing(client, on=TODAY)
    assert found.facts == [
        "The plan of March 2026: 3 publications.",
        "The plan of April 2026: 1 publication.",
        "Published on time this month: 50 % (1 / 2), of what was planned up to yesterday.",
    ]
    assert [lack.text for lack in found.lacks] == ["1 publication of this month has not gone out."]


@pytest.mark.parametrize(
    ("day", "told"),
    [
        (24, []),
        (25, ["April 2026 begins in 7 days and has no publication plan: make it."]),
        (31, ["April 2026 begins in 1 day and has no publication plan: make it."]),
    ],
)
def test_the_next_month_is_missed_a_week_before_it_begins(day: int, told: list[str]) -> None:
    client = ruled()
    PublicationPlanFactory.create(client=client)
    found = standing(client, on=dt.date(2026, 3, day))
    assert [lack.text for lack in found.lacks] == told


def test_this_month_without_a_plan_is_missed_where_a_strategy_rules() -> None:
    client = ruled()
    (lack,) = standing(client, on=TODAY).lacks
    assert lack.text == "There is no publication plan of March 2026: make it."
    assert lack.url == f"/admin/clients/client/{client.pk}/plan/?month=2026-03"
    assert standing(ClientFactory.create(), on=TODAY).lacks == []
    assert standing(ruled(status=ClientStatus.PAUSED), on=TODAY).lacks == []
