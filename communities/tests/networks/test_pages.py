"""What is set on a page: told, told to be absent, and not told are three different things."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from communities.networks.keys import AccessToken, TokenKind
from communities.networks.outcomes import Kind, Ok, Outcome, Refused
from communities.networks.records import PageFacts
from communities.networks.telegram import TelegramAdapter
from communities.networks.vk import VkAdapter
from communities.tests.networks.conftest import Start
from tests.factories import NOON

VK = VkAdapter()
TELEGRAM = TelegramAdapter()
CHANNEL = "-1001234567890"
EMPTY = PageFacts(external_id="1001", read_at=NOON)

WHOLE: dict[str, Any] = {
    "activity": "Стоматология",
    "addresses": {"is_enabled": True, "main_address": {"id": 1, "address": "Садовая, 1"}},
    "can_message": 1,
    "contacts": [{"user_id": 7, "desc": "Запись"}, {"phone": "+7 495 000-00-01"}],
    "cover": {"enabled": 1, "images": []},
    "description": "Лечим зубы.",
    "fixed_post": 5,
    "has_photo": 1,
    "site": "https://denta.example/?utm_source=vk",
    "verified": 1,
    "wall": 2,
}


def at_noon(outcome: Outcome[PageFacts]) -> PageFacts:
    assert isinstance(outcome, Ok), outcome
    assert outcome.value.read_at <= datetime.now(UTC)
    return replace(outcome.value, read_at=NOON)


def with_kind(key: AccessToken, kind: TokenKind) -> AccessToken:
    return replace(key, kind=kind, secret=f"{key.secret}-{kind}")


# --- VK ------------------------------------------------------------------------------------------


def test_vk_tells_what_is_set(simulate: Start, vk_key: AccessToken) -> None:
    group = {"name": "Дента", "screen_name": "denta", "page": WHOLE, "managers": 3}
    networks = simulate(groups={"1001": group})
    assert at_noon(VK.read_page(with_kind(vk_key, TokenKind.COMMUNITY), "1001")) == PageFacts(
        external_id="1001", read_at=NOON, title="Дента", screen_name="denta",
        description="Лечим зубы.", category="Стоматология",
        site="https://denta.example/?utm_source=vk", phone="+7 495 000-00-01",
        address="Садовая, 1", has_avatar=True, has_cover=True, has_pinned_post=True,
        has_comments=True, has_messages=True, is_verified=True, admins=3,
    )  # fmt: skip
    assert networks.methods() == ["groups.getById", "groups.getMembers"]


def test_vk_leaves_out_is_not_told(simulate: Start, vk_key: AccessToken) -> None:
    simulate(groups={"1001": {"name": "Дента", "screen_name": "denta"}})
    page = at_noon(VK.read_page(vk_key, "1001"))
    assert page == replace(EMPTY, title="Дента", screen_name="denta")


def test_vk_tells_what_is_empty(simulate: Start, vk_key: AccessToken) -> None:
    page = {
        "activity": "", "addresses": {"is_enabled": False}, "contacts": [],
        "cover": {"enabled": 0}, "description": "", "fixed_post": 0, "has_photo": 0,
        "site": "", "verified": 0, "wall": 3,
    }  # fmt: skip
    simulate(groups={"1001": {"name": "Дента", "page": page}})
    assert at_noon(VK.read_page(vk_key, "1001")) == replace(
        EMPTY, title="Дента", screen_name="", description="", category="", site="", phone="",
        address="", has_avatar=False, has_cover=False, has_pinned_post=False, has_comments=False,
        is_verified=False,
    )  # fmt: skip


def test_vk_fields_of_a_wrong_shape_are_not_told(simulate: Start, vk_key: AccessToken) -> None:
    page = {
        "activity": 5, "addresses": "x", "contacts": "x", "cover": 1, "description": ["x"],
        "fixed_post": "5", "has_photo": "yes", "site": None, "verified": 7, "wall": 9,
        "can_message": "1",
    }  # fmt: skip
    simulate(groups={"1001": {"name": "Дента", "screen_name": "denta", "page": page}})
    page_read = at_noon(VK.read_page(vk_key, "1001"))
    assert page_read == replace(EMPTY, title="Дента", screen_name="denta")


def test_vk_phones_of_contacts_and_of_the_address(simulate: Start, vk_key: AccessToken) -> None:
    address = {"id": 1, "address": "Садовая, 1", "phone": "8 495 000-00-03"}
    page = {
        "contacts": [{"phone": "8 495 000-00-01"}, {"phone": "8 495 000-00-02"}],
        "addresses": {"is_enabled": True, "main_address": address},
    }
    simulate(groups={"1001": {"page": page}, "1002": {"page": {"addresses": page["addresses"]}}})
    assert [at_noon(VK.read_page(vk_key, each)).phone for each in ("1001", "1002")] == [
        "8 495 000-00-01, 8 495 000-00-02, 8 495 000-00-03",
        "8 495 000-00-03",
    ]


@pytest.mark.parametrize(
    ("kind", "can_message", "expected"),
    [
        (TokenKind.SERVICE, 1, True),
        (TokenKind.SERVICE, 0, None),
        (TokenKind.COMMUNITY, 0, None),
        (TokenKind.USER, 0, False),
    ],
)
def test_vk_says_that_messages_are_closed_to_a_person_only(
    simulate: Start, vk_key: AccessToken, kind: TokenKind, can_message: int, expected: bool | None
) -> None:
    simulate(groups={"1001": {"page": {"can_message": can_message}}})
    assert at_noon(VK.read_page(with_kind(vk_key, kind), "1001")).has_messages is expected


@pytest.mark.parametrize(
    ("kind", "admin_of", "admins"),
    [
        (TokenKind.SERVICE, ["1001"], None),
        (TokenKind.COMMUNITY, ["1001"], 2),
        (TokenKind.COMMUNITY, ["1002"], None),
        (TokenKind.USER, ["1001"], 2),
        (TokenKind.USER, [], None),
    ],
)
def test_vk_tells_managers_to_managers_only(
    simulate: Start, vk_key: AccessToken, kind: TokenKind, admin_of: list[str], admins: int | None
) -> None:
    key = with_kind(vk_key, kind)
    simulate(groups={"1001": {}}, tokens={key.secret: {"kind": str(kind), "admin_of": admin_of}})
    assert at_noon(VK.read_page(key, "1001")).admins == admins


@pytest.mark.parametrize("group", [{"deactivated": "banned"}, None])
def test_vk_page_that_is_gone_is_not_found(
    simulate: Start, vk_key: AccessToken, group: dict[str, Any] | None
) -> None:
    simulate(groups={"1001": group} if group else {}, invent=False)
    outcome = VK.read_page(vk_key, "1001")
    assert isinstance(outcome, Refused)
    assert outcome.kind is Kind.NOT_FOUND


def test_vk_managers_that_cannot_be_asked_now_fail_the_whole_reading(
    simulate: Start, vk_key: AccessToken
) -> None:
    """Else a passing fault would be shown as "not told with this key"."""
    simulate(faults=[{"method": "groups.getMembers", "fault": "vk_error:29", "times": None}])
    outcome = VK.read_page(with_kind(vk_key, TokenKind.COMMUNITY), "1001")
    assert not isinstance(outcome, Ok)
    assert outcome.kind is Kind.QUOTA_EXHAUSTED


def test_vk_page_is_named_by_its_number(simulate: Start, vk_key: AccessToken) -> None:
    networks = simulate()
    outcome = VK.read_page(vk_key, "denta,1002")
    assert isinstance(outcome, Refused)
    assert (outcome.kind, networks.calls) == (Kind.INVALID_REQUEST, [])


# --- Telegram ------------------------------------------------------------------------------------


def test_telegram_tells_its_manager_what_is_set(simulate: Start, bot_key: AccessToken) -> None:
    channel = {
        "title": "Дента", "username": "denta", "description": "Запись: +7 495 000-00-01",
        "photo": {"small_file_id": "a"}, "pinned_message": {"message_id": 5},
        "linked_chat_id": -1009876543210, "admins": 3,
    }  # fmt: skip
    networks = simulate(channels={CHANNEL: channel})
    assert at_noon(TELEGRAM.read_page(bot_key, CHANNEL)) == PageFacts(
        external_id=CHANNEL, read_at=NOON, title="Дента", screen_name="denta",
        description="Запись: +7 495 000-00-01", has_avatar=True, has_pinned_post=True,
        has_comments=True, admins=3,
    )  # fmt: skip
    assert networks.methods() == ["getChat", "getChatAdministrators"]


def test_telegram_tells_its_manager_what_is_not_set(simulate: Start, bot_key: AccessToken) -> None:
    simulate(channels={CHANNEL: {"title": "Дента"}})
    assert at_noon(TELEGRAM.read_page(bot_key, CHANNEL)) == PageFacts(
        external_id=CHANNEL, read_at=NOON, title="Дента", screen_name="", description="",
        has_avatar=False, has_pinned_post=False, has_comments=False, admins=2,
    )  # fmt: skip


def test_telegram_says_nothing_of_what_a_stranger_does_not_see(
    simulate: Start, bot_key: AccessToken
) -> None:
    simulate(channels={CHANNEL: {"title": "Дента", "username": "denta", "bot_status": "none"}})
    assert at_noon(TELEGRAM.read_page(bot_key, CHANNEL)) == PageFacts(
        external_id=CHANNEL, read_at=NOON, title="Дента", screen_name="denta"
    )


def test_telegram_channel_that_nobody_knows_is_refused(
    simulate: Start, bot_key: AccessToken
) -> None:
    simulate(invent=False)
    outcome = TELEGRAM.read_page(bot_key, CHANNEL)
    assert isinstance(outcome, Refused)
    assert outcome.kind is Kind.NOT_FOUND
    assert isinstance(TELEGRAM.read_page(bot_key, "no channel"), Refused)
