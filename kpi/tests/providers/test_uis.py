import json
from typing import Any

import httpx
import pytest
import respx
from django.conf import settings

from communities.networks.outcomes import Kind, Ok, Refused, RefusedForNow
from kpi.providers.records import Direction, ProviderError, Status
from kpi.providers.uis import Uis
from kpi.tests.providers.accounts import AT, SINCE, account, json_body, moment

UIS = Uis()
FIELDS: dict[str, Any] = {
    "event": "call_finished", "token": "word", "id": 555, "virtual": "74951234567",
    "caller": "79161234567", "direction": "in", "start": "2026-01-01 12:00:00.250",
    "time": "2026-01-01 12:01:10", "talk": 60, "wait": 10, "total": 70,
}  # fmt: skip


def read(**changes: Any) -> Any:
    return UIS.read(json_body(json.dumps(FIELDS | changes)), account(), at=AT)


def test_finished_call() -> None:
    event = read()
    call = event.call
    assert (call.external_id, call.direction, call.status) == ("555", Direction.IN, Status.ANSWERED)
    assert (call.caller, call.tracked) == ("79161234567", "74951234567")
    assert (call.talk_seconds, call.wait_seconds) == (60, 10)
    assert call.started_at == moment("2026-01-01T12:00:00.250+03:00")
    assert call.updated_at == moment("2026-01-01T12:01:10+03:00")
    assert event.event_id == read(token="renewed").event_id != read(talk=61).event_id


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"event": "lost_call", "talk": None}, Status.MISSED),
        ({"talk": 0}, Status.MISSED),
        ({"event": "talk_started"}, None),
        ({"event": "recording_ready"}, None),
        ({"event": ..., "notification_mnemonic": "call_lost"}, Status.MISSED),
    ],
)
def test_what_became_of_the_call(changes: dict[str, Any], status: Status | None) -> None:
    fields = {name: value for name, value in (FIELDS | changes).items() if value is not ...}
    call = UIS.read(json_body(json.dumps(fields)), account(), at=AT).call
    assert call is not None
    assert call.status is status


def test_outgoing_call() -> None:
    assert read(direction="out").call.direction is Direction.OUT


def test_template_that_was_not_filled_counts_nothing() -> None:
    assert read(id="{{call_session_id}}").call is None


@pytest.mark.parametrize(
    ("own", "sent", "is_ours"), [("word", "word", True), ("word", "other", False), ("", "x", True)]
)
def test_word_of_the_template_is_checked_where_there_is_one(
    own: str, sent: str, is_ours: bool
) -> None:
    delivery = json_body(json.dumps(FIELDS | {"token": sent}))
    assert UIS.verify(delivery, account({"token": own}), at=AT) is is_ours
    assert not UIS.verify(json_body("[1"), account({"token": "word"}), at=AT)


@pytest.mark.parametrize("text", ["", "[]", '{"id": ', '{"id": null}', '{"id": 1, "talk": "x"}'])
def test_broken_body_is_refused(text: str) -> None:
    with pytest.raises(ProviderError):
        UIS.read(json_body(text), account(), at=AT)


ROW: dict[str, Any] = {
    "id": 555, "start_time": "2026-01-01 12:00:00", "direction": "in", "is_lost": True,
    "virtual_phone_number": "74951234567", "contact_phone_number": "79161234567",
    "wait_duration": 20, "talk_duration": 0, "lost_call_processing_duration": 300,
    "visits_count": 1, "utm_source": "vk", "referrer": None,
}  # fmt: skip


@respx.mock
def test_report_is_read_to_its_end() -> None:
    def answer(request: Any) -> Any:
        offset = json.loads(request.content)["params"]["offset"]
        row = ROW | {"id": 555 + offset}
        return httpx.Response(200, json={"result": {"data": [row], "metadata": {"total_items": 2}}})

    route = respx.post(settings.UIS_API_URL).mock(side_effect=answer)
    outcome = UIS.pull(account({"access_token": "key"}), since=SINCE, until=AT)
    assert isinstance(outcome, Ok)
    assert [call.external_id for call in outcome.value.calls] == ["555", "556"]
    call = outcome.value.calls[0]
    assert (call.status, call.call_back_seconds, call.provider_first) == (Status.MISSED, 300, True)
    assert call.visit == {"source": "vk"}
    asked = json.loads(route.calls[0].request.content)["params"]
    assert (asked["date_from"], asked["date_till"]) == (
        "2026-01-01 03:00:00", "2026-01-02 15:00:00",
    )  # fmt: skip


@respx.mock
@pytest.mark.parametrize(
    ("mnemonic", "kind"),
    [
        ("access_token_expired", Kind.TOKEN_INVALID),
        ("auth_error", Kind.TOKEN_INVALID),
        ("ip_not_whitelisted", Kind.PERMISSION),
        ("limit_exceeded", Kind.RATE_LIMITED),
        ("something_else", Kind.INVALID_REQUEST),
    ],
)
def test_refusals_are_typed(mnemonic: str, kind: Kind) -> None:
    said = {"error": {"code": -1, "data": {"mnemonic": mnemonic}}}
    respx.post(settings.UIS_API_URL).respond(json=said)
    outcome = UIS.check(account({"access_token": "key"}))
    assert isinstance(outcome, Refused | RefusedForNow)
    assert outcome.kind is kind
