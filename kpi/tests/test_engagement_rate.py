import datetime as dt
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from clients.models import Client
from communities.models import Community, Profile, WallPost
from kpi.engagement_rate import PERIOD_CODES, ErValue, er_by_page, er_for_clients, measure_er
from kpi.formulas import FORMULAS
from kpi.tests.planning import without_indexes
from kpi.whose_pages import OWN_AND_COMPETITORS
from smm_agency.lib.row_security import reading_as_client
from strategy.models import FormulaCode
from tests.factories import (
    ClientFactory,
    CommunityFactory,
    PostSnapshotFactory,
    ProfileFactory,
    ProfileSnapshotFactory,
    WallPostFactory,
)

FIRST, LAST = dt.date(2026, 3, 1), dt.date(2026, 3, 31)


@pytest.fixture
def client_row(db: None) -> Client:
    return ClientFactory.create()


@pytest.fixture
def community(client_row: Client) -> Community:
    return CommunityFactory.create(profile__client=client_row)


def posted(profile: Profile, day: int, hour: int = 9, **told: int | None) -> WallPost:
    moment = dt.datetime(2026, 3, day, hour, tzinfo=dt.UTC)
    post = WallPostFactory.create(profile=profile, posted_at=moment)
    if told:
        snapshot(post, day, **told)
    return post


def snapshot(post: WallPost, day: int, **told: int | None) -> None:
    empty: dict[str, Any] = dict.fromkeys(
        ("views", "reach", "likes", "comments", "shares", "saves", "clicks")
    )
    PostSnapshotFactory.create(wall_post=post, slot=dt.date(2026, 3, day), **(empty | told))


def followers(profile: Profile, day: int, count: int | None) -> None:
    ProfileSnapshotFactory.create(profile=profile, date=dt.date(2026, 3, day), followers=count)


def wall_read(profile: Profile, day: int) -> None:
    Profile.objects.filter(pk=profile.pk).update(
        wall_read_at=dt.datetime(2026, 3, day, 5, tzinfo=dt.UTC)
    )


def er(client: Client, code: str, community: Community | None = None) -> ErValue:
    return measure_er(client, code, first=FIRST, last=LAST, community=community)


def test_er_post_of_published_vector(client_row: Client, community: Community) -> None:
    for day in range(1, 11):
        posted(community.profile, day, likes=10, comments=2)
    for day in (1, 10):
        followers(community.profile, day, 300)
    value = er(client_row, FormulaCode.ER_POST, community)
    assert (value.numerator, value.denominator, value.value) == (120, 3_000, 0.04)
    assert (value.posts, value.posts_measured, value.measured_days) == (10, 10, 2)
    assert (value.parts, value.coverage) == (("likes", "comments"), 1.0)
    assert value.formula is FORMULAS["er_post"]
    assert er(client_row, "er_post") == value


def test_er_takes_the_last_slot_of_a_day(client_row: Client, community: Community) -> None:
    post = posted(community.profile, 1)
    for hour, likes, views in ((12, 5, 100), (13, 9, 200), (9, 1, 50)):
        PostSnapshotFactory.create(
            wall_post=post, slot=FIRST, hour=hour, likes=likes, comments=0, shares=0, views=views
        )
    with without_indexes():
        value = er(client_row, "er_view")
    assert (value.numerator, value.denominator) == (9, 200)


def test_er_takes_the_latest_known_counters(client_row: Client, community: Community) -> None:
    post = posted(community.profile, 1, likes=1, views=50)
    snapshot(post, 5, likes=9, comments=1)
    snapshot(post, 9, views=200)
    followers(community.profile, 1, 100)
    assert er(client_row, "er_post").numerator == 10
    assert (er(client_row, "er_view").numerator, er(client_row, "er_view").denominator) == (10, 200)
    early = measure_er(client_row, "er_view", first=FIRST, last=LAST, known_by=dt.date(2026, 3, 4))
    assert early.value == 0.02


def test_er_post_without_engagement_told_is_left_out(
    client_row: Client, community: Community
) -> None:
    posted(community.profile, 1, likes=0)
    posted(community.profile, 2, views=10)
    posted(community.profile, 3)
    followers(community.profile, 1, 100)
    value = er(client_row, "er_post")
    assert (value.value, value.posts, value.posts_measured) == (0.0, 3, 1)
    assert value.is_partial


