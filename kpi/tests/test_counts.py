import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clients.models import Client
from communities.models import Community
from kpi.count import Reason
from kpi.counts import count_metric, counts_for_clients, missed_calls
from kpi.models import Call, CallStatus, CallTally, Evidence, TallyPeriod
from smm_agency.lib.row_security import reading_as_client
from strategy.models import Metric
from tests.factories import (
    CallConnectionFactory,
    CallFactory,
    CallTallyFactory,
    CampaignFactory,
    ClientFactory,
    CommunityFactory,
    DayCountFactory,
    local_noon,
)

pytestmark = pytest.mark.django_db
FIRST, LAST = dt.date(2026, 3, 1), dt.date(2026, 3, 31)
MONDAY = dt.date(2026, 3, 2)
NOW = dt.datetime(2026, 4, 20, 9, 0, tzinfo=dt.UTC)


def day(number: int) -> dt.date:
    return dt.date(2026, 3, number)


def call(community: Community, on: dt.date, **fields: Any) -> Call:
    client = community.client
    made: Call = CallFactory.create(
        client=client, community=community, started_at=local_noon(client, on), **fields
    )
    return made


def tally(community: Community, on: dt.date, total: int, period: str = TallyPeriod.WEEK) -> None:
    CallTallyFactory.create(community=community, starts_on=on, total=total, period=period)


def count(client: Client, metric: Metric = Metric.CALLS, **said: Any) -> Any:
    return count_metric(client, metric, **{"first": FIRST, "last": LAST, "at": NOW, **said})


def test_single_calls_are_counted_by_day_and_a_silent_day_inside_is_zero() -> None:
    community = CommunityFactory.create()
    for number in (3, 3, 6):
        call(community, day(number))
    counted = count(community.client)
    assert (counted.total, counted.singles, counted.tallied) == (3, 3, None)
    assert [counted.by_day[day(n)] for n in range(2, 8)] == [None, 2, 0, 0, 1, None]
    assert (counted.measured_days, counted.days, counted.known_until) == (4, 31, day(6))


def test_spam_and_calls_from_elsewhere_are_not_counted_but_are_known() -> None:
    community = CommunityFactory.create()
    call(community, day(3))
    call(community, day(4), status=CallStatus.SPAM)
    CallFactory.create(
        client=community.client,
        community=None,
        evidence=None,
        started_at=local_noon(community.client, day(5)),
    )
    counted = count(community.client)
    assert (counted.total, counted.known_until) == (1, day(5))


def test_campaign_counts_for_the_client_and_a_community_for_itself() -> None:
    community, other = CommunityFactory.create_batch(2, profile__client=ClientFactory.create())
    call(community, day(3))
    campaign = CampaignFactory.create(client=community.client)
    CallFactory.create(
        client=community.client,
        community=None,
        campaign=campaign,
        started_at=local_noon(community.client, day(3)),
    )
    totals = [count(community.client, community=row).total for row in (None, community, other)]
    assert totals == [2, 1, 0]


def test_nothing_known_is_none_and_not_zero() -> None:
    counted = count(ClientFactory.create())
    assert (counted.total, counted.reason, counted.known_until) == (
        None,
        Reason.NOT_MEASURED,
        None,
    )
    assert (set(counted.by_day.values()), counted.measured_days) == ({None}, 0)


def test_client_that_takes_no_calls_says_so() -> None:
    community = CommunityFactory.create(profile__client__takes_calls=False)
    call(community, day(3))
    counted = count(community.client)
    assert (counted.total, counted.reason) == (None, Reason.TAKES_NO_CALLS)


def test_unique_target_calls_are_counted_by_their_flag() -> None:
    community = CommunityFactory.create()
    call(community, day(3))
    call(community, day(4), is_unique_target=False)
    counted = count(community.client, Metric.UNIQUE_TARGET_CALLS)
    assert (counted.total, counted.by_day[day(4)]) == (1, 0)


