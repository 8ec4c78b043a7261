"""A month that was built by hand, and what the report says of it."""

import datetime as dt
import json
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.translation import override

from clients.models import Client, Engagement, Side, Task, TaskState
from communities.models import Community
from content.models import PostState, PublicationState
from kpi.models import CallStatus, Decision, EffectCheck, Evidence
from kpi.report_figures import read_figures
from kpi.report_sheet import owed_sheet
from kpi.report_words_work import owed_section
from kpi.tests.running import add_calls, add_followers, add_target, running_target
from promotion.models import CampaignMove
from smm_agency.lib.document_blocks import Heading, Table, Text
from strategy.models import ContentSource, Metric
from tests.factories import (
    CallFactory,
    CallTallyFactory,
    CampaignFactory,
    ChannelBudgetFactory,
    CommunityFactory,
    CostFactory,
    DecisionFactory,
    DesignAssetFactory,
    EffectCheckFactory,
    FlagFactory,
    IncidentFactory,
    KpiReviewFactory,
    MaterialRequestFactory,
    NumberPlacementFactory,
    PostFactory,
    PostMoveFactory,
    PostSnapshotFactory,
    PublicationFactory,
    ReplyClockFactory,
    StrategyVersionFactory,
    TaskFactory,
    TrackingNumberFactory,
    WallPostFactory,
    approve_in_place,
)

pytestmark = pytest.mark.django_db

AT = dt.datetime(2026, 4, 3, 9, tzinfo=dt.UTC)
FIRST, LAST = dt.date(2026, 3, 1), dt.date(2026, 3, 31)
NOON = dt.datetime(2026, 3, 11, 9, tzinfo=dt.UTC)
# Half of them are the plan and fact of six months.
QUERIES = 123


def day(number: int) -> dt.date:
    return dt.date(2026, 3, number)


@pytest.fixture
def community() -> Community:
    found: Community = CommunityFactory.create(
        profile__client__time_zone="Europe/Moscow", profile__title="Dental",
        profile__wall_read_at=AT,
    )  # fmt: skip
    return found


def told(client: Client, **fields: Any) -> dict[str, Any]:
    return read_figures(client, FIRST, LAST, **{"review": None, "at": AT} | fields)


def test_calls_by_what_is_known_of_them(community: Community) -> None:
    client = community.client
    add_calls(community, {day(2): 3, day(31): 1})
    add_calls(
        community, {day(5): 2}, is_target=False, is_unique_target=False,
        evidence=Evidence.OPERATOR,
    )  # fmt: skip
    CallFactory.create(
        client=client, community=None, evidence=None, started_at=NOON, is_unique_target=True
    )
    CallFactory.create(client=client, community=community, started_at=NOON, status=CallStatus.SPAM)
    CallFactory.create(client=client, community=community, started_at=NOON - dt.timedelta(days=40))
    calls = told(client)["calls"]
    assert (calls["total"]["calls"]["total"], calls["total"]["unique_target"]["total"]) == (6, 4)
    assert calls["kinds"] == {
        "calls": 6, "unique": 6, "target": 4, "unique_target": 4, "unknown": 0,
    }  # fmt: skip
    assert [(row["evidence"], row["calls"], row["unique_target"]) for row in calls["evidence"]] == [
        (1, 4, 4),
        (5, 2, 0),
        (None, 1, 1),
    ]
    assert [(row["title"], row["calls"]["total"]) for row in calls["communities"]] == [
        ("Dental", 6)
    ]
    assert {row["day"]: row["calls"] for row in calls["days"] if row["calls"]} == {
        "2026-03-02": 3, "2026-03-05": 2, "2026-03-31": 1,
    }  # fmt: skip


def test_days_before_the_first_call_are_not_measured(community: Community) -> None:
    add_calls(community, {day(2): 3, day(31): 1})
    calls = told(community.client)["calls"]
    total = calls["total"]["calls"]
    assert (total["measured_days"], total["days"]) == (30, 31)
    assert [row["calls"] for row in calls["days"][:3]] == [None, 3, 0]


def post_with(client: Client, number: Any, title: str, **fields: Any) -> None:
    """A post with the number, published at noon of the 11th."""
    known = {"state": PublicationState.SENT, "sent_at": NOON} | fields
    post = PostFactory.create(client=client, title=title, tracking_number=number)
    PublicationFactory.create(post=post, **known)


