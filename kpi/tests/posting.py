"""Pages that post, and what their posts are met with, for the tests of the chart of ER."""

import datetime as dt
from collections.abc import Callable, Iterable
from typing import Any

from communities.models import Profile, WallPost
from kpi.models import PostSnapshot, ProfileSnapshot, Reading
from kpi.tests.running import YESTERDAY, days_back, running_target
from strategy.models import FormulaCode, KpiTarget, Metric
from tests.factories import NOON, CommunityFactory, ProfileFactory, local_noon

# Posts a month and longer ago, which the newest thirty days are held against.
HISTORY_DAYS = 200
NEW_DAYS = 30
# What posts are met with, in turns: a page's posts are not all alike.
TURNS = (20, 24, 17, 21, 14, 23, 19, 26)

Share = Callable[[dt.date], float]


def is_new(day: dt.date) -> bool:
    return day > YESTERDAY - dt.timedelta(days=NEW_DAYS)


def fallen(share: float) -> Share:
    """That share of what was usual, since thirty days."""
    return lambda day: share if is_new(day) else 1.0


def as_before(_day: dt.date) -> float:
    return 1.0


def add_posts(page: Profile, days: Iterable[dt.date], share: Share = as_before) -> None:
    """A post at noon of each day, read four days later; 10,000 subscribers."""
    posts = WallPost.objects.bulk_create(
        WallPost(
            client=page.client,
            profile=page,
            external_id=f"{day:%Y%m%d}",
            posted_at=local_noon(page.client, day),
            first_seen_at=NOON,
        )
        for day in days
    )
    PostSnapshot.objects.bulk_create(
        PostSnapshot(
            client=page.client,
            wall_post=post,
            slot=min(page.client.day_of(post.posted_at) + dt.timedelta(days=4), YESTERDAY),
            likes=round(10 * TURNS[n % len(TURNS)] * share(page.client.day_of(post.posted_at))),
            comments=0,
            shares=0,
            reading=Reading.API,
            read_at=NOON,
        )
        for n, post in enumerate(posts)
    )
    ProfileSnapshot.objects.bulk_create(
        ProfileSnapshot(
            client=page.client, profile=page, date=day, followers=10_000, reading=Reading.API,
            read_at=NOON,
        )
        for day in days_back(YESTERDAY, HISTORY_DAYS + 5)
    )  # fmt: skip


def every(days: int, *, until: dt.date = YESTERDAY) -> list[dt.date]:
    """A post each so many days for half a year, oldest first."""
    return days_back(until, HISTORY_DAYS)[::-1][::days][::-1]


def engaged_target(
    share: float = 1.0, *, agreed: float = 0.02, each: int = 2, **fields: Any
) -> KpiTarget:
    """An own page with a post every second day, whose last thirty days' posts are met less."""
    community = CommunityFactory.create()
    add_posts(community.profile, every(each), fallen(share))
    known: dict[str, Any] = {"formula_code": FormulaCode.ER_POST, "is_primary": False} | fields
    return running_target(community.client, metric=Metric.ER, monthly=agreed, **known)


def add_rival(target: KpiTarget, share: float = 1.0, **fields: Any) -> Profile:
    rival: Profile = ProfileFactory.create(
        client=target.client, relation=Profile.Relation.COMPETITOR, **fields
    )
    add_posts(rival, every(3), fallen(share))
    return rival
