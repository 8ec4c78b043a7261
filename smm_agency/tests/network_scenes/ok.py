"""Odnoklassniki with the session of a group's administrator."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from communities.networks.keys import Capability, TokenKind
from communities.networks.outcomes import Kind
from smm_agency.simulator.ok import APPLICATION
from smm_agency.tests.network_scenes.scene import Days, OtherKey, Posts, Scene

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
MOSCOW = ZoneInfo("Europe/Moscow")
GROUP = "57010000000001"
LAST = 155_034_000_000_120
COUNT = 60
SIGNED = frozenset({"method", "application_key", "format"})


def topic(age: int, **more: Any) -> dict[str, Any]:
    """One topic a day, the youngest `LAST`."""
    return {
        "id": str(LAST - age),
        "created_ms": int((NOON - timedelta(days=age)).timestamp() * 1000),
        "text": f"Запись {age}",
        **more,
    }


TOPICS = [
    topic(
        0,
        discussion_summary={"comments_count": 5, "discussion_ref": "discussion:1"},
        like_summary={"count": 41, "self": False},
        reshare_summary={"count": 3},
        statistics={"reach": 900, "renderings": 1400, "likes": 40, "link_clicks": 9},
    ),
    topic(1, statistics={"reach": 0, "renderings": 0, "likes": 2, "comments": 0}),
    topic(2),
    *(topic(age) for age in range(3, COUNT)),
    topic(COUNT, statistics=None),
]

SCENE = Scene(
    network="ok",
    kind=TokenKind.USER,
    listed={"kind": "user", "admin_of": [GROUP, "57010000000404"]},
    addresses={"OK_API_URL": "ok", "OK_TOKEN_URL": "ok/oauth/token.do"},
    settings=dict(
        zip(
            ("OK_APPLICATION_ID", "OK_APPLICATION_KEY", "OK_APPLICATION_SECRET"),
            APPLICATION,
            strict=True,
        )
    ),
    world={
        "invent": False,
        "now": "2026-11-20T12:00:00+00:00",
        "pages": {
            "ok": {
                GROUP: {
                    "name": "Кофе",
                    "shortname": "coffee",
                    "members_count": 4210,
                    "description": "",
                    "homepage_url": "https://coffee.example",
                    "posts": TOPICS,
                    "trends": {
                        "2026-11-17": {
                            "members_count": 4203,
                            "new_members": 9,
                            "left_members": 2,
                            "reach": 1530,
                            "renderings": 2600,
                            "likes": 31,
                            "comments": 0,
                            "reshares": 2,
                            "link_clicks": 12,
                        },
                        "2026-11-19": {"reach": 0},
                    },
                },
                "57010000000002": {"members_count": 0},
                "57010000000003": {"members_count": None},
                **{str(number): {"members_count": number} for number in range(5001, 5251)},
            }
        },
    },
    page=GROUP,
    followers=4210,
    zero_page="57010000000002",
    hidden_page="57010000000003",
    missing={"57010000000404": Kind.NOT_FOUND, "nobody-here": Kind.NOT_FOUND},
    malformed="two words",
    many=[str(number) for number in range(5001, 5251)],
    first=100,
    first_calls=1,
    names=[GROUP, "coffee", "https://ok.ru/coffee", f"https://ok.ru/group/{GROUP}/"],
    errors={
        Kind.TOKEN_INVALID: "error:103",
        Kind.TOKEN_EXPIRED: "error:102",
        Kind.WRONG_TOKEN_KIND: "error:453",
        Kind.PERMISSION: "error:10",
        Kind.NOT_FOUND: "error:160",
        Kind.RATE_LIMITED: "error:11",
        Kind.QUOTA_EXHAUSTED: "error:26",
        Kind.BLOCKED: "error:8",
        Kind.NEEDS_HUMAN: "error:401",
        Kind.INVALID_REQUEST: "error:104",
        Kind.TEMPORARY: "error:2",
        Kind.UNKNOWN: "error:99999",
    },
    able=frozenset(
        {
            Capability.READ_FOLLOWERS,
            Capability.READ_PAGE,
            Capability.READ_POSTS,
            Capability.REREAD_POSTS,
            Capability.READ_VIEWS,
            Capability.READ_REACTIONS,
            Capability.READ_STATISTICS,
        }
    ),
    others=[
        OtherKey(
            kind=TokenKind.COMMUNITY, listed={"kind": "community"}, refused=Capability.READ_POSTS
        ),
        OtherKey(
            kind=TokenKind.USER,
            listed={"kind": "user", "admin_of": []},
            refused=Capability.READ_STATISTICS,
        ),
        OtherKey(
            kind=TokenKind.USER,
            listed={"kind": "user", "admin_of": []},
            refused=Capability.READ_POSTS,
        ),
    ],
    posts=Posts(
        newest_first=[str(LAST - age) for age in range(COUNT)],
        since=NOON - timedelta(days=10),
        since_then=11,
        counters={
            str(LAST): {
                "likes": 41,
                "comments": 5,
                "shares": 3,
                "views": 1400,
                "reach": 900,
                "clicks": 9,
            },
            str(LAST - 1): {"likes": 2, "comments": 0, "views": 0, "reach": 0},
            str(LAST - 2): {},
        },
        cut={
            "method": "group.getStatTopics",
            "fault": "delete_post",
            "group": GROUP,
            "post": str(LAST - 1),
        },
        lost=str(LAST - 1),
        gone="155034000000777",
    ),
    days=Days(
        since=datetime(2026, 11, 17, tzinfo=MOSCOW),
        until=datetime(2026, 11, 20, tzinfo=MOSCOW),
        told={
            datetime(2026, 11, 17, tzinfo=MOSCOW): {
                "joined": 9,
                "left": 2,
                "followers": 4203,
                "views": 2600,
                "reach": 1530,
                "likes": 31,
                "comments": 0,
                "shares": 2,
                "clicks": 12,
            },
            datetime(2026, 11, 19, tzinfo=MOSCOW): {"reach": 0},
        },
    ),
    facts={
        "title": "Кофе",
        "screen_name": "coffee",
        "description": "",
        "site": "https://coffee.example",
        "has_avatar": True,
    },
    renews=True,
    empty=[[]],
    sends={
        "users.getLoggedInUser": SIGNED,
        "url.getInfo": SIGNED | {"url"},
        "group.getInfo": SIGNED | {"uids", "fields"},
        "group.getStatTopics": SIGNED
        | {"gid", "start_time", "end_time", "count", "fields", "anchor"},
        "group.getStatTrends": SIGNED | {"gid", "start_time", "end_time", "fields"},
        "mediatopic.getByIds": SIGNED | {"topic_ids", "media_limit", "fields"},
    },
)
