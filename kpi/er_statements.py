"""The statement that reads posts with their latest counters, for the formula of a code."""

from collections.abc import Sequence

from kpi.er_codes import BY_POST_CODES, BY_POST_SUBSCRIBERS, LAST_POSTS_CODES, PARTS_OF
from kpi.formulas import PARTS

# A post's counters come each from the latest snapshot that told any of its kind: reactions may come
# daily from a bot and views monthly from a file.
ENGAGEMENT = """
        SELECT s.likes, s.comments, s.shares, s.saves, {total} AS total
        FROM kpi_postsnapshot s
        WHERE s.wall_post_id = p.id AND s.slot <= %(known_by)s AND num_nonnulls({parts}) > 0
        ORDER BY s.slot DESC, s.hour DESC LIMIT 1"""
POSTS = """
    SELECT p.profile_id, {day} AS day,
        count(*), count(e.total), coalesce(sum(e.total), 0),
        count(*) FILTER (WHERE e.total IS NOT NULL AND v.base > 0),
        coalesce(sum(e.total) FILTER (WHERE e.total IS NOT NULL AND v.base > 0), 0),
        coalesce(sum(v.base) FILTER (WHERE e.total IS NOT NULL AND v.base > 0), 0),
        {totals}, {bases}, {levels},
        count(e.likes), count(e.comments), count(e.shares), count(e.saves)
    FROM {posts}
    CROSS JOIN LATERAL (SELECT (p.posted_at AT TIME ZONE c.time_zone)::date AS day) own
    LEFT JOIN LATERAL ({engagement}) e ON true
    LEFT JOIN LATERAL ({base}) v ON true
    LEFT JOIN LATERAL ({near}) n ON true
    WHERE {are_these}
    GROUP BY 1, 2 ORDER BY 1, 2
"""
DAY = "own.day"
PERIOD = "%(first)s::date"

PERIODS_POSTS = """communities_wallpost p
    JOIN communities_profile f ON f.id = p.profile_id AND f.relation = ANY(%(relations)s)
    JOIN clients_client c ON c.id = p.client_id"""
# The client's zone is asked only of posts near the ends of the period: elsewhere all zones agree.
ARE_PERIODS = """p.client_id = ANY(%(clients)s)
        AND p.posted_at >= %(first)s::date - 1 AND p.posted_at < %(last)s::date + 2
        AND (
            (p.posted_at >= %(first)s::date + 1 AND p.posted_at < %(last)s::date)
            OR (p.posted_at AT TIME ZONE c.time_zone)::date BETWEEN %(first)s AND %(last)s
        )
        AND (
            p.gone_at IS NULL
            OR p.gone_at >= (%(last)s::date + 1)::timestamp AT TIME ZONE c.time_zone
        )"""
# Those of the period and, of each page, as many before it as the formula looks back.
LAST_POSTS = """communities_profile f
    JOIN clients_client c ON c.id = f.client_id
    CROSS JOIN LATERAL (
        (
            SELECT w.id, w.profile_id, w.posted_at FROM communities_wallpost w
            WHERE w.profile_id = f.id
                AND w.posted_at < %(first)s::date::timestamp AT TIME ZONE c.time_zone
                AND (
                    w.gone_at IS NULL
                    OR w.gone_at >= (%(last)s::date + 1)::timestamp AT TIME ZONE c.time_zone
                )
            ORDER BY w.posted_at DESC, w.id DESC LIMIT %(last_posts)s
        )
        UNION ALL
        SELECT w.id, w.profile_id, w.posted_at FROM communities_wallpost w
        WHERE w.profile_id = f.id
            AND w.posted_at >= %(first)s::date::timestamp AT TIME ZONE c.time_zone
            AND w.posted_at < (%(last)s::date + 1)::timestamp AT TIME ZONE c.time_zone
            AND (
                w.gone_at IS NULL
                OR w.gone_at >= (%(last)s::date + 1)::timestamp AT TIME ZONE c.time_zone
            )
    ) p"""
ARE_LAST = "f.client_id = ANY(%(clients)s) AND f.relation = ANY(%(relations)s)"

