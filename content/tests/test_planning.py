import datetime as dt
import math
from collections import Counter, defaultdict
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db.models import F

from clients.models import Client, ClientStatus, StatusChange
from communities.models import Community
from content.models import Post, PostMove, PostState, Publication, PublicationPlan, TextWork
from content.plan_making import find_refusals, make_plan
from content.planning import propose
from content.tests.planned import (
    APRIL,
    AT,
    TODAY,
    approved,
    community_of,
    draft,
    fill,
    plan_april,
    rubric_of,
)
from strategy.models import ContentSource
from tests.factories import (
    ClientFactory,
    CommunityRhythmFactory,
    DirectorFactory,
    EngagementFactory,
    PostFactory,
    PostingSlotFactory,
    PublicationFactory,
    StrategyVersionFactory,
    UserFactory,
    approve_in_place,
)

pytestmark = pytest.mark.django_db

MONDAY, THURSDAY = 0, 3


def simple(client: Client | None = None, **facts: Any) -> Client:
    """Two posts a Monday and one a Thursday in one community: 8 + 5 in April 2026."""
    client = client or ClientFactory.create(**facts)
    version = draft(client)
    rubric = rubric_of(version)
    community = community_of(client)
    fill(rubric, community, MONDAY, posts=2)
    fill(rubric, community, THURSDAY)
    approved(version)
    return client


def test_the_month_has_what_the_grid_asks_for() -> None:
    client = simple()
    plan, made = plan_april(client)
    assert (made, str(plan.month)) == (13, "2026-04-01")
    days = Counter(
        client.day_of(moment).day
        for moment in Publication.objects.values_list("planned_at", flat=True)
        if moment is not None
    )
    assert days == {2: 1, 6: 2, 9: 1, 13: 2, 16: 1, 20: 2, 23: 1, 27: 2, 30: 1}
    assert set(Post.objects.values_list("state", "plan")) == {(PostState.IDEA, plan.pk)}
    assert PostMove.objects.filter(old="", new=PostState.IDEA).count() == 13


def test_posts_take_source_and_work_from_their_rubric() -> None:
    plan_april(simple())
    assert set(Post.objects.values_list("source", "text_work", "format")) == {
        (ContentSource.CLIENT_MATERIAL, TextWork.FROM_MATERIAL, "photo"),
        (ContentSource.OWN, TextWork.WRITTEN, "photo"),
    }


def test_a_second_run_makes_nothing_twice() -> None:
    client = simple()
    plan_april(client)
    with pytest.raises(ValidationError, match="Nothing is missing"):
        plan_april(client)
    assert (Post.objects.count(), PublicationPlan.objects.count()) == (13, 1)


def test_who_saw_the_month_before_somebody_planned_it_makes_nothing() -> None:
    client = simple()
    by = DirectorFactory.create()
    seen = propose(client, APRIL, on=TODAY).known
    make_plan(client, APRIL, by=by, at=AT, known=seen)
    with pytest.raises(ValidationError, match="Somebody planned"):
        make_plan(client, APRIL, by=by, at=AT, known=seen)
    assert Post.objects.count() == 13


def test_filling_up_keeps_what_was_moved_or_cancelled_and_makes_what_was_deleted() -> None:
    client = simple()
    plan_april(client)
    first, second, third = Publication.objects.order_by("planned_at")[:3]
    Publication.objects.filter(pk=first.pk).update(planned_at=F("planned_at") + dt.timedelta(1))
    Post.objects.filter(pk=second.post_id).update(state=PostState.CANCELLED)
    place = third.post.grid_place
    third.post.delete()
    _plan, made = plan_april(client)
    assert made == 1
    assert Post.objects.filter(grid_place=place).count() == 1


def test_the_next_version_from_the_middle_of_the_month_plans_its_own_days() -> None:
    client = ClientFactory.create()
    community = community_of(client)
    first = draft(client, ends_on=dt.date(2026, 4, 15))
    fill(rubric_of(first, "Masters"), community, MONDAY)
    approved(first)
    second = draft(client, engagement=first.engagement, starts_on=dt.date(2026, 4, 16), cap="0.20")
    fill(rubric_of(second, "masters"), community, MONDAY, THURSDAY)
    approved(second)
    plan, made = plan_april(client)
    by_version = Counter(Post.objects.values_list("rubric__version", flat=True))
    # Mondays 6 and 13; then Mondays 20, 27 and Thursdays 16, 23, 30.
    assert (made, by_version) == (7, {first.pk: 2, second.pk: 5})
    assert (plan.version, propose(client, APRIL, on=TODAY).cap) == (second, Decimal("0.20"))


