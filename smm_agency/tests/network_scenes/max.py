"""MAX with a bot that is an administrator of the channel."""

from datetime import UTC, datetime, timedelta
from typing import Any

from communities.networks.keys import Capability, TokenKind
from communities.networks.outcomes import Kind
from communities.networks.records import Gone
from smm_agency.tests.network_scenes.scene import Posts, Scene

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
CHANNEL = "-68000000000001"
COUNT = 130


def message(age: int, **more: Any) -> dict[str, Any]:
    """One post a day."""
    moment = int((NOON - timedelta(days=age)).timestamp() * 1000)
    return {"id": f"mid.{COUNT - age:05}", "timestamp": moment, "text": "Новое меню", **more}


SCENE = Scene(
    network="max",
    kind=TokenKind.BOT,
    listed={"kind": "bot"},
    addresses={"MAX_API_URL": "max"},
    settings={"MAX_CA_BUNDLE": ""},
    world={
        "invent": False,
        "now": "2026-11-20T12:00:00+00:00",
        "pages": {
            "max": {
                CHANNEL: {
                    "title": "Кофе",
                    "link": "https://max.ru/coffee",
                    "participants_count": 1520,
                    "description": "Кофейня у дома",
                    "pinned": f"mid.{COUNT:05}",
                    "admins": 2,
                    "posts": [
                        message(0, views=430),
                        message(1, views=0),
                        message(2),
                        *(message(age, views=100 + age) for age in range(3, COUNT)),
                    ],
                },
                "-68000000000002": {"participants_count": 0},
                "-68000000000003": {"participants_count": None},
                "-68000000000004": {"status": "closed"},
                "-68000000000005": {"status": "removed"},
                "-68000000000006": {"type": "dialog"},
                **{f"-680{number}": {"participants_count": number} for number in range(5001, 5006)},
            }
        },
    },
    page=CHANNEL,
    followers=1520,
    zero_page="-68000000000002",
    hidden_page="-68000000000003",
    missing={
        "-68000000000404": Kind.NOT_FOUND,
        "nobody_here": Kind.NOT_FOUND,
        "-68000000000004": Gone.DELETED,
        "-68000000000005": Kind.PERMISSION,
        "-68000000000006": Kind.NOT_FOUND,
    },
    malformed="two words",
    many=[f"-680{number}" for number in range(5001, 5006)],
    first=2,
    first_calls=2,
    names=[CHANNEL, "coffee", "@coffee", "https://max.ru/coffee/"],
    errors={
        Kind.TOKEN_INVALID: "error:verify.token",
        Kind.PERMISSION: "error:chat.denied",
        Kind.NOT_FOUND: "error:chat.not.found",
        Kind.INVALID_REQUEST: "error:proto.payload",
        Kind.RATE_LIMITED: "error:too.many.requests",
        Kind.TEMPORARY: "error:internal.error",
        Kind.UNKNOWN: "error:something.new",
    },
    able=frozenset(
        {
            Capability.READ_FOLLOWERS,
            Capability.READ_PAGE,
            Capability.READ_POSTS,
            Capability.REREAD_POSTS,
            Capability.READ_VIEWS,
            Capability.PUBLISH,
        }
    ),
    posts=Posts(
        newest_first=[f"mid.{COUNT - age:05}" for age in range(COUNT)],
        since=NOON - timedelta(days=10),
        since_then=11,
        counters={
            f"mid.{COUNT:05}": {"views": 430},
            f"mid.{COUNT - 1:05}": {"views": 0},
            f"mid.{COUNT - 2:05}": {},
        },
        cut={
            "method": "messages",
            "fault": "delete_post",
            "group": CHANNEL,
            "post": f"mid.{COUNT - 1:05}",
        },
        lost=f"mid.{COUNT - 1:05}",
        gone="mid.99999",
    ),
    facts={
        "title": "Кофе",
        "screen_name": "coffee",
        "description": "Кофейня у дома",
        "has_avatar": False,
        "has_pinned_post": True,
        "admins": 3,
    },
    sends={
        "me": frozenset(),
        "chats/{chat}": frozenset(),
        "chats/{chat}/members/me": frozenset(),
        "chats/{chat}/members/admins": frozenset(),
        "messages": frozenset({"chat_id", "message_ids", "from", "to", "count"}),
    },
)
