import datetime as dt
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from communities.models import Profile, WallPost
from kpi.cadence import load_cadence
from kpi.due_walls import OVERLAP, DueWall, find_due_walls
from kpi.measurement import measure_posts
from kpi.models import PostSnapshot, Reading, SnapshotCadence, SnapshotCorrection
from kpi.tests.network_stage import Start, simulate, vk_key, wall_item
from tests.factories import (
    ClientFactory,
    PostSnapshotFactory,
    ProfileFactory,
    WallPostFactory,
)

__all__ = ["simulate"]

# 12:20 in Moscow: slots of an hour, of six hours, but not of a day begin with this hour.
NOON = dt.datetime(2026, 3, 10, 9, 20, tzinfo=dt.UTC)
TODAY = dt.date(2026, 3, 10)
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
COMPETITOR = Profile.Relation.COMPETITOR

pytestmark = pytest.mark.django_db


def slots(external_id: str, **which: Any) -> list[tuple[int, int]]:
    """(day of March, hour) of the snapshots of a post."""
    rows = PostSnapshot.objects.filter(wall_post__external_id=external_id, **which)
    return [(day.day, hour) for day, hour in rows.order_by("slot", "hour").values_list(
        "slot", "hour"
    )]  # fmt: skip


def walls(*profiles: Profile, at: dt.datetime = NOON) -> list[DueWall]:
    return find_due_walls(profiles, load_cadence(), at=at)


def read_wall(profile: Profile, at: dt.datetime) -> None:
    Profile.objects.filter(pk=profile.pk).update(wall_read_at=at)


def read_post(profile: Profile, *, age: dt.timedelta, at: dt.datetime, hour: int) -> WallPost:
    post = WallPostFactory.create(profile=profile, posted_at=NOON - age)
    PostSnapshotFactory.create(wall_post=post, slot=at.date(), hour=hour, read_at=at)
    return post


def test_young_post_is_read_every_hour_and_an_older_one_every_six(simulate: Start) -> None:
    vk_key()
    profile = ProfileFactory.create(external_id="1")
    # Deleted since: the wall is read as far back in vain.
    WallPostFactory.create(profile=profile, external_id="6", posted_at=NOON - 25 * DAY)
    items = [wall_item(9, NOON - HOUR), wall_item(8, NOON - 3 * DAY), wall_item(7, NOON - 20 * DAY)]
    networks = simulate(groups={"1": {"posts": items}})
    for hours in range(8):
        for item in items:
            item["likes"] = {"count": 5 + hours}
        measure_posts(at=NOON + hours * HOUR)
        again = measure_posts(at=NOON + hours * HOUR)
        assert (again.read, len(networks.calls)) == (0, hours + 1)
    assert slots("9") == [(10, hour) for hour in range(12, 20)]
    assert slots("8") == [(10, 12), (10, 18)]
    assert slots("7") == [(10, 0)]
    # What was read in passing is not kept: it would change the reading of the slot.
    assert not SnapshotCorrection.objects.exists()


def test_post_grows_out_of_hourly_reading_at_24_hours(simulate: Start) -> None:
    vk_key()
    ProfileFactory.create(external_id="1")
    simulate(groups={"1": {"posts": [wall_item(9, NOON - 23 * HOUR)]}})
    for hours in range(8):
        measure_posts(at=NOON + hours * HOUR)
    assert slots("9") == [(10, 12), (10, 18)]


def test_new_post_is_found_within_the_hour(simulate: Start) -> None:
    vk_key()
    ProfileFactory.create(external_id="1")
    networks = simulate(groups={"1": {"posts": [wall_item(8, NOON - 9 * DAY)]}})
    measure_posts(at=NOON)
    networks.world.scenario.groups["1"]["posts"].append(wall_item(9, NOON + HOUR / 2))
    done = measure_posts(at=NOON + HOUR)
    assert (done.posts.new_posts, slots("9"), slots("8")) == (1, [(10, 13)], [(10, 0)])


def test_competitors_are_read_four_times_a_day_at_most(simulate: Start) -> None:
    vk_key()
    ProfileFactory.create(external_id="1", relation=COMPETITOR)
    items = [wall_item(9, NOON - HOUR), wall_item(8, NOON - 3 * DAY)]
    networks = simulate(groups={"1": {"posts": items}})
    for hours in range(13):
        measure_posts(at=NOON + hours * HOUR)
    assert len(networks.calls) == 3  # at 12, 18 and midnight
    assert slots("9") == [(10, 12), (10, 18), (11, 0)]
    assert slots("8") == [(10, 0), (11, 0)]


def test_page_of_two_clients_is_read_once_and_filed_by_each_ones_cadence(simulate: Start) -> None:
    vk_key()
    own = ProfileFactory.create(external_id="1")
    east = ClientFactory.create(time_zone="Asia/Vladivostok")
    other = ProfileFactory.create(external_id="1", relation=COMPETITOR, client=east)
    networks = simulate(groups={"1": {"posts": [wall_item(9, NOON - HOUR)]}})
    measure_posts(at=NOON)
    measure_posts(at=NOON + HOUR)
    assert networks.methods() == ["wall.get"] * 2
    assert slots("9", wall_post__profile=own) == [(10, 12), (10, 13)]
    # In Vladivostok it is 19:20, then 20:20.
    assert slots("9", wall_post__profile=other) == [(10, 18)]


