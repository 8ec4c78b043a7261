"""Engagement by the day that it happened on, on old posts too: differences of readings.

A post's counters at the end of a day are those of the reading nearest to that midnight, at most
half a day off; what happened on a day is the difference to the midnight before. A post has none
before the day that it was posted on. Where one of the two readings is missing, or told other parts
of the engagement, the difference is not measured; it is negative where reactions were taken back.
"""

import datetime as dt
from collections.abc import Collection
from typing import Any

from django.db import connection

from kpi.er_pages import PostDay
from kpi.formulas import PARTS
from kpi.whose_pages import OWN, Relations

# So long posts are read every day; older ones gather hardly any reactions and are not missed.
YOUNG_DAYS = 28
# Older ones that were read all the same count where their difference is known.
OLDEST_DAYS = 92

DAILY = """
    WITH own AS (
        SELECT p.id, p.profile_id, c.time_zone,
            (p.posted_at AT TIME ZONE c.time_zone)::date AS posted_on
        FROM communities_wallpost p
        JOIN communities_profile f ON f.id = p.profile_id
            AND f.relation = ANY(%(relations)s)
        JOIN clients_client c ON c.id = p.client_id
        WHERE p.client_id = ANY(%(clients)s)
            AND p.posted_at >= %(first)s::date - %(oldest)s
            AND p.posted_at < (%(last)s::date + 1)::timestamp AT TIME ZONE c.time_zone
            AND (
                p.gone_at IS NULL
                OR p.gone_at >= (%(last)s::date + 1)::timestamp AT TIME ZONE c.time_zone
            )
    ), evening AS (
        SELECT DISTINCT ON (own.id, near.day) own.id, near.day,
            s.likes, s.comments, s.shares, s.saves
        FROM own
        JOIN kpi_postsnapshot s ON s.wall_post_id = own.id
        CROSS JOIN LATERAL (
            SELECT (s.read_at AT TIME ZONE own.time_zone - interval '12 hours')::date AS day
        ) near
        WHERE s.slot BETWEEN %(first)s::date - 2 AND %(last)s::date + 1
            AND s.slot <= %(known_by)s
            AND num_nonnulls(s.likes, s.comments, s.shares, s.saves) > 0
        ORDER BY own.id, near.day,
            abs(extract(epoch FROM s.read_at AT TIME ZONE own.time_zone - (near.day + 1)))
    ), post_day AS (
        SELECT own.id, own.profile_id, own.posted_on, young.day::date AS day
        FROM own
        CROSS JOIN generate_series(
            greatest(own.posted_on, %(first)s::date),
            least(own.posted_on + %(young)s - 1, %(last)s::date),
            interval '1 day'
        ) AS young (day)
        UNION
        SELECT own.id, own.profile_id, own.posted_on, evening.day
        FROM own
        JOIN evening USING (id)
        JOIN evening before ON before.id = own.id AND before.day = evening.day - 1
        WHERE evening.day BETWEEN greatest(own.posted_on + %(young)s, %(first)s) AND %(last)s
    ), happened AS (
        SELECT each.id, each.profile_id, each.day,
            evening.id IS NOT NULL OR before.id IS NOT NULL AS is_read,
            evening.likes - began.likes AS likes, evening.comments - began.comments AS comments,
            evening.shares - began.shares AS shares, evening.saves - began.saves AS saves
        FROM post_day each
        LEFT JOIN evening ON evening.id = each.id AND evening.day = each.day
        LEFT JOIN evening before ON before.id = each.id AND before.day = each.day - 1
        CROSS JOIN LATERAL (
            SELECT CASE WHEN is_new THEN 0 ELSE before.likes END AS likes,
                CASE WHEN is_new THEN 0 ELSE before.comments END AS comments,
                CASE WHEN is_new THEN 0 ELSE before.shares END AS shares,
                CASE WHEN is_new THEN 0 ELSE before.saves END AS saves
            FROM (SELECT each.posted_on = each.day AS is_new) age
        ) began
    ), told AS (
        SELECT *, num_nonnulls(likes, comments, shares, saves) > 0 AS is_told FROM happened
    )
    SELECT profile_id, day,
        coalesce(array_agg(id) FILTER (WHERE is_read), array_agg(id)),
        coalesce(array_agg(id) FILTER (WHERE is_told), '{}'),
        coalesce(
            sum(
                coalesce(likes, 0) + coalesce(comments, 0) + coalesce(shares, 0)
                + coalesce(saves, 0)
            ), 0
        ),
        count(likes), count(comments), count(shares), count(saves)
    FROM told
    GROUP BY 1, 2 ORDER BY 1, 2
"""


def read_daily(
    client_ids: Collection[int],
    first: dt.date,
    last: dt.date,
    known_by: dt.date | None,
    *,
    relations: Relations = OWN,
) -> list[PostDay]:
    """By page and day, of all posts that were read about then; of young ones where none was."""
    parameters: dict[str, Any] = {
        "clients": list(client_ids),
        "first": first,
        "last": last,
        "known_by": known_by or dt.date.max,
        "young": YOUNG_DAYS,
        "oldest": OLDEST_DAYS,
        "relations": list(relations),
    }
    with connection.cursor() as cursor:
        cursor.execute(DAILY, parameters)
        return [_day(*row) for row in cursor.fetchall()]


def _day(
    profile: int,
    day: dt.date,
    posts: list[int],
    measured: list[int],
    engagement: object,
    *told: int,
) -> PostDay:
    parts = tuple(part for part, count in zip(PARTS, told, strict=True) if count)
    return PostDay(
        profile,
        day,
        len(posts),
        len(measured),
        int(str(engagement)),
        with_base=0,
        base_engagement=0,
        base=0,
        parts=parts,
        ids=tuple(posts),
        measured_ids=tuple(measured),
    )
