"""A campaign's plan against its fact: sums counted by hand, and what is missing said as missing."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from pytest_django import DjangoAssertNumQueries

from promotion.booking import book
from promotion.models import Campaign
from smm_agency.campaign_effect import Effect, effect_of
from tests.factories import (
    DAY,
    NOON,
    AdFigureFactory,
    AdObjectFactory,
    CallFactory,
    CampaignFactory,
    CostFactory,
    NumberPlacementFactory,
    PlacementFactFactory,
    PlacementFactory,
)

pytestmark = pytest.mark.django_db

ONE = dt.timedelta(days=1)
WITH_VAT = "All sums count with their VAT: what is paid in the end."
AS_TOLD = "VAT is not stated of the budget or of some sums: those count as they were told."


@pytest.fixture
def campaign() -> Campaign:
    return CampaignFactory.create(
        budget=Decimal(10_000), plan_reach=5_000, plan_clicks=200, plan_joins=100, plan_calls=10
    )


def add_figure(campaign: Campaign, *, day: dt.date = DAY, **fields: Any) -> None:
    known = {"account__client": campaign.client, "campaign": campaign}
    account = {
        f"account__{name}": fields.pop(name) for name in ("currency", "vat") if name in fields
    }
    AdFigureFactory.create(
        ad_object=AdObjectFactory.create(**known | account), starts_on=day, **fields
    )


def cells(effect: Effect) -> list[tuple[str, ...]]:
    return [line[1:6] for line in effect.lines]


def test_nothing_is_measured_yet(campaign: Campaign) -> None:
    effect = effect_of(campaign)
    assert (effect.budget, effect.spent, effect.left) == ("10,000 RUB", "0 RUB", "10,000 RUB")
    assert cells(effect) == [
        ("5,000", "not measured", "—", "2 RUB", "—"),
        ("200", "not measured", "—", "50 RUB", "—"),
        ("100", "not measured", "—", "100 RUB", "—"),
        ("10", "not measured", "—", "1,000 RUB", "—"),
    ]
    assert effect.lines[3].note == "No tracking number ever stood here."


def test_costs_are_those_of_the_hand(campaign: Campaign) -> None:
    add_figure(
        campaign, spend=Decimal("1200.50"), clicks=60, joins=12, impressions=9_000, reach=800
    )
    add_figure(campaign, spend=Decimal("299.50"), clicks=None, joins=0, reach=500)
    placement = PlacementFactory.create(campaign=campaign, price=Decimal(3_000), starts_on=DAY)
    PlacementFactFactory.create(placement=placement, slot="24h", views=1_500, clicks=30, joined=25)
    PlacementFactFactory.create(placement=placement, slot="48h", views=2_000, clicks=40)
    CostFactory.create(client=campaign.client, campaign=campaign, amount=Decimal(500))
    CostFactory.create(
        client=campaign.client, campaign=campaign, amount=Decimal(7_000), kind="agency_fee"
    )
    for is_target in (True, True, False):
        CallFactory.create(
            client=campaign.client, campaign=campaign, evidence=2, is_unique_target=is_target
        )
    CallFactory.create(client=campaign.client, is_unique_target=True)
    effect = effect_of(campaign)
    # 1 200.50 + 299.50 + 3 000 + 500 = 5 000; clicks 60 + 40; joined 12 + 0 + 25.
    assert (effect.spent, effect.left, effect.share_text) == ("5,000 RUB", "5,000 RUB", "50 %")
    assert cells(effect) == [
        ("5,000", "2,000", "40 %", "2 RUB", "2.50 RUB"),
        ("200", "100", "50 %", "50 RUB", "50 RUB"),
        ("100", "37", "37 %", "100 RUB", "135.14 RUB"),
        ("10", "2", "20 %", "1,000 RUB", "2,500 RUB"),
    ]
    assert effect.lines[0].note == (
        "Views of the placements' posts: the same person may be in several. Ads were shown 9,000"
        " times; the reach of days is not added up."
    )


def test_a_measured_zero_is_no_missing_number(campaign: Campaign) -> None:
    NumberPlacementFactory.create(number__client=campaign.client, community=None, campaign=campaign)
    add_figure(campaign, spend=Decimal(100), clicks=0)
    effect = effect_of(campaign)
    assert [line.fact for line in effect.lines] == ["not measured", "0", "not measured", "0"]
    assert effect.lines[1].cost_by_fact == "—"


def test_what_is_not_planned_is_said() -> None:
    effect = effect_of(CampaignFactory.create())
    assert {line.plan for line in effect.lines} == {"not planned"}
    assert (effect.budget, effect.left, effect.share) == ("—", "—", None)


def test_sums_of_other_currencies_are_named_and_never_added(campaign: Campaign) -> None:
    add_figure(campaign, spend=Decimal(100), currency="USD")
    add_figure(campaign, spend=Decimal(40), currency="USD")
    effect = effect_of(campaign)
    assert (effect.spent, effect.others) == ("0 RUB", ["140 USD"])


@pytest.mark.parametrize(
    ("vat", "rate", "spent", "words"),
    [
        ("included", 20, "1,200 RUB", WITH_VAT),
        ("on_top", 20, "1,200 RUB", WITH_VAT),
        ("free", None, "1,000 RUB", WITH_VAT),
        ("", None, "1,200 RUB", AS_TOLD),
    ],
)
def test_sums_with_and_without_vat_are_not_held_together(
    vat: str, rate: int | None, spent: str, words: str
) -> None:
    campaign = CampaignFactory.create(budget=Decimal(12_000), vat="included", vat_rate=Decimal(20))
    amount = Decimal(1_000) if vat in ("on_top", "free") else Decimal(1_200)
    PlacementFactory.create(
        campaign=campaign, price=amount, vat=vat, vat_rate=rate and Decimal(rate)
    )
    effect = effect_of(campaign)
    assert (effect.spent, effect.vat_words) == (spent, words)
    assert effect.budget == "12,000 RUB"


def test_what_is_left_is_what_booking_leaves() -> None:
    """All that is paid counts against a budget with VAT, net sums against one with VAT on top."""
    campaign = CampaignFactory.create(budget=Decimal(120_000), vat="included", vat_rate=20)
    PlacementFactory.create(campaign=campaign, price=Decimal(100_000), vat="free")
    candidate = PlacementFactory.create(
        campaign=campaign, price=Decimal(20_001), vat="free", state="agreed"
    )
    assert effect_of(campaign).left == "20,000 RUB"
    with pytest.raises(ValidationError, match="20,000 RUB of 120,000 RUB is left"):
        book(candidate, by=None, at=NOON)
    campaign.vat = "on_top"
    effect = effect_of(campaign)
    assert (effect.left, effect.vat_words) == ("20,000 RUB", "All sums are without VAT here.")


def test_facts_are_those_of_the_assessment(campaign: Campaign) -> None:
    """Spam is no call, here as there; a call of a placement is its campaign's."""
    placement = PlacementFactory.create(campaign=campaign, price=Decimal(10))
    known = {"client": campaign.client, "evidence": 2}
    CallFactory.create(**known, campaign=None, placement=placement)
    CallFactory.create(**known, campaign=campaign, status="spam")
    assert effect_of(campaign).lines[3].fact == "1"


def test_a_number_that_stands_has_measured_its_zero_before_any_money(campaign: Campaign) -> None:
    NumberPlacementFactory.create(number__client=campaign.client, community=None, campaign=campaign)
    assert effect_of(campaign).lines[3].fact == "0"


def test_what_is_booked_and_not_due_is_taken(campaign: Campaign) -> None:
    PlacementFactory.create(
        campaign=campaign, price=Decimal(11_000), state="booked", starts_on=dt.date(2099, 1, 1)
    )
    effect = effect_of(campaign)
    assert (effect.spent, effect.taken, effect.left) == ("0 RUB", "11,000 RUB", "-1,000 RUB")
    assert effect.is_over


@pytest.mark.parametrize("rows", [1, 3])
def test_as_many_queries_for_many_rows(
    rows: int, campaign: Campaign, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(rows):
        add_figure(campaign)
        PlacementFactFactory.create(placement__campaign=campaign, views=5)
        CallFactory.create(
            client=campaign.client, campaign=campaign, evidence=2, is_unique_target=True
        )
    with django_assert_num_queries(20):
        effect_of(campaign)