def called_posts(client: Client, community: Community, *numbers: Any) -> list[tuple[str, int]]:
    for number in numbers:
        CallFactory.create(
            client=client, community=community, tracking_number=number, started_at=NOON
        )
    return [(row["title"], row["calls"]) for row in told(client)["calls"]["posts"]]


def test_calls_to_a_number_of_one_post_are_the_posts(community: Community) -> None:
    client = community.client
    own, shared = TrackingNumberFactory.create_batch(2, client=client)
    post_with(client, own, "Spring offer")
    post_with(client, shared, "One")
    post_with(client, shared, "Other")
    assert called_posts(client, community, own, own, shared) == [("Spring offer", 2)]


def test_a_post_that_is_not_out_brought_no_call(community: Community) -> None:
    client = community.client
    drafted, later, own = TrackingNumberFactory.create_batch(3, client=client)
    PostFactory.create(client=client, title="A secret draft", tracking_number=drafted)
    post_with(client, drafted, "Planned", state=PublicationState.PLANNED, sent_at=None)
    after = dt.datetime.combine(dt.date(2026, 4, 1), dt.time(), client.zone)
    post_with(client, later, "Of April", sent_at=after)
    post_with(client, own, "Late in March", sent_at=after - dt.timedelta(seconds=1))
    assert called_posts(client, community, drafted, later, own) == [("Late in March", 1)]


def test_calls_to_a_number_of_a_community_are_no_posts(community: Community) -> None:
    client = community.client
    whole, gone = TrackingNumberFactory.create_batch(2, client=client)
    NumberPlacementFactory.create(number=whole, community=community)
    NumberPlacementFactory.create(number=gone, community=community, ends_on=dt.date(2026, 2, 28))
    post_with(client, whole, "Spring offer")
    post_with(client, gone, "Own number")
    assert called_posts(client, community, whole, gone) == [("Own number", 1)]


def test_growth_and_engagement_by_page(community: Community) -> None:
    levels = {dt.date(2026, 2, 28): 990, day(1): 1000, day(15): 1010, day(31): 1030}
    add_followers(community, levels)
    post = WallPostFactory.create(profile=community.profile, posted_at=NOON)
    PostSnapshotFactory.create(wall_post=post, likes=27, comments=2, shares=1, slot=day(12))
    pages = told(community.client)["pages"]
    growth = pages["pages"][0]["growth"]
    assert (growth["net"], growth["start"], growth["end"]) == (40, 990, 1030)
    assert (growth["measured_days"], growth["days"], growth["joined"]) == (3, 31, None)
    shown = {row["day"]: row["followers"] for row in pages["pages"][0]["days"]}
    assert (shown["2026-03-15"], shown["2026-03-16"], len(shown)) == (1010, None, 31)
    rate = pages["er"][0]
    # 30 ÷ (mean of 1000, 1010 and 1030 × 1 post).
    assert (rate["formula"], rate["whole"]["value"]) == ("er_post", round(30 / (3040 / 3), 6))
    assert (rate["whole"]["posts"], rate["whole"]["posts_measured"]) == (1, 1)


def posted(community: Community, number: int, likes: int | None, *, hours: int = 60) -> None:
    """A post of that day with its likes so many hours later."""
    at = NOON.replace(day=number)
    post = WallPostFactory.create(profile=community.profile, posted_at=at, text=f"Post {number}")
    if likes is not None:
        read_at = at + dt.timedelta(hours=hours)
        PostSnapshotFactory.create(
            wall_post=post, likes=likes, comments=0, shares=0, read_at=read_at,
            slot=read_at.date(),
        )  # fmt: skip


def test_posts_are_ranked_at_the_same_age(community: Community) -> None:
    add_followers(community, {day(number): 1000 for number in range(1, 32)})
    for number, likes in ((2, 50), (3, 10), (4, 40), (5, 20), (6, 30), (7, 60)):
        posted(community, number, likes)
    posted(community, 8, 999, hours=400)
    posted(community, 9, None)
    posts = told(community.client)["posts"]
    titles = {row["id"]: row["title"] for row in posts["rows"]}
    assert (posts["ranked"], len(titles)) == (6, 8)
    assert [titles[pk] for pk in posts["best"]] == ["Post 7", "Post 2", "Post 4"]
    assert [titles[pk] for pk in posts["worst"]] == ["Post 3", "Post 5", "Post 6"]
    assert {row["title"]: row["rate"] for row in posts["rows"]}["Post 7"] == 0.06
    assert {row["title"]: row["rate"] for row in posts["rows"]}["Post 8"] is None


