import base64
import hashlib
import hmac
from typing import Any

import httpx
import pytest
import respx

from communities.networks.outcomes import Kind, Ok, Refused
from kpi.providers.records import Direction, ProviderError, Status
from kpi.providers.twilio import HOST, SETTINGS, SIGNATURE, Twilio
from kpi.tests.providers.accounts import AT, SINCE, account, form, json_body, moment

TWILIO = Twilio()
URL = "https://app.example.ru/hooks/twilio/abc?site=7"
PARAMS = {
    "CallSid": "CA0000000000000000000000000000000a",
    "From": "+79160000001",
    "To": "+74950000002",
    "CallStatus": "completed",
    "CallDuration": "35",
}
SHA1, SHA256 = "3LEhUSOtfUS36kfke5MdA48zIZI=", "N4SpEvB8ccWQY/DEc9weLqXAC70FBQCNaDnU1nlikrY="
SHARED = {SIGNATURE: SHA256, SETTINGS: "key=K1,algorithm=HMAC_SHA256"}
KEYS = {"auth_token": "demo_auth_token", "key_id": "K1", "key_secret": "demo_shared_secret"}


@pytest.mark.parametrize(
    ("url", "headers", "is_ours"),
    [
        (URL, {SIGNATURE: SHA1}, True),
        (URL.replace("example.ru", "example.ru:443"), {SIGNATURE: SHA1}, True),
        (URL.replace("example.ru", "example.ru:8443"), {SIGNATURE: SHA1}, False),
        (URL.replace("site=7", "site=8"), {SIGNATURE: SHA1}, False),
        (URL.replace("https", "http"), {SIGNATURE: SHA1}, False),
        (URL, {SIGNATURE: ""}, False),
        (URL, {}, False),
        (URL, SHARED, True),
        (URL, SHARED | {SIGNATURE: SHA1}, False),
        (URL, SHARED | {SETTINGS: "key=K2,algorithm=HMAC_SHA256"}, False),
        (URL, SHARED | {SETTINGS: "key=K1,algorithm=HMAC_MD5"}, False),
        (URL, SHARED | {SETTINGS: "rubbish"}, False),
    ],
)
def test_published_vectors_of_the_signature(
    url: str, headers: dict[str, str], is_ours: bool
) -> None:
    delivery = form(PARAMS, url=url, query="site=7", headers=headers)
    assert TWILIO.verify(delivery, account(KEYS), at=AT) is is_ours


def test_changed_field_breaks_the_signature_and_so_does_a_missing_token() -> None:
    delivery = form(PARAMS | {"CallDuration": "36"}, url=URL, headers={SIGNATURE: SHA1})
    assert not TWILIO.verify(delivery, account(KEYS), at=AT)
    delivery = form(PARAMS, url=URL, headers={SIGNATURE: SHA1})
    assert not TWILIO.verify(delivery, account(), at=AT)


def test_json_is_signed_by_its_digest_in_the_query() -> None:
    text = '{"CallSid": "CA1"}'
    digest = hashlib.sha256(text.encode()).hexdigest()
    url = f"https://app.example.ru/x?bodySHA256={digest}"
    signed = hmac.new(b"demo_auth_token", url.encode(), "sha1").digest()
    headers = {SIGNATURE: base64.b64encode(signed).decode()}
    parts: dict[str, Any] = {"url": url, "query": f"bodySHA256={digest}", "headers": headers}
    assert TWILIO.verify(json_body(text, **parts), account(KEYS), at=AT)
    assert not TWILIO.verify(json_body(text + " ", **parts), account(KEYS), at=AT)


def read(**changes: Any) -> Any:
    fields = PARAMS | {
        "Direction": "inbound", "Timestamp": "Thu, 01 Jan 2026 09:00:35 +0000",
        "SequenceNumber": "2",
    } | changes  # fmt: skip
    return TWILIO.read(form(fields), account(), at=AT)


def test_completed_call() -> None:
    call = read().call
    assert (call.direction, call.status, call.talk_seconds) == (Direction.IN, Status.ANSWERED, 35)
    assert (call.caller, call.tracked) == ("+79160000001", "+74950000002")
    assert call.started_at == moment("2026-01-01T09:00:00+00:00")
    assert call.weak == {"started_at"}
    assert call.updated_at < read(SequenceNumber="3").call.updated_at


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("ringing", None),
        ("in-progress", None),
        ("no-answer", Status.MISSED),
        ("busy", Status.MISSED),
        ("canceled", Status.MISSED),
        ("failed", Status.MISSED),
    ],
)
def test_what_became_of_the_call(word: str, status: Status | None) -> None:
    assert read(CallStatus=word).call.status is status


def test_leg_that_was_dialled_on_is_no_call_of_its_own() -> None:
    assert read(ParentCallSid="CA1", Direction="outbound-dial").call is None
    out = read(Direction="outbound-api").call
    assert (out.direction, out.caller, out.tracked) == (
        Direction.OUT, "+74950000002", "+79160000001",
    )  # fmt: skip


@pytest.mark.parametrize("changes", [{"CallSid": ""}, {"CallDuration": "x"}, {"Timestamp": "x"}])
def test_broken_fields_are_refused(changes: dict[str, str]) -> None:
    with pytest.raises(ProviderError):
        read(**changes)


ROW: dict[str, Any] = {
    "sid": "CA1", "from": "+79160000001", "to": "+74950000002", "status": "completed",
    "direction": "inbound", "start_time": "Thu, 01 Jan 2026 09:00:00 +0000", "duration": "35",
    "parent_call_sid": None,
}  # fmt: skip


@respx.mock
def test_list_is_read_page_by_page_on_the_same_host_only() -> None:
    path = "/2010-04-01/Accounts/AC1/Calls.json"
    route = respx.get(url__startswith=HOST + path).mock(
        side_effect=[
            httpx.Response(
                200,
                json={
                    "calls": [ROW, ROW | {"sid": "CA9", "parent_call_sid": "CA1"}],
                    "next_page_uri": path + "?Page=1",
                },
            ),
            httpx.Response(
                200, json={"calls": [ROW | {"sid": "CA2"}], "next_page_uri": "https://evil.example"}
            ),
        ]
    )
    outcome = TWILIO.pull(account({"account_sid": "AC1", "auth_token": "t"}), since=SINCE, until=AT)
    assert isinstance(outcome, Ok)
    assert [call.external_id for call in outcome.value.calls] == ["CA1", "CA2"]
    assert outcome.value.calls[0].weak == frozenset()
    assert route.call_count == 2
    assert route.calls[0].request.url.params["StartTime>"] == "2026-01-01"


@respx.mock
def test_wrong_token_is_told() -> None:
    respx.get(f"{HOST}/2010-04-01/Accounts/AC1.json").respond(401, json={"code": 20003})
    outcome = TWILIO.check(account({"account_sid": "AC1", "auth_token": "t"}))
    assert isinstance(outcome, Refused)
    assert outcome.kind is Kind.TOKEN_INVALID