def test_er_without_subscribers_posts_or_views_is_unknown(
    client_row: Client, community: Community
) -> None:
    assert er(client_row, "er_post").value is None
    posted(community.profile, 1, likes=3, views=0)
    assert er(client_row, "er_post").value is None
    assert er(client_row, "er_day").value is None
    assert er(client_row, "er_view").value is None
    followers(community.profile, 1, 0)
    assert er(client_row, "er_post").value is None
    assert er(client_row, "er_day").value is None


def test_er_day_is_the_mean_over_measured_days(client_row: Client, community: Community) -> None:
    posted(community.profile, 1, likes=10)
    posted(community.profile, 1, hour=12, likes=10)
    posted(community.profile, 3, likes=50)  # subscribers unknown that day
    posted(community.profile, 4, views=1)  # engagement unknown that day
    for day, count in [(1, 100), (2, 200), (4, 100)]:
        followers(community.profile, day, count)
    wall_read(community.profile, 4)
    value = er(client_row, "er_day")
    assert (value.numerator, value.denominator, value.value) == (0.2, 2, 0.1)
    assert (value.posts, value.posts_measured, value.measured_days) == (4, 2, 2)


def test_a_day_without_posts_is_a_zero_only_where_the_wall_was_read(
    client_row: Client, community: Community
) -> None:
    posted(community.profile, 1, likes=10)
    for day in (1, 2, 3, 4):
        followers(community.profile, day, 100)

    def days() -> tuple[float | None, float | None]:
        return er(client_row, "er_day").denominator, er(client_row, "er_day").value

    assert days() == (1, 0.1)  # nobody knows what was posted on the others
    wall_read(community.profile, 3)  # in the morning: the third is not over
    assert days() == (2, 0.05)
    wall_read(community.profile, 5)
    assert days() == (4, 0.025)


def test_without_posts_and_readings_er_day_is_unknown(
    client_row: Client, community: Community
) -> None:
    followers(community.profile, 1, 100)
    assert er(client_row, "er_day").value is None
    wall_read(community.profile, 2)
    assert er(client_row, "er_day").value == 0


def test_err_and_er_view_are_over_posts_that_have_both(
    client_row: Client, community: Community
) -> None:
    posted(community.profile, 1, likes=10, reach=100, views=500)
    posted(community.profile, 2, likes=20, reach=None, views=500)
    posted(community.profile, 3, reach=100)
    err, view = er(client_row, "err"), er(client_row, "er_view")
    assert (err.numerator, err.denominator, err.posts_measured) == (10, 100, 1)
    assert (view.numerator, view.denominator, view.posts_measured) == (30, 1_000, 2)


@pytest.mark.parametrize("code", ["er_view", "er_view_mean", "er_post_mean", "er_median20"])
def test_a_day_is_measured_where_all_its_posts_are_in_the_ratio(
    client_row: Client, community: Community, code: str
) -> None:
    followers(community.profile, 1, 100)
    posted(community.profile, 1, likes=10, views=100)
    posted(community.profile, 2, likes=10, views=100)
    posted(community.profile, 2, 15)  # nobody read it
    posted(community.profile, 30, likes=10, views=100)
    assert er(client_row, code).measured_days == 2
    wall_read(community.profile, 6)  # nothing was posted on the 3rd to the 5th
    value = er(client_row, code)
    assert (value.measured_days, value.days, value.posts_measured) == (5, 31, 3)


def test_days_of_several_communities_are_those_of_the_one_measured_worst(
    client_row: Client, community: Community
) -> None:
    other = CommunityFactory.create(profile__client=client_row)
    CommunityFactory.create(profile__client=client_row)  # not measured at all, so not in the ratio
    for profile, days in ((community.profile, range(1, 32)), (other.profile, (1, 2))):
        posted(profile, 1, likes=10)
        for day in days:
            followers(profile, day, 100)
    assert er(client_row, "er_post").measured_days == 2
    assert er(client_row, "er_post", community).measured_days == 31


def test_posts_belong_to_the_clients_own_day(client_row: Client, community: Community) -> None:
    last_evening = dt.datetime(2026, 2, 28, 21, 30, tzinfo=dt.UTC)  # 1 March in Moscow
    next_month = dt.datetime(2026, 3, 31, 21, 30, tzinfo=dt.UTC)  # 1 April in Moscow
    for moment in (last_evening, next_month):
        WallPostFactory.create(profile=community.profile, posted_at=moment)
    assert er(client_row, "er_post").posts == 1