VIEWS = """
    SELECT s.views AS base FROM kpi_postsnapshot s
    WHERE s.wall_post_id = p.id AND s.slot <= %(known_by)s AND s.views IS NOT NULL
    ORDER BY s.slot DESC, s.hour DESC LIMIT 1
"""
REACH = """
    SELECT s.reach AS base FROM kpi_postsnapshot s
    WHERE s.wall_post_id = p.id AND s.slot <= %(known_by)s AND s.reach IS NOT NULL
    ORDER BY s.slot DESC, s.hour DESC LIMIT 1
"""
# Views a day after the post, read within four hours of that moment: the nearest.
IS_DAY_AFTER = """
    s.views IS NOT NULL
    AND s.read_at - p.posted_at BETWEEN interval '20 hours' AND interval '28 hours'
"""
FROM_DAY_AFTER = "abs(extract(epoch FROM s.read_at - p.posted_at) - 86400)"
VIEWS_24 = f"""
    SELECT s.views AS base FROM kpi_postsnapshot s
    WHERE s.wall_post_id = p.id AND s.slot <= %(known_by)s AND {IS_DAY_AFTER}
    ORDER BY {FROM_DAY_AFTER}, s.slot, s.hour LIMIT 1
"""  # noqa: S608 - our own words, from above
NO_BASE = "SELECT NULL::bigint AS base"
BASES = {
    **dict.fromkeys(("err", "err_mean", "vr"), REACH),
    **dict.fromkeys(("er_view", "er_view_mean", "telegram_er", "telegram_err"), VIEWS),
    "telegram_err24": VIEWS_24,
}
# Subscribers on the measured day nearest to the post's own, the earlier of two: a page that grew
# since had fewer of them to engage. A reading from farther away says nothing of the post's day.
NEAR = """
    SELECT coalesce(
        -- The day itself, nearly always; only without it is there anything to look for.
        (
            SELECT s.followers FROM kpi_profilesnapshot s
            WHERE s.profile_id = p.profile_id AND s.date = own.day
        ),
        (
            SELECT near.followers FROM (
                (
                    SELECT s.date, s.followers FROM kpi_profilesnapshot s
                    WHERE s.profile_id = p.profile_id AND s.followers IS NOT NULL
                        AND s.date BETWEEN own.day - %(near_days)s AND own.day
                    ORDER BY s.date DESC LIMIT 1
                )
                UNION ALL
                (
                    SELECT s.date, s.followers FROM kpi_profilesnapshot s
                    WHERE s.profile_id = p.profile_id AND s.followers IS NOT NULL
                        AND s.date > own.day
                        AND s.date <= least(own.day + %(near_days)s, %(known_by)s)
                    ORDER BY s.date LIMIT 1
                )
            ) near
            ORDER BY abs(near.date - own.day), near.date LIMIT 1
        )
    ) AS followers
"""
NOT_NEAR = "SELECT NULL::bigint AS followers"


def engagement_statement(parts: Sequence[str] = PARTS) -> str:
    """A post's E of these parts, and all parts, by the latest snapshot that told any of them."""
    return ENGAGEMENT.format(
        total=" + ".join(f"coalesce(s.{part}, 0)" for part in parts),
        parts=", ".join(f"s.{part}" for part in parts),
    )


def posts_statement(code: str, *, by_day: bool) -> str:
    """Where not by day, all the posts of a profile stand on the first day of the period."""
    goes_back = code in LAST_POSTS_CODES
    parts = PARTS_OF.get(code, PARTS)
    return POSTS.format(
        engagement=engagement_statement(parts),
        posts=LAST_POSTS if goes_back else PERIODS_POSTS,
        are_these=ARE_LAST if goes_back else ARE_PERIODS,
        day=DAY if by_day else PERIOD,
        base=BASES.get(code, NO_BASE),
        near=NEAR if code in BY_POST_SUBSCRIBERS else NOT_NEAR,
        **{
            name: f"array_agg({value} ORDER BY p.posted_at, p.id)"
            if code in BY_POST_CODES
            else "NULL::bigint[]"
            for name, value in (
                ("totals", "e.total"),
                ("bases", "v.base"),
                ("levels", "n.followers"),
            )
        },
    )
