"""The pages of campaigns and placements: what is refused, the steps, links, numbers, the plan."""

import datetime as dt
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

import pytest
from django.contrib.contenttypes.models import ContentType
from django.test import Client as Browser
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from clients.models import Client, Role, User
from clients.team import join_team
from promotion.campaign_moves import seen_of
from promotion.models import Campaign, CampaignMove, CampaignState
from tests.factories import (
    LONG_AGO,
    AdAccountFactory,
    AdFigureFactory,
    AdObjectFactory,
    CampaignCommunityFactory,
    CampaignFactory,
    CampaignMoveFactory,
    ClientFactory,
    CommunityFactory,
    CreativeFactory,
    DirectorFactory,
    EngagementFactory,
    GoalFactory,
    NumberPlacementFactory,
    PlacementFactory,
    PromoActionFactory,
    SegmentFactory,
    StrategyVersionFactory,
    UserFactory,
    approve_in_place,
)

pytestmark = pytest.mark.django_db

S = CampaignState
FIRST, LAST = dt.date(2026, 3, 10), dt.date(2026, 3, 20)
INLINES = ("for_communities", "for_segments", "creatives", "moves")


@pytest.fixture
def director() -> User:
    return DirectorFactory.create(language="en")


@pytest.fixture
def browser(director: User) -> Browser:
    browser = Browser()
    browser.force_login(director)
    return browser


def management() -> dict[str, Any]:
    return {
        f"{prefix}-{part}": "0" for prefix in INLINES for part in ("TOTAL_FORMS", "INITIAL_FORMS")
    }


def form_of(campaign: Campaign | None = None, **fields: Any) -> dict[str, Any]:
    data = {"kind": "seeding", "title": "Spring", "starts_on": FIRST, "ends_on": LAST, "vat": ""}
    if campaign is not None:
        data |= {"budget": campaign.budget or "", "currency": campaign.currency}
        data |= {"owner": campaign.owner_id or "", "engagement": campaign.engagement_id or ""}
    return {**data, **management(), **fields}


def page(campaign: Campaign, name: str = "change") -> str:
    return reverse(f"admin:promotion_campaign_{name}", args=[campaign.pk])


def errors(response: Any) -> dict[str, list[str]]:
    assert response.status_code == 200, response
    return dict(response.context["adminform"].form.errors)


def add(browser: Browser, client: Client, **fields: Any) -> Any:
    return browser.post(
        reverse("admin:promotion_campaign_add"), form_of(client=client.pk, **fields)
    )


def campaign_in(state: str, **fields: Any) -> Campaign:
    known = {
        "starts_on": FIRST, "ends_on": LAST, "budget": Decimal(1000), "kind": "seeding",
        "owner": UserFactory.create(),
    }  # fmt: skip
    return CampaignFactory.create(state=state, **known | fields)


@pytest.mark.parametrize(("typed", "kept"), [("", "EUR"), ("USD", "USD")])
def test_the_currency_is_the_client_s_unless_another_is_chosen(
    typed: str, kept: str, browser: Browser
) -> None:
    add(browser, ClientFactory.create(currency="EUR"), currency=typed, title="Весна")
    campaign = Campaign.objects.get()
    assert (campaign.currency, campaign.state, campaign.utm_campaign) == (kept, S.DRAFT, "vesna")


def test_the_page_of_a_new_campaign_proposes_the_client_s_currency(browser: Browser) -> None:
    client = ClientFactory.create(currency="KZT")
    address = f"{reverse('admin:promotion_campaign_add')}?{urlencode({'client': client.pk})}"
    form = browser.get(address).context["adminform"].form
    assert form.get_initial_for_field(form.fields["currency"], "currency") == "KZT"


def test_a_currency_other_than_the_engagement_s_is_refused(browser: Browser) -> None:
    engagement = EngagementFactory.create(currency="RUB")
    response = add(browser, engagement.client, engagement=engagement.pk, currency="EUR")
    assert errors(response) == {
        "currency": [
            "The engagement is in RUB and the campaign in EUR: sums are not added up across"
            " currencies. Choose RUB, or another engagement."
        ]
    }


