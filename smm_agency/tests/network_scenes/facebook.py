"""A Facebook page by its own key, with an application that Meta tells of the key."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from communities.networks.keys import Capability, TokenKind
from communities.networks.outcomes import Kind
from smm_agency.tests.network_scenes.scene import Days, OtherKey, Posts, Scene

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
PACIFIC = ZoneInfo("America/Los_Angeles")
PAGE = "1001"
ADDRESSES = {"META_GRAPH_URL": "meta/v26.0"}
APPLICATION = {"META_APP_ID": "550005550001", "META_APP_SECRET": "secret-of-the-application"}


def post(age: int, **more: Any) -> dict[str, Any]:
    at = (NOON - timedelta(days=age)).strftime("%Y-%m-%dT%H:%M:%S+0000")
    return {"id": f"{PAGE}_{1000 - age}", "at": at, "message": "Кофе", **more}


WALL = [
    post(
        0,
        **{"reactions": 40, "comments": 5, "shares": 3, "media_type": "photo"},
        insights={
            "post_media_view": 900,
            "post_total_media_view_unique": 700,
            "post_clicks": 0,
        },
    ),
    post(1, shares=0),
    *(post(age) for age in range(2, 120)),
]

SCENE = Scene(
    network="facebook",
    kind=TokenKind.PAGE,
    listed={
        "kind": "page",
        "scopes": ["pages_read_user_content", "read_insights", "pages_manage_posts"],
    },
    settings=APPLICATION,
    addresses=ADDRESSES,
    world={
        "invent": False,
        "now": "2026-11-20T12:00:00+00:00",
        "pages": {
            "facebook": {
                PAGE: {
                    "name": "Кофе",
                    "username": "coffee_home",
                    "followers_count": 5312,
                    "about": "О кофе",
                    "website": "https://coffee.example",
                    "phone": "+7 495 000-00-01",
                    "cover": {"id": "1"},
                    "posts": WALL,
                    "statistics": {
                        "2026-11-15": {"page_media_view": 812, "page_daily_follows_unique": 7},
                        "2026-11-17": {"page_media_view": {"POST": 3, "STORY": 4}},
                    },
                },
                "1002": {"followers_count": 0},
                "1003": {"followers_count": None},
                **{str(number): {"followers_count": number} for number in range(5001, 5121)},
            }
        },
    },
    page=PAGE,
    followers=5312,
    zero_page="1002",
    hidden_page="1003",
    missing={"999": Kind.NOT_FOUND, "nobody_here": Kind.NOT_FOUND},
    malformed="two words",
    many=[str(number) for number in range(5001, 5121)],
    first=50,
    first_calls=1,
    names=[
        PAGE,
        "coffee_home",
        "https://www.facebook.com/coffee_home/",
        f"https://www.facebook.com/profile.php?id={PAGE}",
    ],
    errors={
        Kind.TOKEN_INVALID: "error:190/463",
        Kind.NEEDS_HUMAN: "error:190/459",
        Kind.PERMISSION: "error:10",
        Kind.RATE_LIMITED: "error:80001",
        Kind.BLOCKED: "error:368",
        Kind.TEMPORARY: "error:1",
        Kind.UNKNOWN: "error:99999",
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
            Capability.READ_COMMENTS,
            Capability.PUBLISH,
            Capability.PUBLISH_PHOTO,
            Capability.PUBLISH_VIDEO,
        }
    ),
    others=[
        OtherKey(
            kind=TokenKind.PAGE,
            listed={"kind": "page", "scopes": ["pages_read_user_content"]},
            refused=Capability.READ_STATISTICS,
        ),
    ],
    posts=Posts(
        newest_first=[f"{PAGE}_{1000 - age}" for age in range(120)],
        since=NOON - timedelta(days=10),
        since_then=11,
        counters={
            f"{PAGE}_1000": {
                "likes": 40,
                "reactions": 40,
                "comments": 5,
                "shares": 3,
                "views": 900,
                "reach": 700,
                "clicks": 0,
            },
            f"{PAGE}_999": {"likes": 0, "reactions": 0, "comments": 0, "shares": 0},
        },
        cut={
            **{"method": "published_posts", "fault": "delete_post"},
            **{"group": PAGE, "post": f"{PAGE}_951"},
        },
        lost=f"{PAGE}_951",
        gone=f"{PAGE}_77",
    ),
    days=Days(
        since=datetime(2026, 11, 14, tzinfo=UTC),
        until=datetime(2026, 11, 19, tzinfo=UTC),
        told={
            datetime(2026, 11, 15, tzinfo=PACIFIC): {"joined": 7, "views": 812},
            datetime(2026, 11, 17, tzinfo=PACIFIC): {"views": 7},
        },
    ),
    facts={
        "title": "Кофе",
        "screen_name": "coffee_home",
        "description": "О кофе",
        "category": "",
        "site": "https://coffee.example",
        "phone": "+7 495 000-00-01",
        "address": "",
        "has_avatar": True,
        "has_cover": True,
        "is_verified": False,
    },
    sends={
        "node": frozenset({"fields"}),
        "me": frozenset({"fields"}),
        "ids": frozenset({"ids", "fields"}),
        "published_posts": frozenset({"fields", "limit", "after"}),
        "insights": frozenset({"metric", "period", "since", "until"}),
        "debug_token": frozenset(),
    },
)
