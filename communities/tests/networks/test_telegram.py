from typing import Any

import pytest

from communities.networks.keys import AccessToken, Capability, KeyReport, TokenKind
from communities.networks.outcomes import Kind, Ok, Refused, RefusedForNow
from communities.networks.telegram import TelegramAdapter
from communities.tests.networks.conftest import Start

TELEGRAM = TelegramAdapter()
CHANNEL = "-1001234567890"


def channel_post(update_id: int, message_id: int = 310, **more: Any) -> dict[str, Any]:
    chat = {"id": int(CHANNEL), "title": "Кофе", "username": "coffee", "type": "channel"}
    message = {"message_id": message_id, "chat": chat, "date": 1767270000, "text": "Новое меню"}
    return {"update_id": update_id, "channel_post": message | more}


# --- Profiles ------------------------------------------------------------------------------------


@pytest.mark.parametrize("external_id", [CHANNEL, "@coffee"])
def test_read_profiles_by_number_or_name(
    simulate: Start, bot_key: AccessToken, external_id: str
) -> None:
    networks = simulate(
        channels={CHANNEL: {"title": "Кофе", "username": "coffee", "members": 5312}}
    )
    outcome = TELEGRAM.read_profiles(bot_key, [external_id])[external_id]
    assert isinstance(outcome, Ok)
    reading = outcome.value
    assert (reading.external_id, reading.title, reading.screen_name, reading.followers) == (
        CHANNEL,
        "Кофе",
        "coffee",
        5312,
    )
    assert reading.url == "https://t.me/coffee"
    assert networks.methods() == ["getChat", "getChatMemberCount"]


def test_read_profiles_gives_up_after_three_passing_failures_in_a_row(
    simulate: Start, bot_key: AccessToken
) -> None:
    networks = simulate(faults=[{"method": "*", "fault": "http502", "times": None}])
    outcomes = TELEGRAM.read_profiles(bot_key, [f"@channel{number}" for number in range(9)])
    assert {type(outcome) for outcome in outcomes.values()} == {RefusedForNow}
    assert len(outcomes) == 9
    assert len(networks.calls) == 3


# --- What a bot cannot do ------------------------------------------------------------------------


def test_never_gives_a_reason_for_each_thing_a_bot_cannot_read() -> None:
    assert set(TELEGRAM.never) == {
        Capability.READ_POSTS,
        Capability.REREAD_POSTS,
        Capability.READ_VIEWS,
        Capability.READ_STATISTICS,
    }
    assert all(len(str(reason)) > 20 for reason in TELEGRAM.never.values())


# --- Updates -------------------------------------------------------------------------------------


def test_read_updates_confirms_a_batch_by_the_next_offset(
    simulate: Start, bot_key: AccessToken
) -> None:
    simulate(updates=[channel_post(900001, 310), channel_post(900002, 311)])
    first = TELEGRAM.read_updates(bot_key)
    again = TELEGRAM.read_updates(bot_key)
    assert isinstance(first, Ok)
    assert isinstance(again, Ok)
    assert [post.external_id for post in first.value.posts] == ["310", "311"]
    assert [post.external_id for post in again.value.posts] == ["310", "311"]
    confirmed = TELEGRAM.read_updates(bot_key, first.value.next_offset)
    assert isinstance(confirmed, Ok)
    assert (confirmed.value.posts, confirmed.value.next_offset) == ((), None)


def test_read_updates_asks_for_reaction_counts_by_name(
    simulate: Start, bot_key: AccessToken
) -> None:
    content = {
        "chat": {"id": int(CHANNEL), "type": "channel"},
        "message_id": 310,
        "date": 1767273600,
        "reactions": [{"type": {"type": "emoji", "emoji": "👍"}, "total_count": 41}],
    }
    simulate(updates=[{"update_id": 1, "message_reaction_count": content}])
    outcome = TELEGRAM.read_updates(bot_key)
    assert isinstance(outcome, Ok)
    assert [reaction.reactions for reaction in outcome.value.reactions] == [41]


def test_read_updates_says_when_more_is_waiting(simulate: Start, bot_key: AccessToken) -> None:
    simulate(updates=[channel_post(number, number) for number in range(1, 121)])
    first = TELEGRAM.read_updates(bot_key)
    assert isinstance(first, Ok)
    second = TELEGRAM.read_updates(bot_key, first.value.next_offset)
    assert isinstance(second, Ok)
    assert [(len(each.value.posts), each.value.has_more) for each in (first, second)] == [
        (100, True),
        (20, False),
    ]


# --- Limits --------------------------------------------------------------------------------------


