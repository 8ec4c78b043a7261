"""The engagement rate of a period, by the formula that a code of `kpi.formulas` names.

Which posts: those of the client's own profiles (or of one community) that were posted on the
client's days of the period, reposts and advertising included; competitors' are not ours.

Which counters: the latest known ones as of now, because posts go on gathering reactions: the ER of
a past month moves until its posts come to rest, and a report freezes it. `known_by` asks what was
known up to a day. A post whose engagement was never told is in `posts` but not in `posts_measured`,
and not in the ratio. Reads only what the portal's role may read.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from clients.models import Client
from communities.models import Community, Profile
from kpi.formulas import FORMULAS, PARTS, Formula, mean, ratio
from kpi.growth import is_wanted, own_pages
from kpi.models import ProfileSnapshot
from strategy.periods import days_between, length_of

PERIOD_CODES = ("er_post", "er_day", "err", "er_view")


@dataclass(frozen=True, slots=True)
class ErValue:
    """An engagement rate with all that it was made of.

    `value` = `numerator` ÷ `denominator`, which `formula` explains; None where it cannot be said.
    `parts` are the kinds of engagement that were told for at least one post. `measured_days` are
    days with subscribers told; they matter to er_post and er_day only.
    """

    code: str
    days: int
    numerator: float | None = None
    denominator: float | None = None
    posts: int = 0
    posts_measured: int = 0
    measured_days: int = 0
    parts: tuple[str, ...] = ()

    @property
    def value(self) -> float | None:
        return ratio(self.numerator, self.denominator)

    @property
    def formula(self) -> Formula:
        return FORMULAS[self.code]

    @property
    def coverage(self) -> float | None:
        """The share of the posts that are in the ratio; None where there were no posts."""
        return ratio(self.posts_measured, self.posts)

    @property
    def is_partial(self) -> bool:
        return self.posts_measured < self.posts


Key = tuple[int, int | None]


def measure_er(
    client: Client,
    code: str,
    *,
    first: dt.date,
    last: dt.date,
    community: Community | None = None,
    known_by: dt.date | None = None,
) -> ErValue:
    """The ER from `first` to `last`, both included; of all own communities unless one is named."""
    values = er_for_clients([client.pk], code, first=first, last=last, known_by=known_by)
    key = (client.pk, community.pk if community else None)
    return values.get(key, ErValue(code, length_of(first, last)))


def er_for_clients(
    client_ids: Collection[int],
    code: str,
    *,
    first: dt.date,
    last: dt.date,
    known_by: dt.date | None = None,
    keys: Collection[Key] | None = None,
) -> dict[Key, ErValue]:
    """(client, community) → ER, and (client, None) → of all together. Three queries at most.

    A client without own profiles is absent. `keys`: these only, where not all are needed.
    Raises KeyError for a code that is not of a period.
    """
    pages = _pages_of(client_ids, code, first, last, known_by)
    wholes: dict[int, list[Page]] = defaultdict(list)
    values: dict[Key, ErValue] = {}
    period = length_of(first, last)
    for client, profile, community in own_pages(client_ids):
        measured = pages(profile)
        wholes[client].append(measured)
        if community is not None and is_wanted((client, community), keys):
            values[client, community] = compute_er(code, [measured], period)
    for client, measures in wholes.items():
        if is_wanted((client, None), keys):
            values[client, None] = compute_er(code, measures, period)
    return values


def _pages_of(
    client_ids: Collection[int],
    code: str,
    first: dt.date,
    last: dt.date,
    known_by: dt.date | None,
) -> Callable[[int], "Page"]:
    """What is known of a profile, by its id. Days one by one only where the formula needs them."""
    by_day = code == "er_day"
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

    `base` is the reach or the views of the posts in `with_base`, `base_engagement` their E.
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
        ORDER BY s.slot DESC LIMIT 1
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
    ORDER BY s.slot DESC LIMIT 1
"""
_NO_BASE = "SELECT NULL::bigint AS base"
_BASES = {"err": _BASE.format(name="reach"), "er_view": _BASE.format(name="views")}


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
    profile, day, posts, measured, engagement, with_base, base_engagement, base, *told = row
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


# --- The formulas over a period ------------------------------------------------------------------


def _er_post(code: str, measures: Sequence[Page], days: int) -> ErValue:
    """ΣE ÷ Σ(F · P); F is the mean of the profile's measured days."""
    numerator, denominator, measured = 0, 0.0, 0
    for each in measures:
        followers = each.mean_followers
        if followers:
            posts = sum(day.measured for day in each.posts)
            numerator += sum(day.engagement for day in each.posts)
            denominator += followers * posts
            measured += posts
    return _value(code, measures, days, numerator, denominator, measured)


def _er_day(code: str, measures: Sequence[Page], days: int) -> ErValue:
    """The mean over measured days of E(posts of the day) ÷ F(day); no post on a day is a zero.

    A profile's day counts where its subscribers are known and the engagement of all its posts is.
    """
    engagement: dict[dt.date, int] = defaultdict(int)
    followers: dict[dt.date, int] = defaultdict(int)
    measured = 0
    for each in measures:
        if isinstance(each, PagePeriod):
            raise TypeError("The ER of days needs its days one by one.")
        posts = {day.day: day for day in each.posts}
        for day, count in each.followers.items():
            posted = posts.get(day)
            if posted is None or posted.measured == posted.posts:
                followers[day] += count
                engagement[day] += posted.engagement if posted else 0
                measured += posted.measured if posted else 0
    ratios = [engagement[day] / count for day, count in followers.items() if count]
    return _value(code, measures, days, sum(ratios), len(ratios), measured)


def _by_base(code: str, measures: Sequence[Page], days: int) -> ErValue:
    """ΣE ÷ Σreach, or ÷ Σviews, over the posts that have both."""
    every = _every_day(measures)
    numerator = sum(day.base_engagement for day in every)
    denominator = sum(day.base for day in every)
    measured = sum(day.with_base for day in every)
    return _value(code, measures, days, numerator, denominator, measured)


_COMPUTE = {"er_post": _er_post, "er_day": _er_day, "err": _by_base, "er_view": _by_base}


def compute_er(code: str, measures: Sequence[Page], days: int) -> ErValue:
    """The ER of profiles together over a period of so many days. KeyError: not a period's code."""
    return _COMPUTE[code](code, measures, days)


def _value(
    code: str,
    measures: Sequence[Page],
    days: int,
    numerator: float,
    denominator: float,
    measured: int,
) -> ErValue:
    every = _every_day(measures)
    told = {part for day in every for part in day.parts}
    return ErValue(
        code,
        days,
        numerator=numerator if denominator else None,
        denominator=denominator or None,
        posts=sum(day.posts for day in every),
        posts_measured=measured,
        measured_days=len(frozenset[dt.date]().union(*(each.measured for each in measures))),
        parts=tuple(part for part in PARTS if part in told),
    )


def _every_day(measures: Iterable[Page]) -> list[PostDay]:
    return [day for each in measures for day in each.posts]
