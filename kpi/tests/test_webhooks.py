import json
import time
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection as database
from django.test import Client as Browser
from django.utils import timezone
from kombu import Connection

from clients.client_status import change_status
from clients.models import ClientStatus
from kpi.models import Call, CallConnection, RawCallEvent
from kpi.providers.generic import sign
from kpi.raw_events import process_woken
from kpi.tasks import process_raw_events
from kpi.webhooks import MAX_BODY, doors, wake
from tests.factories import CallConnectionFactory, UserFactory

pytestmark = pytest.mark.django_db

EVENT: dict[str, Any] = {
    "event_id": "e1",
    "call_id": "c1",
    "started_at": "2026-03-11T12:00:00+03:00",
    "status": "answered",
    "caller": "+79161234567",
    "called_number": "+74951234567",
    "talk_seconds": 60,
    "wait_seconds": 5,
}


@pytest.fixture(autouse=True)
def unwoken() -> None:
    """No test stands in the moment of the one before it."""
    wake.forget()


@pytest.fixture
def connection() -> CallConnection:
    made: CallConnection = CallConnectionFactory.create()
    return made


def address(connection: CallConnection) -> str:
    return f"/hooks/calls/generic/{connection.path_token}/"


def post(
    connection: CallConnection,
    body: bytes,
    *,
    secret: str | None = None,
    timestamp: str | None = None,
    signature: str | None = None,
) -> Any:
    stamp = timestamp if timestamp is not None else str(int(time.time()))
    signed = sign(secret or connection.secret, stamp, body)
    headers = {"X-Timestamp": stamp, "X-Signature": signature if signature is not None else signed}
    return Browser(enforce_csrf_checks=True).post(
        address(connection), body, content_type="application/json", headers=headers
    )


def send(connection: CallConnection, **changes: Any) -> Any:
    event = {name: value for name, value in {**EVENT, **changes}.items() if value is not ...}
    return post(connection, json.dumps(event).encode())


def refused(connection: CallConnection) -> int:
    connection.refresh_from_db()
    return connection.refused


def test_event_is_stored_once_however_often_it_is_sent(connection: CallConnection) -> None:
    answers = [send(connection).json() for _ in range(3)]
    assert answers == [{"status": "stored"}, {"status": "known"}, {"status": "known"}]
    event = RawCallEvent.objects.get()
    assert (event.event_id, event.client_id, event.attempts) == ("e1", connection.client_id, 0)
    assert json.loads(event.body or "") == EVENT
    # Nothing is made of it at the door.
    assert Call.objects.count() == 0


def test_body_is_encrypted_at_rest(connection: CallConnection) -> None:
    send(connection)
    with database.cursor() as cursor:
        cursor.execute("SELECT kpi_rawcallevent::text FROM kpi_rawcallevent")
        (row,) = cursor.fetchone()
    assert "9161234567" not in row


def test_sender_without_event_ids_is_known_by_the_body(connection: CallConnection) -> None:
    answers = [send(connection, event_id=...).json()["status"] for _ in range(2)]
    answers.append(send(connection, event_id=..., talk_seconds=61).json()["status"])
    assert answers == ["stored", "known", "stored"]


def test_same_event_id_of_another_connection_is_another_event(connection: CallConnection) -> None:
    other = CallConnectionFactory.create()
    assert [send(row).json()["status"] for row in (connection, other)] == ["stored", "stored"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"secret": "another"},
        {"signature": ""},
        {"signature": "sha256="},
        {"signature": "sha256=é"},
        {"timestamp": ""},
        {"timestamp": "now"},
        {"timestamp": "٣"},
        {"timestamp": str(int(time.time()) - 3600)},
        {"timestamp": str(int(time.time()) + 3600)},
    ],
)
def test_wrong_sender_is_refused_and_only_counted(
    connection: CallConnection, wrong: dict[str, str]
) -> None:
    answer = post(connection, json.dumps(EVENT).encode(), **wrong)
    assert answer.status_code == 401
    assert (RawCallEvent.objects.count(), refused(connection)) == (0, 1)


def test_signature_covers_the_time_and_every_byte(connection: CallConnection) -> None:
    stamp = str(int(time.time()))
    body = json.dumps(EVENT).encode()
    earlier = sign(connection.secret, str(int(stamp) - 100), body)
    assert post(connection, body, timestamp=stamp, signature=earlier).status_code == 401
    shorter = sign(connection.secret, stamp, body[:-1])
    assert post(connection, body, timestamp=stamp, signature=shorter).status_code == 401


def test_wrong_signature_over_a_malformed_body_is_a_wrong_signature(
    connection: CallConnection,
) -> None:
    assert post(connection, b"{", secret="another").status_code == 401


def test_unknown_and_switched_off_addresses_are_not_found(connection: CallConnection) -> None:
    connection.is_active = False
    connection.save()
    assert send(connection).status_code == 404
    connection.path_token = "guess"
    assert send(connection).status_code == 404
    assert RawCallEvent.objects.count() == 0


@pytest.mark.parametrize("method", ["get", "put", "delete", "patch", "head"])
def test_only_post_is_answered(connection: CallConnection, method: str) -> None:
    assert getattr(Browser(), method)(address(connection)).status_code == 405


