"""Where the blocks of a client's work stand: on its page, and where communities are made."""

import datetime as dt
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.test import Client as Browser
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from clients.admin.form_page import page_of
from clients.models import Block, Client, Performer, Service
from communities.models import Community
from kpi.models import Light
from smm_agency.assessment_standing import unassessed_words
from smm_agency.block_standing import Missing, Stage, Standing
from smm_agency.order_of_work import lacks_strategy, strategy_warning
from smm_agency.tests.block_lines import order_of_work, read_block_rows
from strategy.models import StrategyVersion, VersionState
from tests.factories import (
    NOON,
    AccessProofFactory,
    CampaignFactory,
    CampaignMoveFactory,
    ChecklistItemFactory,
    ClientFactory,
    CommunityFactory,
    DirectorFactory,
    EngagementFactory,
    EngagementServiceFactory,
    EvaluationFactory,
    GridCellFactory,
    KpiReviewFactory,
    KpiTargetFactory,
    ProfileFactory,
    PromotionAssessmentFactory,
    PublicationPlanFactory,
    RubricFactory,
    StrategyVersionFactory,
    TeamMemberFactory,
    UserFactory,
    WallPostFactory,
    approve_in_place,
    local_noon,
)

pytestmark = pytest.mark.django_db

TODAY = dt.date(2026, 3, 11)
LONG_READ = dt.datetime(2026, 3, 11, 5, tzinfo=dt.UTC)


def standings(client: Client, *, on: dt.date = TODAY, by: Any = None) -> dict[str, Standing]:
    lines = order_of_work(client, by=by or DirectorFactory.create(), on=on)
    return {line.block: line.standing for line in lines}


def unassessed(client: Client, *, on: dt.date) -> list[tuple[str, str]]:
    return unassessed_words(client, read_block_rows(client, on=on).unassessed)


def approved(client: Client, **days: dt.date) -> StrategyVersion:
    return approve_in_place(StrategyVersionFactory.create(client=client, **days))


def posted(community: Community, posts: int, *, on: dt.date = TODAY) -> None:
    for number in range(posts):
        at = dt.datetime.combine(on - dt.timedelta(days=1 + number % 29), dt.time(9), dt.UTC)
        WallPostFactory.create(profile=community.profile, posted_at=at)


def test_a_new_client_begins_with_nothing() -> None:
    client = ClientFactory.create()
    found = standings(client)
    assert list(found) == ["creation", "strategy", "management", "promotion"]
    assert [one.stage for one in found.values()] == [Stage.NOT_BEGUN] * 4
    address = reverse("admin:strategy_strategyversion_add")
    assert found["strategy"].missing == [
        Missing("Start one: there are templates.", f"{address}?client={client.pk}")
    ]
    assert found["management"].facts == ["Begins with the first community."]
    assert found["promotion"] == Standing(
        Stage.NOT_BEGUN,
        ["No campaign runs."],
        [Missing("Nothing is assessed yet: that takes an approved strategy.")],
    )


def test_each_block_names_the_result_that_closes_it() -> None:
    lines = order_of_work(ClientFactory.create(), by=DirectorFactory.create(), on=TODAY)
    assert [line.result for line in lines] == [
        Service.objects.filter(block=block).earliest("position").result for block in Block
    ]


def test_communities_by_their_states_and_those_that_are_not_ready() -> None:
    client = ClientFactory.create()
    CommunityFactory.create(profile__client=client)
    CommunityFactory.create(profile__client=client, state="archived")
    design = CommunityFactory.create(
        profile__client=client, profile__title="Denta", profile__network="vk", state="design"
    )
    found = standings(client)["creation"]
    assert (found.stage, found.facts) == (Stage.IN_WORK, ["in design: 1, running: 1"])
    lacks = (
        "Denta (VK) is not ready yet (in design). The set-up checklist has not been made."
        " It is not proven that the agency has access."
    )
    assert found.missing == [Missing(lacks, page_of(design))]
    ChecklistItemFactory.create_batch(2, community=design)
    ChecklistItemFactory.create(community=design, state="done", done_at=LONG_READ)
    AccessProofFactory.create(community=design)
    lacks = "Denta (VK) is not ready yet (in design). 2 items of the set-up checklist are open."
    assert standings(client)["creation"].missing == [Missing(lacks, page_of(design))]
    design.state = "ready"
    design.save()
    assert standings(client)["creation"] == Standing(Stage.DONE, ["ready: 1, running: 1"], [])


