import datetime as dt
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clients.models import Client
from communities.models import Community
from kpi.count_series import Wanted, lay_out_counts
from kpi.counts import counts_for_clients
from kpi.models import Call, CallTally, DayCount, TallyPeriod
from kpi.tests.running import MORNING, YESTERDAY, add_calls, days_back
from strategy.models import Metric
from tests.factories import (
    CallTallyFactory,
    ClientFactory,
    CommunityFactory,
    DayCountFactory,
)

pytestmark = pytest.mark.django_db

FIRST = dt.date(2026, 2, 2)
LAST = dt.date(2026, 3, 1)
WEEKS = [FIRST + dt.timedelta(days=7 * n) for n in range(4)]


def wanted_of(client: Client, metric: str) -> list[Wanted]:
    places = [None, *client.communities.order_by("pk").values_list("pk", flat=True)]
    return [Wanted(client.pk, place, metric) for place in places]


def totals_agree(client: Client, metric: str) -> bool:
    """The layout adds up to what `kpi.counts` says of the same days."""
    wanted = wanted_of(client, metric)
    layout = lay_out_counts(wanted, first=FIRST, last=LAST, at=MORNING)
    actual, covered = layout.merged(layout.actual, layout.covered)
    counts = counts_for_clients([client.pk], metric, first=FIRST, last=LAST, at=MORNING)
    for row, want in enumerate(wanted):
        count = counts[want.client_id, want.community_id]
        assert covered[row].sum() == count.measured_days
        assert (actual[row] * (covered[row] > 0)).sum() == (count.total or 0)
    return True


calls_by_day = st.lists(st.integers(0, 3), min_size=28, max_size=28)


@settings(
    max_examples=10,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    first=calls_by_day,
    second=calls_by_day,
    weeks=st.sets(st.integers(0, 3)),
    days=st.sets(st.integers(0, 27)),
)
@pytest.mark.parametrize("metric", [Metric.CALLS, Metric.UNIQUE_TARGET_CALLS])
def test_layout_agrees_with_counts_of_pages(
    db: Any, metric: str, first: list[int], second: list[int], weeks: set[int], days: set[int]
) -> None:
    Call.objects.all().delete()
    CallTally.objects.all().delete()
    client = ClientFactory.create()
    places = CommunityFactory.create_batch(2, profile__client=client)
    every = [FIRST + dt.timedelta(days=n) for n in range(28)]
    for place, counts in zip(places, (first, second), strict=True):
        add_calls(place, dict(zip(every, counts, strict=True)))
    for week in weeks:
        CallTallyFactory.create(community=places[0], starts_on=WEEKS[week], total=5)
    for day in days:
        CallTallyFactory.create(
            community=places[1], starts_on=every[day], period=TallyPeriod.DAY, total=2
        )
    assert totals_agree(client, metric)


def test_layout_of_leads_agrees_with_counts_of_pages() -> None:
    client = ClientFactory.create()
    place = CommunityFactory.create(profile__client=client)
    every = [FIRST + dt.timedelta(days=n) for n in range(28)]
    add_calls(place, every)
    for day in every:
        DayCountFactory.create(client=client, metric=DayCount.Counted.MESSAGES, day=day)
    layout = lay_out_counts(
        [Wanted(client.pk, None, Metric.LEADS)], first=FIRST, last=LAST, at=MORNING
    )
    assert layout.actual[0].tolist() == [4.0] * 28
    count = counts_for_clients([client.pk], Metric.LEADS, first=FIRST, last=LAST, at=MORNING)
    assert count[client.pk, None].total == 4 * 28


def test_day_without_count_is_not_measured_and_zero_is() -> None:
    client = ClientFactory.create()
    DayCountFactory.create(client=client, metric="orders", day=FIRST, total=0)
    DayCountFactory.create(client=client, metric="orders", day=LAST, total=4)
    layout = lay_out_counts([Wanted(client.pk, None, "orders")], first=FIRST, last=LAST, at=MORNING)
    assert layout.covered[0].tolist() == [1.0, *[0.0] * 26, 1.0]
    assert layout.actual[0, [0, 27]].tolist() == [0.0, 4.0]
    assert layout.known_until == [LAST]


