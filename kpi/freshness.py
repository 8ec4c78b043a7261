"""Are the data fresh enough to judge a strategy? Stale data raise a flag of their own.

Calls that are typed in or come by files say nothing of the days after the last one. These days are
not judged; they are stale only once chance would have brought a call on them, by the same limit
that tells a silence apart. Before, whoever enters ten calls a month would be late every other day.
"""

import datetime as dt
from collections.abc import Collection
from typing import NamedTuple

import numpy as np
from django.db import connection

from kpi.rules import Verdict, grey
from kpi.statistics import FloatArray
from kpi.subjects import Subject
from strategy.models import Metric
from strategy.models.target import CALL_METRICS

CALLS_DAYS = 2
WEEKLY_DAYS = 9
METRICS_DAYS = 3
# Posts older than this gather hardly any reactions: their readings say nothing about freshness.
POST_DAYS = 30

# Most pages were read a moment ago: all these readings lie together, and one scan finds them. Only
# the pages that it does not find are looked up one by one.
READINGS = """
SELECT profile.client_id, community.id, coalesce(recent.date, page.date), post.slot
FROM communities_profile profile
LEFT JOIN communities_community community ON community.profile_id = profile.id
LEFT JOIN (
    SELECT profile_id, max(date) AS date FROM kpi_profilesnapshot
    WHERE followers IS NOT NULL AND date BETWEEN %(day)s::date - 1 AND %(day)s
    GROUP BY profile_id
) recent ON recent.profile_id = profile.id
LEFT JOIN LATERAL (
    SELECT date FROM kpi_profilesnapshot
    WHERE recent.date IS NULL AND profile_id = profile.id AND followers IS NOT NULL
        AND date <= %(day)s
    ORDER BY date DESC LIMIT 1
) page ON true
LEFT JOIN LATERAL (
    SELECT max(newest.slot) AS slot
    FROM communities_wallpost wall
    CROSS JOIN LATERAL (
        SELECT slot FROM kpi_postsnapshot
        WHERE wall_post_id = wall.id AND slot <= %(day)s
        ORDER BY slot DESC LIMIT 1
    ) newest
    WHERE %(with_posts)s AND wall.profile_id = profile.id
        AND wall.posted_at >= %(day)s::date - %(post_days)s::int
) post ON true
WHERE profile.client_id = ANY(%(clients)s) AND profile.relation = 'own' AND profile.is_measured
    AND profile.gone_at IS NULL AND community.state IS DISTINCT FROM 'archived'
"""


class Stale(NamedTuple):
    """Data that are too old: `source` is calls, counts or metrics; `newest` None: never any."""

    source: str
    newest: dt.date | None
    limit_days: int
    code: str

    @property
    def cause_key(self) -> str:
        return f"data:{self.source}"

    @property
    def verdict(self) -> Verdict:
        return grey(self.code)


def stale_count(subject: Subject, known_until: dt.date | None, limit_days: int) -> Stale | None:
    return _stale(subject, source_of(subject), known_until, limit_days)


def source_of(subject: Subject) -> str:
    return "calls" if subject.metric in (*CALL_METRICS, Metric.LEADS) else "counts"


def limit_of(*, is_weekly: bool, expected_since: FloatArray | None, silence: float) -> int:
    """Calls over a connection may be two days old, a weekly tally nine, counts of a day two.

    `expected_since` is of calls that are entered by hand: what was expected of each day after the
    last that is known. They may be late until it adds up to `silence`.
    """
    if is_weekly:
        return WEEKLY_DAYS
    if expected_since is None:
        return CALLS_DAYS
    waited = int(np.searchsorted(np.cumsum(expected_since), silence)) + 1
    return max(CALLS_DAYS, waited)


def stale_metrics(subject: Subject, newest: dt.date | None) -> Stale | None:
    """Readings of pages and posts may be three days old."""
    return _stale(subject, "metrics", newest, METRICS_DAYS)


def _stale(subject: Subject, source: str, newest: dt.date | None, limit: int) -> Stale | None:
    if newest is None:
        return Stale(source, None, limit, "no_data")
    if (subject.today - newest).days > limit:
        return Stale(source, newest, limit, f"stale_{source}")
    return None


def is_due(subject: Subject, stale: Stale) -> bool:
    """A strategy that began a moment ago is given the days that its data may be late."""
    return (subject.today - subject.starts_on).days > stale.limit_days


def newest_readings(
    client_ids: Collection[int], *, on: dt.date, with_posts: bool
) -> dict[tuple[int, int | None, str], dt.date]:
    """By (client, community, metric): the last day that followers, or posts, were read.

    For a client as a whole it is that of its page that was read the longest ago.
    """
    newest: dict[tuple[int, int | None, str], dt.date] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            READINGS,
            {
                "clients": list(client_ids),
                "day": on,
                "post_days": POST_DAYS,
                "with_posts": with_posts,
            },
        )
        for client_id, community_id, page, post in cursor.fetchall():
            for metric, day in ((Metric.GROWTH, page), (Metric.ER, post or page)):
                if day is None:
                    continue
                whole = (client_id, None, metric.value)
                newest[whole] = min(day, newest.get(whole, day))
                if community_id is not None:
                    newest[client_id, community_id, metric.value] = day
    return newest