def test_a_draft_is_to_be_finished_and_sent() -> None:
    draft = StrategyVersionFactory.create()
    found = standings(draft.client)["strategy"]
    assert (found.stage, found.facts) == (Stage.IN_WORK, ["Version 1 is a draft."])
    text = "Finish draft 1 and send it for approval: its page says what it lacks."
    assert found.missing == [Missing(text, page_of(draft))]


@pytest.mark.parametrize(
    ("is_checked", "text"),
    [
        (False, "Version 1 waits for the agency's own approval."),
        (True, "Version 1 waits for the client's word."),
    ],
)
def test_a_version_on_approval_waits_for_somebody(is_checked: bool, text: str) -> None:
    version = StrategyVersionFactory.create(
        state=VersionState.ON_APPROVAL, checked_at=LONG_READ if is_checked else None
    )
    found = standings(version.client)["strategy"]
    assert (found.stage, found.facts) == (Stage.IN_WORK, ["Version 1 is on approval."])
    assert found.missing == [Missing(text, page_of(version))]


@pytest.mark.parametrize(
    ("first", "last", "stage", "fact", "missing"),
    [
        (
            dt.date(2026, 1, 1), dt.date(2026, 4, 11), Stage.DONE,
            "Version 1 rules until April 11, 2026.", [],
        ),
        (
            dt.date(2026, 1, 1), dt.date(2026, 4, 10), Stage.DONE,
            "Version 1 rules until April 10, 2026.",
            ["It ends in 30 days: start the next version."],
        ),
        (
            dt.date(2026, 3, 12), dt.date(2026, 9, 1), Stage.IN_WORK,
            "Version 1 is approved and rules from March 12, 2026.", [],
        ),
        (
            dt.date(2026, 1, 1), dt.date(2026, 3, 10), Stage.IN_WORK,
            "Version 1 ended on March 10, 2026.",
            ["Make the next version: nothing rules today."],
        ),
    ],
)  # fmt: skip
def test_an_approved_version_rules_for_its_days(
    first: dt.date, last: dt.date, stage: Stage, fact: str, missing: list[str]
) -> None:
    version = approved(ClientFactory.create(), starts_on=first, ends_on=last)
    found = standings(version.client)["strategy"]
    assert (found.stage, found.facts) == (stage, [fact])
    assert [one.text for one in found.missing] == missing


def planned_community(client: Client, *, a_week: int, **days: dt.date) -> Community:
    """A community whose wall is read, with a grid that ruled all the last days."""
    community: Community = CommunityFactory.create(
        profile__client=client, profile__wall_read_at=LONG_READ
    )
    version = StrategyVersionFactory.create(client=client, **days)
    rubric = RubricFactory.create(version=version)
    GridCellFactory.create(rubric=rubric, community=community, posts=a_week)
    approve_in_place(version)
    PublicationPlanFactory.create(client=client, month=TODAY.replace(day=1))
    return community


@pytest.mark.parametrize(
    ("posts", "stage", "missing"),
    [
        # Seven a week are 30 in thirty days; four fifths of them are enough.
        (24, Stage.ON_PLAN, []),
        (23, Stage.BEHIND, ["Fewer than the content plan asks for, by 7."]),
    ],
)
def test_posts_on_the_walls_are_held_against_the_grid(
    posts: int, stage: Stage, missing: list[str]
) -> None:
    client = ClientFactory.create()
    posted(planned_community(client, a_week=7), posts)
    found = standings(client)["management"]
    assert (found.stage, [one.text for one in found.missing]) == (stage, missing)
    assert found.facts == [
        f"Posts on the walls in the last 30 days: {posts}.",
        "The content plan asks for 30.",
    ]


