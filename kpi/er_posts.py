"""Posts by the target's formula, one by one, for the chart of ER. One statement for many clients.

A post counts once it is older than 72 hours at the end of the last day, by the latest counters
known on that day: a day that is judged again finds the same. Each post is an observation, so a
formula of a period (ΣE ÷ Σreach, ER day) is here what it is of one post.
"""

import datetime as dt
from collections.abc import Collection
from typing import NamedTuple

from django.db import connection

SETTLED_HOURS = 72
# Subscribers of a post's day, or of the last day before it that was measured.
LEVEL_DAYS = 30


class PostRatio(NamedTuple):
    client: int
    profile: int
    community: int | None
    day: dt.date
    ratio: float


# Of the 30 or 180 days the constant bounds find the rows; each client's own midnight decides.
POSTS = """
SELECT c.id, f.id, m.id, (p.posted_at AT TIME ZONE c.time_zone)::date, {above} / {below}
FROM clients_client c
JOIN communities_profile f ON f.client_id = c.id AND f.relation = %(relation)s
LEFT JOIN communities_community m ON m.profile_id = f.id
JOIN communities_wallpost p ON p.profile_id = f.id
    AND p.posted_at >= %(first)s::date - 1 AND p.posted_at < %(last)s::date + 2
{readings}
WHERE c.id = ANY(%(clients)s) AND {above} IS NOT NULL AND {below} > 0
    AND p.posted_at >= %(first)s::timestamp AT TIME ZONE c.time_zone
    AND p.posted_at < (%(last)s::date + 1)::timestamp AT TIME ZONE c.time_zone
        - %(hours)s * interval '1 hour'
ORDER BY p.posted_at, p.id
"""
ENGAGEMENT = """
JOIN LATERAL (
    SELECT coalesce(s.likes, 0) + coalesce(s.comments, 0) + coalesce(s.shares, 0)
        + coalesce(s.saves, 0) AS total
    FROM kpi_postsnapshot s
    WHERE s.wall_post_id = p.id AND s.slot <= %(last)s
        AND num_nonnulls(s.likes, s.comments, s.shares, s.saves) > 0
    ORDER BY s.slot DESC, s.hour DESC LIMIT 1
) e ON true
"""
SEEN = """
JOIN LATERAL (
    SELECT s.{name} AS total FROM kpi_postsnapshot s
    WHERE s.wall_post_id = p.id AND s.slot <= %(last)s AND s.{name} IS NOT NULL
    ORDER BY s.slot DESC, s.hour DESC LIMIT 1
) v ON true
"""
# Views a day after the post, read within four hours of that moment.
SEEN_24 = """
JOIN LATERAL (
    SELECT s.views AS total FROM kpi_postsnapshot s
    WHERE s.wall_post_id = p.id AND s.slot <= %(last)s AND s.views IS NOT NULL
        AND s.read_at - p.posted_at BETWEEN interval '20 hours' AND interval '28 hours'
    ORDER BY abs(extract(epoch FROM s.read_at - p.posted_at) - 86400) LIMIT 1
) v ON true
"""
LEVEL = """
JOIN LATERAL (
    SELECT s.followers FROM kpi_profilesnapshot s
    WHERE s.profile_id = f.id AND s.followers IS NOT NULL
        AND s.date <= (p.posted_at AT TIME ZONE c.time_zone)::date
        AND s.date >= (p.posted_at AT TIME ZONE c.time_zone)::date - %(level_days)s
    ORDER BY s.date DESC LIMIT 1
) w ON true
"""
E, V, F = "e.total", "v.total", "w.followers::float8"
# By the formula's code: what stands above and below the line, and what is read for it.
OF_ONE_POST: dict[str, tuple[str, str, str]] = {
    **dict.fromkeys(
        ("er_post", "er_post_mean", "er_day", "er_median20"), (E, F, ENGAGEMENT + LEVEL)
    ),
    **dict.fromkeys(
        ("err", "err_mean"), (E, f"{V}::float8", ENGAGEMENT + SEEN.format(name="reach"))
    ),
    **dict.fromkeys(
        ("er_view", "er_view_mean", "telegram_er"),
        (E, f"{V}::float8", ENGAGEMENT + SEEN.format(name="views")),
    ),
    "telegram_err": (V, F, SEEN.format(name="views") + LEVEL),
    "telegram_err24": (V, F, SEEN_24 + LEVEL),
}


def read_posts(
    client_ids: Collection[int], code: str, *, first: dt.date, last: dt.date, relation: str
) -> list[PostRatio]:
    """Posts that went out from `first` to `last` and have settled by the end of it, oldest first.

    Those whose ratio is not measured are left out: they are no zeros.
    """
    above, below, readings = OF_ONE_POST[code]
    with connection.cursor() as cursor:
        cursor.execute(
            POSTS.format(above=above, below=below, readings=readings),
            {
                "clients": list(client_ids),
                "first": first,
                "last": last,
                "relation": relation,
                "hours": SETTLED_HOURS,
                "level_days": LEVEL_DAYS,
            },
        )
        return [PostRatio(*row) for row in cursor.fetchall()]
