import datetime as dt
import json
from typing import Any

import pytest

from clients.models import Task
from kpi.models import Call, RawCallEvent
from kpi.raw_events import (
    LEASE,
    claim,
    delete_old_raw_events,
    given_up,
    process,
    process_waiting,
    sweep,
    try_again,
)
from tests.factories import NOON, CallConnectionFactory, RawCallEventFactory

pytestmark = pytest.mark.django_db
LATER = NOON + dt.timedelta(hours=1)
# Claim, the event, the call's lock, the client's rules, the call's search and its row, flags and
# their reading back, earlier events of the call, the connection's last event, the mark, and six
# statements of savepoints that a real transaction does not need.
QUERIES_PER_EVENT = 16


def event(number: int = 1, **changes: Any) -> RawCallEvent:
    said = {
        "call_id": "c1",
        "started_at": (NOON - dt.timedelta(minutes=10)).isoformat(),
        "status": "answered",
        "caller": "+79161234567",
        "talk_seconds": 60,
        "updated_at": (NOON - dt.timedelta(minutes=9) + dt.timedelta(seconds=number)).isoformat(),
    }
    connection = changes.pop("connection", None) or CallConnectionFactory.create()
    body = changes.pop("body", None) or json.dumps({**said, **changes})
    made: RawCallEvent = RawCallEventFactory.create(
        connection=connection, client=connection.client, event_id=f"e{number}", body=body
    )
    return made


def test_event_becomes_a_call_and_is_marked() -> None:
    waiting = event()
    assert process_waiting(at=LATER) == 1
    waiting.refresh_from_db()
    assert waiting.processed_at is not None
    assert waiting.processed_at - LATER < dt.timedelta(minutes=1)
    assert (waiting.leased_until, waiting.attempts) == (None, 1)
    call = Call.objects.get()
    assert (call.external_id, call.connection_id, call.source, call.is_unique_target) == (
        "c1",
        waiting.connection_id,
        Call.Source.WEBHOOK,
        True,
    )
    assert process_waiting(at=LATER) == 0


def test_processing_the_same_event_again_changes_nothing() -> None:
    waiting = event()
    assert process(waiting.pk, at=LATER) is not None
    assert process(waiting.pk, at=LATER) is None
    assert Call.objects.count() == 1


@pytest.mark.parametrize("order", [(1, 2, 3), (3, 1, 2), (2, 3, 1), (3, 2, 1)])
def test_events_of_one_call_in_any_order_make_one_call(order: tuple[int, ...]) -> None:
    connection = CallConnectionFactory.create()
    said: dict[int, dict[str, Any]] = {
        1: {"status": "missed", "talk_seconds": None},
        2: {"status": "answered", "talk_seconds": 20},
        3: {"status": "answered", "talk_seconds": 45},
    }
    for number in order:
        event(number, connection=connection, **said[number])
        process_waiting(at=LATER)
    call = Call.objects.get()
    assert (call.status, call.talk_seconds, call.is_target) == ("answered", 45, True)


def test_claimed_event_is_left_alone_until_its_lease_dies() -> None:
    event()
    assert claim(at=LATER) is not None
    assert claim(at=LATER) is None
    assert claim(at=LATER + LEASE) is None
    assert claim(at=LATER + LEASE + dt.timedelta(seconds=1)) is not None


def test_failing_event_is_tried_three_times_and_becomes_one_task() -> None:
    connection = CallConnectionFactory.create(label="PBX")
    for number in (1, 2):
        event(number, connection=connection, body="{}")
    for attempt in range(5):
        sweep(at=LATER + dt.timedelta(hours=attempt))
    rows = RawCallEvent.objects.filter(given_up())
    connection.refresh_from_db()
    assert connection.unread_since == rows[0].received_at
    assert list(rows.values_list("attempts", "error", "leased_until")) == [
        (3, "status: The field is required.", None),
        (3, "status: The field is required.", None),
    ]
    task = Task.objects.get()
    assert (task.client_id, task.origin) == (connection.client_id, connection)
    assert task.title == "Calls of “PBX” cannot be read"
    event(3, connection=connection)
    process_waiting(at=LATER)
    connection.refresh_from_db()
    assert connection.unread_since is None