def test_together_pools_communities_and_leaves_competitors_out(
    client_row: Client, community: Community
) -> None:
    other = CommunityFactory.create(profile__client=client_row)
    rival = ProfileFactory.create(client=client_row, relation=Profile.Relation.COMPETITOR)
    for profile, likes, count in [
        (community.profile, 10, 100),
        (other.profile, 10, 900),
        (rival, 99, 100),
    ]:
        posted(profile, 1, likes=likes)
        followers(profile, 1, count)
    assert (er(client_row, "er_post").value, er(client_row, "er_day").value) == (0.02, 0.02)
    assert er(client_row, "er_post", other).value == pytest.approx(1 / 90)


def test_means_of_posts_weigh_each_post_alike(client_row: Client, community: Community) -> None:
    followers(community.profile, 1, 1_000)
    posted(community.profile, 1, likes=10, views=100, reach=50)
    posted(community.profile, 2, likes=30, views=1_000, reach=600)
    posted(community.profile, 3, views=500)
    found = {code: er(client_row, code) for code in ("er_post_mean", "er_view_mean", "err_mean")}
    assert {code: value.value for code, value in found.items()} == {
        "er_post_mean": pytest.approx(0.02),
        "er_view_mean": pytest.approx((0.1 + 0.03) / 2),
        "err_mean": pytest.approx((0.2 + 0.05) / 2),
    }
    assert {(value.posts, value.posts_measured) for value in found.values()} == {(3, 2)}


def test_each_post_is_divided_by_the_subscribers_of_its_own_day(
    client_row: Client, community: Community
) -> None:
    """Hootsuite's mean of ratios: 10 of 100, then 10 of 900; of sums it would be 0.02."""
    for day, count in ((1, 100), (15, None), (31, 900)):
        followers(community.profile, day, count)
    for day in (2, 30):
        posted(community.profile, day, likes=10, views=90)
    assert er(client_row, "er_post_mean").value == pytest.approx((10 / 100 + 10 / 900) / 2)
    assert er(client_row, "er_median20").value == pytest.approx((10 / 100 + 10 / 900) / 2)
    assert er(client_row, "telegram_err").value == pytest.approx((90 / 100 + 90 / 900) / 2)
    assert er(client_row, "er_post").value == pytest.approx(0.02)


def test_of_two_days_as_near_the_earlier_one_is_taken(
    client_row: Client, community: Community
) -> None:
    posted(community.profile, 10, likes=10)
    followers(community.profile, 8, 100)
    followers(community.profile, 12, 1_000)
    assert er(client_row, "er_post_mean").value == pytest.approx(0.1)
    followers(community.profile, 11, 200)
    assert er(client_row, "er_post_mean").value == pytest.approx(0.05)


def test_subscribers_told_weeks_away_say_nothing_of_a_post(
    client_row: Client, community: Community
) -> None:
    posted(community.profile, 1, likes=10)
    ProfileSnapshotFactory.create(
        profile=community.profile, date=FIRST + dt.timedelta(days=32), followers=100
    )
    value = er(client_row, "er_post_mean")
    assert (value.value, value.posts, value.posts_measured) == (None, 1, 0)


def test_the_median_is_of_the_newest_twenty_posts(client_row: Client, community: Community) -> None:
    """28 posts that are all measured are no "20 of 28": the coverage is of the 20."""
    followers(community.profile, 1, 1_000)
    for day in range(1, 5):
        for hour in (9, 15):
            posted(community.profile, day, hour, likes=900)
    for day in range(5, 25):
        posted(community.profile, day, likes=10 if day % 2 else 20)
    value = er(client_row, "er_median20")
    assert value.value == pytest.approx(0.015)
    assert (value.posts, value.posts_measured, value.is_partial) == (20, 20, False)


