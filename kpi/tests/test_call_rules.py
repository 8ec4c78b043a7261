import datetime as dt
from itertools import permutations
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clients.models import Client
from kpi.call_entry import change_call
from kpi.call_rules import recompute_caller, recompute_callers, recompute_client
from kpi.models import Call, Caller, CallStatus
from tests.factories import NOON, CallerFactory, CallFactory, ClientFactory

pytestmark = pytest.mark.django_db


def add(caller: Caller | None, days: float, client: Client | None = None, **fields: object) -> Call:
    call: Call = CallFactory.create(
        client=client or (caller and caller.client),
        caller=caller,
        started_at=NOON + dt.timedelta(days=days),
        community=None,
        is_unique=None,
        is_target=False,
        is_unique_target=None,
        **fields,
    )
    return call


def flags(caller: Caller) -> list[tuple[bool | None, bool, bool | None]]:
    calls = Call.objects.filter(caller=caller).order_by("started_at", "id")
    return list(calls.values_list("is_unique", "is_target", "is_unique_target"))


def test_window_slides_from_the_previous_call() -> None:
    # 60 days apart each: never 90 days of silence, so unique once, though 120 days passed.
    caller = CallerFactory.create()
    for days in (0, 60, 120):
        add(caller, days)
    recompute_caller(caller)
    assert [row[0] for row in flags(caller)] == [True, False, False]


def test_caller_is_unique_again_at_the_depth_and_not_a_second_before() -> None:
    caller = CallerFactory.create(client__uniqueness_days=10)
    add(caller, 0)
    add(caller, 10)
    add(caller, 20 - 1 / 86400)
    recompute_caller(caller)
    assert [row[0] for row in flags(caller)] == [True, True, False]


@pytest.mark.parametrize(
    ("status", "talk", "marked", "expected"),
    [
        (CallStatus.ANSWERED, 30, None, True),
        (CallStatus.ANSWERED, 29, None, False),
        (CallStatus.ANSWERED, None, None, False),
        (CallStatus.MISSED, None, None, False),
        (CallStatus.VOICEMAIL, 60, None, False),
        (CallStatus.ANSWERED, 29, True, True),
        (CallStatus.MISSED, None, True, True),
        (CallStatus.ANSWERED, 300, False, False),
        (CallStatus.SPAM, 300, None, False),
        (CallStatus.SPAM, 300, True, False),
    ],
)
def test_target_is_answered_and_long_enough_or_marked_and_never_spam(
    status: str, talk: int | None, marked: bool | None, expected: bool
) -> None:
    caller = CallerFactory.create(client__target_min_seconds=30)
    add(caller, 0, status=status, talk_seconds=talk, marked_target=marked)
    recompute_caller(caller)
    assert [row[1] for row in flags(caller)] == [expected]


def test_missed_first_call_does_not_hide_the_unique_target_one() -> None:
    caller = CallerFactory.create()
    add(caller, 0, status=CallStatus.MISSED, talk_seconds=None)
    add(caller, 1)
    add(caller, 2)
    recompute_caller(caller)
    assert flags(caller) == [(True, False, False), (False, True, True), (False, True, False)]


def test_spam_is_nothing_and_opens_no_window() -> None:
    caller = CallerFactory.create()
    add(caller, 0, status=CallStatus.SPAM)
    add(caller, 1)
    recompute_caller(caller)
    assert flags(caller) == [(False, False, False), (True, True, True)]


def test_late_call_changes_its_neighbour() -> None:
    caller = CallerFactory.create()
    add(caller, 10)
    recompute_caller(caller)
    assert flags(caller) == [(True, True, True)]
    add(caller, 0)
    assert recompute_caller(caller) == 2
    assert flags(caller) == [(True, True, True), (False, True, False)]
    assert recompute_caller(caller) == 0


def test_calls_of_two_callers_do_not_mix() -> None:
    client = ClientFactory.create()
    one, two = CallerFactory.create_batch(2, client=client)
    add(one, 0)
    add(two, 1)
    recompute_callers([one.pk, two.pk])
    assert flags(one) == flags(two) == [(True, True, True)]


def test_hidden_number_has_unknown_uniqueness_and_a_decided_target() -> None:
    client = ClientFactory.create()
    call = add(None, 0, client=client)
    recompute_client(client)
    call.refresh_from_db()
    assert (call.is_unique, call.is_target, call.is_unique_target) == (None, True, None)


def test_settings_changed_recomputes_the_whole_client_and_no_other() -> None:
    caller, other = CallerFactory.create_batch(2)
    for row in (caller, other):
        add(row, 0)
        add(row, 40)
        recompute_caller(row)
    assert [row[0] for row in flags(caller)] == [True, False]
    Client.objects.update(uniqueness_days=30, target_min_seconds=120)
    assert recompute_client(Client.objects.get(pk=caller.client_id)) == 2
    assert flags(caller) == [(True, False, False), (True, False, False)]
    assert flags(other) == [(True, True, True), (False, True, False)]


def test_forgotten_caller_keeps_what_was_decided() -> None:
    caller = CallerFactory.create()
    add(caller, 0)
    add(caller, 1)
    recompute_caller(caller)
    decided = flags(caller)
    forget(caller)
    Call.objects.filter(caller=caller).earliest("started_at").delete()
    assert recompute_client(caller.client) == 0
    assert recompute_caller(caller) == 0
    assert flags(caller) == decided[1:]


