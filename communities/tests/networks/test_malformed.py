"""Whatever JSON a network sends, each call ends in a typed outcome and never in an exception."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any, get_args
from uuid import uuid4

import httpx
import pytest
import respx
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st
from pytest_django import Settings

from communities.networks import rate_limit
from communities.networks.keys import AccessToken, TokenKind
from communities.networks.outcomes import Failure, Kind, Ok, RefusedForNow
from communities.networks.rate_limit import Window
from communities.networks.records import PostId
from communities.networks.registry import ADAPTERS

DAY = datetime(2026, 11, 20, tzinfo=UTC)
OUTCOMES = (Ok, *get_args(Failure))
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(st.characters()),
    st.sampled_from([-1001, 10**40, "deleted", "\ud800", "\x00", "-1001"]),
)
WORDS = """
    response error error_code error_msg request_params redirect_uri groups items count id date
    owner_id members_count deactivated is_pinned likes comments reposts views copy_history
    attachments type video text permissions name ok result description parameters retry_after
    update_id channel_post message_reaction_count chat message_id reactions total_count emoji
    media_group_id caption title username status
    uid name shortname topics anchor has_more media_topics created_ms media time value objectIdStr
    chat_id participants_count link messages timestamp body mid stat code reach renderings
    kind snippet statistics contentDetails relatedPlaylists uploads videoId subscriberCount
    publishedAt columnHeaders rows data paging next created_time like_count insights values value
    end_time followers_count picture cover business_discovery instagram_business_account summary
"""
NAMES = st.sampled_from(sorted(WORDS.split()))
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=6),
    max_leaves=25,
)
# Mostly in an envelope, so that the inner layers are reached.
ANSWERS = st.one_of(
    JSON,
    st.fixed_dictionaries({"response": JSON}),
    st.fixed_dictionaries({"response": st.fixed_dictionaries({"items": st.lists(JSON)})}),
    st.fixed_dictionaries({"response": st.fixed_dictionaries({"groups": st.lists(JSON)})}),
    st.fixed_dictionaries({"error": JSON}),
    st.fixed_dictionaries({"ok": st.just(True), "result": JSON}),
    st.fixed_dictionaries({"ok": st.just(True), "result": st.lists(JSON)}),
    st.fixed_dictionaries({"ok": st.just(False), "error_code": JSON, "parameters": JSON}),
    st.lists(st.fixed_dictionaries({"uid": st.just("1"), "members_count": JSON})),
    st.fixed_dictionaries({"topics": st.lists(JSON), "media_topics": st.lists(JSON)}),
    st.fixed_dictionaries({"kind": st.just("youtube#list"), "items": st.lists(JSON), "rows": JSON}),
    st.fixed_dictionaries({"id": st.just("1"), "data": st.lists(JSON), "paging": JSON}),
    st.fixed_dictionaries({"messages": st.lists(JSON), "chat_id": SCALARS, "title": JSON}),
)
BODIES = st.one_of(
    st.binary(max_size=40),
    st.sampled_from([b"", b"[" * 100_000, b"\xff\xfe", b"9" * 5000, b"NaN", b'"\\ud800"']),
)
# The settings stay the same for all examples.
SAME_SETTINGS = [HealthCheck.function_scoped_fixture]
# Networks whose pages have no plain numbers.
PAGES = {"youtube": "UC1", "instagram": "17841400000000010"}
STATUSES = st.sampled_from([200, 200, 200, 204, 302, 400, 401, 404, 429, 500, 502])


@pytest.fixture(autouse=True)
def unhindered(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without an application some networks are not called at all; waiting for turns is no test."""
    monkeypatch.setattr(rate_limit, "windows", lambda _key, **_chat: [Window("key", 1_000)])
    settings.OK_APPLICATION_ID = settings.OK_APPLICATION_KEY = settings.OK_APPLICATION_SECRET = "k"


def key(network: str) -> AccessToken:
    """Of the first kind of the network's keys; Telegram's have a look of their own."""
    kind = TokenKind.COMMUNITY if network == "vk" else ADAPTERS[network].token_kinds[0]
    secret = f"{uuid4().int % 10**9}:{uuid4().hex}" if network == "telegram" else uuid4().hex
    return AccessToken(network, kind, secret)


def outcomes(network: str, response: httpx.Response) -> list[Any]:
    page = PAGES.get(network, "1")
    adapter, one = ADAPTERS[network], key(network)
    with respx.mock(assert_all_called=False) as router:
        router.route().mock(return_value=response)
        return [
            adapter.inspect_key(one, "1"),
            adapter.find_profile(one, "coffee"),
            *adapter.read_profiles(one, [page, "2"]).values(),
            adapter.read_posts(one, page),
            *adapter.reread_posts(one, [PostId(page, "2")]).values(),
            adapter.read_page(one, page),
            adapter.read_statistics(one, page, DAY, DAY + timedelta(days=1)),
            adapter.read_updates(one),
        ]


@pytest.mark.parametrize("network", sorted(ADAPTERS))
@examples(max_examples=60, deadline=None, suppress_health_check=SAME_SETTINGS)
@given(answer=ANSWERS, status=st.sampled_from([200, 200, 400, 500]))
def test_any_json_ends_in_a_typed_outcome(network: str, answer: object, status: int) -> None:
    waits = isinstance(answer, dict) and _asks_to_wait(answer)
    if waits:
        return
    found = outcomes(network, httpx.Response(status, content=json.dumps(answer)))
    assert all(isinstance(outcome, OUTCOMES) for outcome in found)


@pytest.mark.parametrize("network", sorted(ADAPTERS))
@examples(max_examples=40, deadline=None, suppress_health_check=SAME_SETTINGS)
@given(body=BODIES, status=STATUSES.filter(lambda status: status != 429))
def test_any_bytes_end_in_a_typed_outcome(network: str, body: bytes, status: int) -> None:
    found = outcomes(network, httpx.Response(status, content=body))
    assert all(isinstance(outcome, OUTCOMES) for outcome in found)


@pytest.mark.parametrize("network", ["telegram", "vk"])
@pytest.mark.parametrize(
    "body",
    [
        {"response": 5},
        {"response": {"groups": "none"}},
        {"response": {"groups": [{"name": "without an id"}]}},
        {"ok": True},
        {"ok": True, "result": "text"},
    ],
)
def test_a_wrong_shape_is_no_reading(network: str, body: object) -> None:
    adapter = ADAPTERS[network]
    with respx.mock as router:
        router.route().mock(return_value=httpx.Response(200, json=body))
        outcome = adapter.read_profiles(key(network), ["1"])["1"]
    assert isinstance(outcome, RefusedForNow)
    assert outcome.kind is Kind.UNKNOWN


@pytest.mark.parametrize("network", sorted(ADAPTERS))
def test_a_proxy_that_asks_to_wait_is_heard(network: str) -> None:
    response = httpx.Response(429, headers={"Retry-After": "120"}, text="slow down")
    with respx.mock as router:
        router.route().mock(return_value=response)
        page = PAGES.get(network, "1")
        outcome = ADAPTERS[network].read_profiles(key(network), [page])[page]
    assert isinstance(outcome, RefusedForNow)
    assert (outcome.kind, outcome.retry_after) == (Kind.RATE_LIMITED, 120)


def _asks_to_wait(answer: dict[str, Any]) -> bool:
    """These are waited out for real, which other tests look at."""
    error = answer.get("error")
    codes = [answer.get("error_code"), error.get("error_code") if isinstance(error, dict) else 0]
    return any(code in (6, 429) for code in codes if isinstance(code, int))
