import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from clients.models import Client, ClientStatus
from kpi.promotion_alerts import watch_calls
from promotion.alert_words import sentence_of
from promotion.alerts import watch_budgets
from promotion.models import BudgetAlert, Campaign
from tests.factories import (
    AdAccountFactory,
    AdFigureFactory,
    AdObjectFactory,
    CallFactory,
    CampaignFactory,
    KpiTargetFactory,
    MonthlyTargetFactory,
    NumberPlacementFactory,
    PlacementFactory,
    approve_in_place,
)

pytestmark = pytest.mark.django_db

AT = dt.datetime(2026, 3, 11, 9, tzinfo=dt.UTC)


def campaign(*, plan_calls: int | None = 9, **fields: Any) -> Campaign:
    """A third of the budget is spent: a third of the calls would have come."""
    made: Campaign = CampaignFactory.create(
        client__status=ClientStatus.ACTIVE,
        starts_on=dt.date(2026, 3, 1),
        ends_on=dt.date(2026, 3, 30),
        budget=Decimal(3000),
        vat="free",
        plan_calls=plan_calls,
        **fields,
    )
    account = AdAccountFactory.create(client=made.client, vat="free")
    ads = AdObjectFactory.create(account=account, campaign=made)
    for day in range(1, 11):
        AdFigureFactory.create(ad_object=ads, starts_on=dt.date(2026, 3, day), spend=100)
    return made


def said() -> list[str]:
    watch_calls(at=AT)
    return [sentence_of(row) for row in BudgetAlert.objects.standing()]


def test_money_without_a_call_is_told_with_what_the_plan_expected() -> None:
    of = campaign()
    NumberPlacementFactory.create(community=None, campaign=of, number__client=of.client)
    assert said() == [
        "1,000 RUB is spent without a single unique-target call; by the plan 3 would have come by"
        " now: planned calls × spent ÷ budget."
    ]


@pytest.mark.parametrize(("cost", "told"), [("334", False), ("333", True)])
def test_without_a_plan_three_costs_of_the_strategy_without_a_call_are_told(
    cost: str, told: bool
) -> None:
    of = campaign(plan_calls=None)
    target = KpiTargetFactory.create(
        version__client=of.client, version__starts_on=dt.date(2026, 1, 1),
        version__ends_on=dt.date(2026, 12, 31), metric="cost_per_call",
        is_primary=False,
    )  # fmt: skip
    MonthlyTargetFactory.create(target=target, month=dt.date(2026, 3, 1), value=Decimal(cost))
    approve_in_place(target.version)
    assert (
        said()
        == [
            "1,000 RUB is spent without a single unique-target call; by the strategy's cost"
            " of a call, 333 RUB, 3 would have come by now: spent ÷ that cost. No tracking number"
            " stands in it: calls may go uncounted."
        ]
        * told
    )


def test_what_fails_of_one_client_leaves_the_others_looked_at(
    caplog: pytest.LogCaptureFixture,
) -> None:
    broken = campaign()
    Client.objects.filter(pk=broken.client_id).update(time_zone="Nowhere/Town")
    other = campaign()
    watch_calls(at=AT)
    assert BudgetAlert.objects.get().campaign == other
    assert caplog.messages == [f"The calls of client {broken.client_id} were not looked at."]


def test_without_a_tracking_number_it_says_that_calls_may_go_uncounted() -> None:
    campaign()
    assert said()[0].endswith("No tracking number stands in it: calls may go uncounted.")


@pytest.mark.parametrize("plan_calls", [None, 0, 8])
def test_too_little_to_tell(plan_calls: int | None) -> None:
    campaign(plan_calls=plan_calls)
    assert said() == []


@pytest.mark.parametrize("by_placement", [False, True])
def test_one_call_is_enough_to_be_silent(by_placement: bool) -> None:
    of = campaign()
    watch_calls(at=AT)
    placement = PlacementFactory.create(campaign=of) if by_placement else None
    tied = {"placement": placement} if placement else {"campaign": of}
    CallFactory.create(client=of.client, community=None, **tied)
    assert said() == []
    assert BudgetAlert.objects.get().closed_at == AT


def test_a_call_that_is_no_target_is_none() -> None:
    of = campaign()
    CallFactory.create(
        client=of.client, community=None, campaign=of, is_target=False, is_unique_target=False
    )
    assert len(said()) == 1


def test_a_client_who_takes_no_calls_is_not_asked_for_them() -> None:
    of = campaign()
    of.client.takes_calls = False
    of.client.save()
    assert said() == []


def test_budgets_and_calls_leave_each_other_alone() -> None:
    campaign()
    watch_calls(at=AT)
    watch_budgets(at=AT)
    assert [row.kind for row in BudgetAlert.objects.standing()] == ["no_calls"]


def test_figures_that_are_not_fresh_prove_nothing() -> None:
    campaign()
    watch_calls(at=AT + dt.timedelta(days=10))
    assert not BudgetAlert.objects.exists()