def test_of_few_posts_none_is_the_best(community: Community) -> None:
    add_followers(community, {day(2): 1000})
    posted(community, 2, 50)
    posts = told(community.client)["posts"]
    assert (posts["ranked"], posts["best"], posts["worst"]) == (1, [], [])


def test_what_went_out_and_what_was_planned(community: Community) -> None:
    for source, is_sent in ((ContentSource.OWN, True), (ContentSource.CURATED, True),
                            (ContentSource.OWN, False)):  # fmt: skip
        PublicationFactory.create(
            post__client=community.client, post__source=source, post__state=PostState.SCHEDULED,
            community=community, planned_at=NOON, promised_at=NOON,
            state=PublicationState.SENT if is_sent else PublicationState.MISSED,
            sent_at=NOON if is_sent else None,
        )  # fmt: skip
    content = told(community.client)["content"]
    assert content["fulfilment"] == {"on_time": 2, "late": 0, "planned": 3, "cancelled": 0}
    assert content["mix"]["source"] == [
        {"key": "curated", "planned": 1, "sent": 1},
        {"key": "own", "planned": 2, "sent": 1},
    ]
    published = content["curated"]["published"]
    assert (published["curated"], published["counted"], published["cap"]) == (1, 2, None)


def test_replies_and_the_cases_that_are_shown(community: Community) -> None:
    client = community.client
    ReplyClockFactory.create(
        item__profile=community.profile, item__first_reply_at=NOON + dt.timedelta(minutes=20),
        item__state="answered", since=NOON, first_taken=dt.timedelta(minutes=20),
        first_due_at=NOON + dt.timedelta(minutes=30),
    )  # fmt: skip
    ReplyClockFactory.create(item__profile=community.profile, since=NOON)
    for title, is_published in (("Cold coffee", True), ("Kept inside", False)):
        IncidentFactory.create(
            client=client, title=title, is_published=is_published, state="solved",
            opened_at=NOON, ended_at=NOON, shown_outcome="Coffee for free", outcome="Inner words",
        )  # fmt: skip
    care = told(client)["care"]
    assert {name: care["whole"][name] for name in ("asked", "answered", "in_time", "due")} == {
        "asked": 2, "answered": 1, "in_time": 1, "due": 2,
    }  # fmt: skip
    assert (care["whole"]["rate"], care["whole"]["median_seconds"]) == (0.5, 1200)
    assert care["cases"] == [
        {"title": "Cold coffee", "opened_on": "2026-03-11", "ended_on": "2026-03-11",
         "outcome": "Coffee for free"}
    ]  # fmt: skip


def test_money_by_channel_against_its_budget_without_the_agencys_fee(
    community: Community,
) -> None:
    client = community.client
    campaign = CampaignFactory.create(client=client, title="Spring")
    CostFactory.create(client=client, campaign=campaign, amount="1500.00", spent_on=day(10))
    CostFactory.create(
        client=client, campaign=campaign, kind="agency_fee", amount="7777.00", spent_on=day(10)
    )
    ChannelBudgetFactory.create(client=client, channel="ads", month=FIRST, amount="6000.00")
    figures = told(client)
    (row,) = figures["promotion"]["budget"]
    assert (row["channel"], row["plan"]["amount"], row["spent"]["amount"]) == (
        "ads", "6000.00", "1500.00",
    )  # fmt: skip
    assert (row["left"], row["share"]) == ("4500.00", "0.250000")
    (spent,) = figures["promotion"]["results"]["by"]["campaign"]
    assert (spent["title"], [one["told"] for one in spent["spent"]]) == ("Spring", ["1500.00"])
    assert "7777" not in json.dumps(figures)


