"""What is MAX's own; what every network owes stands in the contract test."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import httpx
import pytest
import respx
from pytest_django import Settings

from communities.networks import max_messages
from communities.networks.http import Answer
from communities.networks.keys import AccessToken, Capability, KeyReport, TokenKind
from communities.networks.max import MaxAdapter
from communities.networks.max_errors import failure
from communities.networks.outcomes import Kind, Ok, Refused, RefusedForNow
from communities.networks.records import Gone, PostFormat, PostReading
from communities.tests.networks.conftest import Start

MAX = MaxAdapter()
CHANNEL = "-68000000000001"
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture
def bot() -> AccessToken:
    return AccessToken("max", TokenKind.BOT, uuid4().hex)


def test_the_key_goes_bare_into_its_header(bot: AccessToken, settings: Settings) -> None:
    settings.MAX_API_URL = "https://max.example"
    with respx.mock as router:
        route = router.get("https://max.example/me").respond(json={"user_id": 7001})
        outcome = MAX.inspect_key(bot)
    assert outcome == Ok(KeyReport(frozenset({Capability.READ_FOLLOWERS})))
    request = route.calls.last.request
    assert request.headers["Authorization"] == bot.secret
    assert bot.secret not in str(request.url)


def test_the_simulated_network_knows_no_bearer(simulate: Start, bot: AccessToken) -> None:
    simulate()
    key = AccessToken("max", TokenKind.BOT, f"Bearer{bot.secret}")
    assert isinstance(MAX.inspect_key(key), Ok)
    outcome = MAX.inspect_key(AccessToken("max", TokenKind.BOT, f"Bearer {bot.secret}"))
    assert isinstance(outcome, Refused)
    assert outcome.kind is Kind.TOKEN_INVALID


def test_a_file_of_roots_that_is_not_there_is_named_by_its_setting(
    simulate: Start, bot: AccessToken, settings: Settings
) -> None:
    networks = simulate()
    settings.MAX_CA_BUNDLE = "/nowhere/roots.pem"
    outcome = MAX.inspect_key(bot)
    assert isinstance(outcome, Refused)
    assert (outcome.kind, outcome.field) == (Kind.INVALID_REQUEST, "MAX_CA_BUNDLE")
    assert networks.calls == []


# --- Errors --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (401, "verify.token", Kind.TOKEN_INVALID),
        (403, "verify.token", Kind.TOKEN_INVALID),
        (403, "chat.denied", Kind.PERMISSION),
        (404, "chat.not.found", Kind.NOT_FOUND),
        (404, "anything", Kind.NOT_FOUND),
        (400, "proto.payload", Kind.INVALID_REQUEST),
        (400, "attachment.not.ready", Kind.TEMPORARY),
        (405, "method", Kind.INVALID_REQUEST),
        (503, "service.unavailable", Kind.TEMPORARY),
        (500, "verify.token", Kind.TEMPORARY),
        (418, "something.new", Kind.UNKNOWN),
    ],
)
def test_a_status_and_a_code_have_a_kind(status: int, code: str, kind: Kind) -> None:
    found = failure(Answer(status, {"code": code, "message": "x"}), secret="", writes=False)
    assert found is not None
    assert (found.kind, found.message) == (kind, f"MAX error {code}: x")


@pytest.mark.parametrize("retry_after", [None, 7.0])
def test_a_limit_waits_as_long_as_the_network_says(retry_after: float | None) -> None:
    answer = Answer(429, {"code": "too.many.requests", "message": ""}, retry_after)
    found = failure(answer, secret="", writes=False)
    assert isinstance(found, RefusedForNow)
    assert (found.kind, found.retry_after) == (Kind.RATE_LIMITED, retry_after or 1.0)


@pytest.mark.parametrize("body", [None, "html", [], {}, {"code": 401}])
def test_what_is_not_the_networks_envelope_refuses_nothing_for_good(body: object) -> None:
    found = failure(Answer(401, body), secret="", writes=False)
    assert isinstance(found, RefusedForNow)
    assert found.kind is Kind.TEMPORARY


# --- Channels ------------------------------------------------------------------------------------


def channel(**more: Any) -> dict[str, Any]:
    return {"pages": {"max": {CHANNEL: {"link": "https://max.ru/coffee", **more}}}}


def test_a_channel_has_its_number_its_name_and_its_address(
    simulate: Start, bot: AccessToken
) -> None:
    simulate(**channel(title="Кофе", participants_count=1520))
    outcome = MAX.find_profile(bot, "https://max.ru/coffee")
    assert isinstance(outcome, Ok)
    reading = outcome.value
    assert (reading.external_id, reading.screen_name, reading.title) == (CHANNEL, "coffee", "Кофе")
    assert (reading.url, reading.followers) == ("https://max.ru/coffee", 1520)


def test_a_link_of_invitation_is_no_name(simulate: Start, bot: AccessToken) -> None:
    simulate(**channel(link="https://max.ru/join/abc"))
    outcome = MAX.read_profiles(bot, [CHANNEL])[CHANNEL]
    assert isinstance(outcome, Ok)
    assert (outcome.value.screen_name, outcome.value.url) == ("", "https://max.ru/join/abc")


@pytest.mark.parametrize("status", ["removed", "left"])
def test_a_bot_that_was_removed_reads_nothing_old(
    simulate: Start, bot: AccessToken, status: str
) -> None:
    simulate(**channel(status=status, participants_count=1520))
    outcome = MAX.read_profiles(bot, [CHANNEL])[CHANNEL]
    assert isinstance(outcome, Refused)
    assert (outcome.kind, outcome.capability) == (Kind.PERMISSION, Capability.READ_FOLLOWERS)
    assert outcome.message == "The bot was removed from this channel of MAX: add it again."


def test_a_closed_channel_is_gone(simulate: Start, bot: AccessToken) -> None:
    simulate(**channel(status="closed", participants_count=1520))
    outcome = MAX.read_profiles(bot, [CHANNEL])[CHANNEL]
    assert isinstance(outcome, Ok)
    assert (outcome.value.gone, outcome.value.followers) == (Gone.DELETED, None)


def test_after_three_passing_failures_in_a_row_the_rest_waits(
    simulate: Start, bot: AccessToken
) -> None:
    networks = simulate(faults=[{"method": "*", "fault": "http502", "times": None}])
    outcomes = MAX.read_profiles(bot, [f"-{number}" for number in range(1, 10)])
    assert {type(each) for each in outcomes.values()} == {RefusedForNow}
    assert len(networks.calls) == 3


@pytest.mark.parametrize(
    ("role", "able"),
    [
        ("admin", {Capability.PUBLISH, Capability.READ_POSTS}),
        ("member", {Capability.READ_POSTS}),
        ("none", set()),
    ],
)
def test_what_the_bot_can_hangs_on_its_place_in_the_channel(
    simulate: Start, bot: AccessToken, role: str, able: set[Capability]
) -> None:
    simulate(**channel(bot=role))
    outcome = MAX.inspect_key(bot, CHANNEL)
    assert isinstance(outcome, Ok)
    report = outcome.value
    assert {Capability.PUBLISH, Capability.READ_POSTS} & report.able == able
    assert (Capability.READ_POSTS in report.lacks) is (role == "none")


def test_administrators_that_are_not_told_are_not_counted(
    simulate: Start, bot: AccessToken
) -> None:
    simulate(**channel(bot="member"))
    outcome = MAX.read_page(bot, CHANNEL)
    assert isinstance(outcome, Ok)
    assert outcome.value.admins is None


# --- Messages ------------------------------------------------------------------------------------


def message(**more: Any) -> dict[str, Any]:
    return {
        "recipient": {"chat_id": int(CHANNEL), "chat_type": "channel"},
        "timestamp": 1_767_270_000_999,
        "body": {"mid": "mid.0001", "text": "Меню", "attachments": []},
        "url": "https://max.ru/c/1/AAA",
        **more,
    }


def reading(given: object) -> PostReading:
    found = max_messages.reading(given, read_at=NOW)
    assert found is not None
    return found


def test_only_views_are_told_of_a_post() -> None:
    post = reading(message(stat={"views": 430}))
    assert (post.external_id, post.profile_external_id, post.text) == ("mid.0001", CHANNEL, "Меню")
    assert post.posted_at == datetime(2026, 1, 1, 12, 20, tzinfo=UTC)
    assert (post.views, post.likes, post.comments, post.shares) == (430, None, None, None)


@pytest.mark.parametrize("stat", [None, {}, {"views": None}, {"views": -1}, {"views": True}])
def test_views_that_are_not_told_are_none(stat: object) -> None:
    assert reading(message(stat=stat)).views is None


@pytest.mark.parametrize("address", ["javascript:alert(1)", "http://max.ru/c", 5, None])
def test_an_address_is_one_of_the_web(address: object) -> None:
    assert reading(message(url=address)).url == ""


@pytest.mark.parametrize(
    ("kinds", "expected"),
    [
        ([], PostFormat.TEXT),
        (["inline_keyboard"], PostFormat.TEXT),
        (["image"], PostFormat.PHOTO),
        (["image", "image", "inline_keyboard"], PostFormat.ALBUM),
        (["image", "image", "video"], PostFormat.VIDEO),
        (["file"], PostFormat.DOCUMENT),
        (["share"], PostFormat.LINK),
        (["sticker"], PostFormat.OTHER),
    ],
)
def test_the_format_is_of_the_attachments(kinds: list[str], expected: PostFormat) -> None:
    body = {"mid": "mid.0001", "attachments": [{"type": kind} for kind in kinds]}
    assert reading(message(body=body)).format is expected


def test_a_forwarded_message_is_a_repost() -> None:
    assert reading(message(link={"type": "forward"})).is_repost is True
    assert reading(message(link={"type": "reply"})).is_repost is False


@pytest.mark.parametrize(
    "broken",
    [
        None,
        {},
        message(timestamp=None),
        message(body={"text": "without an id"}),
        message(recipient={"chat_id": 1, "chat_type": "chat"}),
        message(recipient={"chat_type": "channel"}),
    ],
)
def test_what_is_no_post_of_a_channel_is_left_out(broken: object) -> None:
    assert max_messages.reading(broken, read_at=NOW) is None


def test_pages_go_back_in_time_without_a_gap(simulate: Start, bot: AccessToken) -> None:
    """Many messages of one moment stand on both sides of the border between two pages."""
    moment = int(NOW.timestamp() * 1000)
    posts = [{"id": f"mid.{n:03}", "timestamp": moment - n // 10} for n in range(150)]
    networks = simulate(**channel(posts=posts))
    outcome = MAX.read_posts(bot, CHANNEL)
    assert isinstance(outcome, Ok)
    assert len(outcome.value) == 150
    asked = [call.parameters for call in networks.calls]
    assert [each.get("from") for each in asked] == [None, str(moment - 9), str(moment - 14)]


def test_posts_are_asked_for_up_to_a_moment(simulate: Start, bot: AccessToken) -> None:
    networks = simulate(**channel(posts=[]))
    assert MAX.read_posts(bot, CHANNEL, NOW) == Ok([])
    assert networks.calls[0].parameters["to"] == str(int(NOW.timestamp() * 1000))


def test_a_channel_named_by_its_address_is_asked_for_its_number(
    simulate: Start, bot: AccessToken
) -> None:
    posts = [{"id": "mid.1", "timestamp": 1_767_270_000_000, "views": 1}]
    networks = simulate(**channel(posts=posts))
    outcome = MAX.read_posts(bot, "coffee")
    assert isinstance(outcome, Ok)
    assert [post.profile_external_id for post in outcome.value] == [CHANNEL]
    assert networks.calls[1].parameters["chat_id"] == CHANNEL


def test_httpx_keeps_the_key_out_of_its_own_words(bot: AccessToken) -> None:
    request = httpx.Request("GET", "https://max.example", headers={"Authorization": bot.secret})
    assert bot.secret not in repr(request.headers)
