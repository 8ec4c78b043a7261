import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from promotion.campaign_money import CampaignMoney, campaign_money, money_of_campaigns
from promotion.models import Campaign, CampaignState, PlacementState
from promotion.sums import Counted
from tests.factories import (
    AdAccountFactory,
    AdAccountKeyFactory,
    AdFigureFactory,
    AdObjectFactory,
    CampaignFactory,
    ClientFactory,
    PlacementFactory,
)

pytestmark = pytest.mark.django_db

MARCH = dt.date(2026, 3, 1)
TODAY = dt.date(2026, 3, 11)


def march(day: int) -> dt.date:
    return dt.date(2026, 3, day)


def campaign(**fields: Any) -> Campaign:
    """Of thirty days and 3000, with 100 spent on each day of March before today."""
    fields = {"starts_on": MARCH, "ends_on": march(30), "budget": 3000, "vat": "free", **fields}
    made: Campaign = CampaignFactory.create(**fields)
    ads = AdObjectFactory.create(
        account=AdAccountFactory.create(client=made.client, vat="free"), campaign=made
    )
    for day in range(1, 11):
        AdFigureFactory.create(ad_object=ads, starts_on=march(day), spend=100)
    return made


def money(of: Campaign, today: dt.date = TODAY) -> CampaignMoney:
    of.refresh_from_db()
    return campaign_money(of, today=today)


def test_a_campaign_on_its_plan() -> None:
    found = money(campaign())
    assert (found.on, found.spent, found.left, found.pace, found.light) == (
        march(10), Counted(Decimal(1000), True), Decimal(2000), Decimal(1), "green",
    )  # fmt: skip
    assert (found.mean, found.runs_out_on, found.expected) == (
        Decimal(100),
        march(30),
        Decimal(3000),
    )
    assert found.last_spend_on == march(10)


def test_bookings_lower_what_is_left_and_not_the_pace() -> None:
    of = campaign()
    PlacementFactory.create(
        campaign=of, price=1500, vat="free", state=PlacementState.BOOKED, starts_on=march(20)
    )
    found = money(of)
    assert (found.taken.amount, found.left, found.pace) == (
        Decimal(1500),
        Decimal(500),
        Decimal(1),
    )
    assert found.runs_out_on == march(15)


def test_days_that_the_file_does_not_reach_are_not_days_without_spend() -> None:
    """Known up to the 10th: on the 15th nothing says that the pace has fallen."""
    found = money(campaign(), today=march(15))
    assert (found.on, found.pace) == (march(10), Decimal(1))


def test_an_account_read_by_api_knows_the_day_before_the_reading() -> None:
    of = campaign()
    account = of.ad_objects.get().account
    AdAccountKeyFactory.create(account=account)
    account.read_at = dt.datetime(2026, 3, 13, 9, tzinfo=dt.UTC)
    account.save()
    found = money(of, today=march(13))
    assert (found.on, found.pace) == (march(12), Decimal(1000) / 1200)


def test_a_day_measured_in_part_is_not_measured() -> None:
    of = campaign()
    second = AdObjectFactory.create(account=of.ad_objects.get().account, campaign=of)
    for day in (8, 9, 10):
        AdFigureFactory.create(
            ad_object=second, starts_on=march(day), spend=None if day > 8 else 50
        )
    # The 9th and the 10th are left out: 150 and six days of 100.
    assert money(of).mean == Decimal(750) / 7


@pytest.mark.parametrize("state", [CampaignState.FINISHED, CampaignState.CANCELLED])
def test_a_finished_campaign_has_no_forecast(state: str) -> None:
    found = money(campaign(state=state))
    assert (found.mean, found.runs_out_on, found.expected) == (None, None, None)
    assert found.spent.amount == 1000


def test_a_campaign_past_its_end_has_no_forecast() -> None:
    found = money(campaign(ends_on=march(10)))
    assert (found.runs_out_on, found.pace) == (None, Decimal(1) / 3)


def test_without_a_budget_or_an_end() -> None:
    found = money(campaign(budget=None))
    assert (found.left, found.pace, found.runs_out_on) == (None, None, None)
    found = money(campaign(ends_on=None))
    assert (found.pace, found.expected, found.runs_out_on) == (None, None, march(30))


def test_sums_of_other_currencies_stand_apart() -> None:
    of = campaign()
    account = AdAccountFactory.create(client=of.client, currency="EUR", vat="free")
    AdFigureFactory.create(
        ad_object=AdObjectFactory.create(account=account, campaign=of), starts_on=march(10), spend=9
    )
    found = money(of)
    assert (found.spent.amount, [(row.amount, row.currency) for row in found.others]) == (
        Decimal(1000),
        [(Decimal(9), "EUR")],
    )


@pytest.mark.parametrize("count", [1, 3])
def test_campaigns_take_six_queries(count: int, django_assert_num_queries: Any) -> None:
    client = ClientFactory.create()
    rows = [campaign(client=client) for _ in range(count)]
    with django_assert_num_queries(6):
        assert len(money_of_campaigns(rows, today=TODAY)) == count