def test_what_the_client_owed_and_when_it_came(community: Community) -> None:
    client = community.client
    received = NOON + dt.timedelta(days=3)
    MaterialRequestFactory.create(
        client=client, what="Photos", due_on=day(11), asked_at=NOON - dt.timedelta(days=5),
        state="received", received_at=received,
    )  # fmt: skip
    TaskFactory.create(client=client, title="Answer calls", side=Side.CLIENT, due_on=day(20),
                       state=TaskState.OPEN)  # fmt: skip
    TaskFactory.create(client=client, title="Ours", side=Side.AGENCY, due_on=day(20))
    Task.objects.update(created_at=NOON)
    post = PostFactory.create(client=client, title="Offer", state=PostState.CLIENT_APPROVED)
    PublicationFactory.create(
        post=post, community=community, planned_at=NOON + dt.timedelta(days=2)
    )
    for old, new, hours in (
        (PostState.INTERNAL_APPROVED, PostState.CLIENT_REVIEW, 0),
        (PostState.CLIENT_REVIEW, PostState.CLIENT_APPROVED, 5),
    ):
        PostMoveFactory.create(
            post=post, old=old, new=new, moved_at=NOON + dt.timedelta(hours=hours)
        )
    owed = told(client)["owed"]
    assert owed["materials"] == [
        {"what": "Photos", "asked_on": "2026-03-06", "due_on": "2026-03-11",
         "came_on": "2026-03-14", "late_days": 3}
    ]  # fmt: skip
    assert [(row["what"], row["came_on"]) for row in owed["tasks"]] == [("Answer calls", None)]
    assert owed["approvals"] == [
        {"what": "Offer", "asked_on": "2026-03-11", "due_on": "2026-03-13",
         "came_on": "2026-03-11", "answer": "client_approved", "seconds": 18_000}
    ]  # fmt: skip
    assert owed["held_up_days"] == 3


def test_what_else_is_open_is_told_once_whenever_it_was_asked(community: Community) -> None:
    client = community.client
    MaterialRequestFactory.create(client=client, what="Photos", due_on=day(11), asked_at=NOON)
    for title, due_on in (("In March", day(20)), ("Someday", None)):
        TaskFactory.create(client=client, title=title, side=Side.CLIENT, due_on=due_on)
    Task.objects.update(created_at=NOON)
    DesignAssetFactory.create(
        community=community, title="Cover", state="client_review", due_on=day(2)
    )
    PostFactory.create(client=client, title="Sent long ago", state=PostState.CLIENT_REVIEW)
    figures = told(client)
    owed = figures["owed"]
    assert [row["what"] for row in owed["materials"]] == ["Photos"]
    assert [row["what"] for row in owed["tasks"]] == ["In March"]
    assert [(row["letter"], row["what"], row["due_on"]) for row in owed["open"]] == [
        ("D", "Cover", "2026-03-02"), ("P", "Sent long ago", None), ("T", "Someday", None),
    ]  # fmt: skip
    with override("ru"):
        assert told(client) == figures


def test_where_something_is_open_the_report_does_not_say_that_nothing_was_asked(
    community: Community,
) -> None:
    DesignAssetFactory.create(
        community=community, title="Cover", state="client_review", due_on=day(2)
    )
    [heading, table] = owed_section(told(community.client)).blocks[:2]
    assert heading == Heading("Also open when the report was made")
    assert isinstance(table, Table)
    [row] = table.rows
    assert row[:2] == ["Cover", "design"]


def test_a_report_of_before_open_needs_were_told_is_still_read(community: Community) -> None:
    figures = told(community.client)
    del figures["owed"]["open"]
    assert owed_section(figures).blocks == [Text("Nothing was asked of you in this period.")]
    assert list(owed_sheet(figures).rows) == []


def decided(client: Client, *, is_published: bool, text: str) -> Any:
    flag = FlagFactory.create(client=client, opened_on=day(5), last_seen_on=day(9))
    return DecisionFactory.create(
        flag=flag, decided_on=day(9), is_published=is_published, client_text=text,
        reason="An internal reason", check_on=dt.date(2026, 4, 8),
    )  # fmt: skip


