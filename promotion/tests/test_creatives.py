"""The creatives of a campaign by the figures of their ads, and how ads are tied."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from pytest_django import DjangoAssertNumQueries

from promotion.ad_spend import spend_by_campaign
from promotion.ad_ties import tie
from promotion.creative_rates import Verdict
from promotion.creatives import BY_COST, BY_CTR, compare
from promotion.models import AdObject, Campaign, Creative
from tests.factories import (
    LONG_AGO,
    AdAccountFactory,
    AdFigureFactory,
    AdObjectFactory,
    CampaignFactory,
    CreativeFactory,
)

pytestmark = pytest.mark.django_db


def ad(campaign: Campaign, creative: Creative | None = None, **told: Any) -> AdObject:
    account = AdAccountFactory.create(client=campaign.client, currency=told.pop("currency", "RUB"))
    row = AdObjectFactory.create(account=account, level="ad", campaign=campaign, creative=creative)
    AdFigureFactory.create(ad_object=row, **{"impressions": 10_000, "clicks": 100, **told})
    return row


def test_creatives_are_summed_over_their_ads() -> None:
    campaign = CampaignFactory.create()
    one, two = CreativeFactory.create_batch(2, campaign=campaign)
    first = ad(campaign, one, spend=Decimal("1000.10"), joins=150)
    AdFigureFactory.create(
        ad_object=first, starts_on=LONG_AGO, spend=Decimal("0.20"), impressions=None, clicks=7
    )
    ad(campaign, one, spend=Decimal(500), joins=100)
    ad(campaign, two, spend=Decimal(900), joins=20)
    ad(campaign, None, spend=Decimal(50))
    (found,) = compare(campaign)
    assert found.by == BY_COST
    told = [
        (row.creative, row.ads, row.measured.spend, row.measured.clicks, row.measured.joins)
        for row in found.rows
    ]
    assert told == [
        (one, 2, Decimal("1500.30"), 200, 250),
        (two, 1, Decimal("900.00"), 100, 20),
        (None, 1, Decimal("50.00"), 100, None),
    ]
    assert [row.verdict for row in found.rows] == [Verdict.BETTER, Verdict.WORSE, Verdict.NONE]
    assert found.rows[0].measured.paid == Decimal("1500.10")


def test_ad_belongs_where_what_holds_it_is_tied() -> None:
    campaign = CampaignFactory.create()
    other = CampaignFactory.create(client=campaign.client)
    creative = CreativeFactory.create(campaign=campaign)
    above = AdObjectFactory.create(
        account__client=campaign.client, level="group", campaign=campaign, creative=creative
    )
    row = AdObjectFactory.create(account=above.account, level="ad", parent=above)
    AdFigureFactory.create(ad_object=row, spend=Decimal(500), impressions=10_000, clicks=100)
    (found,) = compare(campaign)
    assert [(one.creative, one.measured.spend) for one in found.rows] == [
        (creative, Decimal("500.00"))
    ]
    assert spend_by_campaign(above.account, dt.date.min, dt.date.max) == [
        (campaign.title, Decimal("500.00"))
    ]
    AdObject.objects.filter(pk=row.pk).update(campaign=other)
    assert compare(campaign) == []


def test_without_joins_the_clicks_decide() -> None:
    campaign = CampaignFactory.create()
    one, two = CreativeFactory.create_batch(2, campaign=campaign)
    ad(campaign, one, clicks=400)
    ad(campaign, two, clicks=100)
    (found,) = compare(campaign)
    assert (found.by, {row.creative: row.verdict for row in found.rows}) == (
        BY_CTR,
        {one: Verdict.BETTER, two: Verdict.WORSE},
    )


def test_currencies_are_never_mixed() -> None:
    campaign = CampaignFactory.create()
    creative = CreativeFactory.create(campaign=campaign)
    ad(campaign, creative)
    ad(campaign, creative, currency="EUR")
    assert [(each.currency, len(each.rows)) for each in compare(campaign)] == [
        ("EUR", 1),
        ("RUB", 1),
    ]


def test_campaign_without_ads_has_nothing_to_compare(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    campaign = CampaignFactory.create()
    with django_assert_num_queries(2):
        assert compare(campaign) == []


# --- Ties ----------------------------------------------------------------------------------------


@pytest.fixture
def plan() -> AdObject:
    """A campaign of the network with a group and an ad in it."""
    plan = AdObjectFactory.create()
    group = AdObjectFactory.create(account=plan.account, level="group", parent=plan)
    AdObjectFactory.create(account=plan.account, level="ad", parent=group)
    return plan


def ties() -> list[tuple[str, int | None, int | None]]:
    rows = AdObject.objects.order_by("level")
    return list(rows.values_list("level", "campaign", "creative"))


def test_tie_takes_what_stands_inside_with_it(plan: AdObject) -> None:
    AdObjectFactory.create(account=plan.account, level="zother")
    campaign = CampaignFactory.create(client=plan.client)
    assert tie([plan], campaign) == 3
    pk = campaign.pk
    assert ties() == [
        ("ad", pk, None), ("campaign", pk, None), ("group", pk, None), ("zother", None, None),
    ]  # fmt: skip


def test_other_campaign_takes_creatives_of_the_former_away(plan: AdObject) -> None:
    first, second = CampaignFactory.create_batch(2, client=plan.client)
    creative = CreativeFactory.create(campaign=first)
    tie([plan], first, creative)
    assert {row[2] for row in ties()} == {creative.pk}
    tie([plan], second)
    assert {row[1:] for row in ties()} == {(second.pk, None)}
    tie([plan], None)
    assert {row[1:] for row in ties()} == {(None, None)}


def test_creative_of_another_campaign_is_refused(plan: AdObject) -> None:
    campaign = CampaignFactory.create(client=plan.client)
    creative = CreativeFactory.create(campaign__client=plan.client)
    with pytest.raises(ValidationError) as refused:
        tie([plan], campaign, creative)
    assert refused.value.message_dict == {
        "creative": ["This creative belongs to another campaign: choose one of this."]
    }


def test_campaign_of_another_client_is_refused(plan: AdObject) -> None:
    with pytest.raises(ValidationError):
        tie([plan], CampaignFactory.create())