def test_posts_of_today_and_of_longer_ago_are_not_counted() -> None:
    client = ClientFactory.create()
    community = planned_community(client, a_week=7)
    for day, hour in ((TODAY, 0), (dt.date(2026, 2, 9), 20), (dt.date(2026, 2, 9), 21)):
        at = dt.datetime.combine(day, dt.time(hour), dt.UTC)
        WallPostFactory.create(profile=community.profile, posted_at=at)
    # In Moscow 21:00 UTC of the 9th is the 10th; thirty days ago is the 9th, which begins there.
    assert standings(client)["management"].facts[0] == (
        "Posts on the walls in the last 30 days: 2."
    )


def test_a_wall_that_nobody_reads_is_no_zero() -> None:
    client = ClientFactory.create()
    community = planned_community(client, a_week=7)
    posted(community, 30)
    CommunityFactory.create(profile__client=client, profile__title="Silent", profile__network="ok")
    found = standings(client)["management"]
    assert (found.stage, found.facts[1]) == (Stage.ON_PLAN, "The content plan asks for 30.")
    assert [one.text for one in found.missing] == [
        "Nobody reads the wall of Silent (Odnoklassniki): its posts are not known."
    ]


def test_a_plan_of_a_few_days_is_not_held_against_anything_yet() -> None:
    client = ClientFactory.create()
    planned_community(client, a_week=7, starts_on=TODAY - dt.timedelta(days=6))
    assert standings(client)["management"] == Standing(
        Stage.IN_WORK, ["Posts on the walls in the last 6 days: 0."], []
    )


def test_without_an_approved_grid_there_is_nothing_to_hold_posts_against() -> None:
    client = ClientFactory.create()
    posted(CommunityFactory.create(profile__client=client), 2)
    found = standings(client)["management"]
    assert (found.stage, found.facts) == (
        Stage.IN_WORK, ["Posts on the walls in the last 30 days: 2."],
    )  # fmt: skip
    assert [one.text for one in found.missing] == [
        "There is no approved content plan to hold the posts against."
    ]


@pytest.mark.parametrize(
    ("light", "stage"),
    [
        (Light.GREEN, Stage.ON_PLAN),
        (Light.AMBER, Stage.BEHIND),
        (Light.RED, Stage.BEHIND),
        (Light.GREY, Stage.IN_WORK),
    ],
)
def test_promotion_is_judged_by_the_newest_evaluation_of_the_main_indicator(
    light: Light, stage: Stage
) -> None:
    target = KpiTargetFactory.create()
    client = target.client
    CampaignFactory.create(client=client)
    EvaluationFactory.create(target=target, day=TODAY - dt.timedelta(days=2), light="green")
    EvaluationFactory.create(target=target, day=TODAY - dt.timedelta(days=1), light=light)
    additional = KpiTargetFactory.create(version=target.version, metric="growth", is_primary=False)
    EvaluationFactory.create(target=additional, day=TODAY, light="red")
    assert standings(client)["promotion"] == Standing(
        stage,
        ["1 campaign runs.", f"The main indicator on March 10, 2026: {light.label}."],
        [],
    )


def test_an_old_evaluation_says_nothing_of_today() -> None:
    target = KpiTargetFactory.create()
    EvaluationFactory.create(target=target, day=TODAY - dt.timedelta(days=7), light="green")
    assert standings(target.client)["promotion"].stage == Stage.ON_PLAN
    found = standings(target.client, on=TODAY + dt.timedelta(days=1))["promotion"]
    assert found.stage == Stage.NOT_BEGUN
    assert [one.text for one in found.missing] == ["Nothing was evaluated after March 4, 2026."]


