import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection

from clients.models import ClientStatus, Task
from communities.key_use import Work, holding
from communities.models import AccessKey, Profile, WallPost
from kpi import measurement, tasks
from kpi.measurement import measure_posts, measure_profiles
from kpi.models import PostSnapshot, ProfileSnapshot, Reading
from kpi.tests.network_stage import Start, bot_key, simulate, vk_key, wall_item
from tests.factories import ClientFactory, ProfileFactory, ProfileSnapshotFactory

__all__ = ["simulate"]

# In Moscow it is 23:30 of the 10th, in Vladivostok 06:30 of the 11th.
EVENING = dt.datetime(2026, 3, 10, 20, 30, tzinfo=dt.UTC)
NEXT_HOUR = EVENING + dt.timedelta(hours=1)

pytestmark = pytest.mark.django_db


def followers() -> dict[tuple[str, dt.date], int | None]:
    rows = ProfileSnapshot.objects.values_list("profile__external_id", "date", "followers")
    return {(external_id, day): count for external_id, day, count in rows}


def test_profiles_are_filed_under_each_clients_own_day(simulate: Start) -> None:
    vk_key()
    east = ClientFactory.create(time_zone="Asia/Vladivostok")
    ProfileFactory.create(external_id="1")
    ProfileFactory.create(external_id="2", client=east)
    networks = simulate(groups={"1": {"members_count": 10}, "2": {"members_count": 0}})
    done = measure_profiles(at=EVENING)
    assert (done.read, done.stored.new, networks.methods()) == (2, 2, ["groups.getById"])
    assert followers() == {("1", dt.date(2026, 3, 10)): 10, ("2", dt.date(2026, 3, 11)): 0}
    assert set(ProfileSnapshot.objects.values_list("reading", flat=True)) == {Reading.API}


def test_second_run_of_the_day_reads_nothing(simulate: Start) -> None:
    vk_key()
    ProfileFactory.create(external_id="1")
    networks = simulate(groups={"1": {"members_count": 10}})
    measure_profiles(at=EVENING - dt.timedelta(hours=2))
    assert measure_profiles(at=EVENING).read == 0
    assert len(networks.calls) == 1
    assert measure_profiles(at=NEXT_HOUR).read == 1  # the next day in Moscow


def test_typed_in_reading_does_not_replace_the_networks(simulate: Start) -> None:
    vk_key()
    profile = ProfileFactory.create(external_id="1")
    ProfileSnapshotFactory.create(
        profile=profile,
        date=dt.date(2026, 3, 10),
        followers=3,
        reading=Reading.MANUAL,
        read_at=EVENING,
    )
    simulate(groups={"1": {"members_count": 10}})
    assert measure_profiles(at=EVENING).stored.corrected == 1


def test_page_that_several_clients_watch_is_read_once(simulate: Start) -> None:
    vk_key()
    for _ in range(3):
        ProfileFactory.create(external_id="1", relation=Profile.Relation.COMPETITOR)
    networks = simulate(groups={"1": {"members_count": 10}})
    assert measure_profiles(at=EVENING).stored.new == 3
    assert [call.parameters["group_ids"] for call in networks.calls] == ["1"]


def test_clients_own_key_reads_for_its_client_only(simulate: Start) -> None:
    client = ClientFactory.create()
    key = vk_key(client=client, kind=AccessKey.Kind.COMMUNITY)
    ProfileFactory.create(external_id="1", client=client, access_key=key)
    ProfileFactory.create(external_id="1", access_key=key)
    simulate(groups={"1": {"members_count": 10}})
    done = measure_profiles(at=EVENING)
    assert (done.stored.new, done.without_key) == (1, 1)


@pytest.mark.parametrize(
    ("change", "read"),
    [
        ({"status": ClientStatus.PAUSED}, 1),
        ({"status": ClientStatus.ENDED}, 0),
        ({"status": ClientStatus.LEAD}, 1),
    ],
)
def test_paused_client_is_measured_and_ended_is_not(
    simulate: Start, change: dict[str, Any], read: int
) -> None:
    vk_key()
    ProfileFactory.create(external_id="1", client=ClientFactory.create(**change))
    simulate()
    assert measure_profiles(at=EVENING).read == read


def test_networks_without_an_adapter_are_left_alone(simulate: Start) -> None:
    ProfileFactory.create(network="dzen", external_id="coffee")
    simulate()
    assert measure_profiles(at=EVENING) == measurement.Measurement()


def test_hidden_count_is_not_stored_as_zero(simulate: Start) -> None:
    vk_key()
    ProfileFactory.create(external_id="1")
    simulate(groups={"1": {"members_count": None}})
    assert measure_profiles(at=EVENING).read == 1
    assert followers() == {}


