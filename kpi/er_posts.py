"""Posts by the target's formula, one by one, for the chart of ER. One statement for many clients.

A post counts once it is older than 72 hours at the end of the last day, by the latest counters
known on that day: a day that is judged again finds the same. Each post is an observation, so a
formula of a period (ΣE ÷ Σreach, ER day) is here what it is of one post.
"""

import datetime as dt
from collections.abc import Collection
from typing import NamedTuple

from django.db import connection

from kpi.er_codes import NEAR_DAYS, PARTS_OF
from kpi.er_statements import BASES, NEAR
from kpi.formulas import PARTS

SETTLED_HOURS = 72


class PostRatio(NamedTuple):
    client: int
    profile: int
    community: int | None
    day: dt.date
    ratio: float
    wall_post: int


# The constant bounds find the rows; each client's own midnight decides. What was gone from the
# network by then is no post of the page, as in `kpi.engagement_rate`.
POSTS = """
SELECT c.id, f.id, m.id, own.day, {above} / {below}::float8, p.id
FROM clients_client c
JOIN communities_profile f ON f.client_id = c.id AND f.relation = %(relation)s
LEFT JOIN communities_community m ON m.profile_id = f.id
JOIN communities_wallpost p ON p.profile_id = f.id
    AND p.posted_at >= %(first)s::date - 1 AND p.posted_at < %(last)s::date + 2
CROSS JOIN LATERAL (
    SELECT (p.posted_at AT TIME ZONE c.time_zone)::date AS day,
        (%(last)s::date + 1)::timestamp AT TIME ZONE c.time_zone AS ends
) own
{readings}
WHERE c.id = ANY(%(clients)s) AND {above} IS NOT NULL AND {below} > 0
    AND own.day >= %(first)s AND p.posted_at < own.ends - %(hours)s * interval '1 hour'
    AND (p.gone_at IS NULL OR p.gone_at >= own.ends)
ORDER BY p.posted_at, p.id
"""
ENGAGEMENT = """
JOIN LATERAL (
    SELECT {total} AS total FROM kpi_postsnapshot s
    WHERE s.wall_post_id = p.id AND s.slot <= %(known_by)s AND num_nonnulls({parts}) > 0
    ORDER BY s.slot DESC, s.hour DESC LIMIT 1
) e ON true
"""
SEEN = "JOIN LATERAL ({base}) v ON true"
LEVEL = f"JOIN LATERAL ({NEAR}) w ON true"
E, V, F = "e.total", "v.base", "w.followers"
BY_SUBSCRIBERS = ("er_post", "er_post_mean", "er_day", "er_daily", "er_median20", "lr", "tr", "ar")
BY_BASE = ("err", "err_mean", "er_view", "er_view_mean", "telegram_er")
SEEN_BY_SUBSCRIBERS = ("telegram_err", "telegram_err24", "vr")
# By the formula's code: what stands above and below the line, of one post.
OF_ONE_POST: dict[str, tuple[str, str]] = {
    **dict.fromkeys(BY_SUBSCRIBERS, (E, F)),
    **dict.fromkeys(BY_BASE, (E, V)),
    **dict.fromkeys(SEEN_BY_SUBSCRIBERS, (V, F)),
}


def statement_of(code: str) -> str:
    ratio = OF_ONE_POST[code]
    parts = PARTS_OF.get(code, PARTS)
    readings = {
        E: ENGAGEMENT.format(
            total=" + ".join(f"coalesce(s.{part}, 0)" for part in parts),
            parts=", ".join(f"s.{part}" for part in parts),
        ),
        V: SEEN.format(base=BASES.get(code, "")),
        F: LEVEL,
    }
    above, below = ratio
    return POSTS.format(
        above=above, below=below, readings="\n".join(readings[name] for name in ratio)
    )


def read_posts(
    client_ids: Collection[int],
    code: str,
    *,
    first: dt.date,
    last: dt.date,
    relation: str,
    known_by: dt.date | None = None,
) -> list[PostRatio]:
    """Posts that went out from `first` to `last` and have settled by the end of it, oldest first.

    By what was known at the end of `last`, or of `known_by`. Those whose ratio is not measured are
    left out: they are no zeros.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            statement_of(code),
            {
                "clients": list(client_ids),
                "first": first,
                "last": last,
                "known_by": known_by or last,
                "relation": relation,
                "hours": SETTLED_HOURS,
                "near_days": NEAR_DAYS,
            },
        )
        return [PostRatio(*row) for row in cursor.fetchall()]
