"""Whatever a network tells of a post or a day is stored: nothing is lost on the way."""

import datetime as dt
from uuid import uuid4

import pytest

from communities.models import AccessKey, Profile
from kpi.measurement import measure_posts
from kpi.missed_days import fill_missed_days
from kpi.models import PostSnapshot, ProfileSnapshot, Reading
from kpi.tests.network_stage import Start, simulate
from tests.factories import (
    AccessKeyFactory,
    ClientFactory,
    ProfileFactory,
    ProfileSnapshotFactory,
)

__all__ = ["simulate"]

# 10:35 in Moscow.
MORNING = dt.datetime(2026, 3, 12, 7, 35, tzinfo=dt.UTC)
GROUP = "57010000000001"

pytestmark = pytest.mark.django_db


def own_group() -> tuple[Profile, AccessKey]:
    client = ClientFactory.create()
    key = AccessKeyFactory.create(
        client=client,
        network="ok",
        kind="user",
        secret=uuid4().hex,
        capabilities=["read_posts", "read_statistics"],
    )
    page = ProfileFactory.create(client=client, network="ok", external_id=GROUP, access_key=key)
    return page, key


def test_reach_and_clicks_of_a_post_are_stored_beside_its_views(simulate: Start) -> None:
    own_group()
    topic = {
        "id": "155",
        "created_ms": int((MORNING - dt.timedelta(hours=3)).timestamp() * 1000),
        "like_summary": {"count": 41},
        "statistics": {"renderings": 1400, "reach": 900, "link_clicks": 0, "reshares": 3},
    }
    simulate(pages={"ok": {GROUP: {"posts": [topic]}}}, now=MORNING.isoformat())
    assert measure_posts(at=MORNING).posts.snapshots.new == 1
    told = PostSnapshot.objects.values_list("wall_post__external_id", *PostSnapshot.COUNTERS)
    views, reach, likes, comments, shares, saves, clicks = 1400, 900, 41, None, 3, None, 0
    assert list(told) == [("155", views, reach, likes, comments, shares, saves, clicks)]


def test_level_of_a_missed_day_is_filled_in_where_the_network_tells_it(simulate: Start) -> None:
    page, _key = own_group()
    for day in (9, 11):
        ProfileSnapshotFactory.create(profile=page, date=dt.date(2026, 3, day), followers=100)
    trends = {"2026-03-10": {"members_count": 4203, "new_members": 9, "renderings": 2600}}
    simulate(pages={"ok": {GROUP: {"trends": trends}}}, now=MORNING.isoformat())
    assert fill_missed_days(at=MORNING).filled == 1
    row = ProfileSnapshot.objects.get(reading=Reading.BACKFILL)
    assert (row.date.day, row.followers, row.joined, row.left) == (10, 4203, 9, None)
    # The column of views is of a level since the beginning, which this is not.
    assert row.views is None