def test_deleted_page_is_marked_gone_and_the_team_told(simulate: Start) -> None:
    vk_key()
    profile = ProfileFactory.create(external_id="1")
    simulate(groups={"1": {"deactivated": "deleted"}})
    assert measure_profiles(at=EVENING).gone == 1
    profile.refresh_from_db()
    assert (profile.gone_at, followers()) == (EVENING, {})
    assert [task.origin for task in Task.objects.all()] == [profile]
    assert measure_profiles(at=NEXT_HOUR).read == 0


def test_a_refused_page_says_so_on_its_row_until_it_is_read_again(simulate: Start) -> None:
    vk_key()
    lost = ProfileFactory.create(external_id="1")
    ProfileFactory.create(external_id="2")
    simulate(groups={"2": {"members_count": 10}}, invent=False)
    done = measure_profiles(at=EVENING)
    assert (done.read, done.refused, list(followers().values())) == (1, 1, [10])
    lost.refresh_from_db()
    assert (lost.refusal, lost.refused_at) == ("VK knows no such community.", EVENING)
    simulate(groups={"1": {"members_count": 5}})
    assert measure_profiles(at=NEXT_HOUR - dt.timedelta(minutes=40)).read == 1
    lost.refresh_from_db()
    assert (lost.refusal, lost.refused_at) == ("", None)


def test_refused_key_is_not_used_again_and_told_once(simulate: Start) -> None:
    key = vk_key()
    for number in (1, 2):
        ProfileFactory.create(external_id=str(number))
    networks = simulate(tokens={key.secret: {"kind": "service", "state": "revoked"}})
    assert measure_profiles(at=EVENING).refused == 2
    key.refresh_from_db()
    assert (key.state, key.checked_at) == (AccessKey.State.REFUSED, EVENING)
    assert "VK error 5" in key.state_note
    assert key.secret not in key.state_note
    task = Task.objects.get()
    assert (task.origin, key.secret in task.details + task.title) == (key, False)
    calls = len(networks.calls)
    assert (measure_profiles(at=NEXT_HOUR).without_key, len(networks.calls)) == (2, calls)
    assert Task.objects.count() == 1


def test_own_key_refused_leaves_the_reading_to_the_agencys(simulate: Start) -> None:
    vk_key()
    client = ClientFactory.create()
    own = vk_key(client=client, kind="community", state=AccessKey.State.REFUSED)
    ProfileFactory.create(external_id="1", client=client, access_key=own)
    simulate(groups={"1": {"members_count": 10}})
    assert measure_profiles(at=EVENING).stored.new == 1


def test_refused_for_now_is_finished_by_the_next_run(simulate: Start) -> None:
    vk_key()
    ProfileFactory.create(external_id="1")
    simulate(
        groups={"1": {"members_count": 10}},
        faults=[{"method": "groups.getById", "fault": "drop", "times": 3}],
    )
    assert measure_profiles(at=EVENING).waiting == 1
    assert (followers(), Task.objects.count()) == ({}, 0)
    done = [measure_profiles(at=EVENING).stored.new for _ in range(4)]
    assert sum(done) == 1


def test_unchecked_key_that_reads_is_said_to_work(simulate: Start) -> None:
    key = vk_key(state=AccessKey.State.UNCHECKED)
    ProfileFactory.create(external_id="1")
    simulate()
    measure_profiles(at=EVENING)
    key.refresh_from_db()
    assert key.state == AccessKey.State.WORKS


def test_unknown_page_becomes_one_task(simulate: Start) -> None:
    vk_key()
    profile = ProfileFactory.create(external_id="not-a-number")
    simulate()
    assert [measure_profiles(at=EVENING).refused for _ in range(2)] == [1, 1]
    assert [task.origin for task in Task.objects.all()] == [profile]
    profile.refresh_from_db()
    assert profile.gone_at is None


def test_channel_entered_by_name_gets_its_number(simulate: Start) -> None:
    client = ClientFactory.create()
    profile = ProfileFactory.create(
        network="telegram", external_id="@coffee", client=client, access_key=bot_key(client)
    )
    simulate(channels={"-1001": {"username": "coffee", "members": 77}})
    measure_profiles(at=EVENING)
    profile.refresh_from_db()
    assert (profile.external_id, profile.screen_name) == ("-1001", "coffee")
    assert followers() == {("-1001", dt.date(2026, 3, 10)): 77}


