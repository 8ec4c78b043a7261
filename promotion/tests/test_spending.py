import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from clients.models import Client
from promotion.models import Campaign, PlacementState
from promotion.spending import (
    Spent,
    campaign_rows,
    hanging_rows,
    money_rows,
    spent_rows,
    taken_rows,
)
from tests.factories import (
    AdAccountFactory,
    AdFigureFactory,
    AdObjectFactory,
    CampaignFactory,
    ClientFactory,
    CostFactory,
    CreativeFactory,
    PlacementFactory,
)

pytestmark = pytest.mark.django_db

FIRST, LAST = dt.date(2026, 3, 1), dt.date(2026, 3, 31)
TODAY = dt.date(2026, 3, 15)
MARCH = (FIRST, LAST)


def amounts(rows: list[Spent]) -> list[Decimal]:
    return sorted(row.amount for row in rows)


@pytest.fixture
def client_() -> Client:
    client: Client = ClientFactory.create()
    return client


def test_spent_rows_name_what_each_sum_is_of(client_: Client) -> None:
    account = AdAccountFactory.create(client=client_, vat="included", vat_rate=20, currency="RUB")
    campaign = CampaignFactory.create(client=client_)
    creative = CreativeFactory.create(campaign=campaign)
    ads = AdObjectFactory.create(account=account, campaign=campaign, creative=creative)
    AdFigureFactory.create(ad_object=ads, starts_on=dt.date(2026, 3, 3), spend=Decimal("120.00"))
    assert spent_rows(client_, *MARCH, on=TODAY) == [
        Spent(
            client_.pk, "ads", "ads", campaign.pk, None, creative.pk, ads.pk, dt.date(2026, 3, 3),
            dt.date(2026, 3, 3), Decimal("120.00"), "RUB", "included", Decimal("20.00"),
        )
    ]  # fmt: skip
    assert spent_rows(client_, *MARCH, on=TODAY)[0].net == Decimal("100.00")


def test_spent_rows_take_nothing_of_other_clients_and_days(client_: Client) -> None:
    AdFigureFactory.create(starts_on=TODAY)
    PlacementFactory.create(price=5, starts_on=TODAY)
    CostFactory.create(spent_on=TODAY)
    account = AdAccountFactory.create(client=client_)
    for day in (dt.date(2026, 2, 28), FIRST, LAST, dt.date(2026, 4, 1)):
        AdFigureFactory.create(ad_object__account=account, starts_on=day, spend=day.day)
        CostFactory.create(client=client_, spent_on=day, amount=day.day + 100)
    assert amounts(spent_rows(client_, *MARCH, on=LAST)) == [1, 31, 101, 131]


def test_spent_rows_count_an_ad_never_with_the_campaign_it_is_in(client_: Client) -> None:
    account = AdAccountFactory.create(client=client_)
    whole = AdObjectFactory.create(account=account)
    group = AdObjectFactory.create(account=account, level="group", parent=whole)
    ad = AdObjectFactory.create(account=account, level="ad", parent=group)
    AdFigureFactory.create(ad_object=whole, starts_on=TODAY, spend=50)
    AdFigureFactory.create(ad_object=group, starts_on=TODAY, spend=50)
    AdFigureFactory.create(ad_object=ad, starts_on=TODAY, spend=50)
    assert [row.ad_object_id for row in spent_rows(client_, *MARCH)] == [ad.pk]


def test_spent_rows_keep_the_days_that_only_the_campaign_tells_of(client_: Client) -> None:
    account = AdAccountFactory.create(client=client_)
    whole = AdObjectFactory.create(account=account)
    ad = AdObjectFactory.create(account=account, level="ad", parent=whole)
    AdFigureFactory.create(ad_object=whole, starts_on=dt.date(2026, 3, 1), spend=40)
    AdFigureFactory.create(ad_object=whole, starts_on=dt.date(2026, 3, 2), spend=50)
    AdFigureFactory.create(ad_object=whole, starts_on=dt.date(2026, 3, 3), spend=60)
    AdFigureFactory.create(ad_object=ad, starts_on=dt.date(2026, 3, 2), spend=50)
    AdFigureFactory.create(ad_object=ad, starts_on=dt.date(2026, 3, 3), spend=None)
    assert amounts(spent_rows(client_, *MARCH)) == [40, 50, 60]


def test_spent_rows_leave_out_spend_that_was_not_measured(client_: Client) -> None:
    account = AdAccountFactory.create(client=client_)
    AdFigureFactory.create(ad_object__account=account, starts_on=TODAY, spend=None)
    AdFigureFactory.create(ad_object__account=account, starts_on=TODAY, spend=0)
    assert amounts(spent_rows(client_, *MARCH)) == [0]


def test_spent_rows_tie_an_ad_to_the_campaign_of_what_holds_it(client_: Client) -> None:
    campaign = CampaignFactory.create(client=client_, kind=Campaign.Kind.SEEDING)
    account = AdAccountFactory.create(client=client_)
    whole = AdObjectFactory.create(account=account, campaign=campaign)
    group = AdObjectFactory.create(account=account, level="group", parent=whole)
    ad = AdObjectFactory.create(account=account, level="ad", parent=group)
    AdFigureFactory.create(ad_object=ad, starts_on=TODAY)
    AdFigureFactory.create(ad_object__account=account, starts_on=TODAY, spend=7)
    found = {row.amount: (row.campaign_id, row.channel) for row in spent_rows(client_, *MARCH)}
    assert found == {100: (campaign.pk, "seeding"), 7: (None, "ads")}


