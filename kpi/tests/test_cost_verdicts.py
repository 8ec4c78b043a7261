"""Costs against their plan: money without VAT, of few calls the interval and not a bare number."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from kpi.evaluation import evaluate
from kpi.models import Evaluation, Evidence
from kpi.tests.running import MORNING, YESTERDAY, running_target
from promotion.models import Campaign
from strategy.models import Metric
from tests.factories import (
    AdAccountFactory,
    AdAccountKeyFactory,
    AdFigureFactory,
    AdObjectFactory,
    CallFactory,
    CampaignFactory,
    ClientFactory,
    CostFactory,
    NumberPlacementFactory,
    PlacementFactFactory,
    PlacementFactory,
    local_noon,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign() -> Campaign:
    row: Campaign = CampaignFactory.create(client=ClientFactory.create(status="active"))
    NumberPlacementFactory.create(number__client=row.client, community=None, campaign=row)
    return row


def spend(campaign: Campaign, amount: int, **values: Any) -> None:
    known = {"vat": "included", "vat_rate": Decimal(20), "currency": "RUB", **values}
    CostFactory.create(
        client=campaign.client, campaign=campaign, spent_on=YESTERDAY, amount=amount, **known
    )


def calls(campaign: Campaign, number: int) -> None:
    for _ in range(number):
        CallFactory.create(
            client=campaign.client, community=None, campaign=campaign,
            evidence=Evidence.PLACEMENT_NUMBER,
            started_at=local_noon(campaign.client, YESTERDAY),
        )  # fmt: skip


def judged(
    campaign: Campaign, plan: float, metric: Metric = Metric.COST_PER_CALL, **values: Any
) -> Evaluation:
    target = running_target(
        campaign.client, metric=metric, monthly=plan, is_primary=False, **values
    )
    evaluate(at=MORNING)
    return Evaluation.objects.get(target=target)


@pytest.mark.parametrize(
    ("plan", "light"), [(1_000, "green"), (900, "amber"), (833, "red"), (834, "amber")]
)
def test_cost_is_without_vat_and_the_less_the_better(
    campaign: Campaign, plan: float, light: str
) -> None:
    # 12 000 with 20 % inside is 10 000; of ten calls each cost 1 000. 834 × 1.2 = 1 000.8.
    spend(campaign, 12_000)
    calls(campaign, 10)
    found = judged(campaign, plan)
    assert (found.light, found.reason, found.actual) == (light, "", Decimal(1_000))


def test_few_calls_are_judged_by_the_whole_interval(campaign: Campaign) -> None:
    # 10 000 of three calls: Garwood (0.6187; 8.7673), so 1 140.60 … 16 163.77.
    spend(campaign, 12_000)
    calls(campaign, 3)
    found = judged(campaign, 3_500)
    assert (found.light, found.reason) == ("grey", "too_few")


def test_few_calls_tell_where_the_interval_lies_on_one_side(campaign: Campaign) -> None:
    # At a plan of 900 with a fifth of tolerance, 1 140.60 and dearer is beyond 1 080.
    spend(campaign, 12_000)
    calls(campaign, 3)
    assert judged(campaign, 900).light == "red"


def test_money_without_a_call_is_red_once_chance_does_not_explain_it(campaign: Campaign) -> None:
    # Of none: at least 10 000 / 3.6889 = 2 710.85; beyond 2 250 × 1.2 = 2 700.
    spend(campaign, 12_000)
    found = judged(campaign, 2_250)
    assert (found.light, found.actual) == ("red", Decimal("2710.85"))


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"vat": "", "vat_rate": None}, "vat_not_stated"),
        ({"currency": "USD"}, "mixed_currency"),
    ],
)
def test_money_that_cannot_be_compared_is_grey(
    campaign: Campaign, values: dict[str, Any], reason: str
) -> None:
    spend(campaign, 12_000)
    spend(campaign, 100, **values)
    calls(campaign, 10)
    found = judged(campaign, 1_000)
    assert (found.light, found.reason) == ("grey", reason)


@pytest.mark.parametrize(("days", "reason"), [(1, ""), (3, "stale_account")])
def test_account_that_was_not_read_leaves_it_grey(
    campaign: Campaign, days: int, reason: str
) -> None:
    account = AdAccountFactory.create(
        client=campaign.client, read_at=MORNING - dt.timedelta(days=days)
    )
    AdAccountKeyFactory.create(account=account)
    spend(campaign, 12_000)
    calls(campaign, 10)
    assert judged(campaign, 1_000).reason == reason


def test_money_that_hangs_over_the_month_leaves_it_grey(campaign: Campaign) -> None:
    spend(campaign, 12_000)
    calls(campaign, 10)
    account = AdAccountFactory.create(client=campaign.client)
    row = AdObjectFactory.create(account=account, campaign=campaign)
    before = YESTERDAY.replace(day=1) - dt.timedelta(days=1)
    AdFigureFactory.create(ad_object=row, starts_on=before, ends_on=YESTERDAY, spend=Decimal(100))
    assert judged(campaign, 1_000).reason == "hanging_money"


def test_calls_of_a_place_without_a_number_are_not_guessed(campaign: Campaign) -> None:
    spend(campaign, 12_000)
    spend(CampaignFactory.create(client=campaign.client), 100)
    calls(campaign, 10)
    assert judged(campaign, 1_000).reason == "calls_not_counted"


def test_subscriber_costs_by_those_who_stayed(campaign: Campaign) -> None:
    # 10 000 / (60 − 10) = 200.
    placement = PlacementFactory.create(campaign=campaign, starts_on=YESTERDAY)
    PlacementFactFactory.create(placement=placement, slot="7d", joined=60, left=10)
    spend(campaign, 12_000)
    found = judged(campaign, 200, Metric.COST_PER_SUBSCRIBER)
    assert (found.light, found.actual, found.evidence["sample"]) == (
        "green", Decimal(200), 50,
    )  # fmt: skip


def test_subscribers_who_are_not_followed_leave_it_grey(campaign: Campaign) -> None:
    placement = PlacementFactory.create(campaign=campaign, starts_on=YESTERDAY)
    PlacementFactFactory.create(placement=placement, slot="48h", joined=60)
    spend(campaign, 12_000)
    assert judged(campaign, 200, Metric.COST_PER_SUBSCRIBER).reason == "left_not_counted"