def test_a_negative_budget_is_refused(browser: Browser) -> None:
    response = add(browser, ClientFactory.create(), budget="-1")
    assert list(errors(response)) == ["budget"]
    assert Campaign.objects.count() == 0


def test_dates_outside_the_engagement_are_refused(browser: Browser) -> None:
    engagement = EngagementFactory.create(starts_on=FIRST, ends_on=LAST)
    known = {"engagement": engagement.pk, "currency": ""}
    days = {"starts_on": FIRST - dt.timedelta(1), "ends_on": LAST + dt.timedelta(1)}
    response = add(browser, engagement.client, **known, **days)
    assert errors(response) == {
        "starts_on": [
            "March 9, 2026 is outside the engagement (March 10, 2026 – March 20, 2026): choose a"
            " day of it, or another engagement."
        ],
        "ends_on": [
            "March 21, 2026 is outside the engagement (March 10, 2026 – March 20, 2026): choose a"
            " day of it, or another engagement."
        ],
    }
    assert add(browser, engagement.client, **known).status_code == 302


def test_goals_and_segments_of_the_strategy_in_force_are_offered(browser: Browser) -> None:
    campaign = campaign_in(S.DRAFT)
    ruling = StrategyVersionFactory.create(
        client=campaign.client, starts_on=LONG_AGO, ends_on=dt.date(2099, 12, 31)
    )
    goal, segment = GoalFactory.create(version=ruling), SegmentFactory.create(version=ruling)
    draft = StrategyVersionFactory.create(client=campaign.client)
    GoalFactory.create(version=draft)
    SegmentFactory.create(version=draft)
    approve_in_place(ruling)
    context = browser.get(page(campaign)).context
    assert list(context["adminform"].form.fields["goal"].queryset) == [goal]
    [formset] = [
        part.formset
        for part in context["inline_admin_formsets"]
        if part.formset.prefix == "for_segments"
    ]
    assert list(formset.empty_form.fields["segment"].queryset) == [segment]


def test_communities_of_the_client_only_are_taken(browser: Browser) -> None:
    campaign = campaign_in(S.DRAFT)
    own = CommunityFactory.create(profile__client=campaign.client)
    foreign = CommunityFactory.create()
    for community, expected in ((foreign, 200), (own, 302)):
        data = form_of(campaign) | {
            "for_communities-TOTAL_FORMS": "1",
            "for_communities-0-campaign": campaign.pk,
            "for_communities-0-community": community.pk,
        }
        assert browser.post(page(campaign), data).status_code == expected
    assert [row.community for row in campaign.for_communities.all()] == [own]


@pytest.mark.parametrize("state", [S.AGREED, S.RUNNING, S.PAUSED, S.FINISHED])
def test_kind_client_and_currency_stay_once_agreed(state: str, browser: Browser) -> None:
    campaign = campaign_in(state)
    data = form_of(campaign, kind="giveaway", currency="EUR", client=ClientFactory.create().pk)
    assert browser.post(page(campaign), data).status_code == 302
    stands = Campaign.objects.get()
    assert (stands.kind, stands.currency, stands.client) == ("seeding", "RUB", campaign.client)
    assert CampaignMove.objects.count() == 0


def test_agreed_terms_change_with_a_reason_that_is_kept(director: User, browser: Browser) -> None:
    campaign = campaign_in(S.RUNNING)
    changed = form_of(campaign, budget="2500", ends_on=LAST + dt.timedelta(2))
    assert errors(browser.post(page(campaign), changed)) == {
        "change_reason": ["The terms were agreed: say why they change, it stays in the history."]
    }
    browser.post(page(campaign), changed | {"change_reason": "More calls are wanted"})
    move = CampaignMove.objects.get()
    assert (move.old, move.new, move.moved_by, move.reason) == (
        S.RUNNING, S.RUNNING, director, "More calls are wanted",
    )  # fmt: skip
    assert move.changes == "to: 03/20/2026 → 03/22/2026; budget: 1,000.00 → 2,500.00"


