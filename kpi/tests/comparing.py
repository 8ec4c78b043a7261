"""Clients with competitors, for the tests of their comparison. The day is `DAY`, a Wednesday."""

import datetime as dt
from typing import Any

from clients.models import Client
from communities.models import Profile, WallPost
from strategy.models import Competitor
from tests.factories import (
    DAY,
    NOON,
    CommunityFactory,
    CompetitorFactory,
    CompetitorProfileFactory,
    PostSnapshotFactory,
    ProfileSnapshotFactory,
    WallPostFactory,
    local_noon,
)

# The last 30 whole days before DAY.
FIRST, LAST = dt.date(2026, 2, 9), dt.date(2026, 3, 10)


def own_page(client: Client, **fields: Any) -> Profile:
    named = {f"profile__{name}": value for name, value in fields.items()}
    page: Profile = CommunityFactory.create(profile__client=client, **named).profile
    return page


def rival_page(client: Client, competitor: Competitor | None = None, **fields: Any) -> Profile:
    competitor = competitor or CompetitorFactory.create(client=client)
    named = {f"profile__{name}": value for name, value in fields.items()}
    page: Profile = CompetitorProfileFactory.create(competitor=competitor, **named).profile
    return page


def before(days: int) -> dt.date:
    """That many days before DAY: 1 is LAST, 30 is FIRST."""
    return DAY - dt.timedelta(days=days)


def level(page: Profile, days_ago: int, followers: int | None) -> None:
    ProfileSnapshotFactory.create(profile=page, date=before(days_ago), followers=followers)


def posted(page: Profile, days_ago: int, *, kind: str = "", **told: Any) -> WallPost:
    """A post at noon, with the counters that are told; none without any."""
    post: WallPost = WallPostFactory.create(
        profile=page,
        posted_at=local_noon(page.client, before(days_ago)),
        first_seen_at=NOON,
        kind=kind,
    )
    if told:
        empty = dict.fromkeys(("views", "likes", "comments", "shares"))
        PostSnapshotFactory.create(wall_post=post, slot=LAST, **(empty | told))
    return post


def wall_read(page: Profile, at: dt.datetime = NOON) -> None:
    """The network's wall was read, for the first time where no post says otherwise."""
    Profile.objects.filter(pk=page.pk).update(wall_read_at=at)