def test_uniqueness_is_not_measured_where_all_numbers_are_hidden() -> None:
    community = CommunityFactory.create()
    call(community, day(3), caller=None, is_unique=None, is_unique_target=None)
    counted = count(community.client, Metric.UNIQUE_TARGET_CALLS)
    assert (counted.total, counted.reason) == (None, Reason.UNIQUENESS_UNKNOWN)
    assert count(community.client).total == 1


def test_calls_of_unknown_uniqueness_are_told_beside_the_count() -> None:
    community = CommunityFactory.create()
    call(community, day(3))
    for number in (3, 3, 4):
        call(community, day(number), caller=None, is_unique=None, is_unique_target=None)
    call(community, day(3), caller=None, is_target=False, is_unique=None, is_unique_target=None)
    counted = count(community.client, Metric.UNIQUE_TARGET_CALLS)
    assert (counted.total, counted.by_day[day(4)], counted.unknown) == (1, None, 3)
    assert count(community.client).unknown == 0


def test_what_the_dialled_number_proves_is_told_beside_the_count() -> None:
    community = CommunityFactory.create()
    for rank in Evidence:
        call(community, day(3), evidence=rank)
    call(community, day(4), is_unique_target=False)
    assert count(community.client).proven == 3
    assert count(community.client, Metric.UNIQUE_TARGET_CALLS).proven == 2
    tally(CommunityFactory.create(profile__client=community.client), MONDAY, 7)
    assert count(community.client).proven == 3
    counted = count(community.client, Metric.UNIQUE_TARGET_CALLS)
    assert (counted.total, counted.proven) == (None, None)


# --- Tallies -------------------------------------------------------------------------------------


def test_week_counts_in_full_and_its_days_have_no_count_of_their_own() -> None:
    community = CommunityFactory.create()
    tally(community, MONDAY, 7)
    counted = count(community.client)
    assert (counted.total, counted.tallied, counted.singles) == (7, 7, None)
    assert (set(counted.by_day.values()), counted.measured_days) == ({None}, 7)
    assert counted.known_until == day(8)


def test_day_tally_is_its_days_count() -> None:
    community = CommunityFactory.create()
    tally(community, day(3), 4, TallyPeriod.DAY)
    tally(community, day(4), 0, TallyPeriod.DAY)
    counted = count(community.client)
    assert [counted.by_day[day(n)] for n in (2, 3, 4, 5)] == [None, 4, 0, None]
    assert (counted.total, counted.measured_days) == (4, 2)


def test_tallied_days_are_counted_by_the_tally_alone() -> None:
    community, other = CommunityFactory.create_batch(2, profile__client=ClientFactory.create())
    for number in (1, 3, 8, 9):
        call(community, day(number))
    call(other, day(3))
    tally(community, MONDAY, 10)
    counted = count(community.client)
    # 1 and 9 March of the community, 3 March of the other one, and the week.
    assert (counted.total, counted.singles, counted.tallied) == (13, 3, 10)
    assert count(community.client, community=community).total == 12
    assert (counted.by_day[day(1)], counted.by_day[day(3)], counted.by_day[day(9)]) == (1, None, 1)


@pytest.mark.parametrize(
    ("first", "last", "total"),
    [
        (day(1), day(7), None),  # the week's last day, Sunday the 8th, is outside
        (day(8), day(31), 7),
        (day(8), day(8), 7),
        (day(9), day(31), None),
        (day(1), day(31), 7),
    ],
)
def test_cut_week_belongs_to_the_period_of_its_last_day(
    first: dt.date, last: dt.date, total: int | None
) -> None:
    community = CommunityFactory.create()
    tally(community, MONDAY, 7)
    assert count(community.client, first=first, last=last).total == total


