"""Hootsuite's daily ER: what happened on the day, also on old posts, by consecutive readings."""

import datetime as dt
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from clients.models import Client
from communities.models import Profile, WallPost
from kpi.engagement_rate import ErValue, er_for_clients, measure_er
from smm_agency.lib.row_security import reading_as_client
from tests.factories import (
    ClientFactory,
    CommunityFactory,
    PostSnapshotFactory,
    ProfileSnapshotFactory,
    WallPostFactory,
)

MOSCOW = dt.timezone(dt.timedelta(hours=3))


@pytest.fixture
def page(db: None) -> Profile:
    return CommunityFactory.create().profile


def moment(day: int, hour: int = 12, minute: int = 0) -> dt.datetime:
    return dt.datetime(2026, 3, day, hour, minute, tzinfo=MOSCOW)


def posted(page: Profile, day: int, hour: int = 12) -> WallPost:
    return WallPostFactory.create(profile=page, posted_at=moment(day, hour))


def read(post: WallPost, at: dt.datetime, **told: int) -> None:
    """As the measurement stores it: on the client's day, in the hour."""
    empty: dict[str, Any] = dict.fromkeys(("views", "reach", "likes", "comments", "shares"))
    local = at.astimezone(MOSCOW)
    PostSnapshotFactory.create(
        wall_post=post, slot=local.date(), hour=local.hour, read_at=at, **(empty | told)
    )


def followers(page: Profile, **counts: int) -> None:
    for day, count in counts.items():
        ProfileSnapshotFactory.create(
            profile=page, date=dt.date(2026, 3, int(day[1:])), followers=count
        )


def daily(page: Profile, first: int, last: int) -> ErValue:
    days = (dt.date(2026, 3, first), dt.date(2026, 3, last))
    return measure_er(page.client, "er_daily", first=days[0], last=days[1])


def test_engagement_counts_on_the_day_that_it_came_on(page: Profile) -> None:
    """5 on the day of the post, 12 on the next; of an old post 3 and −1."""
    post, old = posted(page, 2), posted(page, 1, 8)
    for day, likes in ((2, 40), (3, 43), (4, 42)):
        read(old, moment(day, 0, 20), likes=likes)
    for day, likes in ((3, 5), (4, 17)):
        read(post, moment(day, 0, 20), likes=likes)
    followers(page, d2=100, d3=110)
    assert daily(page, 2, 2).value == pytest.approx((5 + 3) / 100)
    assert daily(page, 3, 3).value == pytest.approx((12 - 1) / 110)
    both = daily(page, 2, 3)
    assert both.value == pytest.approx((8 / 100 + 11 / 110) / 2)
    assert (both.posts, both.posts_measured, both.measured_days, both.days) == (2, 2, 2, 2)


def test_of_many_readings_the_one_nearest_to_midnight_is_taken(page: Profile) -> None:
    post = posted(page, 1)
    for day, hour, likes in ((1, 20, 6), (1, 23, 8), (2, 3, 9), (2, 13, 20), (2, 22, 30)):
        read(post, moment(day, hour), likes=likes)
    followers(page, d1=100, d2=100)
    assert daily(page, 1, 1).numerator == pytest.approx(0.08)
    assert daily(page, 2, 2).numerator == pytest.approx(0.22)


def test_a_day_without_both_readings_is_not_measured(page: Profile) -> None:
    post = posted(page, 1)
    for day in (1, 2, 4, 5):
        read(post, moment(day, 23), likes=10 * day)
    followers(page, d1=100, d2=100, d3=100, d4=100, d5=100)
    value = daily(page, 1, 5)
    assert value.measured_days == 3  # 1, 2 and 5: nobody read the post in the evening of the third
    assert value.value == pytest.approx((0.1 + 0.1 + 0.1) / 3)


def test_one_post_that_was_not_read_leaves_the_day_unmeasured(page: Profile) -> None:
    whole, missed = posted(page, 1), posted(page, 1)
    for day in (1, 2):
        read(whole, moment(day, 23), likes=day)
    read(missed, moment(1, 23), likes=5)
    followers(page, d1=100, d2=100)
    assert daily(page, 1, 1).value == pytest.approx(0.06)
    assert daily(page, 2, 2).value is None


def test_parts_told_once_are_no_engagement_of_that_day(page: Profile) -> None:
    """Shares that were first told today did not all come today."""
    post = posted(page, 1)
    read(post, moment(2, 23), likes=10)
    read(post, moment(3, 23), likes=12, shares=500)
    followers(page, d3=100)
    value = daily(page, 3, 3)
    assert value.value == pytest.approx(0.02)
    assert value.parts == ("likes",)


def test_an_old_post_that_nobody_reads_any_more_is_not_missed(page: Profile) -> None:
    old = WallPostFactory.create(profile=page, posted_at=moment(1) - dt.timedelta(days=40))
    post = posted(page, 1)
    read(post, moment(1, 23), likes=4)
    followers(page, d1=100)
    assert daily(page, 1, 1).value == pytest.approx(0.04)
    for hour, day, likes in ((23, 1, 70), (1, 1, 68)):
        read(old, moment(day, hour), likes=likes)
    assert daily(page, 1, 1).value == pytest.approx(0.06)


def test_a_quiet_day_is_a_zero_only_where_the_wall_was_read(page: Profile) -> None:
    followers(page, d5=100)
    assert daily(page, 5, 5).value is None
    Profile.objects.filter(pk=page.pk).update(wall_read_at=moment(6, 5))
    assert daily(page, 5, 5).value == 0
    posted(page, 4)  # it was there, and nobody looked at what it gathered
    assert daily(page, 5, 5).value is None


def test_deleted_posts_are_left_out(page: Profile) -> None:
    post, gone = posted(page, 1), posted(page, 1)
    for each in (post, gone):
        read(each, moment(1, 23), likes=5)
    WallPost.objects.filter(pk=gone.pk).update(gone_at=moment(1, 23, 59))
    followers(page, d1=100)
    assert daily(page, 1, 1).value == pytest.approx(0.05)


def test_what_was_known_by_a_day_needs_its_readings(page: Profile) -> None:
    post = posted(page, 1)
    read(post, moment(2, 1), likes=5)
    followers(page, d1=100)
    first = dt.date(2026, 3, 1)

    def known(day: dt.date) -> float | None:
        return measure_er(page.client, "er_daily", first=first, last=first, known_by=day).value

    assert known(first) is None
    assert known(dt.date(2026, 3, 2)) == pytest.approx(0.05)


@pytest.mark.parametrize("clients", [1, 3])
def test_daily_er_of_many_clients_takes_three_queries(
    db: None, clients: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    rows: list[Client] = [ClientFactory.create() for _ in range(clients)]
    for client in rows:
        page = CommunityFactory.create(profile__client=client).profile
        read(posted(page, 1), moment(1, 23), likes=5)
        followers(page, d1=100)
    first = dt.date(2026, 3, 1)
    with django_assert_num_queries(3):
        values = er_for_clients([row.pk for row in rows], "er_daily", first=first, last=first)
    assert [values[row.pk, None].value for row in rows] == [0.05] * clients


def test_portal_role_may_read_daily_er(page: Profile) -> None:
    read(posted(page, 1), moment(1, 23), likes=5)
    followers(page, d1=100)
    with reading_as_client(page.client_id):
        assert daily(page, 1, 1).value == 0.05
