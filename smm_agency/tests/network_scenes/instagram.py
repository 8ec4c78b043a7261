"""An Instagram account by the key of the Facebook page that it is tied to."""

from datetime import UTC, datetime, timedelta
from typing import Any

from communities.networks.keys import Capability, TokenKind
from communities.networks.outcomes import Kind
from smm_agency.tests.network_scenes.facebook import ADDRESSES, APPLICATION, PACIFIC
from smm_agency.tests.network_scenes.scene import Days, OtherKey, Posts, Scene

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
ACCOUNT = "17841400000000010"
FIRST = 17900000000000000


def media(age: int, **more: Any) -> dict[str, Any]:
    at = (NOON - timedelta(days=age)).strftime("%Y-%m-%dT%H:%M:%S+0000")
    return {"id": str(FIRST - age), "at": at, "caption": "Кофе", **more}


WALL = [
    media(
        0,
        **{"like_count": 41, "comments_count": 5, "media_product_type": "REELS"},
        insights={"views": 900, "reach": 700, "saved": 0, "shares": 2},
    ),
    media(1, like_count=None, insights={}),
    *(media(age) for age in range(2, 120)),
]

SCENE = Scene(
    network="instagram",
    kind=TokenKind.PAGE,
    listed={
        "kind": "page",
        "scopes": ["instagram_manage_insights", "instagram_content_publish"],
        "expires_at": 1798761600,
    },
    settings=APPLICATION,
    addresses=ADDRESSES,
    world={
        "invent": False,
        "now": "2026-11-20T12:00:00+00:00",
        "pages": {
            "facebook": {"1001": {"username": "coffee_home"}},
            "instagram": {
                ACCOUNT: {
                    "username": "coffee.home",
                    "name": "Кофе",
                    "followers_count": 5312,
                    "biography": "О кофе",
                    "profile_picture_url": "https://a",
                    "posts": WALL,
                    "statistics": {
                        "2026-11-15": {"reach": 120, "follower_count": 7},
                        "2026-11-17": {"reach": 0},
                    },
                },
                "17841400000000002": {"followers_count": 0},
                "17841400000000003": {"followers_count": None},
                **{
                    f"17841400000{number}": {"followers_count": number}
                    for number in range(100001, 100121)
                },
            },
        },
    },
    page=ACCOUNT,
    followers=5312,
    zero_page="17841400000000002",
    hidden_page="17841400000000003",
    missing={"17841400000000404": Kind.NOT_FOUND, "nobody.here": Kind.NOT_FOUND},
    malformed="two words",
    many=[f"17841400000{number}" for number in range(100001, 100121)],
    first=50,
    first_calls=1,
    names=[ACCOUNT, "coffee.home", "@Coffee.Home", "https://www.instagram.com/coffee.home/"],
    errors={
        Kind.TOKEN_INVALID: "error:190/463",
        Kind.NEEDS_HUMAN: "error:190/459",
        Kind.PERMISSION: "error:10",
        Kind.RATE_LIMITED: "error:4",
        Kind.BLOCKED: "error:368",
        Kind.TEMPORARY: "error:1",
    },
    able=frozenset(
        {
            Capability.READ_FOLLOWERS,
            Capability.READ_POSTS,
            Capability.READ_VIEWS,
            Capability.READ_REACTIONS,
            Capability.REREAD_POSTS,
            Capability.READ_PAGE,
            Capability.READ_STATISTICS,
            Capability.PUBLISH_PHOTO,
            Capability.PUBLISH_VIDEO,
        }
    ),
    others=[
        OtherKey(
            kind=TokenKind.PAGE,
            listed={"kind": "page", "scopes": []},
            refused=Capability.READ_STATISTICS,
        ),
    ],
    posts=Posts(
        newest_first=[str(FIRST - age) for age in range(120)],
        since=NOON - timedelta(days=10),
        since_then=11,
        counters={
            str(FIRST): {
                "likes": 41,
                "comments": 5,
                "views": 900,
                "reach": 700,
                "saves": 0,
                "shares": 2,
            },
            str(FIRST - 1): {"comments": 0},
            str(FIRST - 2): {"likes": 0, "comments": 0},
        },
        cut={
            **{"method": "media", "fault": "delete_post"},
            **{"group": ACCOUNT, "post": str(FIRST - 49)},
        },
        lost=str(FIRST - 49),
        gone="17777777777777777",
    ),
    days=Days(
        since=datetime(2026, 11, 14, tzinfo=UTC),
        until=datetime(2026, 11, 19, tzinfo=UTC),
        told={
            datetime(2026, 11, 15, tzinfo=PACIFIC): {"joined": 7, "reach": 120},
            datetime(2026, 11, 17, tzinfo=PACIFIC): {"reach": 0},
        },
    ),
    facts={
        "title": "Кофе",
        "screen_name": "coffee.home",
        "description": "О кофе",
        "site": "",
        "has_avatar": True,
    },
    sends={
        "node": frozenset({"fields"}),
        "me": frozenset({"fields"}),
        "ids": frozenset({"ids", "fields"}),
        "media": frozenset({"fields", "limit", "after"}),
        "insights": frozenset({"metric", "period", "since", "until"}),
        "debug_token": frozenset(),
    },
)
