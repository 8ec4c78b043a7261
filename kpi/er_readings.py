"""What the engagement rate is computed from: posts of own pages by their latest counters, and
subscribers by day. A few statements whatever the number of clients.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from communities.models import Profile
from kpi.formulas import PARTS, mean, ratio
from kpi.models import ProfileSnapshot
from strategy.periods import days_between

# Means and medians of posts: read post by post, where the others are sums.
BY_POST_CODES = (
    "er_post_mean", "err_mean", "er_view_mean", "er_median20", "telegram_err", "telegram_err24",
)  # fmt: skip


def pages_of(
    client_ids: Collection[int],
    code: str,
    first: dt.date,
    last: dt.date,
    known_by: dt.date | None,
) -> Callable[[int], "Page"]:
    """What is known of a profile, by its id. Days one by one only where the formula needs them."""
    by_day = code == "er_day" or code in BY_POST_CODES
    posts: dict[int, list[PostDay]] = defaultdict(list)
    for day in _read_posts(client_ids, code, first, last, known_by, by_day=by_day):
        posts[day.profile].append(day)
    if by_day:
        followers = _followers(client_ids, first, last)
        return lambda profile: PageEngagement(posts[profile], followers.get(profile, {}))
    levels = _levels(client_ids, first, last) if code == "er_post" else {}
    return lambda profile: PagePeriod(posts[profile], *levels.get(profile, NO_LEVEL))


@dataclass(frozen=True, slots=True)
class PostDay:
    """The posts of one profile posted on one of the client's days.

    `base` is the reach or the views of the posts in `with_base`, `base_engagement` their E. `each`
    is (E, base) of each post, oldest first, for the formulas that need posts one by one.
    """

    profile: int
    day: dt.date
    posts: int
    measured: int
    engagement: int
    with_base: int
    base_engagement: int
    base: int
    parts: tuple[str, ...]
    each: Sequence[tuple[int | None, int | None]] = ()


@dataclass(frozen=True, slots=True)
class PageEngagement:
    """What is known of one profile: its days with posts, and subscribers by day."""

    posts: Sequence[PostDay]
    followers: Mapping[dt.date, int]

    @property
    def mean_followers(self) -> float | None:
        return mean(self.followers.values())

    @property
    def measured(self) -> Collection[dt.date]:
        """Days with subscribers told."""
        return self.followers.keys()


@dataclass(frozen=True, slots=True)
class PagePeriod:
    """The same of a period as a whole, for the formulas that need no days."""

    posts: Sequence[PostDay]
    mean_followers: float | None
    measured: Collection[dt.date]


Page = PageEngagement | PagePeriod
NO_LEVEL: tuple[float | None, Collection[dt.date]] = (None, frozenset())


# A post's counters come each from the latest snapshot that told any of its kind: reactions may come
# daily from a bot and views monthly from a file.
# The client's zone is asked only of posts near the ends of the period: elsewhere all zones agree.
_POSTS = """
    SELECT p.profile_id, {day} AS day,
        count(*), count(e.total), coalesce(sum(e.total), 0),
        count(*) FILTER (WHERE {has_base}),
        coalesce(sum(e.total) FILTER (WHERE {has_base}), 0),
        coalesce(sum(v.base) FILTER (WHERE {has_base}), 0),
        {totals}, {bases},
        count(e.likes), count(e.comments), count(e.shares), count(e.saves)
    FROM communities_wallpost p
    JOIN communities_profile f ON f.id = p.profile_id AND f.relation = 'own'
    JOIN clients_client c ON c.id = p.client_id
    LEFT JOIN LATERAL (
        SELECT s.likes, s.comments, s.shares, s.saves,
            coalesce(s.likes, 0) + coalesce(s.comments, 0) + coalesce(s.shares, 0)
            + coalesce(s.saves, 0) AS total
        FROM kpi_postsnapshot s
        WHERE s.wall_post_id = p.id AND s.slot <= %(known_by)s
            AND num_nonnulls(s.likes, s.comments, s.shares, s.saves) > 0
        ORDER BY s.slot DESC, s.hour DESC LIMIT 1
    ) e ON true
    LEFT JOIN LATERAL ({base}) v ON true
    WHERE p.client_id = ANY(%(clients)s)
        AND p.posted_at >= %(first)s::date - 1 AND p.posted_at < %(last)s::date + 2
        AND (
            (p.posted_at >= %(first)s::date + 1 AND p.posted_at < %(last)s::date)
            OR (p.posted_at AT TIME ZONE c.time_zone)::date BETWEEN %(first)s AND %(last)s
        )
    GROUP BY 1, 2 ORDER BY 1, 2
