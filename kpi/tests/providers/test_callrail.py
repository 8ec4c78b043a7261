import json
from typing import Any

import httpx
import pytest
import respx

from communities.networks.outcomes import Kind, Ok, Refused
from kpi.providers.callrail import BASE, CallRail
from kpi.providers.records import Direction, ProviderError, Status
from kpi.tests.providers.accounts import AT, SINCE, account, json_body, moment

CALLRAIL = CallRail()
VECTOR = '{"id":"CAL123","answered":true,"duration":35,"timestamp":"2026-01-01T09:00:00.000Z"}'
SIGNED = "cA4DsaWqRXTIWsMtKGIkm5ffh8s="
ROW: dict[str, Any] = {
    "id": "CAL1", "answered": True, "direction": "inbound",
    "customer_phone_number": "+12065550100", "tracking_phone_number": "+12065550122",
    "start_time": "2026-01-01T01:00:00.000-08:00", "duration": 35, "voicemail": False,
    "source": "Google Ads", "medium": "cpc", "lead_status": "good_lead", "first_call": True,
}  # fmt: skip


def read(**changes: Any) -> Any:
    return CALLRAIL.read(json_body(json.dumps(ROW | changes)), account(), at=AT)


@pytest.mark.parametrize(
    ("text", "signature", "token", "is_ours"),
    [
        (VECTOR, SIGNED, "demo_signing_token", True),
        (VECTOR + " ", SIGNED, "demo_signing_token", False),
        (VECTOR, SIGNED, "other", False),
        (VECTOR, "", "demo_signing_token", False),
        (VECTOR, "é", "demo_signing_token", False),
        (VECTOR, SIGNED, "", False),
    ],
)
def test_published_vector_of_the_signature(
    text: str, signature: str, token: str, is_ours: bool
) -> None:
    delivery = json_body(text, headers={"signature": signature})
    assert CALLRAIL.verify(delivery, account({"signing_token": token}), at=AT) is is_ours


def test_call() -> None:
    call = read().call
    assert (call.external_id, call.direction, call.status) == (
        "CAL1", Direction.IN, Status.ANSWERED,
    )  # fmt: skip
    assert call.started_at == moment("2026-01-01T09:00:00+00:00")
    assert (call.caller, call.tracked) == ("+12065550100", "+12065550122")
    assert (call.talk_seconds, call.provider_first, call.provider_target) == (35, True, True)
    assert call.visit == {"source": "Google Ads", "medium": "cpc"}


@pytest.mark.parametrize(
    ("changes", "status", "talk"),
    [
        ({"answered": False}, Status.MISSED, 0),
        ({"answered": False, "voicemail": True}, Status.VOICEMAIL, 35),
        ({"answered": None, "duration": None}, None, None),
    ],
)
def test_what_became_of_the_call(
    changes: dict[str, Any], status: Status | None, talk: int | None
) -> None:
    call = read(**changes).call
    assert (call.status, call.talk_seconds) == (status, talk)


def test_modified_call_is_another_event_of_the_same_call() -> None:
    first, changed = read(), read(changes=["tags"], timestamp="2026-01-01T10:00:00Z")
    assert first.event_id != changed.event_id
    assert first.call.external_id == changed.call.external_id
    assert changed.call.updated_at == moment("2026-01-01T10:00:00+00:00")


def test_texts_and_forms_are_no_calls_and_outbound_is_told() -> None:
    form = json_body('{"id": "FRM1", "form_data": {}, "referrer": "x"}')
    assert CALLRAIL.read(form, account(), at=AT).call is None
    assert read(direction="outbound").call.direction is Direction.OUT


def test_call_without_an_id_is_refused() -> None:
    with pytest.raises(ProviderError):
        read(id=None)


@respx.mock
def test_list_is_read_page_by_page() -> None:
    route = respx.get(f"{BASE}/a/1/calls.json").mock(
        side_effect=[
            httpx.Response(200, json={"total_pages": 2, "calls": [ROW, 7]}),
            httpx.Response(200, json={"total_pages": 2, "calls": [ROW | {"id": "CAL2"}]}),
        ]
    )
    keys = account({"account_id": "1", "api_key": "key", "company_id": "COM"})
    outcome = CALLRAIL.pull(keys, since=SINCE, until=AT)
    assert isinstance(outcome, Ok)
    assert [call.external_id for call in outcome.value.calls] == ["CAL1", "CAL2"]
    assert outcome.value.unreadable == 1
    request = route.calls.last.request
    assert request.headers["Authorization"] == 'Token token="key"'
    assert (request.url.params["page"], request.url.params["company_id"]) == ("2", "COM")


@respx.mock
def test_wrong_key_is_told() -> None:
    respx.get(f"{BASE}/a/1/calls.json").respond(401, json={"error": "HTTP Token: Access denied."})
    outcome = CALLRAIL.check(account({"account_id": "1", "api_key": "key"}))
    assert isinstance(outcome, Refused)
    assert outcome.kind is Kind.TOKEN_INVALID
