"""Videos as YouTube Studio exports them; all of them invented."""

import datetime as dt
from typing import Any

import pytest

from communities.models import Profile, WallPost
from kpi.models import PostSnapshot
from kpi.post_import import PostImport, import_posts
from smm_agency.lib.tabular import ImportRefused, TableError
from tests.factories import NOON, ProfileFactory, WallPostFactory

pytestmark = pytest.mark.django_db

TABLE = """Content,Video title,Video publish time,Duration,Average view duration,Views,Likes
Total,,,,0:00:27,150,
vid1,"Bread, slowly","Oct 2, 2025",29,0:00:27,100,4
vid2,Cake,"Mar 1, 2026",43,0:00:43,40,
"""


@pytest.fixture
def channel() -> Profile:
    return ProfileFactory.create(network="youtube", external_id="UC1")


def take(profile: Profile, text: str, **told: Any) -> PostImport:
    return import_posts(profile, text.encode(), "Table data.csv", at=NOON, **told)


def test_videos_are_taken_without_the_row_of_totals(channel: Profile) -> None:
    report = take(channel, TABLE)
    assert (report.format, report.rows, dict(report.skipped)) == (
        "youtube-posts",
        3,
        {"the row of totals": 1},
    )
    rows = PostSnapshot.objects.order_by("wall_post__external_id")
    assert [(row.wall_post.external_id, row.views, row.likes) for row in rows] == [
        ("vid1", 100, 4),
        ("vid2", 40, None),
    ]
    assert any("have 140 views, its row of totals says 150" in note for note in report.notes)


def test_noon_stands_for_the_time_unless_it_is_known(channel: Profile) -> None:
    exact = dt.datetime(2025, 10, 2, 18, 5, tzinfo=dt.UTC)
    WallPostFactory.create(profile=channel, external_id="vid1", posted_at=exact)
    take(channel, TABLE)
    assert dict(WallPost.objects.values_list("external_id", "posted_at")) == {
        "vid1": exact,
        "vid2": dt.datetime(2026, 3, 1, 9, tzinfo=dt.UTC),
    }


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Date," + TABLE, "figures of videos by day"),
        ('Content,Video publish time,Impressions\nv,"Oct 2, 2025",4\n', "No column of views"),
        (TABLE.replace("Mar 1, 2026", "45321"), "row 4, field Video publish time"),
        (TABLE.replace("Mar 1, 2026", "Mar 1"), "has no day, month or year"),
        (TABLE.replace("Mar 1, 2026", ""), "row 4, field Video publish time: The cell is empty."),
    ],
)
def test_other_tables_and_spoilt_days_are_refused(channel: Profile, text: str, reason: str) -> None:
    with pytest.raises((TableError, ImportRefused)) as caught:
        take(channel, text)
    assert reason in str(caught.value)
    assert not WallPost.objects.exists()
