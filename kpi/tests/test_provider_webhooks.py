"""The door, by provider: who is let in, what is stored, and what becomes of it."""

import base64
import hashlib
import hmac
import itertools
import json
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client as Browser
from django.utils import timezone

from clients.models import Task
from kpi.connection_setup import store_credentials
from kpi.models import Call, CallConnection, OutgoingCall, RawCallEvent
from kpi.providers.mango import signature
from kpi.providers.twilio import SIGNATURE
from kpi.raw_events import given_up, process_waiting, try_again
from tests.factories import CallConnectionFactory, NumberPlacementFactory

pytestmark = pytest.mark.django_db

CREDENTIALS = {
    "mango": {"api_key": "key", "api_salt": "salt"},
    "calltouch": {},
    "uis": {"token": "word"},
    "callibri": {},
    "callrail": {"signing_token": "token"},
    "twilio": {"auth_token": "token"},
}
FORM = "application/x-www-form-urlencoded"
JSON = "application/json"
SUMMARY: dict[str, Any] = {
    "entry_id": "E1", "call_direction": 1, "from": {"number": "79161234567"},
    "to": {"number": "sip:user1@example"}, "line_number": "74951234567",
    "create_time": 1767258000, "talk_time": 1767258010, "end_time": 1767258070,
}  # fmt: skip
LEG: dict[str, Any] = {
    "entry_id": "E1", "call_id": "L1", "timestamp": 1767258000, "seq": 2,
    "from": {"number": "79161234567"}, "to": {"line_number": "74951234567"},
    "dct": {"number": "74957654321", "type": 1},
}  # fmt: skip
CALLTOUCH = {
    "id": "123", "callerphone": "79161234567", "phonenumber": "74951234567",
    "timestamp": "1767258000", "duration": "60", "status": "successful",
}  # fmt: skip
UIS = {
    "event": "call_finished", "token": "word", "id": 555, "virtual": "74951234567",
    "caller": "79161234567", "direction": "in", "start": "2026-01-01 12:00:00", "talk": 60,
}  # fmt: skip
CALLIBRI = {
    "lid_id": "71", "phone": "79161234567", "date": "2026-01-01T09:00:00.000Z", "duration": "66",
    "billsec": "60",
}  # fmt: skip
CALLRAIL = {
    "id": "CAL1", "answered": True, "direction": "inbound", "customer_phone_number": "+79161234567",
    "tracking_phone_number": "+74951234567", "start_time": "2026-01-01T09:00:00.000Z",
    "duration": 60,
}  # fmt: skip
TWILIO = {
    "CallSid": "CA1", "From": "+79161234567", "To": "+74951234567", "CallStatus": "completed",
    "CallDuration": "60", "Direction": "inbound", "Timestamp": "Thu, 01 Jan 2026 09:01:00 +0000",
}  # fmt: skip


def connect(provider: str, **fields: Any) -> CallConnection:
    connection: CallConnection = CallConnectionFactory.create(
        provider=provider, client__target_min_seconds=30, **fields
    )
    store_credentials(connection, CREDENTIALS[provider])
    return connection


def mango(values: dict[str, Any], *, salt: str = "salt") -> bytes:
    text = json.dumps(values)
    sign = signature("key", text, salt)
    return urlencode({"vpbx_api_key": "key", "sign": sign, "json": text}).encode()


def post(connection: CallConnection, body: bytes, kind: str, path: str = "", **headers: str) -> Any:
    """As the providers do: some leave out the last slash."""
    address = f"/hooks/calls/{connection.provider}/{connection.path_token}{path}"
    return Browser(enforce_csrf_checks=True).post(
        address, body, content_type=kind, headers=headers or None
    )


def send(connection: CallConnection, *, is_right: bool = True) -> Any:
    """The call that ended, as this provider tells it."""
    provider = connection.provider
    if provider == "mango":
        body = mango(SUMMARY, salt="salt" if is_right else "other")
        return post(connection, body, FORM, "/events/summary")
    if provider == "uis":
        said = UIS if is_right else UIS | {"token": "guess"}
        return post(connection, json.dumps(said).encode(), JSON)
    if provider == "callrail":
        body = json.dumps(CALLRAIL).encode()
        token = b"token" if is_right else b"guess"
        sign = base64.b64encode(hmac.new(token, body, hashlib.sha1).digest()).decode()
        return post(connection, body, JSON, "/", Signature=sign)
    if provider == "twilio":
        address = f"http://127.0.0.1:8000/hooks/calls/twilio/{connection.path_token}/"
        data = address + "".join(f"{name}{TWILIO[name]}" for name in sorted(TWILIO))
        token = b"token" if is_right else b"guess"
        sign = base64.b64encode(hmac.new(token, data.encode(), hashlib.sha1).digest()).decode()
        return post(connection, urlencode(TWILIO).encode(), FORM, "/", **{SIGNATURE: sign})
    fields = CALLTOUCH if provider == "calltouch" else CALLIBRI
    return post(connection, urlencode(fields).encode(), FORM, "/")


def work() -> None:
    process_waiting(at=timezone.now())


@pytest.mark.parametrize("provider", CREDENTIALS)
def test_call_of_a_provider_comes_in_once_and_at_its_place(provider: str) -> None:
    connection = connect(provider)
    placed = NumberPlacementFactory.create(
        number__client=connection.client, number__number="+74951234567", starts_on="2020-01-01"
    )
    for _again in range(3):
        assert send(connection).status_code in (200, 204)
    assert RawCallEvent.objects.count() == 1
    work()
    call = Call.objects.get()
    assert (call.status, call.talk_seconds, call.is_unique_target) == ("answered", 60, True)
    assert call.started_at.isoformat() == "2026-01-01T09:00:00+00:00"
    assert call.caller is not None
    assert call.caller.last4 == "4567"
    # Callibri's request does not name the number that was dialled.
    if provider != "callibri":
        assert call.community_id == placed.community_id
    connection.refresh_from_db()
    assert connection.last_event_at is not None