def test_the_median_reads_back_past_the_beginning_of_the_period(
    client_row: Client, community: Community
) -> None:
    other = CommunityFactory.create(profile__client=client_row)
    for profile in (community.profile, other.profile):
        followers(profile, 1, 1_000)
    for day in range(1, 25):
        posted(community.profile, day, likes=day)
    posted(other.profile, 23, likes=500)
    posted(community.profile, 28, likes=900)

    def last_week(place: Community | None = None) -> ErValue:
        first, last = dt.date(2026, 3, 21), dt.date(2026, 3, 27)
        return measure_er(client_row, "er_median20", first=first, last=last, community=place)

    assert last_week(community).value == pytest.approx(0.0145)  # of 5 … 24
    assert last_week().value == pytest.approx(0.0155)  # of 6 … 24 and 500
    assert (last_week(other).posts, last_week(other).value) == (1, 0.5)
    assert last_week(community).posts == 20


def test_a_post_of_the_last_twenty_that_was_not_read_is_said(
    client_row: Client, community: Community
) -> None:
    followers(community.profile, 1, 1_000)
    for day in range(1, 22):
        posted(community.profile, day, **({"likes": day} if day != 21 else {}))
    value = er(client_row, "er_median20")
    assert (value.posts, value.posts_measured) == (20, 19)
    assert value.value == pytest.approx(0.011)  # of 2 … 20


def test_telegram_ratios_of_published_vectors(client_row: Client, community: Community) -> None:
    """600 reactions of 10,000 views; 8,000 views of 20,000 subscribers."""
    followers(community.profile, 1, 20_000)
    posted(community.profile, 1, likes=600, views=10_000)
    assert er(client_row, "telegram_er").value == pytest.approx(0.06)
    posted(community.profile, 2, views=6_000)
    assert er(client_row, "telegram_err").value == pytest.approx(0.40)


def test_views_of_the_first_day_are_read_about_a_day_after(
    client_row: Client, community: Community
) -> None:
    followers(community.profile, 1, 1_000)
    post = WallPostFactory.create(
        profile=community.profile, posted_at=dt.datetime(2026, 3, 3, 9, tzinfo=dt.UTC)
    )
    for day, hour, views in ((3, 12, 90), (4, 6, 250), (4, 10, 300), (4, 12, 320), (5, 9, 700)):
        PostSnapshotFactory.create(
            wall_post=post,
            slot=dt.date(2026, 3, day),
            hour=hour,
            read_at=dt.datetime(2026, 3, day, hour, tzinfo=dt.UTC),
            views=views,
        )
    assert er(client_row, "telegram_err24").value == pytest.approx(0.3)
    late = WallPostFactory.create(
        profile=community.profile, posted_at=dt.datetime(2026, 3, 10, 9, tzinfo=dt.UTC)
    )
    PostSnapshotFactory.create(
        wall_post=late,
        slot=dt.date(2026, 3, 15),
        read_at=dt.datetime(2026, 3, 15, tzinfo=dt.UTC),
        views=900,
    )
    value = er(client_row, "telegram_err24")
    assert value.value == pytest.approx(0.3)
    assert (value.posts, value.posts_measured) == (2, 1)


@pytest.mark.parametrize("code", PERIOD_CODES)
def test_a_post_gone_by_the_end_of_the_period_is_left_out(
    client_row: Client, community: Community, code: str
) -> None:
    for day in (1, 2):
        followers(community.profile, day, 100)
    counted = {"lr": "likes", "tr": "comments", "ar": "shares"}.get(code, "likes")
    posted(community.profile, 1, **{counted: 10}, views=100, reach=50)
    gone = posted(community.profile, 2, **{counted: 90}, views=900, reach=90)
    WallPost.objects.filter(pk=gone.pk).update(
        gone_at=dt.datetime(2026, 3, 31, 20, 59, tzinfo=dt.UTC)
    )
    assert er(client_row, code).posts == 1
    WallPost.objects.filter(pk=gone.pk).update(
        gone_at=dt.datetime(2026, 3, 31, 21, tzinfo=dt.UTC)  # 1 April in Moscow
    )
    assert er(client_row, code).posts == 2


def test_love_talk_and_amplification_count_one_part_each(
    client_row: Client, community: Community
) -> None:
    """Popsters: likes, comments, shares of the posts by subscribers, each by posts."""
    followers(community.profile, 1, 1_000)
    posted(community.profile, 1, likes=30, comments=4, shares=2, saves=9)
    posted(community.profile, 2, likes=10, comments=2)  # shares were never told
    found = {code: er(client_row, code) for code in ("lr", "tr", "ar")}
    assert {code: value.value for code, value in found.items()} == {
        "lr": pytest.approx(0.02), "tr": pytest.approx(0.003), "ar": pytest.approx(0.002),
    }  # fmt: skip
    assert [value.parts for value in found.values()] == [("likes",), ("comments",), ("shares",)]
    assert [value.posts_measured for value in found.values()] == [2, 2, 1]


