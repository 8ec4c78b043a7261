import datetime as dt
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from clients.models import Client
from communities.models import Community, Profile
from kpi.growth import (
    GrowthValue,
    followers_by_day,
    growth_for_clients,
    measure_growth,
    measure_pages,
)
from kpi.whose_pages import OWN_AND_COMPETITORS
from smm_agency.lib.row_security import reading_as_client
from tests.factories import ClientFactory, CommunityFactory, ProfileFactory, ProfileSnapshotFactory

FIRST, LAST = dt.date(2026, 3, 1), dt.date(2026, 3, 31)


@pytest.fixture
def client_row(db: None) -> Client:
    return ClientFactory.create()


def community_of(client: Client) -> Community:
    return CommunityFactory.create(profile__client=client)


def snapshot(community: Community, day: int, followers: int | None, **told: Any) -> None:
    ProfileSnapshotFactory.create(
        profile=community.profile, date=dt.date(2026, 3, day), followers=followers, **told
    )


def growth(client: Client, community: Community | None = None) -> GrowthValue:
    return measure_growth(client, first=FIRST, last=LAST, community=community)


def test_growth_is_end_minus_start_over_measured_days(client_row: Client) -> None:
    community = community_of(client_row)
    for day, followers in [(2, 100), (10, None), (20, 130), (30, 125)]:
        snapshot(community, day, followers)
    ProfileSnapshotFactory.create(profile=community.profile, date=dt.date(2026, 2, 28), followers=1)
    value = growth(client_row, community)
    assert (value.start, value.end, value.net, value.share) == (100, 125, 25, 0.25)
    assert (value.start_on, value.end_on) == (dt.date(2026, 3, 2), dt.date(2026, 3, 30))
    assert (value.measured_days, value.days, value.coverage) == (3, 31, 3 / 31)
    assert not value.is_partial
    assert growth(client_row) == value


def test_loss_is_negative(client_row: Client) -> None:
    community = community_of(client_row)
    snapshot(community, 1, 200)
    snapshot(community, 31, 150)
    assert (growth(client_row).net, growth(client_row).share) == (-50, -0.25)


def test_no_change_is_zero_and_one_day_is_unknown(client_row: Client) -> None:
    community = community_of(client_row)
    snapshot(community, 1, 200)
    assert (growth(client_row).net, growth(client_row).measured_days) == (None, 1)
    snapshot(community, 2, 200)
    assert growth(client_row).net == 0


def test_growth_from_zero_has_no_share(client_row: Client) -> None:
    community = community_of(client_row)
    snapshot(community, 1, 0)
    snapshot(community, 31, 10)
    assert (growth(client_row).net, growth(client_row).share) == (10, None)


def test_nothing_measured_is_unknown(client_row: Client) -> None:
    assert growth(client_row) == GrowthValue(31)
    community_of(client_row)
    assert (growth(client_row).net, growth(client_row).coverage) == (None, 0.0)


def test_joined_and_left_are_sums_of_the_days_that_told(client_row: Client) -> None:
    community = community_of(client_row)
    snapshot(community, 1, 100)
    snapshot(community, 2, 103, joined=5, left=0)
    snapshot(community, 3, 101, joined=None, left=2)
    value = growth(client_row)
    assert (value.joined, value.left, value.told_days, value.grown_days) == (5, 2, 1, 2)


def test_who_joined_before_the_first_level_or_after_the_last_is_not_in_the_growth(
    client_row: Client,
) -> None:
    """The net and those who joined and left are of the same days."""
    community = community_of(client_row)
    snapshot(community, 1, None, joined=7, left=0)
    snapshot(community, 2, 100, joined=9, left=1)
    snapshot(community, 3, None, joined=4, left=1)
    snapshot(community, 4, 105, joined=3, left=1)
    snapshot(community, 5, None, joined=8, left=0)
    value = growth(client_row)
    assert (value.net, value.joined, value.left) == (5, 7, 2)
    assert (value.told_days, value.grown_days) == (2, 2)


def test_joined_of_two_is_unknown_where_one_never_told(client_row: Client) -> None:
    told, silent = community_of(client_row), community_of(client_row)
    for day in (1, 31):
        snapshot(told, day, 100, joined=1)
        snapshot(silent, day, 100)
    assert growth(client_row).joined is None
    assert growth(client_row, told).joined == 1