def test_posts_are_stored_with_counters_of_the_day(simulate: Start) -> None:
    vk_key()
    profile = ProfileFactory.create(external_id="1")
    ProfileFactory.create(external_id="1", relation=Profile.Relation.COMPETITOR)
    ProfileFactory.create(external_id="2", relation=Profile.Relation.PUBLISHER)
    day = dt.timedelta(days=1)
    wall = [
        wall_item(5, EVENING - 90 * day, is_pinned=1),
        wall_item(9, EVENING - day, views={"count": 200}),
        wall_item(8, EVENING - 2 * day, views=None),
    ]
    networks = simulate(groups={"1": {"posts": wall}})
    done = measure_posts(at=EVENING)
    assert (done.read, done.posts.new_posts, done.posts.snapshots.new) == (2, 4, 4)
    assert networks.methods() == ["wall.get"]
    rows = PostSnapshot.objects.filter(wall_post__profile=profile)
    told = rows.values_list(
        "wall_post__external_id", "slot", "likes", "comments", "shares", "views"
    )
    today = dt.date(2026, 3, 10)
    assert set(told) == {("9", today, 5, 1, 0, 200), ("8", today, 5, 1, 0, None)}
    assert (measure_posts(at=EVENING).read, len(networks.calls)) == (0, 1)


def test_wall_without_posts_counts_as_read_and_an_unread_one_does_not(simulate: Start) -> None:
    vk_key()
    silent = ProfileFactory.create(external_id="1")
    hidden = ProfileFactory.create(external_id="not a number")
    simulate(groups={"1": {"posts": []}})
    measure_posts(at=EVENING)
    silent.refresh_from_db()
    hidden.refresh_from_db()
    assert (silent.wall_read_at, hidden.wall_read_at) == (EVENING, None)


def test_key_of_the_wrong_kind_leaves_posts_to_another(simulate: Start) -> None:
    client = ClientFactory.create()
    own = vk_key(client=client, kind="community", state=AccessKey.State.UNCHECKED)
    ProfileFactory.create(external_id="1", client=client, access_key=own)
    simulate(
        tokens={own.secret: {"kind": "community", "rights": ["manage"]}},
        groups={"1": {"posts": [wall_item(9, EVENING)], "members_count": 4}},
    )
    assert measure_posts(at=EVENING).refused == 1
    own.refresh_from_db()
    assert (own.state, "read_posts" in own.capabilities) == (AccessKey.State.WORKS, False)
    vk_key()
    assert measure_posts(at=EVENING).posts.new_posts == 1
    assert measure_profiles(at=EVENING).stored.new == 1


def test_telegram_posts_are_not_asked_for(simulate: Start) -> None:
    client = ClientFactory.create()
    ProfileFactory.create(
        network="telegram", external_id="-1001", client=client, access_key=bot_key(client)
    )
    networks = simulate()
    assert measure_posts(at=EVENING) == measurement.Measurement()
    assert networks.calls == []


def test_error_with_one_key_does_not_keep_the_others_waiting(
    simulate: Start,
) -> None:
    client = ClientFactory.create()
    broken = vk_key(client=client, kind="user")
    AccessKey.objects.filter(pk=broken.pk).update(kind="nonsense")
    vk_key()
    ProfileFactory.create(external_id="1", client=client, access_key=broken)
    ProfileFactory.create(external_id="2")
    simulate()
    with pytest.raises(ExceptionGroup) as caught:
        measure_profiles(at=EVENING)
    assert [type(error) for error in caught.value.exceptions] == [ValueError]
    assert [external_id for external_id, _day in followers()] == ["2"]


def test_tasks_wake_the_work(simulate: Start) -> None:
    vk_key()
    ProfileFactory.create(external_id="1")
    simulate(groups={"1": {"members_count": 10, "posts": []}})
    tasks.measure_profiles()
    tasks.measure_posts()
    tasks.read_updates()
    assert list(followers().values()) == [10]
    assert not WallPost.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_read_each_page_once(simulate: Start) -> None:
    vk_key()
    for number in range(1, 6):
        ProfileFactory.create(external_id=str(number))
    networks = simulate(faults=[{"method": "groups.getById", "fault": "slow", "seconds": 0.5}])

    def work(_number: int) -> int:
        try:
            return measure_profiles(at=EVENING).stored.new
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as pool:
        assert sorted(pool.map(work, range(3))) == [0, 0, 5]
    assert networks.methods() == ["groups.getById"]


@pytest.mark.django_db(transaction=True)
def test_key_held_by_one_worker_is_free_for_other_work() -> None:
    key = vk_key()

    def try_both(_number: int) -> list[bool]:
        try:
            with holding(key, Work.PROFILES) as profiles, holding(key, Work.POSTS) as posts:
                return [profiles, posts]
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with holding(key, Work.PROFILES) as is_ours:
            assert is_ours
            assert list(pool.map(try_both, [1])) == [[False, True]]
        assert list(pool.map(try_both, [1])) == [[True, True]]