"""
_DAY = "(p.posted_at AT TIME ZONE c.time_zone)::date"
_PERIOD = "%(first)s::date"
_BASE = """
    SELECT s.{name} AS base FROM kpi_postsnapshot s
    WHERE s.wall_post_id = p.id AND s.slot <= %(known_by)s AND s.{name} IS NOT NULL
    ORDER BY s.slot DESC, s.hour DESC LIMIT 1
"""
# Views a day after the post, read within four hours of that moment: the nearest.
IS_DAY_AFTER = """
    s.views IS NOT NULL
    AND s.read_at - p.posted_at BETWEEN interval '20 hours' AND interval '28 hours'
"""
FROM_DAY_AFTER = "abs(extract(epoch FROM s.read_at - p.posted_at) - 86400)"
_BASE_24 = f"""
    SELECT s.views AS base FROM kpi_postsnapshot s
    WHERE s.wall_post_id = p.id AND s.slot <= %(known_by)s AND {IS_DAY_AFTER}
    ORDER BY {FROM_DAY_AFTER}, s.slot, s.hour LIMIT 1
"""  # noqa: S608 - our own words, from above
_NO_BASE = "SELECT NULL::bigint AS base"
_BASES = {
    **dict.fromkeys(("err", "err_mean"), _BASE.format(name="reach")),
    **dict.fromkeys(
        ("er_view", "er_view_mean", "telegram_er", "telegram_err"), _BASE.format(name="views")
    ),
    "telegram_err24": _BASE_24,
}
_EACH = "array_agg({what} ORDER BY p.posted_at, p.id)"
_NOT_EACH = "NULL::bigint[]"


def days_of_posts(
    client_ids: Collection[int],
    code: str,
    first: dt.date,
    last: dt.date,
    known_by: dt.date | None,
) -> list[PostDay]:
    return _read_posts(client_ids, code, first, last, known_by, by_day=True)


def _read_posts(
    client_ids: Collection[int],
    code: str,
    first: dt.date,
    last: dt.date,
    known_by: dt.date | None,
    *,
    by_day: bool,
) -> list[PostDay]:
    """Where not by day, all the posts of a profile stand on the first day of the period."""
    sql = _POSTS.format(
        day=_DAY if by_day else _PERIOD,
        base=_BASES.get(code, _NO_BASE),
        has_base="e.total IS NOT NULL AND v.base > 0",
        totals=_EACH.format(what="e.total") if code in BY_POST_CODES else _NOT_EACH,
        bases=_EACH.format(what="v.base") if code in BY_POST_CODES else _NOT_EACH,
    )
    with connection.cursor() as cursor:
        cursor.execute(
            sql,
            {
                "clients": list(client_ids),
                "first": first,
                "last": last,
                "known_by": known_by or dt.date.max,
            },
        )
        return [_day(row) for row in cursor.fetchall()]


def _day(row: Sequence[Any]) -> PostDay:
    """Sums of bigints come as numerics."""
    profile, day, posts, measured, engagement, with_base, base_engagement, base, *rest = row
    totals, bases, *told = rest
    parts = tuple(part for part, count in zip(PARTS, told, strict=True) if count)
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
        tuple(zip(totals or (), bases or (), strict=True)),
    )


_LEVELS = """
    SELECT s.profile_id, sum(s.followers), count(*),
        bit_or(set_bit(repeat('0', %(days)s)::varbit, s.date - %(first)s, 1))::text
    FROM kpi_profilesnapshot s
    JOIN communities_profile f ON f.id = s.profile_id AND f.relation = 'own'
    WHERE f.client_id = ANY(%(clients)s) AND s.date BETWEEN %(first)s AND %(last)s
        AND s.followers IS NOT NULL
    GROUP BY 1
"""


def _levels(
    client_ids: Collection[int], first: dt.date, last: dt.date
) -> dict[int, tuple[float | None, Collection[dt.date]]]:
    """Profile → mean subscribers and the days that they were told on."""
    days = days_between(first, last)
    parameters: dict[str, Any] = {
        "clients": list(client_ids), "first": first, "last": last, "days": len(days)
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
    client_ids: Collection[int], first: dt.date, last: dt.date
) -> dict[int, dict[dt.date, int]]:
    """Profile → day → subscribers, on measured days only."""
    found: dict[int, dict[dt.date, int]] = defaultdict(dict)
    rows = ProfileSnapshot.objects.filter(
        client__in=client_ids,
        profile__relation=Profile.Relation.OWN,
        date__range=(first, last),
        followers__isnull=False,
    ).order_by()
    for profile, day, followers in rows.values_list("profile", "date", "followers"):
        found[profile][day] = followers or 0
    return found