def test_sum_leaves_out_a_community_not_measured_at_both_ends(client_row: Client) -> None:
    whole, newcomer = community_of(client_row), community_of(client_row)
    for day, followers in [(1, 100), (31, 110)]:
        snapshot(whole, day, followers)
    for day, followers in [(15, 500), (31, 900)]:
        snapshot(newcomer, day, followers)
    value = growth(client_row)
    assert (value.net, value.is_partial, value.counted, value.communities) == (10, True, 1, 2)
    assert growth(client_row, newcomer).net == 400


def test_sum_takes_a_community_a_few_days_off(client_row: Client) -> None:
    one, other = community_of(client_row), community_of(client_row)
    for community, days in ((one, (1, 31)), (other, (4, 28))):
        for day in days:
            snapshot(community, day, 100 + day)
    value = growth(client_row)
    assert (value.net, value.is_partial) == (54, False)
    assert (value.start_on, value.end_on) == (FIRST, LAST)


def test_competitors_are_not_ours(client_row: Client) -> None:
    rival = ProfileFactory.create(client=client_row, relation=Profile.Relation.COMPETITOR)
    ProfileSnapshotFactory.create(profile=rival, date=FIRST, followers=10)
    ProfileSnapshotFactory.create(profile=rival, date=LAST, followers=90)
    assert growth(client_row) == GrowthValue(31)


def test_pages_of_competitors_are_measured_where_they_are_asked_for(client_row: Client) -> None:
    own = community_of(client_row)
    rival = ProfileFactory.create(client=client_row, relation=Profile.Relation.COMPETITOR)
    ProfileFactory.create(client=client_row, relation=Profile.Relation.PUBLISHER)
    ProfileSnapshotFactory.create(profile=rival, date=FIRST, followers=10)
    ProfileSnapshotFactory.create(profile=rival, date=LAST, followers=90)
    pages = measure_pages([client_row.pk], FIRST, LAST, relations=OWN_AND_COMPETITORS)
    assert [(page.profile, page.measured_days) for page in pages] == [
        (own.profile_id, 0), (rival.pk, 2)
    ]  # fmt: skip
    assert (pages[1].start, pages[1].end) == (10, 90)
    assert [page.profile for page in measure_pages([client_row.pk], FIRST, LAST)] == [
        own.profile_id
    ]


def test_missing_day_is_none_in_the_series(client_row: Client) -> None:
    community = community_of(client_row)
    snapshot(community, 1, 0)
    snapshot(community, 3, 5)
    series = followers_by_day(client_row, first=FIRST, last=dt.date(2026, 3, 4))
    assert list(series.values()) == [0, None, 5, None]
    assert list(series) == [dt.date(2026, 3, day) for day in (1, 2, 3, 4)]
    one_day = followers_by_day(client_row, first=FIRST, last=FIRST)
    assert one_day == {FIRST: 0}


def test_series_of_two_has_a_value_only_where_both_have(client_row: Client) -> None:
    one, other = community_of(client_row), community_of(client_row)
    for day in (1, 2, 3):
        snapshot(one, day, 10)
    for day in (1, 3):
        snapshot(other, day, 5)
    last = dt.date(2026, 3, 3)
    assert list(followers_by_day(client_row, first=FIRST, last=last).values()) == [15, None, 15]
    own = followers_by_day(client_row, first=FIRST, last=last, community=other)
    assert list(own.values()) == [5, None, 5]


@pytest.mark.parametrize("clients", [1, 3])
def test_growth_of_many_clients_takes_one_query(
    db: None, clients: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    rows = [ClientFactory.create() for _ in range(clients)]
    for client in rows:
        community = community_of(client)
        snapshot(community, 1, 10)
        snapshot(community, 31, 12)
    with django_assert_num_queries(1):
        values = growth_for_clients([row.pk for row in rows], first=FIRST, last=LAST)
    assert [values[row.pk, None].net for row in rows] == [2] * clients


def test_portal_role_may_read_growth(client_row: Client) -> None:
    community = community_of(client_row)
    snapshot(community, 1, 10)
    snapshot(community, 31, 12)
    with reading_as_client(client_row.pk):
        value = growth(client_row, community)
        series = followers_by_day(client_row, first=FIRST, last=LAST)
    assert (value.net, series[FIRST]) == (2, 10)
