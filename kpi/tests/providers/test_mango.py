import json
from typing import Any

import httpx
import pytest
import respx

from communities.networks.outcomes import Kind, Ok, Refused, RefusedForNow
from kpi.providers.mango import BASE, Mango, signature
from kpi.providers.records import Delivery, Direction, ProviderError, Status
from kpi.tests.providers.accounts import AT, SINCE, account, form, moment

MANGO = Mango()
KEYS = {"api_key": "demo_key_1", "api_salt": "demo_salt_9"}
VECTOR = '{"entry_id":"MToxMDAwMDAwMToxOjE=","call_state":"Connected","seq":2}'
SIGNED = "b8e3e506cf3df7a57a0b8208a09761b4a1822a793845cdd2c2b5c878782748a4"

SUMMARY: dict[str, Any] = {
    "entry_id": "E1",
    "call_direction": 1,
    "from": {"number": "79161234567"},
    "to": {"extension": "101", "number": "sip:user1@example", "line_number": "74951234567"},
    "line_number": "74951234567",
    "create_time": 1767258000,
    "forward_time": 1767258004,
    "talk_time": 1767258010,
    "end_time": 1767258070,
    "entry_result": 1,
}
LEG: dict[str, Any] = {
    "entry_id": "E1",
    "call_id": "L1",
    "timestamp": 1767258000,
    "seq": 2,
    "call_state": "Connected",
    "from": {"number": "79161234567"},
    "to": {"line_number": "74951234567"},
    "dct": {"number": "74957654321", "type": 1},
}


def sent(values: dict[str, Any], path: str = "events/summary") -> Delivery:
    return form({"json": json.dumps(values)}, path=path)


def test_published_vector_of_the_signature() -> None:
    assert signature("demo_key_1", VECTOR, "demo_salt_9") == SIGNED


@pytest.mark.parametrize(
    ("changes", "keys", "is_ours"),
    [
        ({}, KEYS, True),
        ({"sign": SIGNED.upper()}, KEYS, True),
        ({"json": VECTOR + " "}, KEYS, False),
        ({"sign": ""}, KEYS, False),
        ({"sign": "é"}, KEYS, False),
        ({}, {**KEYS, "api_salt": "other"}, False),
        ({}, {}, False),
    ],
)
def test_signature_is_over_the_json_as_transferred(
    changes: dict[str, str], keys: dict[str, str], is_ours: bool
) -> None:
    delivery = form({"vpbx_api_key": "demo_key_1", "sign": SIGNED, "json": VECTOR} | changes)
    assert MANGO.verify(delivery, account(keys), at=AT) is is_ours


def test_body_that_is_no_text_is_not_ours() -> None:
    assert not MANGO.verify(Delivery(body=b"json=\xff"), account(KEYS), at=AT)


def test_summary_counts_the_call() -> None:
    event = MANGO.read(sent(SUMMARY), account(), at=AT)
    call = event.call
    assert event.event_id == "E1:summary"
    assert call is not None
    assert (call.external_id, call.direction, call.status) == ("E1", Direction.IN, Status.ANSWERED)
    assert (call.caller, call.tracked) == ("79161234567", "74951234567")
    assert (call.talk_seconds, call.wait_seconds) == (60, 10)
    assert call.started_at == moment("2026-01-01T09:00:00+00:00")
    assert call.weak == {"tracked"}


def test_missed_call_has_no_talk() -> None:
    values = SUMMARY | {"talk_time": 0, "entry_result": 0}
    call = MANGO.read(sent(values), account(), at=AT).call
    assert call is not None
    assert (call.status, call.talk_seconds, call.wait_seconds) == (Status.MISSED, 0, 70)


def test_outgoing_call_names_who_was_called() -> None:
    values = SUMMARY | {
        "call_direction": 2, "from": {"extension": "101"}, "to": {"number": 79161234567}
    }  # fmt: skip
    call = MANGO.read(sent(values), account(), at=AT).call
    assert call is not None
    assert (call.direction, call.caller) == (Direction.OUT, "79161234567")


def test_leg_tells_the_number_that_the_caller_saw_and_counts_nothing() -> None:
    event = MANGO.read(sent(LEG, "events/call"), account(), at=AT)
    assert event.call is not None
    assert (event.call.tracked, event.call.weak) == ("74957654321", frozenset())
    assert (event.call.status, event.call.started_at) == (None, None)
    other = MANGO.read(sent(LEG | {"seq": 3}, "events/call"), account(), at=AT)
    assert other.event_id != event.event_id
    assert other.call is not None
    assert other.call.updated_at > event.call.updated_at  # type: ignore[operator]


