"""The best and the worst posts of the period, all at the same age.

Of each post the last reading in its third day of life is taken: an older post has had more time to
gather reactions, and is none the better for it. A post that nobody read at that age is not ranked.
"""

from typing import Any

from django.db import connection

from kpi.er_codes import NEAR_DAYS
from kpi.er_statements import NEAR
from kpi.formulas import PARTS
from kpi.report_span import Data, Span, iso

FROM_HOURS, TO_HOURS = 48, 72
# Fewer are told as they are: of three posts none is the best.
FEWEST, SHOWN = 6, 3
TEXT_SHOWN = 120

TOTAL = " + ".join(f"coalesce(s.{part}, 0)" for part in PARTS)
POSTS = f"""
SELECT p.id, f.title, f.network, own.day, left(coalesce(nullif(post.title, ''), p.text), %(text)s),
    went.url, p.is_ad, e.total, e.views, n.followers, e.told
FROM communities_wallpost p
JOIN communities_profile f ON f.id = p.profile_id AND f.relation = 'own'
LEFT JOIN content_publication went ON went.wall_post_id = p.id
LEFT JOIN content_post post ON post.id = went.post_id
CROSS JOIN LATERAL (SELECT (p.posted_at AT TIME ZONE %(zone)s)::date AS day) own
LEFT JOIN LATERAL (
    SELECT {TOTAL} AS total, s.views, num_nonnulls({", ".join(f"s.{part}" for part in PARTS)}) told
    FROM kpi_postsnapshot s
    WHERE s.wall_post_id = p.id AND s.read_at > p.posted_at + %(from)s * interval '1 hour'
        AND s.read_at <= p.posted_at + %(to)s * interval '1 hour' AND s.read_at <= %(at)s
        AND num_nonnulls({", ".join(f"s.{part}" for part in PARTS)}) > 0
    ORDER BY s.read_at DESC, s.slot DESC, s.hour DESC LIMIT 1
) e ON true
LEFT JOIN LATERAL ({NEAR}) n ON true
WHERE p.client_id = %(client)s AND p.posted_at >= %(begin)s AND p.posted_at < %(end)s
    AND (p.gone_at IS NULL OR p.gone_at >= %(end)s)
ORDER BY p.posted_at, p.id
"""  # noqa: S608 - our own words, from above
COLUMNS = ("id", "page", "network", "day", "title", "url", "is_ad", "engagement", "views",
           "followers", "told")  # fmt: skip


def read_posts(span: Span) -> Data:
    """Every post with its figures at that age, oldest first. `rate`: engagement ÷ subscribers."""
    begin, end = span.moments
    parameters: dict[str, Any] = {
        "client": span.client.pk, "zone": span.client.time_zone, "begin": begin, "end": end,
        "at": span.at, "from": FROM_HOURS, "to": TO_HOURS, "text": TEXT_SHOWN,
        "near_days": NEAR_DAYS, "known_by": span.client.day_of(span.at),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(POSTS, parameters)
        rows = [_post(dict(zip(COLUMNS, row, strict=True))) for row in cursor.fetchall()]
    return {"hours": [FROM_HOURS, TO_HOURS], "fewest": FEWEST, "rows": rows, **rank(rows)}


def _post(row: Data) -> Data:
    row.pop("told")
    total, followers = row["engagement"], row["followers"]
    rate = round(total / followers, 6) if total is not None and followers else None
    row["title"] = " ".join(row["title"].split())
    return {**row, "day": iso(row["day"]), "url": row["url"] or "", "rate": rate}


def rank(rows: list[Data]) -> Data:
    """Ids, the best from the best on and the worst from the worst on; none is in both.

    Advertising posts are bought, not liked: they are not ranked. [] where too few can be.
    """
    able = [row for row in rows if row["rate"] is not None and not row["is_ad"]]
    order = sorted(able, key=lambda row: (-row["rate"], row["day"], row["id"]))
    if len(order) < FEWEST:
        return {"ranked": len(order), "best": [], "worst": []}
    ids = [row["id"] for row in order]
    return {"ranked": len(order), "best": ids[:SHOWN], "worst": ids[-SHOWN:][::-1]}
