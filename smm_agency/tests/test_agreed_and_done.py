"""What was agreed by service against what the blocks report."""

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from clients.models import Client, Engagement, Service
from clients.rights import Rights
from communities.models import CommunityMove, DesignAsset
from content.models import PostMove
from smm_agency.agreed_and_done import BLOCKS, Span, reports_of
from smm_agency.client_overview import services
from smm_agency.client_overview.scope import Scope
from smm_agency.lib.rows_at_once import read_at_once
from smm_agency.service_lines import ServiceLine
from tests.factories import (
    AssetVersionFactory,
    ClientFactory,
    CommunityFactory,
    CompetitorAnalysisFactory,
    DirectorFactory,
    EngagementFactory,
    EngagementServiceFactory,
    PostFactory,
    PublicationFactory,
)

pytestmark = pytest.mark.django_db

TODAY = dt.date(2026, 3, 20)


def agree(engagement: Engagement, code: str, quantity: int | None, **facts: Any) -> None:
    EngagementServiceFactory.create(
        engagement=engagement, service=Service.objects.get(code=code), quantity=quantity,
        **{"performer": "agency", "unit": "", "note": ""} | facts,
    )  # fmt: skip


def agreement() -> Engagement:
    engagement: Engagement = EngagementFactory.create(
        starts_on=dt.date(2026, 1, 1), ends_on=dt.date(2026, 12, 31)
    )
    return engagement


def lines(client: Client) -> dict[str, ServiceLine]:
    scope = Scope(client, Rights(DirectorFactory.create()), TODAY, timezone.now())
    found = read_at_once(Client.objects.filter(pk=client.pk), services.ask(scope))
    section = services.show(scope, found)
    assert section is not None
    return {line.name: line for _block, lines in section.data.blocks for line in lines}


def published(client: Client, count: int, *, day: int = 4, month: int = 3, **facts: Any) -> None:
    at = dt.datetime(2026, month, day, 9, tzinfo=dt.UTC)
    for _ in range(count):
        PublicationFactory.create(
            post__client=client, state="sent", planned_at=at, sent_at=at, **facts
        )


def test_what_was_done_of_a_month_stands_against_what_was_agreed() -> None:
    engagement = agreement()
    client = engagement.client
    agree(engagement, "publishing", 3)
    agree(engagement, "rewrite", 4)
    published(client, 5)
    published(client, 2, month=2)
    published(client, 1, post__text_work="rewrite")
    published(ClientFactory.create(), 1)
    found = lines(client)
    placing, rewriting = found["Placing publications"], found["Rewriting the client's material"]
    assert (placing.agreed, placing.done, placing.left, placing.over, placing.span) == (
        "3 posts a month", "6", "", "3", "this month",
    )  # fmt: skip
    assert (rewriting.done, rewriting.left, rewriting.over) == ("1", "3", "")


def test_a_post_in_three_communities_is_one_post_written_and_placed() -> None:
    engagement = agreement()
    client = engagement.client
    agree(engagement, "publishing", 3)
    agree(engagement, "writing", 3)
    published(client, 1, post__text_work="material")
    post = client.posts.get()
    at = dt.datetime(2026, 3, 5, 9, tzinfo=dt.UTC)
    for _ in range(2):
        PublicationFactory.create(post=post, state="sent", planned_at=at, sent_at=at)
    found = lines(client)
    assert found["Placing publications"].done == "1"
    assert found["Writing publications from the client's material"].done == "1"


def test_nothing_done_is_a_zero_and_what_nothing_counts_is_none() -> None:
    engagement = agreement()
    agree(engagement, "publishing", 3)
    agree(engagement, "comments", 8)
    found = lines(engagement.client)
    assert (found["Placing publications"].done, found["Placing publications"].left) == ("0", "3")
    answering = found["Answering comments"]
    assert (answering.agreed, answering.done, answering.left) == ("8 hours a day", "", "")


@pytest.mark.parametrize("facts", [{"performer": "client"}, {"unit": "hours a week"}])
def test_what_is_not_ours_or_in_another_unit_is_not_counted(facts: dict[str, str]) -> None:
    engagement = agreement()
    agree(engagement, "publishing", 3, **facts)
    published(engagement.client, 1)
    assert lines(engagement.client)["Placing publications"].done == ""


def test_without_a_number_agreed_nothing_is_left_or_over() -> None:
    engagement = agreement()
    agree(engagement, "publishing", None)
    published(engagement.client, 2)
    line = lines(engagement.client)["Placing publications"]
    assert (line.agreed, line.done, line.left, line.over) == ("", "2", "", "")


def test_a_service_of_two_agreements_is_one_line() -> None:
    engagement = agreement()
    second = EngagementFactory.create(
        client=engagement.client, starts_on=dt.date(2026, 2, 1), ends_on=None
    )
    for each in (engagement, second):
        agree(each, "publishing", 3)
    published(engagement.client, 4)
    line = lines(engagement.client)["Placing publications"]
    assert (line.agreed, line.done, line.left) == ("6 posts a month", "4", "2")


def community(client: Client, state: str, *ready_on: dt.date) -> None:
    made = CommunityFactory.create(profile__client=client, state=state)
    for day in ready_on:
        at = dt.datetime.combine(day, dt.time(9), dt.UTC)
        CommunityMove.objects.create(community=made, old="set_up", new="ready", moved_at=at)


