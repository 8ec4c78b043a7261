"""VK with an administrator's user key."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from communities.networks.keys import Capability, TokenKind
from communities.networks.outcomes import Kind
from communities.networks.records import Gone
from smm_agency.tests.network_scenes.scene import Days, OtherKey, Posts, Scene

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
MOSCOW = ZoneInfo("Europe/Moscow")
LAST = 2000


def item(age: int, **more: Any) -> dict[str, Any]:
    """One post a day, the youngest `LAST`; counters as the scene wants them."""
    seconds = int((NOON - timedelta(days=age)).timestamp())
    return {"id": LAST - age, "date": seconds, "views": {"count": 100 + age}, **more}


def counted(likes: int, comments: int, shares: int) -> dict[str, Any]:
    counts = {"likes": likes, "comments": comments, "reposts": shares}
    return {name: {"count": count} for name, count in counts.items()}


WALL = [
    item(0, **counted(41, 5, 3)),
    item(1, views=None),
    item(2, likes=None, comments=None, reposts=None, views={"count": 0}),
    *(item(age) for age in range(3, 140)),
    item(140, is_pinned=1),
]

SCENE = Scene(
    network="vk",
    kind=TokenKind.USER,
    listed={"kind": "user", "admin_of": ["1001"]},
    addresses={"VK_API_URL": "vk/method"},
    world={
        "invent": False,
        "now": "2026-11-20T12:00:00+00:00",
        "groups": {
            "1001": {
                "name": "Кофе",
                "screen_name": "coffee_home",
                "members_count": 12873,
                "posts": WALL,
                "statistics": {
                    "2026-11-17": {
                        "activity": {"subscribed": 7, "likes": 5, "copies": 1},
                        "reach": {"reach": 120, "reach_subscribers": 80},
                    },
                    "2026-11-18": {"visitors": {"views": 3}},
                    "2026-11-19": {"reach": {"reach": 0}},
                },
            },
            "1002": {"members_count": 0},
            "1003": {"members_count": None},
            "1004": {"deactivated": "deleted"},
            "1005": {"deactivated": "banned"},
            **{str(number): {"members_count": number} for number in range(5001, 6002)},
        },
    },
    page="1001",
    followers=12873,
    zero_page="1002",
    hidden_page="1003",
    missing={"999": Kind.NOT_FOUND, "1004": Gone.DELETED, "1005": Gone.BANNED},
    malformed="1,2",
    many=[str(number) for number in range(5001, 6002)],
    first=500,
    first_calls=1,
    names=["1001", "coffee_home", "@coffee_home", "https://vk.com/coffee_home/"],
    errors={
        Kind.TOKEN_INVALID: "vk_error:5",
        Kind.TOKEN_EXPIRED: "vk_error:1117",
        Kind.WRONG_TOKEN_KIND: "vk_error:27",
        Kind.PERMISSION: "vk_error:15",
        Kind.RATE_LIMITED: "vk_error:6",
        Kind.QUOTA_EXHAUSTED: "vk_error:29",
        Kind.BLOCKED: "vk_error:9",
        Kind.NEEDS_HUMAN: "vk_error:14",
        Kind.TEMPORARY: "vk_error:10",
        Kind.UNKNOWN: "vk_error:99999",
    },
    able=frozenset(
        {
            Capability.READ_FOLLOWERS,
            Capability.READ_POSTS,
            Capability.READ_VIEWS,
            Capability.READ_REACTIONS,
            Capability.READ_STATISTICS,
            Capability.REREAD_POSTS,
            Capability.READ_PAGE,
            Capability.READ_COMMENTS,
            Capability.PUBLISH_PHOTO,
        }
    ),
    facts={"title": "Кофе", "screen_name": "coffee_home", "admins": 2},
    # VK does not tell whether a user key has the rights "wall" and "video".
    lacks=frozenset(
        {
            Capability.PUBLISH,
            Capability.PUBLISH_VIDEO,
            Capability.REPLY,
            Capability.MESSAGES,
            Capability.RECEIVE_EVENTS,
        }
    ),
    others=[
        OtherKey(
            kind=TokenKind.COMMUNITY, listed={"kind": "community"}, refused=Capability.READ_POSTS
        ),
        OtherKey(
            kind=TokenKind.SERVICE, listed={"kind": "service"}, refused=Capability.READ_STATISTICS
        ),
    ],
    posts=Posts(
        newest_first=[str(LAST - age) for age in range(141)],
        since=NOON - timedelta(days=10),
        since_then=11,
        counters={
            "2000": {"likes": 41, "comments": 5, "shares": 3, "views": 100},
            "1999": {"likes": 0, "comments": 0, "shares": 0},
            "1998": {"views": 0},
        },
        pinned="1860",
        cut={"method": "wall.get", "fault": "delete_post", "group": "1001", "post": 1999},
        lost="1999",
        gone="777",
    ),
    days=Days(
        since=datetime(2026, 11, 17, tzinfo=MOSCOW),
        until=datetime(2026, 11, 20, tzinfo=MOSCOW),
        told={
            datetime(2026, 11, 17, tzinfo=MOSCOW): {
                "joined": 7,
                "left": 0,
                "reach": 120,
                "likes": 5,
                "comments": 0,
                "shares": 1,
            },
            datetime(2026, 11, 19, tzinfo=MOSCOW): {"reach": 0},
        },
    ),
    sends={
        "groups.getById": frozenset({"group_ids", "fields", "v"}),
        "groups.getMembers": frozenset({"group_id", "filter", "v"}),
        "groups.getTokenPermissions": frozenset({"v"}),
        "photos.getWallUploadServer": frozenset({"group_id", "v"}),
        "stats.get": frozenset(
            {"group_id", "timestamp_from", "timestamp_to", "interval", "stats_groups", "v"}
        ),
        "users.get": frozenset({"v"}),
        "wall.get": frozenset({"owner_id", "filter", "count", "offset", "v"}),
        "wall.getById": frozenset({"posts", "v"}),
        "wall.getComments": frozenset({"owner_id", "post_id", "count", "v"}),
    },
)
