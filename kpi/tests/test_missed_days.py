import datetime as dt
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from clients.models import Client, Task
from communities.models import AccessKey, Profile
from communities.networks.outcomes import Outcome
from communities.networks.records import DayStatistics
from communities.networks.registry import ADAPTERS
from kpi import tasks
from kpi.growth import measure_growth
from kpi.missed_days import Filled, fill_missed_days, find_missed_days
from kpi.models import ProfileSnapshot, Reading
from kpi.snapshots import ProfileValues, Stored, store_profile_snapshots
from kpi.tests.network_stage import Start, simulate, vk_key
from smm_agency.simulator.server import Simulator
from tests.factories import (
    ClientFactory,
    CommunityFactory,
    DirectorFactory,
    ProfileFactory,
    ProfileSnapshotFactory,
)

__all__ = ["simulate"]

# 10:35 in Moscow.
MORNING = dt.datetime(2026, 3, 12, 7, 35, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)

pytestmark = pytest.mark.django_db


def march(day: int) -> dt.date:
    return dt.date(2026, 3, day)


def statistics_key(client: Client, **told: Any) -> AccessKey:
    return vk_key(client=client, kind="user", capabilities=["read_statistics"], **told)


def own_page(client: Client | None = None, *, read_on: tuple[int, ...] = (8, 11)) -> Profile:
    """A page that was read on these days of March; on those in between nobody did."""
    client = client or ClientFactory.create()
    key = AccessKey.objects.filter(client=client).first() or statistics_key(client)
    profile = ProfileFactory.create(client=client, external_id="1", access_key=key)
    for day in read_on:
        ProfileSnapshotFactory.create(profile=profile, date=march(day), followers=100 + day)
    return profile


def told(**activity: int) -> dict[str, Any]:
    return {"activity": activity, "reach": {"reach": 70}}


def start(simulate: Start, **scenario: Any) -> Simulator:
    """VK, where every user's key administers the group "1"."""
    days = {march(day).isoformat(): told(subscribed=day, unsubscribed=1) for day in range(1, 13)}
    keys = {key.secret: {"kind": "user", "admin_of": ["1"]} for key in AccessKey.objects.all()}
    defaults = {"tokens": keys, "groups": {"1": {"statistics": days}}}
    return simulate(**(defaults | {"now": MORNING.isoformat()} | scenario))


def rows(profile: Profile) -> list[tuple[int, str, int | None, int | None, int | None]]:
    found = ProfileSnapshot.objects.filter(profile=profile).order_by("date")
    return [(row.date.day, row.reading, row.followers, row.joined, row.reach) for row in found]


def test_missed_days_are_filled_and_say_so(simulate: Start) -> None:
    profile = own_page()
    networks = start(simulate)
    assert fill_missed_days(at=MORNING) == Filled(missed=2, filled=2)
    assert rows(profile) == [
        (8, "api", 108, None, None),
        (9, "backfill", None, 9, 70),
        (10, "backfill", None, 10, 70),
        (11, "api", 111, None, None),
    ]
    filled = ProfileSnapshot.objects.filter(reading=Reading.BACKFILL)
    assert all(row.read_at.year > 2025 and row.left == 1 for row in filled)
    assert (fill_missed_days(at=MORNING), networks.methods()) == (Filled(), ["stats.get"])