def test_a_week_is_counted_once_over_adjoining_periods() -> None:
    community = CommunityFactory.create()
    for number in range(4):
        tally(community, dt.date(2026, 2, 23) + dt.timedelta(weeks=number), 10)
    halves = [(dt.date(2026, 2, 1), day(4)), (day(5), day(18)), (day(19), day(31))]
    totals = [count(community.client, first=a, last=b).total or 0 for a, b in halves]
    assert (totals, sum(totals)) == ([10, 20, 10], 40)


def test_uniqueness_of_tallied_days_is_not_measured() -> None:
    community = CommunityFactory.create()
    tally(community, MONDAY, 7)
    counted = count(community.client, Metric.UNIQUE_TARGET_CALLS)
    assert (counted.total, counted.reason) == (None, Reason.UNIQUENESS_UNKNOWN)
    call(community, day(1))
    call(community, day(3))
    counted = count(community.client, Metric.UNIQUE_TARGET_CALLS)
    assert (counted.total, counted.measured_days, counted.by_day[day(3)]) == (1, 1, None)


# --- Until when calls are known ------------------------------------------------------------------


def connected(calls_a_day: int, last_event: dt.date) -> Client:
    community = CommunityFactory.create()
    client: Client = community.client
    CallConnectionFactory.create(client=client, last_event_at=local_noon(client, last_event))
    for n in range(10):
        for _ in range(calls_a_day):
            call(community, last_event - dt.timedelta(days=n), source=Call.Source.WEBHOOK)
    return client


@pytest.mark.parametrize(("calls_a_day", "silent"), [(1, 6), (3, 3), (50, 1), (50, 11)])
def test_live_connection_is_known_until_today_however_silent(calls_a_day: int, silent: int) -> None:
    """Whether chance explains the silence is not for the coverage to say."""
    client = connected(calls_a_day, day(20))
    today = day(20) + dt.timedelta(days=silent)
    counted = count(client, at=local_noon(client, today))
    assert (counted.known_until, counted.by_day[today]) == (today, 0)


@pytest.mark.parametrize(
    ("unread", "pulled", "until"),
    [
        (None, None, 25),
        (22, None, 21),  # an event that nobody could read, and none since that could be read
        (22, 25, 25),  # the provider's list came after it
        (None, 22, 21),  # no list for three days, and no event since
        (None, 24, 25),  # at noon of the 24th: within a day
        (None, 15, 25),  # no list since the 15th, but events came until the 20th
    ],
)
def test_what_failed_to_come_breaks_a_live_connection_off(
    unread: int | None, pulled: int | None, until: int
) -> None:
    client = connected(1, day(20))
    client.call_connections.update(
        unread_since=unread and local_noon(client, day(unread)),
        pulled_until=pulled and local_noon(client, day(pulled)),
    )
    assert count(client, at=local_noon(client, day(25))).known_until == day(until)


def test_connection_that_is_off_says_nothing_of_today() -> None:
    client = connected(1, day(20))
    client.call_connections.update(is_active=False)
    assert count(client, at=local_noon(client, day(22))).known_until == day(20)


def test_connection_that_never_sent_anything_measures_nothing() -> None:
    connection_row = CallConnectionFactory.create()
    assert count(connection_row.client).total is None


# --- Other counts --------------------------------------------------------------------------------


def test_day_counts_without_a_row_are_missing() -> None:
    client = ClientFactory.create()
    DayCountFactory.create(client=client, day=day(3), total=4)
    DayCountFactory.create(client=client, day=day(5), total=0)
    DayCountFactory.create(client=client, day=dt.date(2026, 4, 2), total=9)
    counted = count(client, Metric.MESSAGES)
    assert [counted.by_day[day(n)] for n in (3, 4, 5)] == [4, None, 0]
    assert (counted.total, counted.measured_days, counted.known_until) == (
        4,
        2,
        dt.date(2026, 4, 2),
    )
    assert count(client, Metric.FORMS).total is None


