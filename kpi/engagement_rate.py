"""The engagement rate of a period, by the formula that a code of `kpi.formulas` names.

Which posts: those of the client's own profiles (or of one community) that were posted on the
client's days of the period, reposts and advertising included; competitors' are not ours. The
median of the last 20 posts reads back from the end of the period, whatever its beginning. A post
that was gone from the network by the end of the period is not in it.

Which counters: the latest known ones as of now, because posts go on gathering reactions: the ER of
a past month moves until its posts come to rest, and a report freezes it. `known_by` asks what was
known up to a day. A post whose engagement was never told is in `posts` but not in `posts_measured`,
and not in the ratio. Reads only what the portal's role may read.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from statistics import median

from clients.models import Client
from communities.models import Community
from kpi.er_codes import BY_POST_CODES, LAST_POSTS
from kpi.er_pages import Page, PagePeriod, PostCounts, PostDay
from kpi.er_readings import own_profiles, pages_of
from kpi.formulas import FORMULAS, PARTS, Formula, ratio
from kpi.growth import is_wanted
from strategy.periods import length_of

PERIOD_CODES = ("er_post", "er_day", "err", "er_view", "telegram_er", *BY_POST_CODES)


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
    pages = pages_of(client_ids, code, first, last, known_by)
    wholes: dict[int, list[Page]] = defaultdict(list)
    values: dict[Key, ErValue] = {}
    period = length_of(first, last)
    for own in own_profiles(client_ids):
        page = pages(own)
        wholes[own.client].append(page)
        if own.community is not None and is_wanted((own.client, own.community), keys):
            values[own.client, own.community] = compute_er(code, [page], period)
    for client, measures in wholes.items():
        if is_wanted((client, None), keys):
            values[client, None] = compute_er(code, measures, period)
    return values


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
    """The mean over measured days of E(posts of the day) ÷ F(day).

    A profile's day counts where its subscribers are known and the engagement of all its posts is;
    a day without posts is a zero once the wall was read after it, and unmeasured before.
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
            if each.is_known(day, posted):
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


# What a formula makes of one post: (E, base, subscribers of its page near its day).
RatioOfPost = Callable[[int | None, int | None, int | None], float | None]
_RATIOS: dict[str, RatioOfPost] = {
    "er_post_mean": lambda e, base, followers: ratio(e, followers),
    "er_median20": lambda e, base, followers: ratio(e, followers),
    "err_mean": lambda e, base, followers: ratio(e, base),
    "er_view_mean": lambda e, base, followers: ratio(e, base),
    "telegram_err": lambda e, base, followers: ratio(base, followers),
    "telegram_err24": lambda e, base, followers: ratio(base, followers),
}


def _mean_of_posts(code: str, measures: Sequence[Page], days: int) -> ErValue:
    """The mean of the posts' own ratios, over those that have one."""
    found = _ratios(code, (counts for day in _every_day(measures) for counts in day.each))
    return _value(code, measures, days, sum(found), len(found), len(found))


def _median_of_posts(code: str, measures: Sequence[Page], days: int) -> ErValue:
    """The median of the newest posts: one that went viral does not move it.

    The newest are the newest, measured or not: what is missing is said, not made up for by older.
    """
    newest = _newest_posts(measures)
    found = _ratios(code, newest)
    middle = median(found) if found else 0.0
    value = _value(code, measures, days, middle, 1 if found else 0, len(found))
    return replace(value, posts=len(newest))


def _newest_posts(measures: Sequence[Page]) -> list[PostCounts]:
    by_day = sorted(_every_day(measures), key=lambda day: day.day)
    return [counts for day in by_day for counts in day.each][-LAST_POSTS:]


def _ratios(code: str, posts: Iterable[PostCounts]) -> list[float]:
    """Of those posts that have one."""
    ratio_of = _RATIOS[code]
    return [found for counts in posts if (found := ratio_of(*counts)) is not None]


_COMPUTE = {
    "er_post": _er_post,
    "er_day": _er_day,
    **dict.fromkeys(("err", "er_view", "telegram_er"), _by_base),
    **dict.fromkeys(BY_POST_CODES, _mean_of_posts),
    "er_median20": _median_of_posts,
}


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