def test_a_part_keeps_its_latest_reading(client_row: Client, community: Community) -> None:
    """A later reading of other parts does not hide it."""
    followers(community.profile, 1, 100)
    post = posted(community.profile, 1, comments=3, likes=1)
    snapshot(post, 2, likes=9)
    assert (er(client_row, "tr").numerator, er(client_row, "lr").numerator) == (3, 9)


def test_reach_rate_is_the_mean_of_reach_by_subscribers(
    client_row: Client, community: Community
) -> None:
    for day, count in ((1, 1_000), (31, 2_000)):
        followers(community.profile, day, count)
    posted(community.profile, 1, reach=60)
    posted(community.profile, 31, reach=100)
    posted(community.profile, 31, views=5)
    value = er(client_row, "vr")
    assert value.value == pytest.approx((0.06 + 0.05) / 2)
    assert (value.posts, value.posts_measured) == (3, 2)


@pytest.mark.parametrize("code", PERIOD_CODES)
def test_without_posts_no_ratio_can_be_said(client_row: Client, code: str) -> None:
    community = CommunityFactory.create(profile__client=client_row)
    assert er(client_row, code, community).value in (None, 0 if code == "er_day" else None)


def test_every_code_of_a_target_can_be_measured() -> None:
    assert set(PERIOD_CODES) == set(FormulaCode.values)


@pytest.mark.parametrize("clients", [1, 3])
def test_er_of_many_clients_takes_three_queries(
    db: None, clients: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    rows = [ClientFactory.create() for _ in range(clients)]
    for client in rows:
        profile = CommunityFactory.create(profile__client=client).profile
        posted(profile, 1, likes=5)
        followers(profile, 1, 100)
    with django_assert_num_queries(3):
        values = er_for_clients([row.pk for row in rows], "er_post", first=FIRST, last=LAST)
    assert [values[row.pk, None].value for row in rows] == [0.05] * clients


def test_portal_role_may_read_er(client_row: Client, community: Community) -> None:
    posted(community.profile, 1, likes=5, views=50)
    followers(community.profile, 1, 100)
    with reading_as_client(client_row.pk):
        found = {code: er(client_row, code, community).value for code in PERIOD_CODES}
    assert found == {
        "er_post": 0.05, "er_day": 0.05, "er_post_mean": 0.05, "er_median20": 0.05,
        "lr": 0.05, "tr": None, "ar": None, "vr": None, "er_daily": None,
        "err": None, "err_mean": None, "er_view": 0.1, "er_view_mean": 0.1,
        "telegram_er": 0.1, "telegram_err": 0.5, "telegram_err24": None,
    }  # fmt: skip


@pytest.mark.parametrize("code", PERIOD_CODES)
def test_a_competitors_page_is_measured_as_an_own_one(
    client_row: Client, community: Community, code: str
) -> None:
    """The same posts and subscribers make the same ER; unasked, competitors are not ours."""
    rival = ProfileFactory.create(client=client_row, relation=Profile.Relation.COMPETITOR)
    for page in (community.profile, rival):
        for day in (3, 4):
            posted(page, day, likes=10, comments=day, views=200, reach=150)
            followers(page, day, 1000)
        wall_read(page, 10)
    values = er_by_page(
        [client_row.pk], code, first=FIRST, last=LAST, relations=OWN_AND_COMPETITORS
    )
    assert values[rival.pk] == values[community.profile_id] == er(client_row, code, community)
    assert list(er_by_page([client_row.pk], code, first=FIRST, last=LAST)) == [community.profile_id]


@pytest.mark.parametrize("pages", [1, 3])
def test_er_of_many_pages_takes_three_queries(
    client_row: Client, pages: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(pages):
        page = ProfileFactory.create(client=client_row)
        posted(page, 3, likes=10)
        followers(page, 3, 1000)
    with django_assert_num_queries(3):
        values = er_by_page([client_row.pk], "er_post", first=FIRST, last=LAST)
    assert [value.value for value in values.values()] == [0.01] * pages