def test_a_draft_changes_without_a_reason(browser: Browser) -> None:
    campaign = campaign_in(S.DRAFT)
    data = form_of(campaign, budget="2500", kind="giveaway")
    assert browser.post(page(campaign), data).status_code == 302
    stands = Campaign.objects.get()
    assert (stands.budget, stands.kind) == (Decimal(2500), "giveaway")
    assert CampaignMove.objects.count() == 0


def test_what_was_agreed_is_not_cleared(browser: Browser) -> None:
    campaign = campaign_in(S.AGREED)
    data = form_of(campaign, budget="", ends_on="", owner="", change_reason="no")
    said = ["An agreed campaign keeps it: change it, do not clear it."]
    assert errors(browser.post(page(campaign), data)) == dict.fromkeys(
        ["ends_on", "budget", "owner"], said
    )


def test_dates_are_not_shortened_over_placements(browser: Browser) -> None:
    campaign = campaign_in(S.DRAFT)
    PlacementFactory.create(campaign=campaign, title="Garden", starts_on=LAST)
    shorter = form_of(campaign, ends_on=LAST - dt.timedelta(1))
    assert errors(browser.post(page(campaign), shorter)) == {
        "ends_on": ["These placements would be outside its dates: “Garden”. Move them first."]
    }


def test_a_budget_is_not_less_than_what_is_taken(browser: Browser) -> None:
    campaign = campaign_in(S.DRAFT)
    PlacementFactory.create(campaign=campaign, starts_on=FIRST, state="booked", price=800)
    PlacementFactory.create(campaign=campaign, starts_on=FIRST, state="negotiated", price=700)
    assert errors(browser.post(page(campaign), form_of(campaign, budget="799"))) == {
        "budget": [
            "800 RUB is spent and taken already: the budget cannot be less. VAT is not stated of"
            " the budget or of some sums: those count as they were told."
        ]
    }
    assert browser.post(page(campaign), form_of(campaign, budget="800")).status_code == 302


def test_ads_spend_of_the_budget_too_and_vat_counts(browser: Browser) -> None:
    campaign = campaign_in(S.DRAFT, vat="on_top", vat_rate=Decimal(20))
    ads = AdObjectFactory.create(
        account__client=campaign.client, account__vat="on_top", account__vat_rate=Decimal(20),
        campaign=campaign,
    )  # fmt: skip
    AdFigureFactory.create(ad_object=ads, starts_on=FIRST, spend=Decimal(900))
    data = {"vat": "on_top", "vat_rate": "20"}
    assert errors(browser.post(page(campaign), form_of(campaign, **data, budget="899"))) == {
        "budget": [
            "900 RUB is spent and taken already: the budget cannot be less. All sums are without"
            " VAT here."
        ]
    }
    with_vat = form_of(campaign, vat="included", vat_rate="20")
    assert errors(browser.post(page(campaign), with_vat)) == {
        "vat": [
            "1,080 RUB is spent and taken already: the budget cannot be less. All sums count with"
            " their VAT: what is paid in the end."
        ]
    }
    assert browser.post(page(campaign), form_of(campaign, **data, budget="900")).status_code == 302


def test_a_budget_that_is_exceeded_may_be_raised_in_part(browser: Browser) -> None:
    campaign = campaign_in(S.DRAFT)
    PlacementFactory.create(campaign=campaign, starts_on=FIRST, state="booked", price=1500)
    assert list(errors(browser.post(page(campaign), form_of(campaign, budget="999")))) == ["budget"]
    assert browser.post(page(campaign), form_of(campaign, budget="1200")).status_code == 302


def test_a_placement_outside_its_campaign_is_refused_where_it_is_saved(browser: Browser) -> None:
    campaign = campaign_in(S.RUNNING)
    data = {"campaign": campaign.pk, "title": "Garden", "starts_on": LAST + dt.timedelta(1)}
    response = browser.post(reverse("admin:promotion_placement_add"), data)
    assert errors(response)["starts_on"] == [
        "March 21, 2026 is after the campaign ends (March 20, 2026): choose a day of the campaign,"
        " or let the campaign end later."
    ]


