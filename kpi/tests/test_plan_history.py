"""What the client's own history says for a reverse plan."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from communities.models import Community
from kpi.models import ProfileSnapshot, Reading
from kpi.plan_history import Known, read_history
from kpi.tests.test_baselines import TODAY, WINDOW, called
from strategy.periods import days_between
from tests.factories import NOON, CallFactory, ClientFactory, CommunityFactory, local_noon

pytestmark = pytest.mark.django_db

DAYS = days_between(*WINDOW)


def reached(community: Community, days: list[dt.date], people: int) -> None:
    ProfileSnapshot.objects.bulk_create(
        ProfileSnapshot(
            client=community.client, profile=community.profile, date=day, reach=people,
            reading=Reading.API, read_at=NOON,
        )
        for day in days
    )  # fmt: skip


def rang(community: Community, days: list[dt.date]) -> None:
    for day in days:
        CallFactory.create(
            client=community.client, community=community,
            started_at=local_noon(community.client, day),
        )  # fmt: skip


def measured(client: Any) -> None:
    """Calls around the window, so that all of it is known."""
    called(client, [dt.date(2025, 11, 30), dt.date(2026, 3, 2)])


def test_without_history_each_figure_says_that_it_is_to_be_entered() -> None:
    history = read_history(ClientFactory.create(), on=TODAY)
    assert history.calls_a_month == Known(None, "No history, enter it: not measured.")
    assert history.call_to_deal == Known(
        None, "No history, enter it: which calls ended in a deal is not recorded."
    )
    assert history.calls_per_1000 == Known(
        None,
        "No history, enter it: reach and calls together are measured on 0 of 90 days.",
    )
    assert history.cpm == Known(
        None, "No history, enter it: what reaching people cost is not recorded."
    )


def test_calls_a_month_are_the_mean_of_the_last_three_whole_months() -> None:
    client = ClientFactory.create()
    measured(client)
    called(client, DAYS[:27])
    assert read_history(client, on=TODAY).calls_a_month == Known(
        Decimal("9.0"), "The mean of Dec. 1, 2025 – Feb. 28, 2026: 90 days measured.", 90
    )


def test_unique_target_calls_are_counted_where_they_are_the_target() -> None:
    client = ClientFactory.create()
    measured(client)
    called(client, DAYS[:27], is_unique_target=False)
    called(client, DAYS[:9])
    history = read_history(client, on=TODAY, metric="unique_target_calls")
    assert history.calls_a_month.value == Decimal("3.0")


def test_calls_per_thousand_are_of_days_on_which_both_are_known() -> None:
    client = ClientFactory.create()
    measured(client)
    community, other = CommunityFactory.create_batch(2, profile__client=client)
    # Ten calls for 60 × 500 people; calls without reach, and of another community, are left out.
    reached(community, DAYS[:60], 500)
    rang(community, DAYS[:10])
    rang(community, DAYS[70:75])
    rang(other, DAYS[:20])
    assert read_history(client, on=TODAY).calls_per_1000 == Known(
        Decimal("0.33"),
        "10 calls for 30000 people reached, summed by day: 60 days measured.",
        60,
    )


@pytest.mark.parametrize(("days", "is_known"), [(45, True), (44, False)])
def test_reach_of_less_than_half_of_the_window_is_no_history(days: int, is_known: bool) -> None:
    client = ClientFactory.create()
    measured(client)
    community = CommunityFactory.create(profile__client=client)
    reached(community, DAYS[:days], 100)
    rang(community, DAYS[:1])
    known = read_history(client, on=TODAY).calls_per_1000
    assert (known.value is not None, known.days) == (is_known, days)


def test_no_call_is_no_rate() -> None:
    client = ClientFactory.create()
    measured(client)
    reached(CommunityFactory.create(profile__client=client), DAYS, 100)
    assert read_history(client, on=TODAY).calls_per_1000.source == (
        "No history, enter it: no call came on the days on which reach is known."
    )