def test_communities_are_counted_once_they_are_ready() -> None:
    engagement = agreement()
    agree(engagement, "community-creation", 2)
    for state in ("ready", "running", "design", "archived"):
        community(engagement.client, state, dt.date(2026, 2, 3))
    line = lines(engagement.client)["Creation of a community"]
    assert (line.done, line.left, line.over) == ("2", "", "")
    assert line.span == "since the agreement began"


def test_what_was_done_before_the_agreement_is_not_counted() -> None:
    engagement = agreement()
    client = engagement.client
    before, since = dt.date(2025, 12, 20), dt.date(2026, 1, 1)
    for code in ("community-creation", "community-design", "competitors"):
        agree(engagement, code, 5)
    community(client, "running", since)
    community(client, "running", before)
    community(client, "ready", before, since)
    community(client, "running")
    for day in (before, since, since):
        version = AssetVersionFactory.create(
            asset__community__profile__client=client,
            accepted_at=dt.datetime.combine(day, dt.time(9), dt.UTC),
            accepted_by=DirectorFactory.create(),
            shown_at=dt.datetime(2025, 12, 1, 9, tzinfo=dt.UTC),
            client_said_by="Olga Nowak",
            client_said_on=day,
            licence="own",
        )
        asset = version.asset
        DesignAsset.objects.filter(pk=asset.pk).update(state="accepted", accepted_version=version)
        CompetitorAnalysisFactory.create(
            competitor__client=client, analysed_on=day, strengths="Quick answers"
        )
    assert {name: line.done for name, line in lines(client).items()} == {
        "Creation of a community": "1", "Individual design": "2", "Competitor analysis": "2",
    }  # fmt: skip


def test_every_counted_service_is_in_the_catalogue_under_its_block() -> None:
    client = ClientFactory.create()
    codes = set(reports_of(Span(client, TODAY, client.engagements.all())))
    known = dict(Service.objects.filter(code__in=codes).values_list("code", "block"))
    assert known.keys() == codes
    assert set(known.values()) == set(BLOCKS)


@pytest.mark.parametrize(
    ("period", "done", "over", "span"),
    [
        ("month", "3", "1", "this month"),
        ("", "3", "1", "this month"),
        ("week", "1", "", "this week"),
        ("quarter", "4", "2", "this quarter"),
        ("once", "5", "3", "since the agreement began"),
        ("day", "0", "", "today"),
    ],
)
def test_what_is_done_is_counted_in_the_time_it_is_agreed_for(
    period: str, done: str, over: str, span: str
) -> None:
    """The day is Friday, 20 March."""
    engagement = EngagementFactory.create(starts_on=dt.date(2025, 12, 1), ends_on=None)
    agree(engagement, "stories", 2, unit="stories", period=period)
    story = {"post__format": "story"}
    published(engagement.client, 1, month=3, day=16, **story)
    published(engagement.client, 2, month=3, day=1, **story)
    published(engagement.client, 1, month=1, day=1, **story)
    at = dt.datetime(2025, 12, 2, 9, tzinfo=dt.UTC)
    PublicationFactory.create(
        post__client=engagement.client, state="sent", planned_at=at, sent_at=at, **story
    )
    line = lines(engagement.client)["Stories"]
    assert (line.done, line.over, line.span) == (done, over, span)


def test_stories_are_not_posts() -> None:
    engagement = agreement()
    agree(engagement, "publishing", 3)
    agree(engagement, "stories", 1)
    published(engagement.client, 2, post__format="story")
    found = lines(engagement.client)
    assert (found["Placing publications"].done, found["Placing publications"].over) == ("0", "")
    assert (found["Stories"].done, found["Stories"].over) == ("2", "1")


def test_rounds_beyond_those_agreed_for_each_post_are_over() -> None:
    engagement = agreement()
    agree(engagement, "correction-rounds", 2)
    at = dt.datetime(2026, 3, 4, 9, tzinfo=dt.UTC)
    for rounds in (1, 3):
        post = PostFactory.create(client=engagement.client)
        for number in range(1, rounds + 1):
            PostMove.objects.create(
                post=post, old="client_review", new="client_rework", moved_at=at, round=number
            )
    line = lines(engagement.client)["Rounds of correction"]
    assert (line.agreed, line.done, line.left, line.over) == (
        "2 rounds for each post", "4", "", "1",
    )  # fmt: skip


def test_extras_are_told_apart() -> None:
    engagement = agreement()
    agree(engagement, "stories", 2, is_extra=True)
    agree(engagement, "publishing", 3)
    published(engagement.client, 1, post__format="story")
    scope = Scope(engagement.client, Rights(DirectorFactory.create()), TODAY, timezone.now())
    found = read_at_once(Client.objects.filter(pk=engagement.client_id), services.ask(scope))
    section = services.show(scope, found)
    assert section is not None
    assert [line.name for _block, lines in section.data.blocks for line in lines] == [
        "Placing publications"
    ]
    assert [(line.name, line.done, line.left) for line in section.data.extras] == [
        ("Stories", "1", "1")
    ]


def test_agreements_with_different_times_are_not_added_up() -> None:
    engagement = agreement()
    second = EngagementFactory.create(
        client=engagement.client, starts_on=dt.date(2026, 2, 1), ends_on=None
    )
    agree(engagement, "stories", 2)
    agree(second, "stories", 9, period="quarter", unit="stories")
    line = lines(engagement.client)["Stories"]
    assert (line.agreed, line.done, line.left, line.over) == (
        "2 stories a month, 9 stories a quarter", "0", "", "",
    )  # fmt: skip
