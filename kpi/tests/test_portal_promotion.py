"""The portal's pages of promotion: what stands on them, what does not, and their queries."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client as Browser

from clients.models import Client
from kpi.tests.test_portal import Page, queries_of
from promotion.models import Campaign
from tests import factories as make

pytestmark = pytest.mark.django_db

MARCH = dt.date(2026, 3, 1)
NOT_STATED = "VAT is not stated of the budget or of some sums: those count as they were told."
WITH_VAT = "All sums count with their VAT: what is paid in the end."


@pytest.fixture
def house() -> Client:
    return make.PortalAccessFactory.create(client__name="House").client


@pytest.fixture
def page(client: Browser, house: Client) -> Page:
    """`page("promotion/")` in March 2026."""
    client.force_login(house.portal_access.get().user)

    def ask(place: str = "", **query: str) -> Any:
        response = client.get(f"/portal/{house.pk}/{place}", {"month": "2026-03"} | query)
        assert response.status_code == 200
        return response

    return ask


def add_campaign(house: Client, **values: Any) -> Campaign:
    """With a placement that has figures, ads of a creative, and a unique-target call."""
    campaign = make.CampaignFactory.create(
        client=house, **({"title": "Spring", "budget": Decimal(1_000), "plan_clicks": 50} | values)
    )
    creative = make.CreativeFactory.create(campaign=campaign, title="Cat")
    row = make.AdObjectFactory.create(account__client=house, campaign=campaign, creative=creative)
    make.AdFigureFactory.create(
        ad_object=row, starts_on=dt.date(2026, 3, 3), spend=Decimal(200), impressions=10_000,
        clicks=40, joins=4,
    )  # fmt: skip
    placement = make.PlacementFactory.create(
        campaign=campaign, title="Post", price=Decimal(100), starts_on=dt.date(2026, 3, 5),
        publisher=make.ProfileFactory.create(client=house, title="News", relation="publisher"),
    )  # fmt: skip
    for slot, views, joined in (("24h", 500, 1), ("48h", 700, None), ("7d", None, 3)):
        make.PlacementFactFactory.create(
            placement=placement, slot=slot, views=views, clicks=5, joined=joined
        )
    make.CallFactory.create(client=house, campaign=campaign, is_target=True, is_unique_target=True)
    return campaign


def figures_of(line: Any) -> dict[str, tuple[str, str]]:
    return {each.title: (each.plan, each.fact) for each in line.figures}


# --- Queries -------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 3])
def test_promotion_takes_14_queries(house: Client, page: Page, count: int) -> None:
    for _number in range(count):
        add_campaign(house)
        make.PromotionAssessmentFactory.create(
            client=house, finished_at=make.NOON, verdict="Good", is_shown=True
        )
    assert queries_of(page, "promotion/") == 14


@pytest.mark.parametrize("count", [1, 3])
def test_campaign_takes_13_queries(house: Client, page: Page, count: int) -> None:
    campaign, *_others = [add_campaign(house) for _number in range(count)]
    for _number in range(count):
        make.PlacementFactory.create(campaign=campaign)
        make.CreativeFactory.create(campaign=campaign)
    assert queries_of(page, f"promotion/{campaign.pk}/") == 13


# --- What is shown -------------------------------------------------------------------------------


def test_campaign_is_told_with_money_plan_and_fact(house: Client, page: Page) -> None:
    add_campaign(house)
    line = page("promotion/").context["campaigns"][0]
    assert (line.title, line.state, line.money.spent, line.money.budget, line.money.share) == (
        "Spring", "running", "300 RUB", "1,000 RUB, VAT is not stated", 0.3,
    )  # fmt: skip
    assert figures_of(line) == {
        "reach (views of posts)": ("—", "700"),
        "impressions of ads": ("—", "10,000"),
        "clicks": ("50", "45"),
        "joined": ("—", "7"),
        "unique-target calls": ("—", "1"),
    }


def test_what_was_not_measured_is_a_dash(house: Client, page: Page) -> None:
    make.CampaignFactory.create(client=house)
    house.has_call_tracking = False
    house.save()
    line = page("promotion/").context["campaigns"][0]
    assert {fact for _plan, fact in figures_of(line).values()} == {"—"}
    assert (line.money.spent, line.money.share, line.money.notes) == (
        "—", None, ["No spend is known."],
    )  # fmt: skip


def test_calls_of_a_campaign_that_had_no_number_are_not_told_as_zero(
    house: Client, page: Page
) -> None:
    """The client's other campaign has one: its zero is measured, this one's is not."""
    bare = make.CampaignFactory.create(client=house, plan_calls=20, title="Bare")
    heard = make.CampaignFactory.create(client=house, plan_calls=20, title="Heard")
    make.NumberPlacementFactory.create(number__client=house, community=None, campaign=heard)
    make.CallFactory.create(client=house)
    told = {
        line.title: figures_of(line)["unique-target calls"]
        for line in page("promotion/").context["campaigns"]
    }
    assert told == {"Bare": ("20", "—"), "Heard": ("20", "0")}
    line = page(f"promotion/{bare.pk}/").context["campaign"].line
    assert figures_of(line)["unique-target calls"] == ("20", "—")


def test_calls_of_no_campaign_are_said(house: Client, page: Page) -> None:
    add_campaign(house)
    for _number in range(3):
        make.CallFactory.create(client=house, is_target=True, is_unique_target=True)
    assert page("promotion/").context["unattributed"] == (
        "Of 4 unique-target calls of the period 3 (75 %) are tied to no campaign: they came"
        " otherwise, or where they came from is not known."
    )


def test_draft_candidate_and_strangers_campaign_are_not_there(
    client: Browser,
    house: Client,
    page: Page,
) -> None:
    campaign = add_campaign(house)
    make.PlacementFactory.create(campaign=campaign, title="Nobody knows", state="candidate")
    draft = make.CampaignFactory.create(client=house, state="draft")
    other = make.CampaignFactory.create()
    assert [each.pk for each in page("promotion/").context["campaigns"]] == [campaign.pk]
    shown = page(f"promotion/{campaign.pk}/").context["campaign"].placements
    assert [each.title for each in shown] == ["Post"]
    for hidden in (draft, other):
        assert client.get(f"/portal/{house.pk}/promotion/{hidden.pk}/").status_code == 404


def test_placement_is_told_with_its_page_and_its_figures(
    house: Client,
    page: Page,
) -> None:
    campaign = add_campaign(house)
    placement = page(f"promotion/{campaign.pk}/").context["campaign"].placements[0]
    assert (placement.page, placement.network, placement.price) == (
        "News", "VK", "100 RUB, VAT is not stated",
    )  # fmt: skip
    assert [(each.slot, each.views, each.joined) for each in placement.facts] == [
        ("24 hours", "500", "1"), ("48 hours", "700", "—"), ("7 days", "—", "3"),
    ]  # fmt: skip


def test_results_name_formulas_and_intervals_of_few(house: Client, page: Page) -> None:
    campaign = add_campaign(house)
    results = page(f"promotion/{campaign.pk}/").context["campaign"].results
    told = {each.title: (each.value, each.formula, bool(each.interval)) for each in results}
    assert told["CPM, cost per thousand"] == (
        "28.04 RUB", "spent ÷ impressions × 1000", False,
    )  # fmt: skip
    assert told["CPC, cost per click"] == ("6.67 RUB", "spent ÷ clicks", False)
    assert told["CPF, cost per subscriber"] == ("42.86 RUB", "spent ÷ joined", True)
    assert told["CPF net, cost per subscriber who stayed"][0] == "—"
    assert told["cost per unique-target call"] == (
        "300 RUB", "spent ÷ unique-target calls", True,
    )  # fmt: skip


def test_creatives_are_compared(house: Client, page: Page) -> None:
    campaign = add_campaign(house)
    make.CreativeFactory.create(campaign=campaign, title="Dog")
    cat, dog = page(f"promotion/{campaign.pk}/").context["campaign"].creatives
    assert (cat.title, cat.shown, cat.clicks, [each.value for each in cat.results]) == (
        "Cat", "10,000", "40", ["0.4 %", "5 RUB", "50 RUB"],
    )  # fmt: skip
    assert (dog.shown, [each.value for each in dog.results]) == ("—", ["—", "—", "—"])


def test_budget_stands_by_month_and_channel(house: Client, page: Page) -> None:
    add_campaign(house)
    make.ChannelBudgetFactory.create(client=house, month=MARCH, channel="ads", amount=Decimal(400))
    make.ChannelBudgetFactory.create(
        client=house, month=dt.date(2026, 2, 1), channel="seeding", amount=Decimal(50)
    )
    lines = page("promotion/").context["budget"]
    assert [(each.month, each.channel, each.money.share) for each in lines] == [
        (MARCH, "targeted ads", 0.75),
        (dt.date(2026, 2, 1), "seeding", None),
    ]


def test_version_last_in_force_plans_its_month(house: Client, page: Page) -> None:
    """The younger version has no line: nothing is planned, whatever the elder said."""
    elder = make.StrategyVersionFactory.create(
        client=house, starts_on=dt.date(2026, 1, 1), ends_on=dt.date(2026, 3, 9)
    )
    for month in (dt.date(2026, 2, 1), MARCH):
        make.BudgetLineFactory.create(version=elder, month=month, amount=Decimal(70))
    make.approve_in_place(elder)
    younger = make.StrategyVersionFactory.create(
        client=house, number=2, starts_on=dt.date(2026, 3, 10), ends_on=dt.date(2026, 12, 31)
    )
    make.approve_in_place(younger)
    assert [each.month for each in page("promotion/").context["budget"]] == [dt.date(2026, 2, 1)]


def test_spend_over_the_budget_is_red(house: Client, page: Page) -> None:
    add_campaign(house, budget=Decimal(200))
    money = page("promotion/").context["campaigns"][0].money
    assert (money.share, money.light, money.notes) == (
        1.0, "red", ["150 % of the budget", NOT_STATED],
    )  # fmt: skip


def test_sums_are_held_to_the_budget_as_booking_does_it(house: Client, page: Page) -> None:
    campaign = make.CampaignFactory.create(client=house, budget=Decimal(100), vat="free")
    make.PlacementFactory.create(
        campaign=campaign, price=Decimal(60), vat="included", vat_rate=Decimal(20)
    )
    money = page("promotion/").context["campaigns"][0].money
    assert (money.spent, money.share, money.notes) == (
        "60 RUB", 0.6, ["60 % of the budget", WITH_VAT],
    )  # fmt: skip
    campaign.vat, campaign.vat_rate = "on_top", Decimal(20)
    campaign.save()
    money = page("promotion/").context["campaigns"][0].money
    assert (money.spent, money.share, money.notes) == (
        "50 RUB", 0.5, ["50 % of the budget", "All sums are without VAT here."],
    )  # fmt: skip


def test_sums_of_other_currencies_are_named_beside_the_budget(house: Client, page: Page) -> None:
    campaign = make.CampaignFactory.create(client=house, budget=Decimal(100), vat="free")
    for currency, price in (("RUB", 60), ("USD", 5)):
        make.PlacementFactory.create(
            campaign=campaign, price=Decimal(price), currency=currency, vat="free"
        )
    money = page("promotion/").context["campaigns"][0].money
    assert (money.spent, money.notes[0], money.notes[2]) == (
        "60 RUB", "60 % of the budget", "In other currencies, not added up: 5 USD, no VAT.",
    )  # fmt: skip


def test_figures_of_a_period_over_months_are_named_beside(house: Client, page: Page) -> None:
    row = make.AdObjectFactory.create(account__client=house)
    make.AdFigureFactory.create(
        ad_object=row, starts_on=dt.date(2026, 2, 20), ends_on=dt.date(2026, 3, 5),
        spend=Decimal(90),
    )  # fmt: skip
    make.ChannelBudgetFactory.create(client=house, month=MARCH, channel="ads", amount=Decimal(400))
    said = (
        "Not counted: 90 RUB, VAT is not stated of periods that lie in this month in part; nobody"
        " knows how they were spread."
    )
    lines = page("promotion/").context["budget"]
    assert [(each.month, each.money.spent, each.money.notes) for each in lines] == [
        (MARCH, "—", ["No spend is known.", said]),
        (dt.date(2026, 2, 1), "—", ["No spend is known.", said]),
    ]


def test_who_stayed_is_not_told_while_some_are_not_followed(house: Client, page: Page) -> None:
    campaign = add_campaign(house)
    campaign.placements.get().facts.update(left=1)
    results = page(f"promotion/{campaign.pk}/").context["campaign"].results
    told = {each.title: each.value for each in results}
    assert told["CPF net, cost per subscriber who stayed"] == "—"
    campaign.ad_objects.get().figures.update(joins=0)
    results = page(f"promotion/{campaign.pk}/").context["campaign"].results
    told = {each.title: each.value for each in results}
    assert told["CPF net, cost per subscriber who stayed"] == "150 RUB"


def test_action_is_told_with_masked_winners(house: Client, page: Page) -> None:
    action = make.PromoActionFactory.create(campaign__client=house, organiser="Firm")
    prize = make.PrizeFactory.create(action=action, title="Kettle", quantity=1)
    participant = make.ParticipantFactory.create(action=action, name="Whole Name")
    draw = make.DrawFactory.create(action=action)
    make.WinnerFactory.create(
        draw=draw, participant=participant, prize=prize, shown_name="W•••• N•••"
    )
    answer = page(f"promotion/{action.campaign_id}/")
    told = answer.context["action"]
    assert (told.organiser, [each.title for each in told.prizes], told.participants) == (
        "Firm", ["Kettle"], "1",
    )  # fmt: skip
    assert [(each.name, each.prize) for each in told.winners] == [("W•••• N•••", "Kettle")]
    assert "Whole Name" not in answer.content.decode()


def test_draw_is_told_so_that_it_can_be_checked(house: Client, page: Page) -> None:
    action = make.PromoActionFactory.create(campaign__client=house)
    sealed = {"listed_at": make.NOON, "listed_count": 0, "list_hash": "ab" * 32}
    make.DrawFactory.create(
        action=action, method="", drawn_at=None, proof_url="", seed_source="the bank",
        seed_at=make.NOON + dt.timedelta(hours=1), **sealed,
    )  # fmt: skip
    answer = page(f"promotion/{action.campaign_id}/")
    told = answer.context["action"]
    assert (told.participants, told.sealed_count, told.seed, told.seed_source) == (
        "0", "0", "", "the bank",
    )  # fmt: skip
    html = answer.content.decode()
    assert ("ab" * 32 in html, "the bank" in html) == (True, True)


def test_assessment_that_is_not_shown_is_not_there(
    client: Browser,
    house: Client,
    page: Page,
) -> None:
    shown = make.PromotionAssessmentFactory.create(
        client=house, finished_at=make.NOON, verdict="Good", is_shown=True
    )
    draft = make.PromotionAssessmentFactory.create(client=house, verdict="Draft")
    assert [each["pk"] for each in page("promotion/").context["assessments"]] == [shown.pk]
    assert "Good" in page(f"promotion/assessments/{shown.pk}/").content.decode()
    address = f"/portal/{house.pk}/promotion/assessments/{draft.pk}/"
    assert client.get(address).status_code == 404


def test_overview_names_campaigns_that_run(house: Client, page: Page) -> None:
    make.CampaignFactory.create(client=house, title="Spring", budget=Decimal(1_500))
    make.CampaignFactory.create(client=house, state="paused")
    campaigns = page().context["agreement"].campaigns
    assert [(each.title, each.kind, each.budget) for each in campaigns] == [
        ("Spring", "targeted ads", "1,500 RUB")
    ]