@pytest.mark.parametrize(
    ("state", "offered"),
    [
        (S.DRAFT, {"agree", "cancel"}),
        (S.AGREED, {"start", "cancel"}),
        (S.RUNNING, {"pause", "finish"}),
        (S.PAUSED, {"resume", "finish"}),
        (S.FINISHED, {"reopen"}),
        (S.CANCELLED, set()),
    ],
)
def test_steps_are_offered_where_they_lead_somewhere(
    state: str, offered: set[str], browser: Browser
) -> None:
    campaign = campaign_in(state)
    text = browser.get(page(campaign)).content.decode()
    names = {"agree", "start", "resume", "pause", "finish", "reopen", "cancel"}
    assert {name for name in names if f'href="{page(campaign, name)}"' in text} == offered


def test_a_step_is_taken_by_its_form(director: User, browser: Browser) -> None:
    campaign = campaign_in(S.RUNNING, ends_on=dt.date(2099, 1, 1))
    address = reverse("admin:promotion_campaign_pause", args=[campaign.pk])
    seen = browser.get(address).context["form"].initial["seen"]
    asked = browser.post(address, {"seen": seen, "reason": ""})
    assert asked.context["form"].errors == {
        "reason": ["Say why: it stays in the history of the campaign."]
    }
    browser.post(address, {"seen": seen, "reason": "No goods"})
    move = CampaignMove.objects.get()
    assert (move.new, move.moved_by, move.reason) == (S.PAUSED, director, "No goods")
    assert "No goods" in browser.get(page(campaign)).content.decode()


def test_a_step_acts_on_what_was_seen(browser: Browser) -> None:
    campaign = campaign_in(S.DRAFT)
    address = reverse("admin:promotion_campaign_agree", args=[campaign.pk])
    seen = browser.get(address).context["form"].initial["seen"]
    Campaign.objects.update(budget=Decimal(2000))
    refused = browser.post(address, {"seen": seen, "reason": ""})
    assert refused.context["form"].non_field_errors() == [
        "The campaign was changed meanwhile (it is “draft” now): look at it again."
    ]
    browser.post(address, {"seen": seen_of(Campaign.objects.get()), "reason": ""})
    assert Campaign.objects.get().state == S.AGREED


def test_agreeing_above_the_engagement_is_said(browser: Browser) -> None:
    engagement = EngagementFactory.create(ad_budget=100)
    campaign = campaign_in(S.DRAFT, client=engagement.client, engagement=engagement)
    address = reverse("admin:promotion_campaign_agree", args=[campaign.pk])
    said = (
        "The budget of 1,000 RUB is above what the engagement gives for advertising: 100 RUB for"
        " 1 month."
    )
    explained = browser.get(address).context["explanation"]
    terms = f"March 10, 2026 – March 20, 2026 · 1,000 RUB · {campaign.owner}. {said} Its dates"
    assert explained.startswith(terms)
    done = browser.post(address, {"seen": "", "reason": ""}, follow=True)
    assert [str(message) for message in done.context["messages"]] == [
        said,
        "The campaign is agreed.",
    ]


def test_a_cancelled_campaign_is_only_looked_at(browser: Browser) -> None:
    campaign = campaign_in(S.CANCELLED)
    assert browser.get(page(campaign)).status_code == 200
    assert browser.post(page(campaign), form_of(campaign, title="Back")).status_code == 403


@pytest.mark.parametrize(("state", "status"), [(S.DRAFT, 200), (S.AGREED, 403)])
def test_only_drafts_are_deleted(state: str, status: int, browser: Browser) -> None:
    assert browser.get(page(campaign_in(state), "delete")).status_code == status


