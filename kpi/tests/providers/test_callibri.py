from typing import Any

import httpx
import pytest
import respx

from communities.networks.outcomes import Ok, Refused
from kpi.providers.callibri import BASE, Callibri
from kpi.providers.records import ProviderError, Status
from kpi.tests.providers.accounts import AT, SINCE, account, form, moment

CALLIBRI = Callibri()
KEYS = {"email": "a@example.ru", "token": "tok", "site_id": "12"}
FIELDS: dict[str, Any] = {
    "lid_id": "71", "phone": "79161234567", "date": "2026-01-01T09:00:00.000Z", "duration": "38",
    "billsec": "6", "is_lid": "true", "source": "VK", "event_type": "call",
}  # fmt: skip


def read(**changes: Any) -> Any:
    return CALLIBRI.read(form(FIELDS | changes), account(), at=AT)


def test_call() -> None:
    call = read().call
    assert (call.external_id, call.caller, call.status) == ("71", "79161234567", Status.ANSWERED)
    assert (call.talk_seconds, call.wait_seconds) == (6, 32)
    assert call.started_at == moment("2026-01-01T09:00:00+00:00")
    assert (call.provider_target, call.provider_first) == (True, None)
    assert call.visit == {"source": "VK"}


def test_time_without_an_offset_is_utc() -> None:
    assert read(date="2026-01-01 09:00:00").call.started_at == moment("2026-01-01T09:00:00+00:00")


def test_call_without_talk_was_missed_and_chats_are_no_calls() -> None:
    assert read(billsec="0").call.status is Status.MISSED
    assert read(event_type="chat").call is None


@pytest.mark.parametrize("changes", [{"lid_id": ""}, {"billsec": "x"}, {"date": "yesterday"}])
def test_broken_fields_are_refused(changes: dict[str, str]) -> None:
    with pytest.raises(ProviderError):
        read(**changes)


@respx.mock
def test_statistics_are_asked_for_seven_days_at_a_time() -> None:
    row = {
        "appeal_id": 71, "date": "2026-01-01T09:00:00.000Z", "phone": "79161234567",
        "duration": 38, "billsec": 6, "conversations_number": 1, "is_lid": True,
        "utm_source": "vk", "landing_page": "https://example.ru",
    }  # fmt: skip
    answer = {"channels_statistics": [{"calls": [row]}, {"calls": None}]}
    route = respx.get(f"{BASE}/site_get_statistics").respond(json=answer)
    since = SINCE.replace(year=2025, month=12, day=20)
    outcome = CALLIBRI.pull(account(KEYS), since=since, until=AT)
    assert isinstance(outcome, Ok)
    periods = [
        (call.request.url.params["date1"], call.request.url.params["date2"]) for call in route.calls
    ]
    assert periods == [("20.12.2025", "26.12.2025"), ("27.12.2025", "02.01.2026")]
    call = outcome.value.calls[0]
    assert (call.external_id, call.provider_first) == ("71", True)


@respx.mock
@pytest.mark.parametrize("answer", [httpx.Response(401), httpx.Response(200, json=[])])
def test_refusals_are_typed(answer: httpx.Response) -> None:
    respx.get(f"{BASE}/get_sites").mock(return_value=answer)
    assert isinstance(CALLIBRI.check(account(KEYS)), Refused)


@respx.mock
def test_sites_of_the_account_are_named() -> None:
    respx.get(f"{BASE}/get_sites").respond(
        json={"sites": [{"site_id": 12, "sitename": "Our site"}]}
    )
    outcome = CALLIBRI.check(account(KEYS))
    assert isinstance(outcome, Ok)
    assert "12 (Our site)" in outcome.value
