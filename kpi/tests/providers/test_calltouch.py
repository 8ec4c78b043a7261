import json
from typing import Any

import httpx
import pytest
import respx

from communities.networks.outcomes import Kind, Ok, Refused
from kpi.providers.calltouch import BASE, Calltouch
from kpi.providers.records import Delivery, ProviderError, Status
from kpi.tests.providers.accounts import AT, SINCE, account, form, json_body, moment

CALLTOUCH = Calltouch()
FIELDS: dict[str, Any] = {
    "id": "123",
    "callerphone": "79161234567",
    "phonenumber": "74951234567",
    "timestamp": "1767258000",
    "duration": "64",
    "waiting_time": "8",
    "status": "successful",
    "unique": "1",
    "targetcall": "true",
    "callphase": "callcompleted",
    "utm_source": "vk",
    "utm_medium": "<не указано>",
    "url": "https://example.ru/?a=1",
}
KEYS = {"site_id": "77", "token": "tok"}
URL = f"{BASE}/77/calls-diary/calls"


@pytest.mark.parametrize(
    "delivery",
    [
        form(FIELDS),
        json_body(json.dumps(FIELDS)),
        Delivery(method="GET", query=str(httpx.QueryParams(FIELDS))),
    ],
    ids=["form", "json", "query"],
)
def test_call_is_read_whichever_way_it_is_sent(delivery: Delivery) -> None:
    call = CALLTOUCH.read(delivery, account(), at=AT).call
    assert call is not None
    assert (call.external_id, call.caller, call.tracked) == ("123", "79161234567", "74951234567")
    assert call.started_at == moment("2026-01-01T09:00:00+00:00")
    assert (call.talk_seconds, call.wait_seconds, call.status) == (64, 8, Status.ANSWERED)
    assert (call.provider_first, call.provider_target) == (True, True)
    assert call.visit == {"source": "vk", "landing_url": "https://example.ru/?a=1"}


def test_same_request_is_the_same_event_and_another_phase_another() -> None:
    first, again = (CALLTOUCH.read(form(FIELDS), account(), at=AT) for _ in range(2))
    other = CALLTOUCH.read(form(FIELDS | {"callphase": "callconnected"}), account(), at=AT)
    assert first.event_id == again.event_id != other.event_id
    assert "7916" not in first.event_id


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"callphase": "callcreated"}, None),
        ({"callphase": "callconnected"}, None),
        ({"callphase": "calllost"}, Status.MISSED),
        ({"duration": "0"}, Status.MISSED),
        ({"status": "unsuccessful", "duration": ""}, Status.MISSED),
        ({"status": "", "duration": "5", "callphase": ""}, Status.ANSWERED),
        ({"status": "", "duration": "", "callphase": ""}, None),
    ],
)
def test_what_became_of_the_call(changes: dict[str, str], status: Status | None) -> None:
    call = CALLTOUCH.read(form(FIELDS | changes), account(), at=AT).call
    assert call is not None
    assert call.status is status


def test_trial_of_the_cabinet_counts_nothing() -> None:
    assert CALLTOUCH.read(form({"id": "{id}", "duration": "x"}), account(), at=AT).call is None


@pytest.mark.parametrize(
    ("calltime", "expected"),
    [
        ("2026-01-01 12:00:00", "2026-01-01T12:00:00+03:00"),
        ("01.01.2026 12:00:00", "2026-01-01T12:00:00+03:00"),
        ("1767258000", "2026-01-01T12:00:00+03:00"),
    ],
)
def test_time_without_an_offset_is_the_accounts(calltime: str, expected: str) -> None:
    fields = FIELDS | {"timestamp": "", "calltime": calltime}
    call = CALLTOUCH.read(form(fields), account(), at=AT).call
    assert call is not None
    assert call.started_at == moment(expected)


def test_accounts_own_names_come_first() -> None:
    mapped = account(mapping={"caller": "client.phone", "external_id": "order"})
    fields = FIELDS | {"order": "A-1", "client": {"phone": "79160000009"}}
    call = CALLTOUCH.read(json_body(json.dumps(fields)), mapped, at=AT).call
    assert call is not None
    assert (call.external_id, call.caller) == ("A-1", "79160000009")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"id": ""}, "id"),
        ({"duration": "long"}, "duration"),
        ({"duration": "-1"}, "duration"),
        ({"unique": "maybe"}, "unique"),
        ({"timestamp": "", "calltime": "noon"}, "calltime"),
        ({"id": "x" * 121}, "id"),
    ],
)
def test_refusal_names_the_field(changes: dict[str, str], field: str) -> None:
    with pytest.raises(ProviderError) as caught:
        CALLTOUCH.read(form(FIELDS | changes), account(), at=AT)
    assert caught.value.field == field


ROW: dict[str, Any] = {
    "callId": 123, "date": "01/01/2026 12:00:00", "timestamp": 1767258000,
    "callerNumber": "79161234567", "phoneNumber": "74951234567", "duration": 64,
    "waitingConnect": 8, "successful": True, "uniqueCall": "true", "targetCall": False,
    "callphase": "callcompleted", "source": "yandex", "utmSource": "yandex", "order": None,
}  # fmt: skip


@respx.mock
def test_diary_is_read_page_by_page() -> None:
    answers = [
        {"page": 1, "pageTotal": 2, "records": [ROW, "rubbish", ROW | {"callId": None}]},
        {"page": 2, "pageTotal": 2, "records": [ROW | {"callId": 9, "timestamp": 1767100000}]},
    ]
    route = respx.get(URL).mock(side_effect=[httpx.Response(200, json=row) for row in answers])
    outcome = CALLTOUCH.pull(account(KEYS), since=SINCE, until=AT)
    assert isinstance(outcome, Ok)
    assert [call.external_id for call in outcome.value.calls] == ["123"]
    assert outcome.value.unreadable == 2
    call = outcome.value.calls[0]
    assert (call.status, call.provider_first, call.provider_target) == (
        Status.ANSWERED, True, False,
    )  # fmt: skip
    assert route.call_count == 2
    asked = route.calls.last.request.url.params
    assert (asked["dateFrom"], asked["dateTo"], asked["page"]) == ("01/01/2026", "02/01/2026", "2")


@respx.mock
def test_bare_list_ends_with_a_short_page() -> None:
    route = respx.get(URL).respond(json=[ROW])
    outcome = CALLTOUCH.pull(account(KEYS), since=SINCE, until=AT)
    assert isinstance(outcome, Ok)
    assert (len(outcome.value.calls), route.call_count) == (1, 1)


@respx.mock
@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(302, headers={"Location": "https://help.example/"}),
        httpx.Response(200, text="<html>"),
        httpx.Response(200, json={"error": "no"}),
    ],
)
def test_wrong_address_is_a_refusal_and_no_redirect_is_followed(answer: httpx.Response) -> None:
    respx.get(URL).mock(return_value=answer)
    assert isinstance(CALLTOUCH.check(account(KEYS)), Refused)


@respx.mock
def test_wrong_token_is_told() -> None:
    respx.get(URL).respond(403)
    outcome = CALLTOUCH.check(account(KEYS))
    assert isinstance(outcome, Refused)
    assert outcome.kind is Kind.TOKEN_INVALID
