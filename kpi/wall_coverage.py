"""On which days it is known what a page posted: a day without a post is a zero on these only.

A wall is known from the first reading of the network's on, and as far back as that reading looked;
until the day before the latest one. A file, which nobody says the range of, tells the days from its
oldest post to its newest.
"""

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Any

from django.db import connection

from kpi.models import Reading
from kpi.whose_pages import Relations
from strategy.periods import days_between

Span = tuple[dt.date, dt.date]

# What was posted before the first reading's reach is known from files alone.
SPANS = """
SELECT page.id,
    (posts.oldest AT TIME ZONE client.time_zone)::date,
    (posts.newest AT TIME ZONE client.time_zone)::date,
    (earlier.newest AT TIME ZONE client.time_zone)::date,
    (read.since AT TIME ZONE client.time_zone)::date + 1,
    (page.wall_read_at AT TIME ZONE client.time_zone)::date - 1
FROM communities_profile page
JOIN clients_client client ON client.id = page.client_id
CROSS JOIN LATERAL (
    SELECT min(posted_at) AS oldest, max(posted_at) AS newest
    FROM communities_wallpost WHERE profile_id = page.id
) posts
LEFT JOIN LATERAL (
    SELECT post.first_seen_at FROM communities_wallpost post
    WHERE post.profile_id = page.id AND page.wall_read_at IS NOT NULL AND EXISTS (
        SELECT 1 FROM kpi_postsnapshot s WHERE s.wall_post_id = post.id AND s.reading <> %(file)s
    )
    ORDER BY post.posted_at LIMIT 1
) first ON true
CROSS JOIN LATERAL (
    SELECT coalesce(first.first_seen_at, page.wall_read_at) - (
        SELECT max(up_to_hours) FROM kpi_snapshotcadence WHERE relation = page.relation
    ) * interval '1 hour' AS since
) read
LEFT JOIN LATERAL (
    SELECT max(posted_at) AS newest FROM communities_wallpost
    WHERE profile_id = page.id AND posted_at < read.since
) earlier ON true
WHERE page.client_id = ANY(%(clients)s) AND page.relation = ANY(%(relations)s)
"""


def wall_spans(client_ids: Collection[int], *, relations: Relations) -> dict[int, list[Span]]:
    """Profile → spans of days, both ends included, whose posts are all known. One query."""
    parameters: dict[str, Any] = {
        "clients": list(client_ids), "relations": list(relations), "file": Reading.IMPORT.value
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(SPANS, parameters)
        return {profile: _spans(*days) for profile, *days in cursor.fetchall()}


def _spans(
    oldest: dt.date | None,
    newest: dt.date | None,
    earlier: dt.date | None,
    read_from: dt.date | None,
    read_until: dt.date | None,
) -> list[Span]:
    if read_from is None or read_until is None:
        return [(oldest, newest)] if oldest and newest else []
    until = max(read_until, newest or read_until)
    spans = [(read_from, until)] if read_from <= until else []
    return [(oldest, earlier), *spans] if oldest and earlier else spans


def known_days(spans: Sequence[Span], first: dt.date, last: dt.date) -> set[dt.date]:
    return {
        day for begins, ends in spans for day in days_between(max(begins, first), min(ends, last))
    }