def test_run_that_broke_off_is_finished_by_the_next_of_the_hour(simulate: Start) -> None:
    vk_key()
    for number in ("1", "2"):
        ProfileFactory.create(external_id=number)
    simulate(
        groups={
            number: {"posts": [wall_item(9, NOON - HOUR, owner_id=-int(number))]}
            for number in ("1", "2")
        },
        faults=[{"method": "wall.get", "fault": "drop", "after": 1, "times": 3}],
    )
    first = measure_posts(at=NOON)
    assert (first.read, first.waiting, len(slots("9"))) == (1, 1, 1)
    read = [measure_posts(at=NOON + HOUR / 4).read for _ in range(4)]
    assert (sum(read), len(slots("9"))) == (1, 2)


def test_post_that_is_gone_from_the_wall_asks_once_a_slot(simulate: Start) -> None:
    vk_key()
    profile = ProfileFactory.create(external_id="1")
    WallPostFactory.create(profile=profile, posted_at=NOON - DAY / 2)
    networks = simulate(groups={"1": {"posts": []}})
    for _ in range(2):
        measure_posts(at=NOON)
    assert len(networks.calls) == 1


def test_wall_is_due_by_a_post_that_is_read_more_often_than_new_ones() -> None:
    SnapshotCadence.objects.filter(relation="own", up_to_hours=24).update(every_hours=24)
    profile = ProfileFactory.create()
    read_wall(profile, NOON - 2 * HOUR)
    assert walls(profile) == []
    post = WallPostFactory.create(profile=profile, posted_at=NOON - 3 * DAY)
    assert [wall.since for wall in walls(profile)] == [post.posted_at]


def test_wall_is_read_back_to_the_oldest_post_that_is_due() -> None:
    profile = ProfileFactory.create()
    read_wall(profile, NOON - HOUR)
    fresh = read_post(profile, age=8 * DAY, at=NOON - HOUR, hour=0)
    [wall] = walls(profile)
    assert (wall.since, wall.not_due) == (NOON - HOUR - OVERLAP, frozenset({fresh.pk}))
    due = read_post(profile, age=3 * DAY, at=NOON - 2 * HOUR, hour=6)
    [wall] = walls(profile)
    assert (wall.since, wall.not_due) == (due.posted_at, frozenset({fresh.pk}))


def test_wall_never_read_is_read_for_the_whole_window() -> None:
    own, competitor = ProfileFactory.create(), ProfileFactory.create(relation=COMPETITOR)
    SnapshotCadence.objects.filter(relation=COMPETITOR, up_to_hours=720).update(up_to_hours=240)
    found = {wall.profile: NOON - wall.since for wall in walls(own, competitor)}
    assert found == {own: 30 * DAY, competitor: 10 * DAY}


def test_reading_from_a_file_does_not_stand_for_the_networks() -> None:
    profile = ProfileFactory.create()
    read_wall(profile, NOON - HOUR)
    post = read_post(profile, age=HOUR, at=NOON, hour=12)
    assert walls(profile)[0].not_due == {post.pk}
    PostSnapshot.objects.update(reading=Reading.IMPORT)
    assert walls(profile)[0].not_due == frozenset()


def test_after_an_outage_the_posts_of_the_missed_days_are_found(simulate: Start) -> None:
    """Their counters are those of now, and stand in the slot of now: nothing is invented."""
    vk_key()
    profile = ProfileFactory.create(external_id="1")
    read_wall(profile, NOON - 40 * DAY)
    items = [
        wall_item(9, NOON - 2 * DAY),
        wall_item(8, NOON - 35 * DAY),
        wall_item(7, NOON - 41 * DAY),
    ]
    simulate(groups={"1": {"posts": items}})
    measure_posts(at=NOON)
    assert (slots("9"), slots("8"), slots("7")) == ([(10, 12)], [(10, 0)], [])
    measure_posts(at=NOON + DAY)
    assert (slots("9"), slots("8")) == ([(10, 12), (11, 12)], [(10, 0)])


def test_outage_of_one_client_reads_no_old_posts_for_another(simulate: Start) -> None:
    vk_key()
    own, other = (ProfileFactory.create(external_id="1") for _ in range(2))
    read_wall(own, NOON - 40 * DAY)
    read_wall(other, NOON - HOUR)
    old = WallPostFactory.create(profile=other, external_id="8", posted_at=NOON - 35 * DAY)
    PostSnapshotFactory.create(wall_post=old, slot=TODAY - 10 * DAY)
    simulate(groups={"1": {"posts": [wall_item(8, NOON - 35 * DAY)]}})
    measure_posts(at=NOON)
    assert slots("8", wall_post__profile=own) == [(10, 0)]
    assert slots("8", wall_post__profile=other) == [(28, 0)]


def test_whoever_was_read_the_longest_ago_comes_first() -> None:
    late, never, recent = (ProfileFactory.create() for _ in range(3))
    read_wall(late, NOON - 5 * HOUR)
    read_wall(recent, NOON - HOUR)
    assert [wall.profile for wall in walls(late, never, recent)] == [never, late, recent]


@pytest.mark.parametrize("pages", [1, 3])
def test_what_is_due_takes_two_questions(
    pages: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    profiles = [ProfileFactory.create() for _ in range(pages)]
    for profile in profiles:
        read_post(profile, age=3 * DAY, at=NOON - 2 * HOUR, hour=6)
    cadence = load_cadence()
    with django_assert_num_queries(2):
        assert len(find_due_walls(profiles, cadence, at=NOON)) == pages