def test_reading_of_the_same_day_is_never_touched(
    simulate: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not even one that comes in while the network is being asked."""
    profile = own_page()
    start(simulate)

    def late(*args: Any) -> Outcome[list[DayStatistics]]:
        ProfileSnapshotFactory.create(
            profile=profile, date=march(9), followers=5, joined=2, reading=Reading.IMPORT
        )
        monkeypatch.undo()
        return answer(*args)

    answer = ADAPTERS["vk"].read_statistics
    monkeypatch.setattr(ADAPTERS["vk"], "read_statistics", late)
    fill_missed_days(at=MORNING)
    assert rows(profile)[1:3] == [(9, "import", 5, 2, None), (10, "backfill", None, 10, 70)]


def test_days_before_the_first_reading_are_not_missed(simulate: Start) -> None:
    profile, new = own_page(read_on=(10,)), own_page(read_on=())
    start(simulate)
    assert find_missed_days([profile, new], at=MORNING) == {profile.pk: [march(11)]}


def test_days_are_asked_for_a_month_back_at_most() -> None:
    profile = own_page(read_on=())
    ProfileSnapshotFactory.create(profile=profile, date=dt.date(2025, 1, 1))
    days = find_missed_days([profile], at=MORNING)[profile.pk]
    assert (len(days), days[0], days[-1]) == (30, dt.date(2026, 2, 10), march(11))


def test_today_is_the_clients() -> None:
    east = own_page(ClientFactory.create(time_zone="Asia/Vladivostok"), read_on=(10,))
    west = own_page(ClientFactory.create(time_zone="America/New_York"), read_on=(10,))
    night = dt.datetime(2026, 3, 12, 1, tzinfo=dt.UTC)
    assert find_missed_days([east, west], at=night) == {east.pk: [march(11)]}


def test_days_that_the_network_cuts_elsewhere_are_not_taken(simulate: Start) -> None:
    """VK's day is Moscow's: in Vladivostok it is no day of the client."""
    profile = own_page(ClientFactory.create(time_zone="Asia/Vladivostok"))
    start(simulate)
    assert fill_missed_days(at=MORNING) == Filled(missed=2, filled=0)
    assert len(rows(profile)) == 2


def test_day_of_which_the_network_tells_nothing_stays_missing(simulate: Start) -> None:
    profile = own_page()
    days: dict[str, Any] = {march(9).isoformat(): {}, march(10).isoformat(): told()}
    start(simulate, groups={"1": {"statistics": days}})
    assert fill_missed_days(at=MORNING).filled == 1
    assert rows(profile)[1] == (10, "backfill", None, 0, 70)


@pytest.mark.parametrize(
    "change",
    [
        {"relation": Profile.Relation.COMPETITOR},
        {"is_measured": False},
        {"gone_at": MORNING},
        {"access_key": None},
    ],
)
def test_other_pages_are_not_asked_for(simulate: Start, change: dict[str, Any]) -> None:
    Profile.objects.filter(pk=own_page().pk).update(**change)
    networks = start(simulate)
    assert (fill_missed_days(at=MORNING), networks.calls) == (Filled(), [])


@pytest.mark.parametrize(
    "change",
    [
        {"capabilities": ["read_followers"]},
        {"capabilities": []},
        {"state": AccessKey.State.REFUSED},
    ],
)
def test_other_keys_are_not_used(simulate: Start, change: dict[str, Any]) -> None:
    own_page()
    AccessKey.objects.update(**change)
    networks = start(simulate)
    assert (fill_missed_days(at=MORNING), networks.calls) == (Filled(), [])


def test_key_of_another_client_or_of_the_agency_is_not_used(simulate: Start) -> None:
    keys = [
        statistics_key(ClientFactory.create()),
        vk_key(kind="service", capabilities=["read_statistics"]),
    ]
    for key in keys:
        Profile.objects.filter(pk=own_page().pk).update(access_key=key)
    networks = start(simulate)
    assert (fill_missed_days(at=MORNING), networks.calls) == (Filled(), [])


def test_dead_key_is_refused_and_told_once(simulate: Start) -> None:
    profile = own_page()
    key = AccessKey.objects.get()
    start(simulate, tokens={key.secret: {"kind": "user", "state": "revoked"}})
    assert fill_missed_days(at=MORNING) == Filled(missed=2, refused=1)
    key.refresh_from_db()
    assert key.state == AccessKey.State.REFUSED
    assert [task.origin for task in Task.objects.filter(client=profile.client)] == [key]
    assert fill_missed_days(at=MORNING + DAY) == Filled()


def test_key_that_may_no_more_read_statistics_is_not_asked_again(simulate: Start) -> None:
    own_page()
    key = AccessKey.objects.get()
    start(simulate, tokens={key.secret: {"kind": "user", "admin_of": ["2"]}})
    assert fill_missed_days(at=MORNING) == Filled(missed=2, refused=1)
    key.refresh_from_db()
    assert (key.state, "read_statistics" in key.capabilities) == (AccessKey.State.WORKS, False)
    assert "read_posts" in key.capabilities
    assert fill_missed_days(at=MORNING + DAY) == Filled()


def test_refused_for_now_is_filled_by_the_next_run(simulate: Start) -> None:
    own_page()
    start(simulate, faults=[{"method": "stats.get", "fault": "drop", "times": 1}])
    assert fill_missed_days(at=MORNING).waiting == 1
    assert sum(fill_missed_days(at=MORNING).filled for _ in range(4)) == 2


@pytest.mark.parametrize("pages", [1, 3])
def test_missed_days_of_all_pages_are_one_question(
    pages: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    profiles = [own_page() for _ in range(pages)]
    with django_assert_num_queries(1):
        assert len(find_missed_days(profiles, at=MORNING)) == pages


def test_growth_says_on_how_many_days_it_was_told_who_joined(simulate: Start) -> None:
    """Who joined on two days of a month must not pass for all who joined."""
    profile = own_page()
    CommunityFactory.create(profile=profile)
    start(simulate)
    before = measure_growth(profile.client, first=march(1), last=march(12))
    fill_missed_days(at=MORNING)
    after = measure_growth(profile.client, first=march(1), last=march(12))
    assert (before.joined, before.told_days, before.net) == (None, 0, 3)
    assert (after.joined, after.left, after.told_days, after.net) == (19, 2, 2, 3)


def test_file_of_a_day_that_was_filled_in_gives_the_row_its_name(simulate: Start) -> None:
    profile = own_page()
    start(simulate)
    fill_missed_days(at=MORNING)
    evening = dt.datetime(2026, 3, 9, 20, tzinfo=dt.UTC)
    row = ProfileValues(
        profile.client_id, profile.pk, march(9), Reading.IMPORT, evening, followers=109
    )
    assert store_profile_snapshots([row], at=MORNING) == Stored(filled=1)
    assert rows(profile)[1] == (9, "import", 109, 9, 70)


@pytest.mark.parametrize(("language", "words"), [("en", "filled in later"), ("ru", "дозаполнено")])
def test_list_of_snapshots_says_what_was_filled_in(language: str, words: str) -> None:
    ProfileSnapshotFactory.create(reading=Reading.BACKFILL, followers=None, joined=4)
    browser = Browser(headers={"accept-language": language})
    browser.force_login(DirectorFactory.create())
    page = browser.get(reverse("admin:kpi_profilesnapshot_changelist")).content.decode()
    # Once in the filter and once in the row.
    assert page.count(words) >= 2


def test_task_wakes_the_work(simulate: Start) -> None:
    own_page(read_on=())
    networks = start(simulate)
    tasks.fill_missed_days()
    assert networks.calls == []