def test_a_short_retry_after_is_waited_out(simulate: Start, bot_key: AccessToken) -> None:
    networks = simulate(faults=[{"method": "getChat", "fault": "telegram_error:429:1"}])
    assert isinstance(TELEGRAM.read_profiles(bot_key, ["@coffee"])["@coffee"], Ok)
    assert networks.methods() == ["getChat", "getChat", "getChatMemberCount"]


def test_a_long_retry_after_parks_the_key(simulate: Start, bot_key: AccessToken) -> None:
    networks = simulate(faults=[{"method": "getChat", "fault": "telegram_error:429:300"}])
    outcomes = TELEGRAM.read_profiles(bot_key, ["@coffee", "@other"])
    first = outcomes["@coffee"]
    assert isinstance(first, RefusedForNow)
    assert (first.kind, first.retry_after) == (Kind.RATE_LIMITED, 300)
    later = TELEGRAM.read_updates(bot_key)
    assert isinstance(later, RefusedForNow)
    assert (later.kind, round(later.retry_after, -1)) == (Kind.RATE_LIMITED, 300)
    assert len(networks.calls) == 1


# --- Capabilities --------------------------------------------------------------------------------

ANYBODY = {Capability.READ_FOLLOWERS, Capability.READ_PAGE}
ADMINISTRATOR = {
    *ANYBODY,
    Capability.READ_UPDATES,
    Capability.READ_REACTIONS,
    Capability.RECEIVE_EVENTS,
}
POSTING = {Capability.PUBLISH, Capability.PUBLISH_PHOTO, Capability.PUBLISH_VIDEO}
ASKED = {*ADMINISTRATOR, *POSTING, Capability.MESSAGES}
NO_ADMINISTRATOR = "The bot is no administrator of the channel; Telegram calls it “member”."
NOT_A_MEMBER = "Telegram error 403: Forbidden: bot is not a member of the channel chat"
NOT_ASKED = "Not asked: no page is read with this key yet."


def report_in(key: AccessToken, channel: str | None) -> KeyReport:
    outcome = TELEGRAM.inspect_key(key, channel)
    assert isinstance(outcome, Ok)
    return outcome.value


@pytest.mark.parametrize(
    ("bot", "expected"),
    [
        ({"bot_status": "administrator"}, ADMINISTRATOR | POSTING),
        ({"bot_status": "administrator", "bot_rights": []}, ADMINISTRATOR),
        (
            {"bot_status": "administrator", "bot_rights": ["can_manage_direct_messages"]},
            ADMINISTRATOR | {Capability.MESSAGES},
        ),
        ({"bot_status": "creator"}, ASKED),
        ({"bot_status": "member"}, ANYBODY),
        ({"bot_status": "none"}, ANYBODY),
        ({"bot_status": "kicked"}, ANYBODY),
    ],
)
def test_a_bot_is_able_in_a_channel_or_says_why_not(
    simulate: Start, bot_key: AccessToken, bot: dict[str, Any], expected: set[Capability]
) -> None:
    simulate(channels={CHANNEL: bot})
    report = report_in(bot_key, CHANNEL)
    assert set(report.able) == expected
    assert set(report.lacks) == ASKED - expected


@pytest.mark.parametrize(
    ("status", "reason"), [("member", NO_ADMINISTRATOR), ("none", NOT_A_MEMBER)]
)
def test_a_bot_says_in_telegrams_words_why_it_cannot_post(
    simulate: Start, bot_key: AccessToken, status: str, reason: str
) -> None:
    simulate(channels={CHANNEL: {"bot_status": status}})
    assert report_in(bot_key, CHANNEL).lacks[Capability.PUBLISH] == reason


def test_capabilities_without_a_channel_check_the_key(
    simulate: Start, bot_key: AccessToken
) -> None:
    networks = simulate()
    report = report_in(bot_key, None)
    assert set(report.able) == ANYBODY
    assert set(report.lacks.values()) == {NOT_ASKED}
    assert networks.methods() == ["getMe"]


def test_an_unknown_channel_does_not_make_the_bot_bad(
    simulate: Start, bot_key: AccessToken
) -> None:
    simulate(invent=False)
    report = report_in(bot_key, CHANNEL)
    assert not report.able
    assert set(report.lacks) == ASKED


def test_a_key_that_would_change_the_address_is_refused_without_a_call(simulate: Start) -> None:
    networks = simulate()
    key = AccessToken("telegram", TokenKind.BOT, "1:a/../../x?")
    outcome = TELEGRAM.inspect_key(key)
    assert isinstance(outcome, Refused)
    assert outcome.kind is Kind.TOKEN_INVALID
    assert networks.calls == []