def test_campaign_that_is_over_waits_for_its_assessment() -> None:
    client = ClientFactory.create()
    first, last = TODAY - dt.timedelta(days=20), TODAY - dt.timedelta(days=1)
    CampaignFactory.create(
        client=client, title="Spring", state="finished", starts_on=first, ends_on=last
    )
    asked = f"client={client.pk}&first={first}&last={last}"
    waits = Missing(
        "“Spring” is over and not assessed: see what it brought.",
        f"{reverse('admin:kpi_promotionassessment_results')}?{asked}",
    )
    assert waits in standings(client)["promotion"].missing
    PromotionAssessmentFactory.create(
        client=client, starts_on=first, ends_on=last, verdict="Kept", finished_at=NOON
    )
    found = standings(client)["promotion"]
    assert waits not in found.missing
    assert found.facts[-1] == (
        "Promotion is assessed up to March 10, 2026; the client is not shown it."
    )


@pytest.mark.parametrize(
    ("first", "last", "is_waiting"),
    [(10, 1, True), (20, 5, True), (20, 1, False), (30, -5, False)],
)
def test_assessment_that_holds_only_a_part_of_a_campaign_is_none(
    first: int, last: int, is_waiting: bool
) -> None:
    day = dt.timedelta(days=1)
    client = ClientFactory.create()
    CampaignFactory.create(
        client=client, state="finished", starts_on=TODAY - 20 * day, ends_on=TODAY - day
    )
    PromotionAssessmentFactory.create(
        client=client,
        starts_on=TODAY - first * day,
        ends_on=TODAY - last * day,
        verdict="Kept",
        finished_at=NOON,
    )
    # A newer one of other days takes nothing back.
    PromotionAssessmentFactory.create(
        client=client,
        starts_on=TODAY - day,
        ends_on=TODAY + 9 * day,
        verdict="Kept",
        finished_at=NOON,
    )
    assert bool(unassessed(client, on=TODAY)) == is_waiting


@pytest.mark.parametrize("ends_on", [TODAY + dt.timedelta(days=30), None])
def test_campaign_that_was_finished_early_ends_on_that_day(ends_on: dt.date | None) -> None:
    first, last = TODAY - dt.timedelta(days=20), TODAY - dt.timedelta(days=4)
    campaign = CampaignFactory.create(state="finished", starts_on=first, ends_on=ends_on)
    client = campaign.client
    CampaignMoveFactory.create(
        campaign=campaign, old="running", new="finished", moved_at=local_noon(client, last)
    )
    CampaignMoveFactory.create(
        campaign=campaign, old="finished", new="finished", moved_at=local_noon(client, TODAY)
    )
    ((_text, url),) = unassessed(client, on=TODAY)
    assert url.endswith(f"client={client.pk}&first={first}&last={last}")
    PromotionAssessmentFactory.create(
        client=client, starts_on=first, ends_on=last, verdict="Kept", finished_at=NOON
    )
    assert unassessed(client, on=TODAY) == []


def test_an_overdue_review_of_the_indicators_is_missing() -> None:
    review = KpiReviewFactory.create(
        starts_on=dt.date(2026, 2, 1), ends_on=dt.date(2026, 2, 28), due_on=dt.date(2026, 3, 10)
    )
    found = standings(review.client)["promotion"]
    assert found.stage == Stage.BEHIND
    assert found.missing[0] == Missing(
        "The KPI review of Feb. 1, 2026 – Feb. 28, 2026 is overdue.", page_of(review)
    )
    assert standings(review.client, on=dt.date(2026, 3, 10))["promotion"].stage == Stage.NOT_BEGUN