def test_only_published_decisions_are_told(community: Community) -> None:
    client = community.client
    shown = decided(client, is_published=True, text="We post more offers.")
    decided(client, is_published=False, text="Not told yet")
    EffectCheckFactory.create(
        decision=shown, due_on=dt.date(2026, 4, 2), checked_at=AT - dt.timedelta(hours=1),
        verdict=EffectCheck.Verdict.HELPED,
        effect={"before": 3, "after": 9, "inner": "Kept inside"},
    )  # fmt: skip
    figures = told(client)
    (row,) = figures["decisions"]["rows"]
    assert (row["text"], row["opened_on"], row["decided_on"]) == (
        "We post more offers.", "2026-03-05", "2026-03-09",
    )  # fmt: skip
    assert row["checks"] == [
        {"due_on": "2026-04-02", "effect": {"verdict": "helped", "before": 3, "after": 9}}
    ]
    text = json.dumps(figures)
    assert [words in text for words in ("Not told yet", "internal reason", "Kept inside")] == [
        False, False, False,
    ]  # fmt: skip


def test_decisions_are_those_known_when_the_period_was_reviewed(community: Community) -> None:
    client = community.client
    late = decided(client, is_published=True, text="Told in the next report.")
    row = decided(client, is_published=True, text="We post more offers.")
    Decision.objects.filter(pk=late.pk).update(decided_on=dt.date(2026, 4, 3))
    EffectCheckFactory.create(
        decision=row, due_on=dt.date(2026, 4, 2), checked_at=AT - dt.timedelta(hours=1),
        verdict=EffectCheck.Verdict.HELPED, effect={"before": 3, "after": 9},
    )  # fmt: skip
    review = KpiReviewFactory.create(
        engagement__client=client, starts_on=FIRST, ends_on=LAST, figures=[],
        closed_at=AT - dt.timedelta(days=1),
    )  # fmt: skip
    decisions = told(client, review=review)["decisions"]
    assert [(one["text"], one["checks"]) for one in decisions["rows"]] == [
        ("We post more offers.", [])
    ]
    assert decisions["until"] == "2026-04-02"
    assert told(client, review=review, at=AT + dt.timedelta(days=9))["decisions"] == decisions


def test_a_campaign_that_ended_after_the_period_was_ahead(community: Community) -> None:
    client = community.client
    for title, moved_at in (("Over in March", NOON), ("Over in April", AT)):
        campaign = CampaignFactory.create(client=client, title=title, state="finished")
        CampaignMove.objects.create(
            client=client, campaign=campaign, old="running", new="finished", moved_at=moved_at
        )
    campaigns = told(client, at=AT + dt.timedelta(days=9))["ahead"]["campaigns"]
    assert [row["title"] for row in campaigns] == ["Over in April"]


def test_the_first_approved_version_corrects_nothing(community: Community) -> None:
    client = community.client
    for number, begins in ((3, day(11)), (2, FIRST)):
        last = begins + dt.timedelta(days=9)
        version = StrategyVersionFactory.create(
            client=client, number=number, starts_on=begins, ends_on=last
        )
        add_target(version, metric=Metric.CALLS, monthly=31)
        approve_in_place(version, at=NOON)
    figures = told(client)
    assert [row["number"] for row in figures["marks"]["versions"]] == [3]
    assert [row["number"] for row in figures["learnt"]["versions"]] == [3]


def test_the_next_months_plan(community: Community) -> None:
    client = community.client
    running_target(client, metric=Metric.CALLS, monthly=40)
    for number in (1, 3, 8):
        at = dt.datetime(2026, 4, number, 9, tzinfo=dt.UTC)
        PublicationFactory.create(post__client=client, community=community, planned_at=at)
    CampaignFactory.create(client=client, title="Draft", state="draft")
    CampaignFactory.create(client=client, title="Spring", state="agreed", budget="900.00")
    ahead = told(client)["ahead"]
    assert (ahead["first"], ahead["last"]) == ("2026-04-01", "2026-04-30")
    assert [(row["week"], row["count"]) for row in ahead["posts"]] == [
        ("2026-03-30", 2),
        ("2026-04-06", 1),
    ]
    assert [(row["title"], row["budget"]) for row in ahead["campaigns"]] == [("Spring", "900.00")]
    assert [(row["metric"], float(row["plan"])) for row in ahead["targets"]] == [("calls", 40.0)]


def test_six_months_of_each_kpi(community: Community) -> None:
    running_target(community.client, metric=Metric.CALLS, monthly=31)
    add_calls(community, {dt.date(2026, 1, 10): 2, dt.date(2026, 2, 10): 5, day(31): 7})
    rows = told(community.client)["kpi"]["rows"]
    assert [(row["month"], row["plan"], row["actual"]) for row in rows] == [
        ("2026-01-01", 31.0, 2),
        ("2026-02-01", 31.0, 5),
        ("2026-03-01", 31.0, 7),
    ]