def forget(caller: Caller) -> None:
    Caller.objects.filter(pk=caller.pk).update(phone_hash=None, phone=None, last4=None)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"marked_target": False}, [(True, False, False), (False, True, False)]),
        ({"status": CallStatus.SPAM}, [(True, False, False), (False, True, False)]),
        ({"comment": "Asked the price"}, [(True, True, True), (False, True, False)]),
    ],
)
def test_a_forgotten_callers_call_is_target_by_the_rule_and_unique_as_it_was(
    change: dict[str, Any], expected: list[tuple[bool, bool, bool]]
) -> None:
    caller = CallerFactory.create()
    first = add(caller, 0)
    add(caller, 1)
    recompute_caller(caller)
    forget(caller)
    changed = change_call(first, **change)
    assert flags(caller) == expected
    assert (changed.is_target, changed.is_unique_target) == expected[0][1:]


def test_a_new_shortest_target_call_holds_for_forgotten_callers_too() -> None:
    caller = CallerFactory.create(client__target_min_seconds=30)
    add(caller, 0, talk_seconds=60)
    add(caller, 1, talk_seconds=20)
    recompute_caller(caller)
    forget(caller)
    Client.objects.update(target_min_seconds=120)
    client = Client.objects.get()
    assert recompute_client(client) == 1
    assert flags(caller) == [(True, False, False), (False, False, False)]
    # Whether a call was the first target one is not known any more once it has become one.
    Client.objects.update(target_min_seconds=10)
    assert recompute_client(client) == 2
    assert flags(caller) == [(True, True, None), (False, True, None)]
    assert recompute_client(client) == 0


def forgotten_call(client: Client, days: float, **fields: Any) -> Call:
    caller = CallerFactory.create(client=client)
    call = add(caller, days, **fields)
    recompute_caller(caller)
    forget(caller)
    return call


def caller_seen(client: Client, days: float) -> Caller:
    """A caller whom we know as this one since that day."""
    caller: Caller = CallerFactory.create(
        client=client, first_seen_at=NOON + dt.timedelta(days=days)
    )
    return caller


def remembering(**fields: object) -> Client:
    client: Client = ClientFactory.create(personal_data_days=100, uniqueness_days=30, **fields)
    return client


def test_a_late_call_among_forgotten_ones_is_of_unknown_uniqueness() -> None:
    client = remembering()
    forgotten_call(client, 0)
    caller = caller_seen(client, 150)
    add(caller, 10)
    add(caller, 20)
    add(caller, 20.5, status=CallStatus.SPAM)
    recompute_caller(caller)
    assert flags(caller) == [(None, True, None), (False, True, False), (False, False, False)]
    assert recompute_caller(caller) == 0


@pytest.mark.parametrize(
    ("days", "expected"),
    [(-1, True), (0, None), (29.99, None), (30, True), (80, True), (150, True)],
)
def test_uniqueness_is_known_outside_the_days_of_forgotten_calls(
    days: float, expected: bool | None
) -> None:
    client = remembering()
    forgotten_call(client, 0)
    forgotten_call(client, 60, status=CallStatus.SPAM)
    forgotten_call(ClientFactory.create(), 70)
    caller = caller_seen(client, 150)
    add(caller, days)
    recompute_caller(caller)
    assert flags(caller) == [(expected, True, expected)]


@pytest.mark.parametrize(("days", "expected"), [(79.99, None), (80, True)])
def test_a_caller_who_is_remembered_is_not_one_of_the_forgotten(
    days: float, expected: bool | None
) -> None:
    # Seen first on day 150: had the person called on day 50 or later, we would remember.
    client = remembering()
    forgotten_call(client, 0)
    forgotten_call(client, 79)
    caller = caller_seen(client, 150)
    add(caller, days)
    recompute_caller(caller)
    assert flags(caller) == [(expected, True, expected)]


def test_old_calls_are_known_where_nobody_was_forgotten() -> None:
    client = remembering()
    caller = caller_seen(client, 1000)
    add(caller, 0)
    add(caller, 40)
    recompute_client(client)
    assert [row[0] for row in flags(caller)] == [True, True]


def python_rule(calls: list[tuple[int, str, int]], depth: int, shortest: int) -> list[object]:
    """The definition, said once more without SQL: (day, status, talk) in order of time."""
    said: list[object] = []
    last_call: int | None = None
    last_target: int | None = None
    for day, status, talk in calls:
        is_target = status == "answered" and talk >= shortest
        is_unique = status != "spam" and (last_call is None or day - last_call >= depth)
        is_first = is_target and (last_target is None or day - last_target >= depth)
        if status != "spam":
            last_call = day
        if is_target:
            last_target = day
        said.append((is_unique, is_target, is_first))
    return said


calls_of_a_caller = st.lists(
    st.tuples(st.integers(0, 60), st.sampled_from(CallStatus.values), st.integers(0, 60)),
    max_size=8,
    unique_by=lambda call: call[0],
)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(calls=calls_of_a_caller, depth=st.integers(1, 30))
def test_sql_decides_as_the_definition_says(
    calls: list[tuple[int, str, int]], depth: int, db: None
) -> None:
    caller = CallerFactory.create(client__uniqueness_days=depth, client__target_min_seconds=30)
    for day, status, talk in calls:
        add(caller, day, status=status, talk_seconds=talk)
    recompute_caller(caller)
    assert flags(caller) == python_rule(sorted(calls), depth, 30)


def test_order_of_arrival_does_not_matter() -> None:
    results = []
    for order in permutations((0, 50, 100)):
        caller = CallerFactory.create()
        for days in order:
            add(caller, days)
            recompute_caller(caller)
        results.append(flags(caller))
    assert all(result == results[0] for result in results)