def test_campaigns_are_told_by_their_states_and_what_waits_is_named() -> None:
    client = ClientFactory.create()
    days = {"starts_on": TODAY + dt.timedelta(days=7), "ends_on": TODAY + dt.timedelta(days=20)}
    past = {"starts_on": TODAY - dt.timedelta(days=9), "ends_on": TODAY - dt.timedelta(days=1)}
    later = days | {"starts_on": TODAY + dt.timedelta(days=8)}
    for state, fields in (
        ("running", days), ("paused", days), ("agreed", days), ("draft", days), ("draft", later),
        ("draft", past), ("agreed", past), ("finished", past), ("cancelled", days),
    ):  # fmt: skip
        CampaignFactory.create(client=client, state=state, title=state, **fields)
    found = standings(client)["promotion"]
    assert (found.stage, found.facts) == (
        Stage.IN_WORK,
        [
            "1 campaign runs.",
            "1 campaign is paused.",
            "1 campaign is agreed and lies ahead.",
        ],
    )
    assert [one.text for one in found.missing] == [
        "“agreed” was agreed and never ran: cancel it or change its dates.",
        "“paused” is paused: let it go on, or finish it.",
        "“draft” is to begin on March 18, 2026 and is not agreed yet.",
        "“finished” is over and not assessed: see what it brought.",
        "Nothing is assessed yet: that takes an approved strategy.",
    ]


@pytest.mark.parametrize(
    ("state", "stage"),
    [
        ("draft", Stage.NOT_BEGUN),
        ("cancelled", Stage.NOT_BEGUN),
        ("agreed", Stage.IN_WORK),
        ("finished", Stage.IN_WORK),
    ],
)
def test_promotion_begins_with_the_first_agreed_campaign(state: str, stage: Stage) -> None:
    campaign = CampaignFactory.create(state=state)
    assert standings(campaign.client)["promotion"].stage == stage


def divided(client: Client, **performers: str) -> None:
    """Who does the blocks: `divided(client, strategy="client")`."""
    engagement = EngagementFactory.create(client=client)
    for block, performer in performers.items():
        EngagementServiceFactory.create(
            engagement=engagement, service__block=block, performer=performer
        )


def test_a_block_that_the_client_keeps_is_said_to_be_kept() -> None:
    client = ClientFactory.create()
    divided(client, creation="client", strategy="agency", management="third_party",
            promotion="nobody")  # fmt: skip
    found = standings(client)
    assert found["creation"] == Standing(
        Stage.KEPT, ["By the division of responsibility the client does it."], []
    )
    assert found["promotion"].stage == Stage.LEFT_OUT
    assert (found["strategy"].stage, found["management"].stage) == (Stage.NOT_BEGUN,) * 2


def test_what_only_the_client_can_do_keeps_no_block() -> None:
    client = ClientFactory.create()
    divided(client, management="agency")
    engagement = client.engagements.get()
    material = Service.objects.filter(is_client_only=True).earliest("pk")
    EngagementServiceFactory.create(
        engagement=engagement, service=material, performer=Performer.CLIENT
    )
    engagement.services.filter(performer=Performer.AGENCY).delete()
    assert standings(client)["management"].stage == Stage.NOT_BEGUN


def test_whoever_answers_the_telephone_keeps_no_block() -> None:
    client = ClientFactory.create()
    EngagementServiceFactory.create(
        engagement__client=client,
        service=Service.objects.get(code="call-answering"),
        performer=Performer.CLIENT,
    )
    assert standings(client)["management"].stage == Stage.NOT_BEGUN


def test_the_running_engagement_says_who_does_what() -> None:
    client = ClientFactory.create()
    divided(client, strategy="agency")
    client.engagements.update(starts_on=dt.date(2025, 1, 1), ends_on=dt.date(2025, 12, 31))
    assert standings(client)["strategy"].stage == Stage.NOT_BEGUN
    divided(client, strategy="client")
    assert standings(client)["strategy"].stage == Stage.KEPT


def test_nobody_is_told_more_than_they_may_see() -> None:
    client = ClientFactory.create()
    user = UserFactory.create(permissions=("strategy.view_strategyversion",))
    assert standings(client, by=user) == {}
    TeamMemberFactory.create(client=client, user=user)
    assert list(standings(client, by=user)) == ["strategy"]


def test_a_community_without_an_approved_strategy_is_warned_of() -> None:
    client = ClientFactory.create()
    assert strategy_warning(client, on=TODAY) == ""
    community = CommunityFactory.create(profile__client=client, state="planned")
    assert strategy_warning(client, on=TODAY).startswith(
        "Communities are being made or run without an approved strategy"
    )
    StrategyVersionFactory.create(client=client)
    assert strategy_warning(client, on=TODAY) != ""
    community.state = "archived"
    community.save()
    assert strategy_warning(client, on=TODAY) == ""