def test_a_rubric_of_the_same_name_in_the_next_version_is_not_planned_twice() -> None:
    client = ClientFactory.create()
    community = community_of(client)
    first = draft(client)
    fill(rubric_of(first, "Masters"), community, MONDAY)
    approved(first)
    plan_april(client)
    first.ends_on, first.state = dt.date(2026, 4, 10), "superseded"
    first.save()
    second = draft(client, engagement=first.engagement, starts_on=dt.date(2026, 4, 11))
    fill(rubric_of(second, "Masters"), community, MONDAY, THURSDAY)
    approved(second)
    _plan, made = plan_april(client)
    # The Thursdays 16, 23 and 30 only.
    assert (made, Post.objects.count()) == (3, 7)
    assert propose(client, APRIL, on=TODAY).not_asked == 0


def test_what_the_grid_asks_for_no_more_is_counted_and_left() -> None:
    client = simple()
    plan_april(client)
    Community.objects.update(state=Community.State.ARCHIVED)
    proposal = propose(client, APRIL, on=TODAY)
    assert (proposal.not_asked, proposal.posts, Post.objects.count()) == (13, [], 13)


def test_days_of_pause_of_no_engagement_and_of_the_past_are_left_out() -> None:
    client = ClientFactory.create()
    engagement = EngagementFactory.create(
        client=client, starts_on=dt.date(2026, 4, 1), ends_on=dt.date(2026, 4, 26)
    )
    version = draft(client, engagement=engagement)
    fill(rubric_of(version), community_of(client), MONDAY)
    approved(version)
    for old, new, day in (
        (ClientStatus.ACTIVE, ClientStatus.PAUSED, 12),
        (ClientStatus.PAUSED, ClientStatus.ACTIVE, 15),
    ):
        StatusChange.objects.create(
            client=client, old=old, new=new, changed_by=UserFactory.create(),
            changed_at=dt.datetime(2026, 4, day, 9, tzinfo=dt.UTC),
        )  # fmt: skip
    days = [post.day.day for post in propose(client, APRIL, on=dt.date(2026, 4, 6)).posts]
    # Monday 6 is today, 13 is in the pause, 27 is after the engagement.
    assert days == [20]


def test_archived_communities_are_left_out_and_others_that_do_not_run_are_named() -> None:
    client = ClientFactory.create()
    version = draft(client)
    rubric = rubric_of(version)
    running = community_of(client)
    archived = community_of(client, state=Community.State.ARCHIVED)
    in_design = community_of(client, state=Community.State.DESIGN)
    for each in (running, archived, in_design):
        fill(rubric, each, MONDAY)
    alone = CommunityRhythmFactory.create(version=version, community=community_of(client))
    approved(version)
    proposal = propose(client, APRIL, on=TODAY)
    assert {post.community for post in proposal.posts} == {running}
    assert proposal.not_running == [archived, in_design]
    assert proposal.without_cells == [alone]


@pytest.mark.parametrize(("cap", "dealt"), [("0.20", 10), ("0.33", 16), ("0.50", 24)])
def test_the_plan_never_stands_above_the_cap(cap: str, dealt: int) -> None:
    client = ClientFactory.create()
    version = draft(client, cap=cap)
    community = community_of(client)
    for name, share in (("Found", "1"), ("News", "0.5"), ("Masters", "0")):
        rubric = rubric_of(version, name, share=None, curated_share=Decimal(share))
        fill(rubric, community, MONDAY, 1, THURSDAY, 5)
    approved(version)
    plan_april(client)
    sources = list(
        Publication.objects.order_by("planned_at").values_list("post__source", flat=True)
    )
    curated = [source == ContentSource.CURATED for source in sources]
    # At every post, so at the end of the month too.
    most = [math.floor(Decimal(cap) * n) for n in range(1, 52)]
    assert [sum(curated[: n + 1]) <= most[n] for n in range(51)] == [True] * 51
    assert (len(curated), sum(curated)) == (51, dealt)