@pytest.mark.parametrize("provider", ["mango", "uis", "callrail", "twilio"])
def test_who_cannot_prove_to_be_the_provider_is_refused_and_counted(provider: str) -> None:
    connection = connect(provider)
    assert send(connection, is_right=False).status_code == 403
    connection.refresh_from_db()
    assert (connection.refused, RawCallEvent.objects.count()) == (1, 0)


@pytest.mark.parametrize("provider", ["mango", "callrail", "twilio"])
def test_without_credentials_nothing_is_believed(provider: str) -> None:
    connection = connect(provider)
    CallConnection.objects.update(credentials="{}")
    assert send(connection).status_code == 403


@pytest.mark.parametrize("provider", CREDENTIALS)
def test_address_of_another_provider_is_not_found(provider: str) -> None:
    connection = connect(provider)
    other = next(code for code in CREDENTIALS if code != provider)
    address = f"/hooks/calls/{other}/{connection.path_token}/"
    assert Browser().post(address, b"{}", content_type=JSON).status_code == 404
    assert Browser().post("/hooks/calls/nobody/x/", b"", content_type=JSON).status_code == 404


def test_mango_hears_the_answer_that_it_wants() -> None:
    assert send(connect("mango")).json() == {"result": 1000}


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_legs_and_the_summary_in_any_order_give_the_number_that_was_shown(
    order: tuple[int, ...],
) -> None:
    connection = connect("mango")
    shown = NumberPlacementFactory.create(
        number__client=connection.client, number__number="+74957654321", starts_on="2020-01-01"
    )
    told = [
        (LEG | {"seq": 1, "call_state": "Appeared"}, "/events/call"),
        (LEG, "/events/call"),
        (SUMMARY, "/events/summary"),
    ]
    for number in order:
        values, path = told[number]
        assert post(connection, mango(values), FORM, path).status_code == 200
        work()
    call = Call.objects.get()
    assert (call.community_id, call.talk_seconds) == (shown.community_id, 60)
    assert not RawCallEvent.objects.filter(processed_at=None).exists()


def test_events_without_a_call_are_done_when_they_are_stored() -> None:
    connection = connect("mango")
    answer = post(connection, mango({"entry_id": "E1", "recording_id": "R"}), FORM, "/ping")
    assert answer.json() == {"result": 1000}
    assert RawCallEvent.objects.get().processed_at is not None
    connection.refresh_from_db()
    assert connection.last_event_at is not None


def test_outgoing_and_inner_calls_are_no_calls_of_members() -> None:
    connection = connect("mango")
    for direction, key in ((0, "E2"), (2, "E3")):
        values = SUMMARY | {"call_direction": direction, "entry_id": key}
        post(connection, mango(values), FORM, "/events/summary")
    work()
    assert Call.objects.count() == 0
    assert [call.external_id for call in OutgoingCall.objects.all()] == ["E3"]


def test_calltouch_may_send_by_get() -> None:
    connection = connect("calltouch")
    address = f"/hooks/calls/calltouch/{connection.path_token}/"
    assert Browser().get(address, CALLTOUCH).status_code == 200
    assert Browser().put(address).status_code == 405
    work()
    assert Call.objects.get().talk_seconds == 60
    kept = RawCallEvent.objects.get()
    assert (kept.method, "callerphone=79161234567" in (kept.query or "")) == ("GET", True)


def test_hidden_number_is_a_call_of_unknown_uniqueness() -> None:
    connection = connect("calltouch")
    fields = CALLTOUCH | {"callerphone": "anonymous"}
    post(connection, urlencode(fields).encode(), FORM)
    work()
    call = Call.objects.get()
    assert (call.caller, call.is_unique, call.is_target) == (None, None, True)


@pytest.fixture
def renamed() -> CallConnection:
    """An account that sends the number of the call under a name of its own."""
    connection = connect("calltouch")
    fields = {name: value for name, value in CALLTOUCH.items() if name != "id"}
    answer = post(connection, urlencode(fields | {"call_no": "9"}).encode(), FORM)
    assert answer.status_code == 200
    return connection


def test_what_cannot_be_read_is_kept_for_a_person(renamed: CallConnection) -> None:
    waiting = RawCallEvent.objects.get(given_up())
    assert waiting.error == "id: The field is required."
    task = Task.objects.get()
    assert (task.origin, task.client) == (renamed, renamed.client)
    # However often it is sent again.
    fields = {name: value for name, value in CALLTOUCH.items() if name != "id"}
    post(renamed, urlencode(fields | {"call_no": "9"}).encode(), FORM)
    assert (RawCallEvent.objects.count(), Task.objects.count()) == (1, 1)


def test_mended_mapping_reads_what_was_kept(renamed: CallConnection) -> None:
    renamed.mapping = {"external_id": "call_no"}
    renamed.save()
    assert try_again(RawCallEvent.objects.get())
    work()
    assert Call.objects.get().external_id == "9"


def test_signature_covers_the_configured_address_not_the_senders(settings: Any) -> None:
    settings.PUBLIC_URL = "https://other.example"
    assert send(connect("twilio")).status_code == 403