def test_large_body_is_refused_unread(connection: CallConnection) -> None:
    assert post(connection, b" " * (MAX_BODY + 1)).status_code == 413
    assert refused(connection) == 0
    padded = json.dumps(EVENT).encode().ljust(MAX_BODY)
    assert post(connection, padded).json() == {"status": "stored"}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"call_id": ...}, "call_id"),
        ({"call_id": ""}, "call_id"),
        ({"call_id": "x" * 121}, "call_id"),
        ({"call_id": ["1"]}, "call_id"),
        ({"call_id": True}, "call_id"),
        ({"call_id": "a\u0000b"}, "call_id"),
        ({"event_id": "\ud800"}, "event_id"),
        ({"started_at": ...}, "started_at"),
        ({"started_at": "2026-03-11T12:00:00"}, "started_at"),
        ({"started_at": "11.03.2026"}, "started_at"),
        ({"started_at": "2099-03-11T12:00:00+03:00"}, "started_at"),
        ({"started_at": "1970-01-01T00:00:00Z"}, "started_at"),
        ({"updated_at": "yesterday"}, "updated_at"),
        ({"status": "ringing"}, "status"),
        ({"status": ...}, "status"),
        ({"talk_seconds": "60"}, "talk_seconds"),
        ({"talk_seconds": -1}, "talk_seconds"),
        ({"talk_seconds": 1.5}, "talk_seconds"),
        ({"wait_seconds": 10**9}, "wait_seconds"),
        ({"status": "missed"}, "talk_seconds"),
        ({"caller": {"number": 1}}, "caller"),
    ],
)
def test_malformed_field_is_named_and_nothing_is_stored(
    connection: CallConnection, changes: dict[str, Any], field: str
) -> None:
    answer = send(connection, **changes)
    assert (answer.status_code, answer.json()["field"]) == (400, field)
    assert answer.json()["error"]
    assert (RawCallEvent.objects.count(), refused(connection)) == (0, 0)


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"null", b"\xff", b"[" * 60_000, b'{"a":' + b"1" * 5000 + b"}"]
)
def test_body_that_is_no_object_is_refused(connection: CallConnection, body: bytes) -> None:
    answer = post(connection, body)
    assert (answer.status_code, answer.json()["field"]) == (400, "")


def test_numbers_and_unknown_fields_are_let_pass(connection: CallConnection) -> None:
    answer = send(connection, call_id=12, caller=79161234567, extra={"deep": [1]})
    assert answer.json() == {"status": "stored"}


def test_dead_broker_does_not_fail_the_answer(
    connection: CallConnection,
    django_capture_on_commit_callbacks: Any,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    send_task: Any = process_raw_events.apply_async

    def through_dead_broker(**options: Any) -> Any:
        return send_task(connection=Connection("redis://127.0.0.1:1/0"), **options)

    monkeypatch.setattr(process_raw_events, "apply_async", through_dead_broker)
    with django_capture_on_commit_callbacks(execute=True):
        answer = send(connection)
    assert answer.json() == {"status": "stored"}
    assert RawCallEvent.objects.count() == 1
    assert caplog.messages == ["No broker: the raw event waits for the sweep."]


@pytest.fixture
def messages(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    sent: list[str] = []
    monkeypatch.setattr(wake, "send", lambda: sent.append("woken"))
    return sent


def test_many_events_at_once_send_one_message(
    connection: CallConnection, messages: list[str]
) -> None:
    for number in range(5):
        assert send(connection, event_id=f"e{number}").json() == {"status": "stored"}
    assert messages == ["woken"]


def test_event_after_the_worker_looked_sends_a_message_of_its_own(
    connection: CallConnection, messages: list[str]
) -> None:
    send(connection, event_id="e1")
    # The worker waits as long as a door sends nothing, so whatever came silently is there.
    process_woken(at=timezone.now())
    assert RawCallEvent.objects.filter(processed_at=None).count() == 0
    send(connection, event_id="e2")
    assert messages == ["woken", "woken"]


def test_repeated_event_wakes_nobody(connection: CallConnection, messages: list[str]) -> None:
    send(connection)
    wake.forget()
    cache.clear()
    send(connection)
    assert messages == ["woken"]


def test_burst_reads_its_connection_once(
    connection: CallConnection, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
) -> None:
    monkeypatch.setattr(doors, "seconds", 60.0)
    with django_assert_num_queries(4):
        for number in range(3):
            assert send(connection, event_id=f"e{number}").status_code == 200
    CallConnection.objects.update(is_active=False)
    assert send(connection, event_id="late").status_code == 200
    # A minute later it knows.
    key = (connection.path_token, connection.provider)
    doors.known[key] = (time.monotonic() - 0.001, doors.known[key][1])
    assert send(connection, event_id="later").status_code == 404
    assert key not in doors.known


def test_guessed_addresses_are_not_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doors, "seconds", 60.0)
    before = dict(doors.known)
    assert Browser().post("/hooks/calls/generic/guess/", {}).status_code == 404
    assert doors.known == before


@pytest.mark.parametrize(("is_known", "queries"), [(False, 2), (True, 2)])
def test_event_costs_two_statements(
    connection: CallConnection, is_known: bool, queries: int, django_assert_num_queries: Any
) -> None:
    if is_known:
        send(connection)
    with django_assert_num_queries(queries):
        send(connection)


def test_ended_clients_address_is_gone(connection: CallConnection) -> None:
    assert send(connection).status_code == 200
    change_status(connection.client, to=ClientStatus.ENDED, by=UserFactory.create())
    before = CallConnection.objects.values().get()
    assert send(connection, event_id="e2").status_code == 404
    assert RawCallEvent.objects.get().event_id == "e1"
    assert CallConnection.objects.values().get() == before