def test_number_that_is_not_tracked_leaves_the_line() -> None:
    values = LEG | {"dct": {"number": "74957654321", "type": 0}}
    call = MANGO.read(sent(values, "events/call"), account(), at=AT).call
    assert call is not None
    assert (call.tracked, call.weak) == ("74951234567", frozenset({"tracked"}))


@pytest.mark.parametrize("path", ["events/recording", "events/record/added", "events/dtmf", "ping"])
def test_other_events_count_nothing(path: str) -> None:
    event = MANGO.read(sent({"entry_id": "E1"}, path), account(), at=AT)
    assert event.call is None


@pytest.mark.parametrize(
    ("delivery", "field"),
    [
        (form({"json": "[]"}, path="events/summary"), ""),
        (form({}, path="events/summary"), ""),
        (sent({**SUMMARY, "entry_id": None}), "entry_id"),
        (sent({**SUMMARY, "create_time": "soon"}), "create_time"),
        (sent({**SUMMARY, "create_time": 9999999999}), "create_time"),
    ],
)
def test_refusal_names_the_field(delivery: Delivery, field: str) -> None:
    with pytest.raises(ProviderError) as caught:
        MANGO.read(delivery, account(), at=AT)
    assert caught.value.field == field


# --- The list ------------------------------------------------------------------------------------

ROWS = (
    "[R1];1767258000;1767258070;1767258010;;79161234567;101;74951234567;1110;74951234567;abonent;"
    "E1;1767258000\n"
    "[];1767259000;1767259020;0;;79160000001;;74951234567;1110;74951234567;ivr;E2;1767259000\n"
    "[];1767259010;1767259020;0;;79160000001;102;74951234567;1110;74951234567;abonent;E2;"
    "1767259000\n"
    "[];1767260000;1767260050;1767260010;101;;;79160000001;1110;74951234567;abonent;E3;1767260000\n"
    "broken;row\n"
)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kpi.providers.mango.time.sleep", lambda seconds: None)


@respx.mock
@pytest.mark.usefixtures("quick")
def test_list_is_asked_for_until_it_is_ready() -> None:
    request = respx.post(f"{BASE}/stats/request").respond(json={"key": "K"})
    result = respx.post(f"{BASE}/stats/result").mock(
        side_effect=[httpx.Response(204), httpx.Response(200, text=ROWS)]
    )
    outcome = MANGO.pull(account(KEYS), since=SINCE, until=AT)
    assert isinstance(outcome, Ok)
    assert result.call_count == 2
    asked = dict(httpx.QueryParams(request.calls.last.request.content.decode()))
    assert asked["sign"] == signature("demo_key_1", asked["json"], "demo_salt_9")
    calls = {call.external_id: call for call in outcome.value.calls}
    assert outcome.value.unreadable == 1
    assert (calls["E1"].status, calls["E1"].talk_seconds) == (Status.ANSWERED, 60)
    assert (calls["E2"].status, calls["E2"].wait_seconds) == (Status.MISSED, 20)
    assert (calls["E3"].direction, calls["E3"].caller) == (Direction.OUT, "79160000001")


@respx.mock
@pytest.mark.usefixtures("quick")
def test_list_that_is_never_ready_is_asked_for_later() -> None:
    respx.post(f"{BASE}/stats/request").respond(json={"key": "K"})
    respx.post(f"{BASE}/stats/result").respond(204)
    outcome = MANGO.pull(account(KEYS), since=SINCE, until=AT)
    assert isinstance(outcome, RefusedForNow)
    assert outcome.kind is Kind.TEMPORARY


@respx.mock
@pytest.mark.parametrize(
    ("status", "kind"),
    [(401, Kind.TOKEN_INVALID), (429, Kind.RATE_LIMITED), (502, Kind.TEMPORARY)],
)
def test_refusal_of_the_list_is_typed(status: int, kind: Kind) -> None:
    respx.post(f"{BASE}/stats/request").respond(status)
    outcome = MANGO.check(account(KEYS))
    assert isinstance(outcome, Refused | RefusedForNow)
    assert outcome.kind is kind
    assert "demo_salt_9" not in outcome.message