def test_curated_posts_that_stand_already_count_towards_the_cap() -> None:
    client = ClientFactory.create()
    version = draft(client, cap="0.20")
    rubric = rubric_of(version, curated_share=Decimal(1))
    fill(rubric, community_of(client), MONDAY)
    approved(version)
    for number in range(3):
        PublicationFactory.create(
            post=PostFactory.create(client=client, source=ContentSource.CURATED),
            planned_at=dt.datetime(2026, 4, 1 + number, 9, tzinfo=dt.UTC),
        )
    assert [post.source for post in propose(client, APRIL, on=TODAY).posts].count(
        ContentSource.CURATED
    ) == 0


def test_times_are_the_clients_own_across_a_change_of_clocks() -> None:
    client = ClientFactory.create(time_zone="Europe/Berlin")
    version = draft(client)
    fill(rubric_of(version), community_of(client), *range(7))
    approved(version)
    posts = propose(client, dt.date(2026, 3, 1), on=dt.date(2026, 2, 28)).posts
    local = {post.at.astimezone(client.zone).strftime("%H:%M") for post in posts}
    assert (len(posts), local) == (31, {"12:00"})
    # The clocks were put forward on the 29th.
    assert [post.at.hour for post in posts[27:30]] == [11, 10, 10]


def test_posts_of_a_day_are_spread_and_do_not_sit_on_those_that_stand() -> None:
    client = ClientFactory.create()
    version = draft(client)
    community = community_of(client)
    fill(rubric_of(version), community, MONDAY, posts=2)
    approved(version)
    PublicationFactory.create(
        post__client=client, community=community,
        planned_at=dt.datetime(2026, 4, 6, 7, 0, tzinfo=dt.UTC),
    )  # fmt: skip
    posts = propose(client, APRIL, on=TODAY).posts
    by_day: dict[int, list[str]] = defaultdict(list)
    for post in posts:
        by_day[post.day.day].append(post.at.astimezone(client.zone).strftime("%H:%M"))
    usual = ["10:00", "19:00"]
    # 10:00 of the 6th is taken.
    assert by_day == {6: ["14:30", "19:00"], 13: usual, 20: usual, 27: usual}


def test_posts_go_out_at_the_communitys_usual_times_first() -> None:
    client = ClientFactory.create()
    version = draft(client)
    community = community_of(client)
    fill(rubric_of(version), community, MONDAY, posts=3)
    approved(version)
    for time in ("08:05", "20:40"):
        PostingSlotFactory.create(community=community, weekday=MONDAY, time=time)
    PostingSlotFactory.create(community=community, weekday=THURSDAY, time="09:00")
    posts = propose(client, APRIL, on=TODAY).posts[:3]
    times = [post.at.astimezone(client.zone).strftime("%H:%M") for post in posts]
    assert times == ["08:05", "10:00", "20:40"]


def refusals(client: Client, *, on: dt.date = TODAY) -> list[str]:
    return find_refusals(propose(client, APRIL, on=on))


def test_without_an_approved_strategy_nothing_is_planned() -> None:
    client = ClientFactory.create()
    EngagementFactory.create(client=client)
    fill(rubric_of(draft(client)), community_of(client), MONDAY)
    assert refusals(client) == [
        "No approved strategy is in force in April 2026: approve one first."
    ]
    with pytest.raises(ValidationError, match="No approved strategy"):
        plan_april(client)


def test_without_a_grid_nothing_is_planned() -> None:
    client = ClientFactory.create()
    approve_in_place(StrategyVersionFactory.create(client=client))
    assert refusals(client) == [
        "The content plan grid of v1 is empty: fill it in the next version."
    ]


def test_without_a_running_community_nothing_is_planned() -> None:
    client = ClientFactory.create()
    version = draft(client)
    community = community_of(client, state=Community.State.SET_UP, profile__title="Yard")
    fill(rubric_of(version), community, MONDAY)
    approved(version)
    assert refusals(client) == [
        "None of the communities of the grid runs: Yard (VK). Launch one first."
    ]


def test_what_is_over_paused_or_not_agreed_is_refused_in_words() -> None:
    assert refusals(simple(), on=dt.date(2026, 4, 30)) == [
        "April 2026 is over: plan the next month."
    ]
    assert refusals(simple(status=ClientStatus.PAUSED)) == [
        "The client is paused or has left: nothing is planned in April 2026."
    ]
    assert refusals(ClientFactory.create()) == [
        "No engagement runs in April 2026: write down what was agreed first."
    ]


def test_who_may_not_plans_nothing() -> None:
    with pytest.raises(ValidationError, match="You may not plan"):
        plan_april(simple(), by=UserFactory.create())
    assert Post.objects.count() == 0