def test_client_without_calls_is_not_zero() -> None:
    client = ClientFactory.create(takes_calls=False)
    layout = lay_out_counts(
        [Wanted(client.pk, None, Metric.CALLS)], first=FIRST, last=LAST, at=MORNING
    )
    assert (layout.reasons, layout.known_until, layout.covered.sum()) == (["not_taken"], [None], 0)


def weekly(community: Community, weeks: int) -> None:
    for start in WEEKS[:weeks]:
        CallTallyFactory.create(community=community, starts_on=start, total=7)


def test_week_stands_on_its_last_day() -> None:
    community = CommunityFactory.create()
    weekly(community, 1)
    layout = lay_out_counts(
        [Wanted(community.client_id, community.pk, Metric.CALLS)],
        first=FIRST,
        last=LAST,
        at=MORNING,
    )
    actual, covered = layout.merged(layout.actual, layout.covered)
    assert actual[0, :7].tolist() == [0, 0, 0, 0, 0, 0, 7]
    assert covered[0, :7].tolist() == [0, 0, 0, 0, 0, 0, 7]
    assert (layout.is_weekly, layout.known_until) == ([True], [FIRST + dt.timedelta(days=6)])


def test_week_that_runs_on_after_the_last_day_is_not_measured_yet() -> None:
    community = CommunityFactory.create()
    weekly(community, 4)
    cut = LAST - dt.timedelta(days=1)
    layout = lay_out_counts(
        [Wanted(community.client_id, community.pk, Metric.CALLS)], first=FIRST, last=cut, at=MORNING
    )
    actual, covered = layout.merged(layout.actual, layout.covered)
    assert (actual.sum(), covered.sum()) == (21, 21)


@pytest.mark.parametrize("place", [0, None])
def test_week_that_runs_on_is_the_same_for_counts_of_pages(place: int | None) -> None:
    client = ClientFactory.create()
    community = CommunityFactory.create(profile__client=client)
    weekly(community, 4)
    add_calls(community, days_back(LAST, 28))
    cut = LAST - dt.timedelta(days=3)
    want = Wanted(client.pk, None if place is None else community.pk, Metric.CALLS)
    layout = lay_out_counts([want], first=FIRST, last=cut, at=MORNING)
    actual, covered = layout.merged(layout.actual, layout.covered)
    counts = counts_for_clients([client.pk], Metric.CALLS, first=FIRST, last=cut, at=MORNING)
    count = counts[want.client_id, want.community_id]
    assert (actual.sum(), covered.sum()) == (21, 21)
    assert (count.total, list(count.by_day.values())[21:]) == (21, [None] * 4)
    assert count.measured_days == 21


def test_late_tally_of_one_community_holds_back_the_whole_client() -> None:
    client = ClientFactory.create()
    tallied, tracked = CommunityFactory.create_batch(2, profile__client=client)
    weekly(tallied, 2)
    add_calls(tracked, days_back(LAST, 28))
    layout = lay_out_counts(
        [Wanted(client.pk, None, Metric.CALLS)], first=FIRST, last=LAST, at=MORNING
    )
    assert layout.known_until == [FIRST + dt.timedelta(days=13)]


def test_community_that_went_over_to_single_calls_is_no_longer_weekly() -> None:
    community = CommunityFactory.create()
    weekly(community, 2)
    add_calls(community, [LAST])
    layout = lay_out_counts(
        [Wanted(community.client_id, None, Metric.CALLS)], first=FIRST, last=LAST, at=MORNING
    )
    assert (layout.is_weekly, layout.known_until) == ([False], [LAST])


@pytest.mark.parametrize("clients", [1, 3])
def test_queries_are_the_same_for_one_and_three(
    clients: int, django_assert_num_queries: Any
) -> None:
    wanted = []
    for _ in range(clients):
        community = CommunityFactory.create()
        add_calls(community, days_back(YESTERDAY, 3))
        wanted += wanted_of(community.client, Metric.CALLS)
    with django_assert_num_queries(3):
        lay_out_counts(wanted, first=FIRST, last=LAST, at=MORNING)
