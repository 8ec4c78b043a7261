"""What the engagement rate is computed from: posts of pages by their latest counters, and
subscribers by day. A few statements whatever the number of clients.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from typing import Any, NamedTuple

from django.db import connection

from kpi.er_codes import BY_DAY_CODES, BY_PERIOD_CODES, LAST_POSTS, NEAR_DAYS, PARTS_OF
from kpi.er_daily import read_daily
from kpi.er_pages import NO_LEVEL, Page, PageEngagement, PagePeriod, PostDay
from kpi.er_statements import posts_statement
from kpi.formulas import PARTS, ratio
from kpi.models import ProfileSnapshot
from kpi.whose_pages import OWN, Relations
from strategy.periods import days_between


class ReadProfile(NamedTuple):
    """A page of a client; `read_until` is the last day whose posts are all known."""

    client: int
    profile: int
    community: int | None
    read_until: dt.date | None


# The day of the reading itself is not over: what is posted after it is not known.
PROFILES = """
SELECT page.client_id, page.id, community.id,
    (page.wall_read_at AT TIME ZONE client.time_zone)::date - 1
FROM communities_profile page
JOIN clients_client client ON client.id = page.client_id
LEFT JOIN communities_community community ON community.profile_id = page.id
WHERE page.client_id = ANY(%s) AND page.relation = ANY(%s)
ORDER BY page.id
"""


def read_profiles(client_ids: Collection[int], *, relations: Relations = OWN) -> list[ReadProfile]:
    """By profile's id."""
    with connection.cursor() as cursor:
        cursor.execute(PROFILES, [list(client_ids), list(relations)])
        return [ReadProfile(*row) for row in cursor.fetchall()]


def pages_of(
    client_ids: Collection[int],
    code: str,
    first: dt.date,
    last: dt.date,
    known_by: dt.date | None,
    *,
    relations: Relations = OWN,
) -> Callable[[ReadProfile], Page]:
    """What is known of a profile. Days one by one only where the formula needs them."""
    by_day = code not in BY_PERIOD_CODES
    posts: dict[int, list[PostDay]] = defaultdict(list)
    for day in _read_posts(client_ids, code, first, last, known_by, relations, by_day=by_day):
        posts[day.profile].append(day)
    if by_day:
        followers = _followers(client_ids, first, last, relations) if code in BY_DAY_CODES else {}
        return lambda own: PageEngagement(
            posts[own.profile], followers.get(own.profile, {}), own.read_until
        )
    levels = _levels(client_ids, first, last, relations)
    return lambda own: PagePeriod(posts[own.profile], *levels.get(own.profile, NO_LEVEL))


def days_of_posts(
    client_ids: Collection[int],
    code: str,
    first: dt.date,
    last: dt.date,
    known_by: dt.date | None,
    *,
    relations: Relations = OWN,
) -> list[PostDay]:
    return _read_posts(client_ids, code, first, last, known_by, relations, by_day=True)


def _read_posts(
    client_ids: Collection[int],
    code: str,
    first: dt.date,
    last: dt.date,
    known_by: dt.date | None,
    relations: Relations,
    *,
    by_day: bool,
) -> list[PostDay]:
    if code == "er_daily":
        return read_daily(client_ids, first, last, known_by, relations=relations)
    counted = PARTS_OF.get(code, PARTS)
    with connection.cursor() as cursor:
        cursor.execute(
            posts_statement(code, by_day=by_day),
            {
                "clients": list(client_ids),
                "first": first,
                "last": last,
                "known_by": known_by or dt.date.max,
                "last_posts": LAST_POSTS,
                "near_days": NEAR_DAYS,
                "relations": list(relations),
            },
        )
        return [_day(row, counted) for row in cursor.fetchall()]


def _day(row: Sequence[Any], counted: Collection[str]) -> PostDay:
    """Sums of bigints come as numerics."""
    profile, day, posts, measured, engagement, with_base, base_engagement, base, *rest = row
    totals, bases, levels, *told = rest
    parts = tuple(
        part for part, count in zip(PARTS, told, strict=True) if count and part in counted
    )
    return PostDay(
        profile,
        day,
        posts,
        measured,
        int(engagement),
        with_base,
        int(base_engagement),
        int(base),
        parts,
        tuple(zip(totals or (), bases or (), levels or (), strict=True)),
    )


_LEVELS = """
    SELECT s.profile_id, sum(s.followers), count(*),
        bit_or(set_bit(repeat('0', %(days)s)::varbit, s.date - %(first)s, 1))::text
    FROM kpi_profilesnapshot s
    JOIN communities_profile f ON f.id = s.profile_id AND f.relation = ANY(%(relations)s)
    WHERE f.client_id = ANY(%(clients)s) AND s.date BETWEEN %(first)s AND %(last)s
        AND s.followers IS NOT NULL
    GROUP BY 1
"""


def _levels(
    client_ids: Collection[int], first: dt.date, last: dt.date, relations: Relations
) -> dict[int, tuple[float | None, Collection[dt.date]]]:
    """Profile → mean subscribers and the days that they were told on."""
    days = days_between(first, last)
    parameters: dict[str, Any] = {
        "clients": list(client_ids), "first": first, "last": last, "days": len(days),
        "relations": list(relations),
    }  # fmt: skip
    measured: dict[str, frozenset[dt.date]] = {}
    levels: dict[int, tuple[float | None, Collection[dt.date]]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_LEVELS, parameters)
        for profile, total, count, bits in cursor.fetchall():
            if bits not in measured:
                told = zip(days, bits, strict=True)
                measured[bits] = frozenset(day for day, bit in told if bit == "1")
            levels[profile] = ratio(int(total), count), measured[bits]
    return levels


def _followers(
    client_ids: Collection[int], first: dt.date, last: dt.date, relations: Relations
) -> dict[int, dict[dt.date, int]]:
    """Profile → day → subscribers, on measured days only."""
    found: dict[int, dict[dt.date, int]] = defaultdict(dict)
    rows = ProfileSnapshot.objects.filter(
        client__in=client_ids,
        profile__relation__in=relations,
        date__range=(first, last),
        followers__isnull=False,
    ).order_by()
    for profile, day, followers in rows.values_list("profile", "date", "followers"):
        found[profile][day] = followers or 0
    return found
