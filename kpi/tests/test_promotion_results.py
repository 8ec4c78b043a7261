"""What a March cost and brought, against numbers worked out by hand."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from clients.models import Client
from kpi.models import Call, Deal, Evidence
from kpi.promotion_figures import figures_of, judge, ratios_of
from kpi.promotion_formulas import Answer
from kpi.promotion_money import MoneySum, basis_words, money_words
from kpi.promotion_reasons import hanging_line
from kpi.promotion_results import (
    BY,
    By,
    CallCount,
    Counted,
    Deals,
    Result,
    load_period,
    results_by,
    sum_of_all,
)
from kpi.promotion_sheet import rows_of
from promotion.models import Campaign, Placement
from tests.factories import (
    AdAccountFactory,
    AdFigureFactory,
    AdObjectFactory,
    CallFactory,
    CampaignFactory,
    ClientFactory,
    CostFactory,
    CreativeFactory,
    DealFactory,
    NumberPlacementFactory,
    PlacementFactFactory,
    PlacementFactory,
    local_noon,
)

pytestmark = pytest.mark.django_db

FIRST, LAST = dt.date(2026, 3, 1), dt.date(2026, 3, 31)
DAY = dt.date(2026, 3, 11)


@pytest.fixture
def client_() -> Client:
    client: Client = ClientFactory.create(status="active")
    return client


@pytest.fixture
def ads(client_: Client) -> Campaign:
    campaign: Campaign = CampaignFactory.create(client=client_, title="Ads of March")
    return campaign


def spend(campaign: Campaign, amount: str, *, day: dt.date = DAY, **numbers: Any) -> None:
    account = AdAccountFactory.create(client=campaign.client, vat="included", vat_rate=Decimal(20))
    row = AdObjectFactory.create(account=account, campaign=campaign)
    AdFigureFactory.create(ad_object=row, starts_on=day, spend=Decimal(amount), **numbers)


def place(client: Client, **values: Any) -> Placement:
    campaign = CampaignFactory.create(client=client, kind="seeding", title="Seeding")
    placement: Placement = PlacementFactory.create(
        campaign=campaign, price=Decimal(6_000), published_at=local_noon(client, DAY), **values
    )
    return placement


def call(client: Client, *, day: dt.date = DAY, **values: Any) -> Call:
    known = {"community": None, "evidence": Evidence.PLACEMENT_NUMBER, **values}
    row: Call = CallFactory.create(client=client, started_at=local_noon(client, day), **known)
    return row


def show_number(place: Campaign | Placement) -> None:
    name = "campaign" if isinstance(place, Campaign) else "placement"
    NumberPlacementFactory.create(number__client=place.client, community=None, **{name: place})


def found(client: Client, by: By = "campaign") -> list[Result]:
    return results_by(client, FIRST, LAST, by=by)


def test_campaign_is_summed_from_its_account(client_: Client, ads: Campaign) -> None:
    # 12 000 + 6 000 with 20 % of VAT inside: 18 000 / 1.2 = 15 000 without.
    spend(ads, "12000", impressions=20_000, clicks=400, joins=80, reach=9_000)
    spend(ads, "6000", impressions=10_000, clicks=200, joins=40, reach=5_000)
    spend(ads, "777", day=dt.date(2026, 4, 1))
    show_number(ads)
    for evidence in (2, 2, 3, 4, 6):
        call(client_, campaign=ads, evidence=evidence, is_unique_target=evidence != 6)
    call(client_, campaign=ads, status="spam")
    (row,) = found(client_)
    assert row.money == MoneySum(
        "RUB", Decimal("18000.00"), Decimal("15000.00"), (("included", Decimal("20.00")),)
    )
    assert (row.title, row.basis) == ("Ads of March", Decimal("15000.00"))
    assert (row.impressions, row.clicks, row.joined, row.left) == (30_000, 600, 120, None)
    assert row.reach is None
    assert (row.calls, row.unique_target) == (CallCount(2, 1, 2), CallCount(2, 1, 1))
    assert row.counted == Counted.ALL


def test_calls_of_a_place_without_a_number_are_not_known(client_: Client, ads: Campaign) -> None:
    spend(ads, "12000")
    (row,) = found(client_)
    assert (row.counted, row.calls, row.unique_target) == (Counted.NONE, None, None)


def test_number_on_one_placement_does_not_count_the_campaign(client_: Client) -> None:
    placements = [place(client_) for _ in range(2)]
    Placement.objects.update(campaign=placements[0].campaign)
    show_number(placements[0])
    call(client_, placement=placements[0])
    for by in ("campaign", "channel", "month"):
        (row,) = results_by(client_, FIRST, LAST, by=by)
        told = (row.counted, row.call_total, ratios_of(row)["cost_per_call"])
        assert told == (Counted.PART, 1, None)
        assert judge(row, Decimal(1), "RUB").answer == Answer.NOT_COUNTED
    assert figures_of(client_, FIRST, LAST)["target"]["value"] is None
    by_placement = {row.key: row.counted for row in found(client_, "placement")}
    assert by_placement == {placements[0].pk: Counted.ALL, placements[1].pk: Counted.NONE}
    show_number(placements[1])
    assert found(client_)[0].counted == Counted.ALL


def test_number_on_the_campaign_counts_for_all_its_placements(client_: Client) -> None:
    placement = place(client_)
    show_number(placement.campaign)
    assert found(client_)[0].counted == Counted.ALL
    assert found(client_, "placement")[0].counted == Counted.NONE


@pytest.mark.parametrize(
    ("values", "counted"),
    [
        ({"status": "spam"}, Counted.NONE),
        ({"evidence": Evidence.OPERATOR}, Counted.PART),
        ({"evidence": Evidence.SESSION}, Counted.ALL),
    ],
)
def test_call_that_came_shows_that_calls_are_counted(
    client_: Client, ads: Campaign, values: dict[str, Any], counted: Counted
) -> None:
    spend(ads, "1200")
    call(client_, campaign=ads, **values)
    assert found(client_)[0].counted == counted


def test_number_that_stood_makes_no_call_a_zero(client_: Client, ads: Campaign) -> None:
    spend(ads, "12000")
    show_number(ads)
    (row,) = found(client_)
    assert (row.counted, row.unique_target) == (Counted.ALL, CallCount())


def test_placement_counts_its_latest_figures_once(client_: Client) -> None:
    placement = place(client_)
    PlacementFactFactory.create(placement=placement, slot="24h", views=5_000, clicks=50, joined=30)
    PlacementFactFactory.create(placement=placement, slot="48h", views=7_000, clicks=60, joined=36)
    PlacementFactFactory.create(placement=placement, slot="7d", joined=40, left=10)
    (row,) = found(client_, "placement")
    assert (row.impressions, row.clicks) == (7_000, 60)
    assert (row.joined, row.left, row.stayed) == (40, 10, 30)


def test_those_who_left_in_two_days_are_not_all_who_left(client_: Client) -> None:
    placement = place(client_)
    PlacementFactFactory.create(placement=placement, slot="48h", joined=40, left=2)
    (row,) = found(client_)
    assert (row.joined, row.left, row.stayed, ratios_of(row)["cpf_net"]) == (40, None, None, None)


def test_nobody_stayed_for_sure_while_some_are_not_followed(client_: Client) -> None:
    placement = place(client_)
    PlacementFactFactory.create(placement=placement, slot="7d", joined=40, left=10)
    spend(placement.campaign, "100", joins=5)
    (row,) = found(client_)
    assert (row.joined, row.left, row.stayed) == (45, None, None)


def test_call_of_a_placement_is_its_campaigns_too(client_: Client) -> None:
    placement = place(client_, creative=None)
    call(client_, placement=placement)
    (of_campaign,), (of_placement,) = found(client_), found(client_, "placement")
    assert of_campaign.unique_target == of_placement.unique_target == CallCount(proven=1)
    assert of_campaign.key == placement.campaign_id


def test_creative_gets_the_calls_of_its_placements(client_: Client) -> None:
    placement = place(client_)
    creative = CreativeFactory.create(campaign=placement.campaign, title="Blue")
    Placement.objects.filter(pk=placement.pk).update(creative=creative)
    call(client_, placement=placement)
    (row,) = found(client_, "creative")
    assert (row.title, row.basis, row.call_total) == ("Blue", Decimal("6000.00"), 1)


def test_channels_and_months_have_their_rows(client_: Client, ads: Campaign) -> None:
    place(client_)
    spend(ads, "1200")
    spend(ads, "600", day=dt.date(2026, 2, 27))
    spend(ads, "60", day=dt.date(2026, 2, 28), ends_on=dt.date(2026, 3, 1))
    channels = results_by(client_, dt.date(2026, 2, 1), LAST, by="channel")
    months = results_by(client_, dt.date(2026, 2, 1), LAST, by="month")
    assert [(row.key, [int(one.told) for one in row.spent]) for row in channels] == [
        ("seeding", [6_000]), ("ads", [1_860]),
    ]  # fmt: skip
    assert [(row.title, [int(one.told) for one in row.spent]) for row in months] == [
        ("February 2026", [600]), ("March 2026", [7_200]), ("over several months", [60]),
    ]  # fmt: skip


def test_money_without_a_word_on_vat_is_counted_as_told(client_: Client, ads: Campaign) -> None:
    CostFactory.create(client=client_, campaign=ads, spent_on=DAY, amount=Decimal(500))
    spend(ads, "1200")
    (row,) = found(client_)
    assert row.money
    assert (row.money.net, row.basis) == (None, Decimal("1700.00"))
    said = "VAT differs: VAT is not stated; VAT 20 % included"
    assert basis_words(row.money) == f"on the sums as told: {said}"
    assert money_words(row.money) == f"1,700 RUB, {said}"


def test_two_currencies_are_never_added(client_: Client, ads: Campaign) -> None:
    CostFactory.create(client=client_, campaign=ads, spent_on=DAY, currency="USD")
    spend(ads, "1200")
    (row,) = found(client_)
    assert ([one.currency for one in row.spent], row.money, row.basis) == (
        ["RUB", "USD"], None, None,
    )  # fmt: skip


def test_fee_stands_beside_and_in_the_second_figure(client_: Client, ads: Campaign) -> None:
    # 12 000 / 1.2 = 10 000; the fee 5 000 holds no VAT: 15 000 together. The levy is no fee.
    spend(ads, "12000")
    CostFactory.create(
        client=client_, campaign=ads, spent_on=DAY, kind="agency_fee", amount=5_000, vat="free"
    )
    CostFactory.create(
        client=client_, campaign=ads, spent_on=DAY, kind="marking_levy", amount=300, vat="free"
    )
    (row,) = found(client_)
    assert [kind for kind, _sums in row.beside] == ["agency_fee", "marking_levy"]
    assert (row.basis, row.with_fee) == (Decimal("10000.00"), Decimal("15000.00"))


def test_deal_belongs_where_its_call_came_from(client_: Client, ads: Campaign) -> None:
    spend(ads, "12000")
    other = CampaignFactory.create(client=client_)
    taken = call(client_, campaign=ads)
    DealFactory.create(
        client=client_, call=taken, campaign=other, closed_on=DAY, amount=40_000, vat="free"
    )
    DealFactory.create(
        client=client_, campaign=ads, closed_on=LAST, amount=24_000, vat="included", vat_rate=20
    )
    DealFactory.create(client=client_, campaign=ads, closed_on=dt.date(2026, 4, 1))
    (row,) = found(client_)
    assert row.sold == Deals(2, Decimal(64_000), "RUB", Decimal(60_000))


def test_revenue_is_held_against_money_without_vat_only(client_: Client, ads: Campaign) -> None:
    # Both without VAT: 24 000 / 1.2 = 20 000 of 12 000 / 1.2 = 10 000.
    spend(ads, "12000")
    deal = DealFactory.create(
        client=client_, campaign=ads, closed_on=DAY, amount=24_000, vat="included", vat_rate=20
    )
    told = ratios_of(found(client_)[0])
    assert (told["romi"], told["ad_cost_share"]) == (Decimal(1), Decimal("0.5"))
    Deal.objects.filter(pk=deal.pk).update(vat="", vat_rate=None)
    told = ratios_of(found(client_)[0])
    assert (told["romi"], told["ad_cost_share"]) == (None, None)


def test_unattributed_calls_are_told_beside(client_: Client, ads: Campaign) -> None:
    call(client_, campaign=ads)
    call(client_, evidence=None)
    call(client_, evidence=None, is_unique_target=False)
    call(client_, evidence=None, status="spam")
    told = load_period(client_, FIRST, LAST).unattributed
    assert (told.calls, told.of) == (2, 3)
    assert (told.unique_target, told.of_unique_target) == (1, 2)


def test_whole_period_is_the_sum_of_its_campaigns(client_: Client, ads: Campaign) -> None:
    spend(ads, "1200")
    place(client_)
    call(client_, campaign=ads)
    whole = sum_of_all(load_period(client_, FIRST, LAST))
    assert (whole.spent[0].told, whole.counted, whole.call_total) == (
        Decimal("7200.00"), Counted.PART, 1,
    )  # fmt: skip


def test_number_of_a_part_of_the_money_divides_none_of_it(client_: Client, ads: Campaign) -> None:
    spend(ads, "1200", impressions=1_000)
    place(client_)
    period = load_period(client_, FIRST, LAST)
    whole = sum_of_all(period)
    assert (whole.impressions, whole.partly) == (1_000, frozenset({"impressions"}))
    assert ratios_of(whole)["cpm"] is None
    # 1 200 / 1.2 = 1 000 of a thousand impressions.
    assert [ratios_of(row)["cpm"] for row in found(client_)] == [None, Decimal("1000.00")]


def test_joins_of_one_placement_do_not_divide_the_money_of_three(client_: Client) -> None:
    placements = [place(client_) for _ in range(3)]
    Placement.objects.update(campaign=placements[0].campaign, creative=None)
    PlacementFactFactory.create(placement=placements[0], slot="7d", joined=10, left=0)
    for by in ("campaign", "channel", "month"):
        (row,) = results_by(client_, FIRST, LAST, by=by)
        assert (row.joined, "joined" in row.partly, ratios_of(row)["cpf"]) == (10, True, None)
    of_placements = {row.key: ratios_of(row)["cpf"] for row in found(client_, "placement")}
    assert of_placements[placements[0].pk] == Decimal(600)


def test_cost_of_a_whole_campaign_waits_for_all_of_its_placements(
    client_: Client, ads: Campaign
) -> None:
    one, other = PlacementFactory.create_batch(
        2, campaign=ads, price=None, published_at=local_noon(client_, DAY)
    )
    CostFactory.create(client=client_, campaign=ads, spent_on=DAY, amount=1_000, vat="free")
    PlacementFactFactory.create(placement=one, slot="7d", views=None, joined=10)
    PlacementFactFactory.create(placement=other, slot="7d", views=5, joined=None)
    (row,) = found(client_)
    assert ratios_of(row)["cpf"] is None
    other.facts.update(joined=10)
    (row,) = found(client_)
    assert ratios_of(row)["cpf"] == Decimal(50)


def test_day_of_an_ad_without_its_joins_leaves_the_cost_untold(
    client_: Client, ads: Campaign
) -> None:
    spend(ads, "1200", joins=10)
    row = ads.ad_objects.get()
    AdFigureFactory.create(ad_object=row, starts_on=LAST, spend=Decimal(1200), joins=None)
    (result,) = found(client_)
    assert (result.joined, ratios_of(result)["cpf"]) == (10, None)


def test_money_of_a_period_that_hangs_over_the_days_is_said(client_: Client, ads: Campaign) -> None:
    spend(ads, "1200")
    spend(ads, "600", day=dt.date(2026, 2, 20), ends_on=dt.date(2026, 3, 5))
    spend(ads, "0", day=LAST, ends_on=dt.date(2026, 4, 5))
    figures = figures_of(client_, FIRST, LAST)
    line = (
        "Not in these sums: money of ad accounts, told for periods that only partly lie in these"
        " days: 600 RUB, VAT 20 % included."
    )
    assert figures["whole"]["spent"][0]["told"] == "1200.00"
    assert hanging_line(figures) == line
    assert rows_of(figures)[-1] == ["", line]
    assert hanging_line(figures_of(client_, dt.date(2026, 2, 1), dt.date(2026, 4, 30))) == ""


def test_client_that_takes_no_calls_has_none_counted(client_: Client, ads: Campaign) -> None:
    show_number(ads)
    spend(ads, "1200")
    Client.objects.filter(pk=client_.pk).update(takes_calls=False)
    client_.refresh_from_db()
    (row,) = found(client_)
    assert row.calls is None


@pytest.mark.parametrize("by", BY)
@pytest.mark.parametrize("rows", [1, 3])
def test_queries_do_not_grow(
    client_: Client, rows: int, by: By, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(rows):
        placement = place(client_)
        PlacementFactFactory.create(placement=placement)
        spend(placement.campaign, "100")
        call(client_, placement=placement)
        DealFactory.create(client=client_, campaign=placement.campaign, closed_on=DAY)
    # Numbers, ads' money, placements' money, costs, costs beside, ads, placements' figures, calls,
    # deals, the unattributed, money that hangs over; the names, where there are rows to name.
    with django_assert_num_queries(11 + (by in ("campaign", "placement"))):
        found(client_, by)


def test_other_clients_rows_are_not_counted(client_: Client, ads: Campaign) -> None:
    stranger = CampaignFactory.create()
    spend(stranger, "1200")
    call(stranger.client, campaign=stranger)
    spend(ads, "60")
    assert [row.title for row in found(client_)] == ["Ads of March"]
