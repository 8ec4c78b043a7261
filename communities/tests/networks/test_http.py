"""Slow, dropped, halved and foreign answers, and the allow-list."""

import socket

import httpx
import pytest
import respx
from pytest_django import Settings

from communities.networks import http
from communities.networks.http import Answer
from communities.networks.keys import AccessToken
from communities.networks.outcomes import Kind, Ok, OutcomeUnknown, Refused, RefusedForNow
from communities.networks.telegram import TelegramAdapter
from communities.tests.networks.conftest import Start


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    client = httpx.Client(timeout=0.2, follow_redirects=False, trust_env=False)
    monkeypatch.setattr(http, "_client", lambda _process: client)


@pytest.fixture
def closed_port() -> int:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        return int(server.getsockname()[1])


def fault(name: str) -> list[dict[str, object]]:
    return [{"method": "*", "fault": name, "times": None, "seconds": 1}]


@pytest.mark.parametrize("name", ["drop", "half", "http500", "http502"])
def test_a_broken_answer_to_a_read_may_be_repeated(simulate: Start, name: str) -> None:
    networks = simulate(faults=fault(name))
    outcome = _post(f"{networks.vk_url}/wall.get", writes=False)
    assert isinstance(outcome, RefusedForNow)
    assert outcome.kind is Kind.TEMPORARY


@pytest.mark.parametrize("name", ["drop", "half", "http500", "http502"])
def test_a_broken_answer_to_a_write_leaves_it_unknown(simulate: Start, name: str) -> None:
    networks = simulate(faults=fault(name))
    assert isinstance(_post(f"{networks.vk_url}/wall.post", writes=True), OutcomeUnknown)


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize(("writes", "expected"), [(False, RefusedForNow), (True, OutcomeUnknown)])
def test_a_slow_answer_is_not_waited_for(
    simulate: Start, writes: bool, expected: type[RefusedForNow | OutcomeUnknown]
) -> None:
    networks = simulate(faults=fault("slow"))
    assert isinstance(_post(f"{networks.vk_url}/wall.get", writes=writes), expected)


@pytest.mark.parametrize("writes", [False, True])
def test_what_was_not_even_sent_may_be_repeated(closed_port: int, writes: bool) -> None:
    outcome = _post(f"http://127.0.0.1:{closed_port}/x", writes=writes)
    assert isinstance(outcome, RefusedForNow)


def test_a_json_answer_of_any_status_is_an_answer(simulate: Start) -> None:
    networks = simulate()
    outcome = http.post(f"{networks.telegram_url}/botbad/getMe", body={})
    assert isinstance(outcome, Ok)
    assert isinstance(outcome.value, Answer)
    assert outcome.value.status == 404


def test_a_host_outside_the_allow_list_is_not_called(simulate: Start, settings: Settings) -> None:
    networks = simulate()
    settings.NETWORK_ALLOWED_HOSTS = ["api.vk.ru"]
    outcome = http.post(f"{networks.vk_url}/users.get", form={})
    assert isinstance(outcome, Refused)
    assert (outcome.kind, outcome.field) == (Kind.INVALID_REQUEST, "NETWORK_ALLOWED_HOSTS")
    assert networks.calls == []


@pytest.mark.parametrize("url", ["file:///etc/passwd", "not an address", "http://", ""])
def test_an_address_that_is_none_is_refused(settings: Settings, url: str) -> None:
    settings.NETWORK_ALLOWED_HOSTS = []
    assert isinstance(http.post(url, form={}), Refused)


def test_redirects_are_not_followed(bot_key: AccessToken) -> None:
    """A redirect could lead the key to another host."""
    with respx.mock(assert_all_called=False) as router:
        headers = {"Location": "https://elsewhere.example/"}
        router.route(host="api.telegram.org").respond(302, headers=headers)
        elsewhere = router.route(host="elsewhere.example").respond(json={"ok": True, "result": {}})
        outcome = TelegramAdapter().inspect_key(bot_key)
    assert isinstance(outcome, RefusedForNow)
    assert not elsewhere.called


def test_an_answer_without_end_is_cut_off(simulate: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "LARGEST_ANSWER_BYTES", 10)
    networks = simulate()
    outcome = _post(f"{networks.vk_url}/users.get", writes=False)
    assert isinstance(outcome, RefusedForNow)


def _post(url: str, *, writes: bool) -> object:
    outcome = http.post(url, form={"v": "5.199"}, bearer="vk1.a.x", writes=writes)
    if isinstance(outcome, Ok):
        return http.status_failure(outcome.value, writes=writes)
    return outcome