def test_row_of_all_communities_together_is_the_clients_day() -> None:
    community, other = CommunityFactory.create_batch(2, profile__client=ClientFactory.create())
    client = community.client
    DayCountFactory.create(client=client, community=community, day=day(3), total=2)
    DayCountFactory.create(client=client, community=other, day=day(3), total=3)
    DayCountFactory.create(client=client, community=community, day=day(4), total=2)
    DayCountFactory.create(client=client, day=day(4), total=9)
    counted = count(client, Metric.MESSAGES)
    assert (counted.by_day[day(3)], counted.by_day[day(4)], counted.total) == (5, 9, 14)
    assert count(client, Metric.MESSAGES, community=community).total == 4


def test_leads_add_up_what_is_measured_and_state_what_is_not() -> None:
    community = CommunityFactory.create()
    client = community.client
    for number in (3, 5):
        call(community, day(number))
    DayCountFactory.create(client=client, day=day(3), total=4)
    counted = count(client, Metric.LEADS)
    assert counted.parts == {"calls": 2, "messages": 4, "forms": None}
    assert (counted.total, counted.measured_days) == (6, 1)
    assert [counted.by_day[day(n)] for n in (3, 5)] == [5, None]


def test_leads_of_nothing_measured_are_none() -> None:
    counted = count(ClientFactory.create(), Metric.LEADS)
    assert (counted.total, counted.reason) == (None, Reason.NOT_MEASURED)
    assert counted.parts == {"calls": None, "messages": None, "forms": None}


@pytest.mark.parametrize("metric", [Metric.GROWTH, Metric.ER])
def test_growth_and_er_are_no_counts(metric: Metric) -> None:
    with pytest.raises(ValueError, match="is not a count"):
        count(ClientFactory.create(), metric)


# --- Missed, queries, the portal -----------------------------------------------------------------


def test_missed_calls_are_of_the_whole_desk_without_spam() -> None:
    community = CommunityFactory.create()
    for status in (CallStatus.MISSED, CallStatus.VOICEMAIL, CallStatus.SPAM, CallStatus.ANSWERED):
        call(community, day(3), status=status, evidence=None)
    assert missed_calls(community.client, first=FIRST, last=LAST) == (2, 1)
    assert missed_calls(community.client, first=day(4), last=LAST) == (0, 0)


@pytest.mark.parametrize("clients", [1, 3])
@pytest.mark.parametrize(("metric", "queries"), [(Metric.CALLS, 5), (Metric.LEADS, 7)])
def test_queries_do_not_grow_with_clients(clients: int, metric: Metric, queries: int) -> None:
    communities = CommunityFactory.create_batch(clients)
    for community in communities:
        call(community, day(3))
        tally(community, day(9), 4)
        DayCountFactory.create(client=community.client, community=community, day=day(3))
    ids = [community.client_id for community in communities]
    with CaptureQueriesContext(connection) as seen:
        counts = counts_for_clients(ids, metric, first=FIRST, last=LAST, at=NOW)
    assert len(seen) == queries
    assert counts.keys() == {
        key for row in communities for key in ((row.client_id, None), (row.client_id, row.pk))
    }


@pytest.mark.parametrize("metric", [Metric.CALLS, Metric.UNIQUE_TARGET_CALLS, Metric.LEADS])
def test_portal_may_count_and_sees_its_own_client_only(metric: Metric) -> None:
    client = connected(2, day(20))
    stranger = connected(1, day(20))
    DayCountFactory.create(client=client, day=day(3))
    expected = count(client, metric)
    with reading_as_client(client.pk):
        assert count(client, metric) == expected
        assert counts_for_clients([stranger.pk], Metric.CALLS, first=FIRST, last=LAST) == {}


def test_tally_model_is_not_multiplied_by_its_evidence() -> None:
    community = CommunityFactory.create()
    CallTallyFactory.create(
        community=community, starts_on=MONDAY, total=5, evidence=CallTally.By.CLIENT_WORD
    )
    assert count(community.client).total == 5
