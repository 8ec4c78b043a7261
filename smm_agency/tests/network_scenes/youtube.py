"""YouTube with the access of a channel's owner."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from communities.networks.keys import Capability, TokenKind
from communities.networks.outcomes import Kind
from smm_agency.tests.network_scenes.scene import Days, OtherKey, Posts, Scene

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
PACIFIC = ZoneInfo("America/Los_Angeles")
CHANNEL = "UCcoffee_home0000000001"


def video(age: int, **more: Any) -> dict[str, Any]:
    at = (NOON - timedelta(days=age)).strftime("%Y-%m-%dT%H:%M:%SZ")
    return {"id": f"video-{age:03}", "at": at, "views": 100 + age, **more}


UPLOADS = [
    video(0, views=4310, likes=120, comments=14),
    video(1, likes=None, comments=None, views=0),
    *(video(age) for age in range(2, 120)),
    video(1, id="private-one", privacy="private"),
]

SCENE = Scene(
    network="youtube",
    kind=TokenKind.USER,
    listed={"kind": "user", "owner_of": [CHANNEL]},
    settings={
        "GOOGLE_CLIENT_ID": "agency.apps.example",
        "GOOGLE_CLIENT_SECRET": "client-secret-of-the-agency",
    },
    addresses={
        "YOUTUBE_API_URL": "youtube/v3",
        "YOUTUBE_ANALYTICS_URL": "youtube_analytics/v2",
        "GOOGLE_TOKEN_URL": "google/token",
    },
    world={
        "invent": False,
        "now": "2026-11-20T12:00:00+00:00",
        "pages": {
            "youtube": {
                CHANNEL: {
                    "title": "Кофе",
                    "handle": "coffee_home",
                    "description": "О кофе",
                    "banner": True,
                    "subscribers": 15349,
                    "posts": UPLOADS,
                    "statistics": {
                        "2026-11-15": {"views": 812, "likes": 5, "subscribersGained": 7},
                        "2026-11-17": {"subscribersLost": 2, "shares": 1, "comments": 3},
                    },
                },
                "UCzero": {"subscribers": 0},
                "UChidden": {"subscribers": None},
                **{f"UC{number}": {"subscribers": number} for number in range(101, 221)},
            }
        },
    },
    page=CHANNEL,
    followers=15300,
    zero_page="UCzero",
    hidden_page="UChidden",
    missing={"UCnobody": Kind.NOT_FOUND, "@nobody_here": Kind.NOT_FOUND},
    malformed="two words",
    many=[f"UC{number}" for number in range(101, 221)],
    first=50,
    first_calls=1,
    names=[CHANNEL, "@coffee_home", "coffee_home", "https://www.youtube.com/@coffee_home/"],
    errors={
        Kind.TOKEN_INVALID: "error:API_KEY_INVALID",
        Kind.PERMISSION: "error:accessNotConfigured",
        Kind.RATE_LIMITED: "error:rateLimitExceeded",
        Kind.QUOTA_EXHAUSTED: "error:quotaExceeded",
        Kind.INVALID_REQUEST: "error:badRequest",
        Kind.TEMPORARY: "error:backendError",
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
        }
    ),
    others=[
        OtherKey(
            kind=TokenKind.SERVICE, listed={"kind": "service"}, refused=Capability.READ_STATISTICS
        ),
        OtherKey(
            kind=TokenKind.USER,
            listed={"kind": "user", "owner_of": ["UCzero"]},
            refused=Capability.READ_STATISTICS,
        ),
    ],
    posts=Posts(
        newest_first=[f"video-{age:03}" for age in range(120)],
        since=NOON - timedelta(days=10),
        since_then=11,
        counters={
            "video-000": {"likes": 120, "comments": 14, "views": 4310},
            "video-001": {"views": 0},
            "video-002": {"likes": 0, "comments": 0, "views": 102},
        },
        cut={
            **{"method": "playlistItems.list", "fault": "delete_post"},
            **{"group": CHANNEL, "post": "video-003"},
        },
        lost="video-003",
        gone="video-777",
    ),
    days=Days(
        since=datetime(2026, 11, 14, tzinfo=UTC),
        until=datetime(2026, 11, 19, tzinfo=UTC),
        told={
            datetime(2026, 11, 15, tzinfo=PACIFIC): {
                "joined": 7,
                "left": 0,
                "views": 812,
                "likes": 5,
                "comments": 0,
                "shares": 0,
            },
            datetime(2026, 11, 17, tzinfo=PACIFIC): {
                "joined": 0,
                "left": 2,
                "views": 0,
                "likes": 0,
                "comments": 3,
                "shares": 1,
            },
        },
    ),
    facts={
        "title": "Кофе",
        "screen_name": "coffee_home",
        "description": "О кофе",
        "has_cover": True,
    },
    renews=True,
    sends={
        "channels.list": frozenset({"part", "id", "forHandle", "maxResults"}),
        "playlistItems.list": frozenset({"part", "playlistId", "maxResults", "pageToken"}),
        "reports.query": frozenset(
            {"ids", "startDate", "endDate", "metrics", "dimensions", "sort"}
        ),
        "videos.list": frozenset({"part", "id"}),
    },
)