def test_retry_waits_so_that_three_tries_are_not_spent_at_once() -> None:
    waiting = event(body="{}")
    for _ in range(5):
        process_waiting(at=LATER)
    waiting.refresh_from_db()
    assert (waiting.attempts, waiting.error) == (1, "status: The field is required.")


def test_bad_event_does_not_hold_up_the_good_one() -> None:
    event(1, body="{}")
    event(2)
    assert process_waiting(at=LATER) == 1


def test_event_that_kills_three_workers_goes_to_a_person() -> None:
    waiting = event()
    for attempt in range(3):
        # Claimed, and then the worker is dead.
        assert claim(at=LATER + attempt * dt.timedelta(hours=1)) is not None
    assert sweep(at=LATER + dt.timedelta(hours=2)) == 0
    assert Task.objects.count() == 0
    sweep(at=LATER + dt.timedelta(hours=3))
    waiting.refresh_from_db()
    assert (waiting.error, waiting.processed_at, Call.objects.count()) == ("WorkerDied", None, 0)
    assert Task.objects.count() == 1
    sweep(at=LATER + dt.timedelta(hours=9))
    assert Task.objects.count() == 1


def test_person_lets_an_event_be_tried_again() -> None:
    waiting = event()
    assert try_again(waiting) is False
    RawCallEvent.objects.update(attempts=3, error="OperationalError")
    assert try_again(waiting) is True
    assert process_waiting(at=LATER) == 1
    waiting.refresh_from_db()
    assert waiting.error == ""


def test_error_never_quotes_the_callers_number() -> None:
    waiting = event(status="+79161234567")
    process_waiting(at=LATER)
    waiting.refresh_from_db()
    assert waiting.error == "status: Use one of: answered, missed, voicemail, spam."


def test_old_bodies_are_deleted_and_the_event_stays_known(settings: Any) -> None:
    settings.RAW_EVENT_DAYS = 30
    old = event(1)
    process_waiting(at=NOON)
    fresh = event(2, connection=old.connection)
    process_waiting(at=NOON + dt.timedelta(days=20))
    waiting = event(3, connection=old.connection)
    assert delete_old_raw_events(at=NOON + dt.timedelta(days=31)) == 1
    rows = RawCallEvent.objects.filter(body__isnull=True)
    assert list(rows) == [old]
    assert RawCallEvent.objects.filter(pk__in=[fresh.pk, waiting.pk]).count() == 2
    assert delete_old_raw_events(at=NOON + dt.timedelta(days=31)) == 0


def test_old_body_that_was_given_up_is_deleted_and_its_row_stays(settings: Any) -> None:
    settings.RAW_EVENT_DAYS = 30
    lost, waiting = event(1), event(2)
    RawCallEvent.objects.update(received_at=NOON)
    RawCallEvent.objects.filter(pk=lost.pk).update(attempts=3, error="EventError")
    assert delete_old_raw_events(at=NOON + dt.timedelta(days=30)) == 0
    assert delete_old_raw_events(at=NOON + dt.timedelta(days=31)) == 1
    lost.refresh_from_db()
    waiting.refresh_from_db()
    assert (lost.body, lost.error, waiting.body is None) == (None, "EventError", False)
    assert try_again(lost) is False


def test_limit_leaves_the_rest_for_the_next_time() -> None:
    for number in (1, 2, 3):
        event(number)
    assert process_waiting(at=LATER, limit=2) == 2
    assert process_waiting(at=LATER, limit=2) == 1


@pytest.mark.parametrize("waiting", [1, 3])
def test_work_per_event_is_the_same_however_many_wait(
    waiting: int, django_assert_num_queries: Any
) -> None:
    for number in range(waiting):
        event(number, call_id=f"c{number}", caller=None)
    with django_assert_num_queries(waiting * QUERIES_PER_EVENT + 1):
        process_waiting(at=LATER)