def test_what_the_review_found_stands(community: Community) -> None:
    running_target(community.client, metric=Metric.CALLS, monthly=31)
    add_calls(community, {dt.date(2026, 2, 10): 5, day(31): 7})
    live = told(community.client)["kpi"]["rows"]
    found = {**next(row for row in live if row["month"] == "2026-03-01"), "actual": 6}
    review = KpiReviewFactory.create(
        engagement__client=community.client, starts_on=FIRST, ends_on=LAST, figures=[found],
        closed_at=AT, client_text="Offers bring calls.", is_published=True,
        learnt="An inner lesson", happened={"note": "An inner event"},
    )  # fmt: skip
    figures = told(community.client, review=review)
    actual = {row["month"]: row["actual"] for row in figures["kpi"]["rows"]}
    assert (actual["2026-02-01"], actual["2026-03-01"]) == (5, 6)
    assert figures["text"] == "Offers bring calls."
    assert "An inner" not in json.dumps(figures)


def test_a_text_that_was_not_published_is_not_told(community: Community) -> None:
    review = KpiReviewFactory.create(
        engagement__client=community.client, client_text="Too early", starts_on=FIRST, ends_on=LAST
    )
    assert told(community.client, review=review)["text"] == ""


def test_a_review_of_a_part_of_the_month_does_not_stand_for_it(community: Community) -> None:
    running_target(community.client, metric=Metric.CALLS, monthly=31)
    add_calls(community, {day(31): 7})
    found = {**told(community.client)["kpi"]["rows"][-1], "actual": 1, "days": 14}
    review = KpiReviewFactory.create(
        engagement__client=community.client, starts_on=FIRST, ends_on=day(14), figures=[found],
        closed_at=AT,
    )  # fmt: skip
    rows = told(community.client, review=review)["kpi"]["rows"]
    assert [row["actual"] for row in rows if row["month"] == "2026-03-01"] == [7]


@pytest.mark.parametrize(
    ("starts_on", "ends_on"), [(day(10), None), (dt.date(2026, 1, 1), day(20))]
)
def test_a_review_of_all_the_days_of_the_engagement_stands_for_the_month(
    community: Community, starts_on: dt.date, ends_on: dt.date | None
) -> None:
    running_target(community.client, metric=Metric.CALLS, monthly=31)
    add_calls(community, {day(15): 7, day(31): 1})
    found = {**told(community.client)["kpi"]["rows"][-1], "actual": 6}
    Engagement.objects.update(starts_on=starts_on, ends_on=ends_on)
    review = KpiReviewFactory.create(
        engagement=Engagement.objects.get(), starts_on=max(FIRST, starts_on),
        ends_on=ends_on or LAST, figures=[found], closed_at=AT,
    )  # fmt: skip
    rows = told(community.client, review=review)["kpi"]["rows"]
    assert [row["actual"] for row in rows if row["month"] == "2026-03-01"] == [6]


def test_tallies_are_told_as_they_were_taken(community: Community) -> None:
    CallTallyFactory.create(community=community, starts_on=day(9), total=9)
    calls = told(community.client)["calls"]
    assert calls["tallies"] == [
        {"first": "2026-03-09", "last": "2026-03-15", "community": "Dental", "total": 9}
    ]
    assert (calls["total"]["calls"]["tallied"], calls["total"]["unique_target"]["total"]) == (
        9, None,
    )  # fmt: skip


def test_the_same_rows_at_the_same_moment_give_the_same_figures(community: Community) -> None:
    add_calls(community, {day(2): 3})
    first = told(community.client)
    assert json.dumps(told(community.client)) == json.dumps(first)
    assert json.loads(json.dumps(first)) == first
    with timezone.override("Asia/Vladivostok"):
        assert told(community.client) == first


@pytest.mark.parametrize("pages", [1, 3])
def test_more_pages_ask_no_more(pages: int) -> None:
    client = CommunityFactory.create().client
    CommunityFactory.create_batch(pages - 1, profile__client=client)
    running_target(client, metric=Metric.CALLS, monthly=31)
    with CaptureQueriesContext(connection) as asked:
        told(client)
    assert len(asked) == QUERIES
