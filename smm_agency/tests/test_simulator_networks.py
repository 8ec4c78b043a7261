"""The simulated Odnoklassniki and MAX: true envelopes, their limits, figures for the demo."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from pytest_django import Settings

from communities.networks.clocks import MOSCOW
from communities.networks.keys import AccessToken
from communities.networks.ok_signature import session_secret, signature
from communities.networks.outcomes import Ok, Outcome
from communities.networks.records import PostId, PostReading
from communities.networks.registry import ADAPTERS
from smm_agency.simulator.ok import APPLICATION
from smm_agency.simulator.server import Simulator

NOW = "2026-11-20T12:00:00+00:00"
GROUP, CHANNEL = "57010000000001", "-68000000000001"
SESSION = "session-of-anna"
NUMBER, PUBLIC, SECRET = APPLICATION


def send(
    networks: Simulator, path: str, form: dict[str, str] | None = None, **headers: str
) -> tuple[int, dict[str, str], Any]:
    connection = HTTPConnection("127.0.0.1", networks.port, timeout=10)
    try:
        kind = {"Content-Type": "application/x-www-form-urlencoded"} if form is not None else {}
        verb, body = ("POST", urlencode(form)) if form is not None else ("GET", None)
        connection.request(verb, path, body, {**kind, **headers})
        answer = connection.getresponse()
        return answer.status, dict(answer.getheaders()), json.loads(answer.read())
    finally:
        connection.close()


def ok(networks: Simulator, method: str, **parameters: str) -> Any:
    form = {**parameters, "method": method, "application_key": PUBLIC, "format": "json"}
    form["sig"] = signature(form, session_secret(SESSION, SECRET))
    status, _headers, body = send(networks, "/ok/fb.do", {**form, "access_token": SESSION})
    assert status == 200
    return body


# --- Odnoklassniki -------------------------------------------------------------------------------


def test_ok_refuses_with_status_200_a_flat_object_and_a_header() -> None:
    form = {"method": "group.getInfo", "application_key": PUBLIC, "sig": "0", "access_token": "t"}
    with Simulator({}) as networks:
        status, headers, body = send(networks, "/ok/fb.do", form)
    assert (status, headers["Invocation-Error"]) == (200, "104")
    assert body == {
        "error_code": 104,
        "error_data": None,
        "error_msg": "PARAM_SIGNATURE : Invalid signature",
    }


def test_ok_answers_with_a_bare_scalar() -> None:
    with Simulator({}) as networks:
        assert ok(networks, "users.getLoggedInUser") == "550100000001"


def test_ok_notes_neither_keys_nor_signatures() -> None:
    with Simulator({}) as networks:
        ok(networks, "group.getInfo", uids="1", fields="UID")
        assert networks.calls[0].parameters == {
            "application_key": PUBLIC,
            "fields": "UID",
            "format": "json",
            "method": "group.getInfo",
            "uids": "1",
        }


def test_ok_takes_three_calls_a_second() -> None:
    with Simulator({}) as networks:
        answers = [ok(networks, "users.getLoggedInUser") for _ in range(4)]
    assert [isinstance(each, str) for each in answers] == [True, True, True, False]
    assert answers[-1]["error_code"] == 11


@pytest.mark.parametrize(
    ("listed", "code"),
    [
        ({"kind": "user", "state": "expired"}, 102),
        ({"kind": "user", "state": "revoked"}, 103),
        ({"kind": "community"}, 103),
        (None, 103),
    ],
)
def test_ok_knows_the_states_of_a_session(listed: dict[str, Any] | None, code: int) -> None:
    tokens = {SESSION: listed} if listed else {}
    with Simulator({"tokens": tokens, "any_token": False}) as networks:
        assert ok(networks, "users.getLoggedInUser")["error_code"] == code


def test_ok_gives_the_anchor_after_the_last_page_too() -> None:
    topics = [{"id": n, "created_ms": 1_767_258_000_000 + n} for n in range(3)]
    with Simulator({"pages": {"ok": {GROUP: {"posts": topics}}}, "limits": False}) as networks:
        span = {"gid": GROUP, "start_time": "0", "end_time": "9" * 13, "fields": "id"}
        first = ok(networks, "group.getStatTopics", count="2", **span)
        last = ok(networks, "group.getStatTopics", count="2", anchor=first["anchor"], **span)
        over = ok(networks, "group.getStatTopics", count="2", anchor=last["anchor"], **span)
    assert ([each["id"] for each in first["topics"]], first["has_more"]) == (["2", "1"], True)
    assert ([each["id"] for each in last["topics"]], "has_more" in last) == (["0"], False)
    assert (over["topics"], over["anchor"]) == ([], last["anchor"])


# --- MAX -----------------------------------------------------------------------------------------


def test_max_refuses_by_status_and_code() -> None:
    with Simulator({}) as networks:
        status, _headers, body = send(networks, "/max/me", Authorization="Bearer key")
        lost = send(networks, "/max/chats/two/words", Authorization="key")[0]
    assert (status, body["code"], body["message"]) == (401, "verify.token", "Invalid access_token")
    assert lost == 404


def test_max_takes_thirty_calls_a_second() -> None:
    with Simulator({}) as networks:
        statuses = [send(networks, "/max/me", Authorization="key")[0] for _ in range(31)]
    assert statuses == [200] * 30 + [429]


def test_max_names_a_call_without_its_chat() -> None:
    with Simulator({}) as networks:
        send(networks, f"/max/chats/{CHANNEL}/members/me", Authorization="key")
        assert networks.methods() == ["chats/{chat}/members/me"]


# --- Invented figures ----------------------------------------------------------------------------


@pytest.fixture
def invented(settings: Settings) -> Iterator[Simulator]:
    with Simulator({"now": NOW, "levels": {GROUP: 4_200}, "limits": False}) as networks:
        settings.OK_API_URL, settings.MAX_API_URL = networks.url("ok"), networks.url("max")
        settings.NETWORK_ALLOWED_HOSTS = ["127.0.0.1"]
        settings.OK_APPLICATION_ID, settings.OK_APPLICATION_KEY = NUMBER, PUBLIC
        settings.OK_APPLICATION_SECRET = SECRET
        yield networks


def key(network: str) -> AccessToken:
    return AccessToken(network, ADAPTERS[network].token_kinds[0], uuid4().hex)


def posts(network: str, page: str) -> list[PostReading]:
    since = datetime(2026, 11, 1, tzinfo=UTC)
    outcome: Outcome[list[PostReading]] = ADAPTERS[network].read_posts(key(network), page, since)
    assert isinstance(outcome, Ok)
    return outcome.value


@pytest.mark.usefixtures("invented")
@pytest.mark.parametrize(("network", "page"), [("ok", GROUP), ("max", CHANNEL)])
def test_invented_posts_are_found_again_by_their_ids(network: str, page: str) -> None:
    read = posts(network, page)
    assert len(read) > 5
    asked = [PostId(page, post.external_id) for post in read]
    again = ADAPTERS[network].reread_posts(key(network), asked)
    views = [each.value.views for each in again.values() if isinstance(each, Ok)]
    assert views == [post.views for post in read]
    assert all(post.views for post in read)


@pytest.mark.usefixtures("invented")
def test_invented_topics_reach_fewer_than_they_are_shown_to() -> None:
    assert all((post.reach or 0) <= (post.views or 0) for post in posts("ok", GROUP))


def test_invented_days_agree_with_the_levels(invented: Simulator) -> None:
    since = datetime(2026, 11, 1, tzinfo=MOSCOW)
    until = datetime(2026, 11, 19, tzinfo=MOSCOW)
    outcome = ADAPTERS["ok"].read_statistics(key("ok"), GROUP, since, until)
    assert isinstance(outcome, Ok)
    assert len(outcome.value) == 18
    for day in outcome.value:
        on = day.begins_at.astimezone(MOSCOW).date()
        before = invented.world.followers_on(GROUP, on - timedelta(days=1))
        assert day.followers == invented.world.followers_on(GROUP, on)
        assert (day.joined or 0) - (day.left or 0) == day.followers - before


@pytest.mark.usefixtures("invented")
@pytest.mark.parametrize("network", ["ok", "max"])
def test_an_invented_page_has_the_same_number_whenever_it_is_named(network: str) -> None:
    found = [ADAPTERS[network].find_profile(key(network), "coffee") for _ in range(2)]
    [first, second] = [each.value for each in found if isinstance(each, Ok)]
    assert first.external_id == second.external_id
    assert first.followers
