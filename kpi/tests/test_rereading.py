"""Old posts of several walls are read by their ids where that costs fewer calls; nothing else."""

import datetime as dt
from typing import Any

import pytest

from communities.models import Profile
from communities.networks.keys import Capability
from kpi import rereading
from kpi.cadence import load_cadence
from kpi.due_walls import find_due_walls
from kpi.measurement import measure_posts
from kpi.models import PostSnapshot
from kpi.rereading import plan_walls
from kpi.tests.network_stage import Start, simulate, vk_key, wall_item
from smm_agency.simulator.scenario import read_fault
from smm_agency.simulator.server import Simulator
from tests.factories import ProfileFactory, WallPostFactory

__all__ = ["simulate"]

NOON = dt.datetime(2026, 3, 10, 9, 20, tzinfo=dt.UTC)
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
OLD = ["878", "879", "880", "881", "882"]

pytestmark = pytest.mark.django_db


def busy_wall(number: int, *, posts: int = 150) -> list[dict[str, Any]]:
    """One post every two hours: the last fall due once a day, behind the wall's first page."""
    return [
        wall_item(1_000 - age, NOON - (2 * age + 1) * HOUR, owner_id=-number)
        for age in range(posts)
    ]


def play(simulate: Start, walls: int, *, posts: int = 150, **told: Any) -> Simulator:
    vk_key(**told)
    groups = {}
    for number in range(1, walls + 1):
        ProfileFactory.create(external_id=str(number))
        groups[str(number)] = {"posts": busy_wall(number, posts=posts)}
    return simulate(groups=groups)


def snapshots() -> set[tuple[Any, ...]]:
    of_post = ("wall_post__profile__external_id", "wall_post__external_id")
    return set(PostSnapshot.objects.values_list(*of_post, "slot", "hour", "likes", "views"))


def make_old_ones_due() -> None:
    """Five posts of the second page were not read in their slot."""
    PostSnapshot.objects.filter(wall_post__external_id__in=OLD).delete()


def calls_of(networks: Simulator, *, after: int) -> list[str]:
    return networks.methods()[after:]


def test_old_posts_of_several_walls_are_read_by_their_ids(simulate: Start) -> None:
    networks = play(simulate, walls=3)
    measure_posts(at=NOON)
    assert calls_of(networks, after=0) == ["wall.get"] * 6
    make_old_ones_due()
    measure_posts(at=NOON + HOUR)
    assert calls_of(networks, after=6) == ["wall.getById", *["wall.get"] * 3]
    posts = networks.calls[6].parameters["posts"].split(",")
    assert {f"-{wall}_{old}" for wall in (1, 2, 3) for old in OLD} <= set(posts)


def test_where_most_posts_are_due_the_walls_cost_less(simulate: Start) -> None:
    networks = play(simulate, walls=3)
    measure_posts(at=NOON)
    measure_posts(at=NOON + 13 * HOUR)
    assert calls_of(networks, after=6) == ["wall.get"] * 6


@pytest.mark.parametrize("at", [NOON + HOUR, NOON + 6 * HOUR, NOON + 13 * HOUR, NOON + 3 * DAY])
def test_either_way_stores_the_same_snapshots(simulate: Start, at: dt.datetime) -> None:
    networks = play(simulate, walls=3)
    measure_posts(at=NOON)
    make_old_ones_due()
    for group in networks.world.scenario.groups.values():
        group["posts"] = [
            {**item, "likes": {"count": 9}} for item in group["posts"] if item["id"] != 880
        ]
    stored = snapshots()
    measure_posts(at=at)
    by_ids, read_at = snapshots(), set(Profile.objects.values_list("wall_read_at", flat=True))
    PostSnapshot.objects.filter(likes=9).delete()
    assert snapshots() == stored
    Profile.objects.update(wall_read_at=NOON)
    with pytest.MonkeyPatch.context() as plain:
        plain.setattr(rereading, "_short", lambda page, walls: None)
        measure_posts(at=at)
    assert (snapshots(), read_at) == (by_ids, {at})


def test_one_wall_of_two_pages_is_read_as_before(simulate: Start) -> None:
    """A page saved is a call for the ids spent."""
    networks = play(simulate, walls=1)
    measure_posts(at=NOON)
    make_old_ones_due()
    measure_posts(at=NOON + HOUR)
    assert calls_of(networks, after=2) == ["wall.get"] * 2


def test_walls_of_one_page_are_read_as_before(simulate: Start) -> None:
    networks = play(simulate, walls=3, posts=60)
    for hours in (0, 13):
        measure_posts(at=NOON + hours * HOUR)
    assert calls_of(networks, after=0) == ["wall.get"] * 6


def test_a_key_that_cannot_reread_reads_walls(simulate: Start) -> None:
    networks = play(simulate, walls=3, capabilities=[Capability.READ_POSTS.value])
    measure_posts(at=NOON)
    make_old_ones_due()
    measure_posts(at=NOON + HOUR)
    assert set(networks.methods()) == {"wall.get"}


def test_ids_that_could_not_be_read_are_read_by_the_next_run(simulate: Start) -> None:
    networks = play(simulate, walls=3)
    measure_posts(at=NOON)
    make_old_ones_due()
    fault = {"method": "wall.getById", "fault": "http502", "times": None}
    networks.world.scenario.faults.append(read_fault(fault))
    later = NOON + HOUR
    failed = measure_posts(at=later)
    assert (failed.read, failed.waiting) == (0, 3)
    assert set(Profile.objects.values_list("wall_read_at", flat=True)) == {NOON}
    networks.world.scenario.faults.clear()
    assert measure_posts(at=later).read == 3


def test_a_post_that_is_gone_asks_once_a_slot(simulate: Start) -> None:
    networks = play(simulate, walls=3)
    measure_posts(at=NOON)
    make_old_ones_due()
    for group in networks.world.scenario.groups.values():
        group["posts"] = [item for item in group["posts"] if item["id"] > 860]
    later = NOON + HOUR
    assert (measure_posts(at=later).read, measure_posts(at=later).read) == (3, 0)


def test_a_wall_nobody_read_is_read_whole() -> None:
    profile = ProfileFactory.create(external_id="1")
    WallPostFactory.create(profile=profile, posted_at=NOON - 20 * DAY)
    [wall] = find_due_walls([profile], load_cadence(), at=NOON)
    plan = plan_walls({"1": [wall]}, can_reread=True)["1"]
    assert (plan.since, plan.by_id) == (wall.since, ())


@pytest.mark.parametrize(
    ("posts", "calls"), [(0, 1), (99, 1), (100, 2), (194, 2), (195, 3), (289, 3), (290, 4)]
)
def test_calls_of_a_wall_follow_from_its_posts(posts: int, calls: int, simulate: Start) -> None:
    """As many as the adapter really makes."""
    vk_key()
    profile = ProfileFactory.create(external_id="1")
    items = [wall_item(5_000 - age, NOON - age * HOUR / 60, owner_id=-1) for age in range(posts)]
    old = [wall_item(10 - age, NOON - 200 * DAY - age * DAY, owner_id=-1) for age in range(9)]
    networks = simulate(groups={"1": {"posts": items + old * (40 if posts else 1)}})
    measure_posts(at=NOON)
    assert len(networks.calls) == calls
    Profile.objects.update(wall_read_at=NOON - 3 * DAY)
    [wall] = find_due_walls([Profile.objects.get(pk=profile.pk)], load_cadence(), at=NOON + DAY)
    assert rereading._calls([wall], NOON - DAY) == calls
