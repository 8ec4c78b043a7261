"""The posts of one page over the period of an audit: each with its latest counters.

Which posts: the same as the engagement rate's.
"""

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from django.db import connection

from communities.models import Profile
from kpi.er_statements import ARE_PERIODS, PERIODS_POSTS, VIEWS, engagement_statement
from strategy.periods import days_between

TEXT_READ = 300
RANKED_POSTS = 5
# A younger post has not met its readers yet: it would pass for a bad one.
SETTLED_DAYS = 3
DAY = dt.timedelta(days=1)

POSTS = f"""
SELECT p.external_id, left(p.text, %(text)s), own.day, p.is_repost, p.is_ad, e.total, v.base
FROM {PERIODS_POSTS}
CROSS JOIN LATERAL (SELECT (p.posted_at AT TIME ZONE c.time_zone)::date AS day) own
LEFT JOIN LATERAL ({engagement_statement()}) e ON true
LEFT JOIN LATERAL ({VIEWS}) v ON true
WHERE {ARE_PERIODS} AND p.profile_id = %(profile)s
ORDER BY p.posted_at, p.id
"""  # noqa: S608 - our own words, from above


class AuditedPost(NamedTuple):
    """`engagement` and `views` are None where they were not measured."""

    external_id: str
    text: str
    day: dt.date
    is_repost: bool
    is_ad: bool
    engagement: int | None
    views: int | None


class Gap(NamedTuple):
    """Days without a post, both ends included."""

    first: dt.date
    last: dt.date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


def read_audited_posts(profile: Profile, *, first: dt.date, last: dt.date) -> list[AuditedPost]:
    """Oldest first. One query."""
    parameters: dict[str, Any] = {
        "clients": [profile.client_id],
        "profile": profile.pk,
        "relations": [profile.relation],
        "first": first,
        "last": last,
        "known_by": dt.date.max,
        "text": TEXT_READ,
    }
    with connection.cursor() as cursor:
        cursor.execute(POSTS, parameters)
        return [AuditedPost(*row) for row in cursor.fetchall()]


def gaps_between(
    posts: Sequence[AuditedPost], known: Collection[dt.date], *, first: dt.date, last: dt.date
) -> list[Gap]:
    """Runs of days that surely had no post, the longest first; an unknown day ends a run."""
    posted = {post.day for post in posts}
    runs: list[list[dt.date]] = [[]]
    for day in days_between(first, last):
        if day in known and day not in posted:
            runs[-1].append(day)
        elif runs[-1]:
            runs.append([])
    gaps = [Gap(run[0], run[-1]) for run in runs if run]
    return sorted(gaps, key=lambda gap: (-gap.days, gap.first))


class Ranked(NamedTuple):
    """The best from the best on, the worst from the worst on; no post is in both."""

    best: list[AuditedPost]
    worst: list[AuditedPost]


def rank_posts(posts: Sequence[AuditedPost], *, on: dt.date, most: int = RANKED_POSTS) -> Ranked:
    """By engagement, of posts whose engagement is measured and that have settled by `on`."""
    settled = [
        post
        for post in posts
        if post.engagement is not None and post.day + DAY * SETTLED_DAYS <= on
    ]
    order = sorted(settled, key=lambda post: (-(post.engagement or 0), post.day))
    best = order[:most]
    return Ranked(best, order[len(best) :][-most:][::-1])
