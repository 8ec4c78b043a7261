"""Telegram with a bot that is an administrator of the channel."""

from uuid import uuid4

from communities.networks.keys import Capability, TokenKind
from communities.networks.outcomes import Kind
from smm_agency.tests.network_scenes.scene import Scene

CHANNEL = "-1001234567890"


def bot_secret() -> str:
    return f"{uuid4().int % 10**9 + 10**9}:AA{uuid4().hex}"


SCENE = Scene(
    network="telegram",
    kind=TokenKind.BOT,
    listed={"kind": "bot"},
    make_secret=bot_secret,
    addresses={"TELEGRAM_API_URL": "telegram"},
    world={
        "invent": False,
        "channels": {
            CHANNEL: {"title": "Кофе", "username": "coffee", "members": 5312},
            "-1001000000002": {"members": 0},
            **{f"-100{number}": {"members": number} for number in range(5001, 5006)},
        },
    },
    page=CHANNEL,
    followers=5312,
    zero_page="-1001000000002",
    missing={"-1001000000404": Kind.NOT_FOUND, "@nobody_here": Kind.NOT_FOUND},
    malformed="two words",
    many=[f"-100{number}" for number in range(5001, 5006)],
    first=1,
    first_calls=2,
    names=[CHANNEL, "coffee", "@coffee", "https://t.me/coffee"],
    errors={
        Kind.TOKEN_INVALID: "telegram_error:401",
        Kind.PERMISSION: "telegram_error:403",
        Kind.RATE_LIMITED: "telegram_error:429:300",
        Kind.TEMPORARY: "telegram_error:500",
    },
    able=frozenset(
        {
            Capability.READ_FOLLOWERS,
            Capability.READ_UPDATES,
            Capability.READ_REACTIONS,
            Capability.RECEIVE_EVENTS,
            Capability.PUBLISH,
            Capability.PUBLISH_PHOTO,
            Capability.PUBLISH_VIDEO,
            Capability.READ_PAGE,
        }
    ),
    # A bot that manages the channel knows what is not set there.
    facts={
        "title": "Кофе",
        "screen_name": "coffee",
        "description": "",
        "has_avatar": False,
        "has_comments": False,
        "has_pinned_post": False,
        "admins": 2,
    },
    lacks=frozenset({Capability.MESSAGES}),
    sends={
        "getMe": frozenset(),
        "getChat": frozenset({"chat_id"}),
        "getChatAdministrators": frozenset({"chat_id"}),
        "getChatMember": frozenset({"chat_id", "user_id"}),
        "getChatMemberCount": frozenset({"chat_id"}),
        "getUpdates": frozenset({"timeout", "limit", "allowed_updates"}),
    },
)