def test_a_period_over_the_end_of_the_month_is_not_cut(client_: Client) -> None:
    account = AdAccountFactory.create(client=client_)
    of = {"ad_object__account": account}
    AdFigureFactory.create(**of, starts_on=FIRST, ends_on=LAST, spend=10)
    AdFigureFactory.create(**of, starts_on=dt.date(2026, 2, 20), ends_on=FIRST, spend=20)
    AdFigureFactory.create(**of, starts_on=LAST, ends_on=dt.date(2026, 4, 2), spend=30)
    AdFigureFactory.create(
        **of, starts_on=dt.date(2026, 1, 1), ends_on=dt.date(2026, 12, 31), spend=40
    )
    AdFigureFactory.create(
        **of, starts_on=dt.date(2026, 4, 1), ends_on=dt.date(2026, 4, 2), spend=50
    )
    assert amounts(spent_rows(client_, *MARCH)) == [10]
    assert amounts(hanging_rows(client_, *MARCH)) == [20, 30, 40]


@pytest.mark.parametrize(
    ("state", "paid_on", "starts_on", "kept"),
    [
        (PlacementState.APPROVED, None, TODAY, "nothing"),
        (PlacementState.REFUNDED, TODAY, TODAY, "nothing"),
        (PlacementState.CANCELLED, None, TODAY, "nothing"),
        (PlacementState.BOOKED, None, TODAY + dt.timedelta(1), "taken"),
        (PlacementState.BOOKED, None, TODAY, "spent"),
        (PlacementState.BOOKED, TODAY, TODAY + dt.timedelta(1), "spent"),
        (PlacementState.PAID, None, TODAY + dt.timedelta(1), "spent"),
        (PlacementState.CLOSED, None, FIRST, "spent"),
    ],
)
def test_a_placement_is_spent_once_paid_or_due_and_taken_before(
    client_: Client, state: str, paid_on: dt.date | None, starts_on: dt.date, kept: str
) -> None:
    PlacementFactory.create(
        campaign__client=client_, state=state, paid_on=paid_on, starts_on=starts_on, price=300
    )
    spent = amounts(spent_rows(client_, *MARCH, on=TODAY))
    taken = amounts(taken_rows(client_, *MARCH, on=TODAY))
    wanted: dict[str, Any] = {"nothing": ([], []), "taken": ([], [300]), "spent": ([300], [])}
    assert (spent, taken) == wanted[kept]


def test_a_placement_counts_on_its_day_at_the_client() -> None:
    east = ClientFactory.create(time_zone="Asia/Vladivostok")
    late = dt.datetime(2026, 3, 31, 20, 0, tzinfo=dt.UTC)  # the 1st of April there
    campaign = CampaignFactory.create(client=east)
    PlacementFactory.create(campaign=campaign, published_at=late, starts_on=FIRST, price=1)
    PlacementFactory.create(campaign=campaign, planned_at=late, starts_on=FIRST, price=2)
    PlacementFactory.create(campaign=campaign, starts_on=LAST, price=3)
    PlacementFactory.create(campaign=campaign, starts_on=LAST, price=None)
    assert amounts(spent_rows(east, *MARCH)) == [3]
    april = spent_rows(east, dt.date(2026, 4, 1), dt.date(2026, 4, 30))
    assert amounts(april) == [1, 2]


def test_costs_count_where_they_are_advertising_only(client_: Client) -> None:
    placement = PlacementFactory.create(
        campaign__client=client_, campaign__kind=Campaign.Kind.INFLUENCER, starts_on=FIRST
    )
    for kind in ("agency_fee", "commission", "marking_levy", "prize", "production", "other"):
        CostFactory.create(client=client_, kind=kind)
    CostFactory.create(client=client_, amount=5)
    CostFactory.create(client=client_, placement=placement, amount=6)
    found = {row.amount: (row.channel, row.campaign_id) for row in spent_rows(client_, *MARCH)}
    assert found == {5: ("other", None), 6: ("influencers", placement.campaign_id)}


def test_campaign_rows_are_of_all_days_and_of_it_alone(client_: Client) -> None:
    campaign, other = CampaignFactory.create(client=client_), CampaignFactory.create(client=client_)
    account = AdAccountFactory.create(client=client_)
    whole = AdObjectFactory.create(account=account, campaign=campaign)
    moved = AdObjectFactory.create(account=account, level="ad", parent=whole, campaign=other)
    stayed = AdObjectFactory.create(account=account, level="ad", parent=whole)
    AdFigureFactory.create(ad_object=moved, spend=1)
    AdFigureFactory.create(ad_object=stayed, starts_on=dt.date(2025, 1, 1), spend=2)
    PlacementFactory.create(campaign=campaign, price=3)
    PlacementFactory.create(campaign=other, price=4)
    CostFactory.create(client=client_, campaign=campaign, amount=5)
    CostFactory.create(client=client_, campaign=other, amount=6)
    assert amounts(campaign_rows(campaign)) == [2, 3, 5]


@pytest.mark.parametrize("rows", [1, 3])
def test_money_takes_three_queries(
    client_: Client, rows: int, django_assert_num_queries: Any
) -> None:
    account = AdAccountFactory.create(client=client_)
    campaign = CampaignFactory.create(client=client_)
    for _ in range(rows):
        AdFigureFactory.create(ad_object__account=account, ad_object__campaign=campaign)
        PlacementFactory.create(campaign=campaign, price=1, starts_on=TODAY)
        CostFactory.create(client=client_, campaign=campaign)
    with django_assert_num_queries(3):
        assert len(money_rows(client_, *MARCH)) == 3 * rows
    with django_assert_num_queries(3):
        assert len(campaign_rows(campaign)) == 3 * rows