def test_an_approved_strategy_ends_the_warning_until_it_ends_itself() -> None:
    client = ClientFactory.create()
    version = approved(client, starts_on=TODAY + dt.timedelta(days=9))
    assert not lacks_strategy(client, on=TODAY)
    assert not lacks_strategy(client, on=version.ends_on)
    assert lacks_strategy(client, on=version.ends_on + dt.timedelta(days=1))


def test_of_a_client_that_has_left_nobody_is_warned() -> None:
    community = CommunityFactory.create(profile__client__status="ended")
    assert strategy_warning(community.client, on=TODAY) == ""


def test_a_client_that_keeps_its_strategy_is_not_warned() -> None:
    client = ClientFactory.create()
    divided(client, strategy="client")
    assert not lacks_strategy(client, on=TODAY)


@pytest.fixture
def browser() -> Browser:
    browser = Browser()
    browser.force_login(DirectorFactory.create())
    return browser


def warnings_of(response: Any) -> list[str]:
    return [str(one) for one in get_messages(response.wsgi_request) if one.level_tag == "warning"]


WARNING = "Communities are being made or run without an approved strategy"


def test_saving_a_new_community_warns_and_its_page_goes_on_warning(browser: Browser) -> None:
    profile = ProfileFactory.create()
    form = {"profile": profile.pk, "state": "planned"}
    response = browser.post(reverse("admin:communities_community_add"), form)
    assert warnings_of(response)[0].startswith(WARNING)
    community = Community.objects.get()
    assert WARNING in browser.get(page_of(community)).content.decode()
    assert WARNING in browser.get(page_of(community.client)).content.decode()
    approved(community.client, ends_on=dt.date(2126, 1, 1))
    assert WARNING not in browser.get(page_of(community)).content.decode()
    assert WARNING not in browser.get(page_of(community.client)).content.decode()


def test_a_community_made_on_the_page_of_its_profile_warns_too(browser: Browser) -> None:
    profile = ProfileFactory.create()
    form = {
        "client": profile.client_id, "network": "vk", "external_id": profile.external_id,
        "title": profile.title, "relation": "own", "is_measured": "on",
        "community-TOTAL_FORMS": 1, "community-INITIAL_FORMS": 0, "community-0-state": "planned",
    }  # fmt: skip
    response = browser.post(page_of(profile), form)
    assert Community.objects.get().profile == profile
    assert warnings_of(response)[0].startswith(WARNING)


def test_an_archived_community_is_not_warned_of(browser: Browser) -> None:
    community = CommunityFactory.create(state="archived")
    CommunityFactory.create(profile__client=community.client)
    assert browser.get(page_of(community)).context["order_warning"] == ""


def test_the_panel_stands_on_the_clients_page(browser: Browser) -> None:
    client = ClientFactory.create()
    shown = browser.get(page_of(client))
    blocks = shown.context["sections"][0]
    assert (blocks.key, [line.block for line in blocks.data]) == ("blocks", list(Block.values))
    html = shown.content.decode()
    assert 'class="smm-light smm-grey">not begun' in html


@pytest.mark.parametrize("rows", [1, 3])
def test_the_panel_asks_as_much_whatever_there_is(
    rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = ClientFactory.create()
    community = planned_community(client, a_week=7)
    divided(client, strategy="agency")
    for _ in range(rows):
        design = CommunityFactory.create(profile__client=client, state="design")
        ChecklistItemFactory.create(community=design)
        CampaignFactory.create(client=client)
        posted(community, 1)
        KpiReviewFactory.create(engagement__client=client)
    EvaluationFactory.create(target=KpiTargetFactory.create(version__client=client))
    director = DirectorFactory.create()
    StrategyVersion.objects.filter(state=VersionState.DRAFT).update(state=VersionState.ON_APPROVAL)
    with django_assert_num_queries(1):
        order_of_work(client, by=director, on=TODAY)