def test_who_only_reads_is_offered_no_steps() -> None:
    campaign = campaign_in(S.DRAFT, plan_calls=5)
    reader = UserFactory.create()
    join_team(campaign.client, reader, role=Role.MODERATOR, starts_on=LONG_AGO)
    browser = Browser()
    browser.force_login(reader)
    text = browser.get(page(campaign)).content.decode()
    assert page(campaign, "agree") not in text
    assert reverse("admin:kpi_numberplacement_add") not in text
    address = reverse("admin:promotion_campaign_agree", args=[campaign.pk])
    assert browser.post(address, {"seen": "", "reason": ""}).status_code == 403


def test_links_and_numbers_stand_on_the_page(browser: Browser) -> None:
    campaign = campaign_in(
        S.RUNNING, landing_url="https://bed.example/", utm_campaign="spring", plan_calls=4
    )
    placement = PlacementFactory.create(
        campaign=campaign, utm_content="garden", starts_on=FIRST, plan_calls=1
    )
    context = browser.get(page(campaign)).context
    assert context["campaign_link"] == (
        "https://bed.example/?utm_source=smm&utm_medium=seeding&utm_campaign=spring"
    )
    [(_row, _url, link)] = context["placements"]
    assert link == f"{context['campaign_link']}&utm_content=garden"
    numbers = context["numbers"]
    assert (numbers.rows, numbers.is_lacking) == ([], True)
    form = browser.get(numbers.add_url).context["adminform"].form
    assert (form.initial["campaign"], form.initial["starts_on"]) == (str(campaign.pk), "2026-03-10")
    place = NumberPlacementFactory.create(
        number__client=campaign.client, community=None, placement=placement, starts_on=FIRST
    )
    numbers = browser.get(page(campaign)).context["numbers"]
    assert (numbers.rows, numbers.is_lacking) == ([place], False)
    context = browser.get(reverse("admin:promotion_placement_change", args=[placement.pk])).context
    assert (context["link"], context["numbers"].rows) == (link, [place])


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_asks_as_often_for_many_rows(
    rows: int, browser: Browser, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    campaign = campaign_in(S.RUNNING, landing_url="https://bed.example/")
    # Each community has its own list to choose from: a query more for each, and they are few.
    CampaignCommunityFactory.create(campaign=campaign)
    for _ in range(rows):
        CreativeFactory.create(campaign=campaign)
        CampaignMoveFactory.create(campaign=campaign)
        placement = PlacementFactory.create(campaign=campaign, starts_on=FIRST)
        NumberPlacementFactory.create(
            number__client=campaign.client, community=None, placement=placement
        )
    ContentType.objects.get_for_model(Campaign)  # Asked once for a process.
    with django_assert_num_queries(43):
        assert browser.get(page(campaign)).status_code == 200


def test_a_campaign_leads_to_its_promo_action_or_to_adding_it(browser: Browser) -> None:
    campaign = campaign_in(S.DRAFT, kind="giveaway")
    context = browser.get(page(campaign)).context
    add = f"{reverse('admin:promotion_promoaction_add')}?campaign={campaign.pk}"
    assert (context["action_add_url"], context.get("action_url")) == (add, None)
    form = browser.get(add).context["adminform"].form
    assert form.get_initial_for_field(form.fields["campaign"], "campaign") == str(campaign.pk)
    action = PromoActionFactory.create(campaign=campaign)
    context = browser.get(page(campaign)).context
    there = reverse("admin:promotion_promoaction_change", args=[action.pk])
    assert (context.get("action_add_url"), context["action_url"]) == (None, there)
    assert "action_lacks" not in browser.get(page(campaign_in(S.DRAFT))).context


def test_pages_say_what_the_law_forbids_of_an_ad_account(browser: Browser) -> None:
    campaign = campaign_in(S.DRAFT)
    account = AdAccountFactory.create(client=campaign.client, network="meta_ads", title="Abroad")
    AdObjectFactory.create(account=account, campaign=campaign)
    of_account = reverse("admin:promotion_adaccount_change", args=[account.pk])
    for address in (page(campaign), of_account):
        shown = browser.get(address).content.decode()
        assert "Meta Ads · Abroad shows on Facebook, Instagram: advertising there is" in shown
