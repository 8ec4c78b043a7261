"""Posts of own and competitors' pages in a period: how many of which format, and the best of them.

Which posts: the same as the engagement rate's. Two statements whatever the number of pages.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from typing import Any, NamedTuple

from django.db import connection

from kpi.er_statements import ARE_PERIODS, PERIODS_POSTS, VIEWS, engagement_statement
from kpi.whose_pages import OWN_AND_COMPETITORS

BEST_POSTS = 3
TEXT_READ = 300

OWN_DAY = "CROSS JOIN LATERAL (SELECT (p.posted_at AT TIME ZONE c.time_zone)::date AS day) own"
COUNTS = f"""
SELECT p.profile_id, own.day, p.kind, count(*)
FROM {PERIODS_POSTS}
{OWN_DAY}
WHERE {ARE_PERIODS}
GROUP BY 1, 2, 3
"""  # noqa: S608 - our own words, from above
BEST = f"""
SELECT p.profile_id, p.external_id, left(post.text, %(text)s), p.day, p.total, v.base
FROM (
    SELECT p.id, p.profile_id, p.external_id, own.day, e.total, row_number() OVER (
        PARTITION BY p.profile_id ORDER BY e.total DESC, p.posted_at DESC, p.id DESC
    ) AS place
    FROM {PERIODS_POSTS}
    {OWN_DAY}
    CROSS JOIN LATERAL ({engagement_statement()}) e
    WHERE {ARE_PERIODS}
) p
JOIN communities_wallpost post ON post.id = p.id
LEFT JOIN LATERAL ({VIEWS}) v ON true
WHERE p.place <= %(best)s
ORDER BY p.profile_id, p.place
"""  # noqa: S608 - our own words, from above


class PostCount(NamedTuple):
    """Posts of one format on one day; `kind` is empty where nobody told it."""

    day: dt.date
    kind: str
    posts: int


class RankedPost(NamedTuple):
    """One of the posts with most engagement; `views` None: not measured."""

    external_id: str
    text: str
    day: dt.date
    engagement: int
    views: int | None


def count_posts(client_id: int, *, first: dt.date, last: dt.date) -> dict[int, list[PostCount]]:
    """Profile → its posts by day and format; a page without posts is absent."""
    counts: dict[int, list[PostCount]] = defaultdict(list)
    for profile, *row in _rows(COUNTS, _parameters(client_id, first, last)):
        counts[profile].append(PostCount(*row))
    return counts


def best_posts(client_id: int, *, first: dt.date, last: dt.date) -> dict[int, list[RankedPost]]:
    """Profile → its posts with most engagement by the latest counters, the best first."""
    parameters = _parameters(client_id, first, last)
    best: dict[int, list[RankedPost]] = defaultdict(list)
    for profile, *row in _rows(BEST, parameters | {"best": BEST_POSTS, "text": TEXT_READ}):
        best[profile].append(RankedPost(*row))
    return best


def _parameters(client_id: int, first: dt.date, last: dt.date) -> dict[str, Any]:
    return {
        "clients": [client_id],
        "first": first,
        "last": last,
        "known_by": dt.date.max,
        "relations": list(OWN_AND_COMPETITORS),
    }


def _rows(statement: str, parameters: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows
