"""Facts of campaigns, accounts, money and placements that may have caused a flag."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from clients.models import Client
from kpi.diagnosis.case import Case
from kpi.diagnosis.promotion_facts import (
    accounts_unread,
    budgets_spent,
    campaigns_over,
    no_campaign,
    placements_removed,
    spend,
)
from promotion.models import Campaign
from tests.factories import (
    AdAccountFactory,
    AdAccountKeyFactory,
    AdFigureFactory,
    AdObjectFactory,
    BudgetLineFactory,
    CampaignFactory,
    CampaignMoveFactory,
    ChannelBudgetFactory,
    ClientFactory,
    PlacementFactory,
    StrategyVersionFactory,
    approve_in_place,
    local_noon,
)

pytestmark = pytest.mark.django_db

FIRST, LAST = dt.date(2026, 2, 12), dt.date(2026, 3, 10)
DAY = dt.timedelta(days=1)


@pytest.fixture
def house() -> Client:
    return ClientFactory.create()


def case_of(house: Client) -> Case:
    return Case(1, house.pk, None, "calls", FIRST, LAST, LAST)


def spent_on(campaign: Campaign, day: dt.date, spend: int, **values: Any) -> None:
    AdFigureFactory.create(
        ad_object=AdObjectFactory.create(account__client=campaign.client, campaign=campaign),
        starts_on=day, spend=Decimal(spend), **values,
    )  # fmt: skip


def test_campaigns_that_stopped_in_the_days(house: Client) -> None:
    paused = CampaignFactory.create(client=house, title="Spring", state="paused")
    CampaignMoveFactory.create(
        campaign=paused, new="paused", old="running", moved_at=local_noon(house, FIRST)
    )
    CampaignFactory.create(client=house, title="March", ends_on=LAST - DAY)
    resumed = CampaignFactory.create(client=house)
    for new, day in (("paused", FIRST), ("running", FIRST + DAY)):
        CampaignMoveFactory.create(
            campaign=resumed, old="agreed", new=new, moved_at=local_noon(house, day)
        )
    CampaignFactory.create(client=house, ends_on=LAST)
    CampaignFactory.create(client=house, ends_on=FIRST - DAY)
    CampaignFactory.create(ends_on=FIRST)
    assert campaigns_over([case_of(house)]) == {
        1: {"ended_campaigns": 2, "ended_campaign": "March", "ended_since": "2026-02-12"}
    }


def test_step_after_the_days_is_not_known_then(house: Client) -> None:
    campaign = CampaignFactory.create(client=house, state="paused")
    CampaignMoveFactory.create(
        campaign=campaign, new="paused", old="running", moved_at=local_noon(house, LAST + DAY)
    )
    assert campaigns_over([case_of(house)]) == {}


@pytest.mark.parametrize(
    ("state", "days_ago", "facts"),
    [
        ("works", 3, {}),
        ("works", 4, {"unread_since": "2026-03-06"}),
        ("refused", 0, {"unread_since": "2026-03-10"}),
    ],
)
def test_accounts_that_are_not_read(
    house: Client, state: str, days_ago: int, facts: dict[str, str]
) -> None:
    account = AdAccountFactory.create(
        client=house, title="Main", state=state, read_at=local_noon(house, LAST - days_ago * DAY)
    )
    AdAccountKeyFactory.create(account=account)
    AdAccountFactory.create(client=house, network="meta_ads")
    told = {"unread_accounts": 1, "unread_account": "VK Реклама · Main", **facts}
    assert accounts_unread([case_of(house)]) == ({1: told} if facts else {})


def test_budget_that_is_spent_while_the_campaign_runs(house: Client) -> None:
    campaign = CampaignFactory.create(client=house, title="Spring", budget=Decimal(1_000))
    spent_on(campaign, FIRST - DAY, 600)
    spent_on(campaign, FIRST, 399)
    assert budgets_spent([case_of(house)]) == {}
    spent_on(campaign, FIRST + DAY, 1)
    assert budgets_spent([case_of(house)]) == {
        1: {
            "spent_campaigns": 1,
            "spent_campaign": "Spring",
            "spent_share": 1.0,
            "last_spent_on": "2026-02-13",
        }
    }


def test_spend_is_told_by_the_week_against_the_90_days_before(house: Client) -> None:
    campaign = CampaignFactory.create(client=house)
    spent_on(campaign, LAST, 270)
    spent_on(campaign, FIRST - DAY, 9_000)
    spent_on(campaign, FIRST - 91 * DAY, 50_000)
    assert spend([case_of(house)]) == {
        1: {"spend_week": 70.0, "spend_week_before": 700.0, "spend_currency": "RUB"}
    }


def test_money_is_not_told_where_an_account_is_not_read(house: Client) -> None:
    campaign = CampaignFactory.create(client=house, budget=Decimal(10))
    spent_on(campaign, FIRST, 9_000)
    account = AdAccountFactory.create(client=house)
    AdAccountKeyFactory.create(account=account)
    assert (spend([case_of(house)]), budgets_spent([case_of(house)])) == ({}, {})


def test_money_of_two_currencies_is_not_summed(house: Client) -> None:
    campaign = CampaignFactory.create(client=house)
    spent_on(campaign, FIRST, 100)
    PlacementFactory.create(
        campaign=campaign, price=Decimal(5), currency="USD", starts_on=FIRST, state="paid"
    )
    assert spend([case_of(house)]) == {}


def test_placement_that_was_taken_down_early(house: Client) -> None:
    moment = local_noon(house, LAST - DAY)
    for title, shape, hours in (("Early", "1_24", 23), ("Late", "1_24", 24), ("Any", "other", 1)):
        PlacementFactory.create(
            campaign__client=house, title=title, format=shape, published_at=moment,
            removed_at=moment + dt.timedelta(hours=hours),
        )  # fmt: skip
    assert placements_removed([case_of(house)]) == {
        1: {
            "removed_placements": 1,
            "removed_placement": "Early",
            "removed_on": "2026-03-10",
        }
    }


def add_plan(house: Client, month: dt.date) -> None:
    version = StrategyVersionFactory.create(client=house)
    BudgetLineFactory.create(version=version, month=month, amount=Decimal(1_000))
    approve_in_place(version)


def test_days_without_a_campaign_are_told_where_the_plan_has_money(house: Client) -> None:
    CampaignFactory.create(client=house, starts_on=FIRST, ends_on=FIRST + 6 * DAY)
    CampaignFactory.create(client=house, starts_on=FIRST, state="draft")
    assert no_campaign([case_of(house)]) == {}
    add_plan(house, dt.date(2026, 3, 1))
    assert no_campaign([case_of(house)]) == {1: {"idle_days": 20, "idle_since": "2026-02-19"}}


def test_budget_of_a_channel_is_a_plan_too(house: Client) -> None:
    ChannelBudgetFactory.create(client=house, month=dt.date(2026, 2, 1))
    assert no_campaign([case_of(house)]) == {1: {"idle_days": 27, "idle_since": "2026-02-12"}}


def test_paused_campaign_runs_until_its_pause(house: Client) -> None:
    ChannelBudgetFactory.create(client=house, month=dt.date(2026, 2, 1))
    CampaignFactory.create(client=house, state="paused", state_since=local_noon(house, LAST - DAY))
    assert no_campaign([case_of(house)]) == {1: {"idle_days": 1, "idle_since": "2026-03-10"}}
