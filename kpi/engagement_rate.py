"""The engagement rate of a period, by the formula that a code of `kpi.formulas` names.

Which posts: those of the client's own profiles (or of one community) that were posted on the
client's days of the period, reposts and advertising included; competitors' only where a page is
compared with theirs (`er_by_page`). The median of the last 20 posts reads back from the end of the
period, whatever its beginning. A post that was gone from the network by the end of the period is
not in it.

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
from typing import Any

from clients.models import Client
from communities.models import Community
from kpi.er_codes import BY_BASE_CODES, BY_DAY_CODES, BY_PERIOD_CODES, BY_POST_CODES, LAST_POSTS
from kpi.er_pages import Page, PageEngagement, Period, PostCounts, PostDay
from kpi.er_readings import pages_of, read_profiles
from kpi.formulas import FORMULAS, PARTS, Formula, ratio
from kpi.growth import is_wanted
from kpi.whose_pages import OWN, Relations
from strategy.periods import length_of

PERIOD_CODES = (*BY_PERIOD_CODES, *BY_DAY_CODES, *BY_BASE_CODES, *BY_POST_CODES)


@dataclass(frozen=True, slots=True)
class ErValue:
    """An engagement rate with all that it was made of.

    `value` = `numerator` ÷ `denominator`, which `formula` explains; None where it cannot be said.
    `parts` are the kinds of engagement that were told for at least one post. `measured_days` of
    `days` are those with subscribers told where the formula takes their mean; else those whose
    posts are all in the ratio, and those on which surely nothing was posted. Of several communities
    it is that of the one measured worst.
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

    def as_facts(self) -> dict[str, Any]:
        """All that the value stands on, as JSON; `kpi.er_words` writes it."""
        return {
            "formula": self.code,
            "numerator": _rounded(self.numerator),
            "denominator": _rounded(self.denominator),
            "posts": self.posts,
            "posts_measured": self.posts_measured,
            "measured_days": self.measured_days,
            "days": self.days,
            "parts": list(self.parts),
        }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 6)


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
    period = Period(first, last)
    for own in read_profiles(client_ids):
        page = pages(own)
        wholes[own.client].append(page)
        if own.community is not None and is_wanted((own.client, own.community), keys):
            values[own.client, own.community] = compute_er(code, [page], period)
    for client, measures in wholes.items():
        if is_wanted((client, None), keys):
            values[client, None] = compute_er(code, measures, period)
    return values


def er_by_page(
    client_ids: Collection[int],
    code: str,
    *,
    first: dt.date,
    last: dt.date,
    relations: Relations = OWN,
    known_by: dt.date | None = None,
) -> dict[int, ErValue]:
    """Profile → its ER, of pages with these relations to the clients. Three queries at most.

    Raises KeyError for a code that is not of a period.
    """
    pages = pages_of(client_ids, code, first, last, known_by, relations=relations)
    period = Period(first, last)
    return {
        row.profile: compute_er(code, [pages(row)], period)
        for row in read_profiles(client_ids, relations=relations)
    }


# --- The formulas over a period ------------------------------------------------------------------


def _er_post(code: str, pages: Sequence[Page], period: Period) -> ErValue:
    """ΣE ÷ Σ(F · P); F is the mean of the profile's measured days. E may be likes alone (LR) &c."""
    numerator, denominator, measured = 0, 0.0, 0
    for page in pages:
        followers = page.mean_followers
        if followers:
            posts = sum(day.measured for day in page.posts)
            numerator += sum(day.engagement for day in page.posts)
            denominator += followers * posts
            measured += posts
    days = [len(page.told_days) for page in pages]
    return _value(code, pages, period, (numerator, denominator), measured, days)


def _er_day(code: str, pages: Sequence[Page], period: Period) -> ErValue:
    """The mean over measured days of E(posts of the day) ÷ F(day).

    A profile's day counts where its subscribers are known and the engagement of all its posts is;
    a day without posts is a zero once the wall was read after it, and unmeasured before.
    """
    engagement: dict[dt.date, int] = defaultdict(int)
    followers: dict[dt.date, int] = defaultdict(int)
    measured, days = 0, []
    for page in _by_day(pages):
        posts = {day.day: day for day in page.posts}
        known = page.known_days(period, _is_told) & page.followers.keys()
        for day in known:
            followers[day] += page.followers[day]
            if day in posts:
                engagement[day] += posts[day].engagement
                measured += posts[day].measured
        days.append(len(known))
    ratios = [engagement[day] / count for day, count in followers.items() if count]
    return _value(code, pages, period, (sum(ratios), len(ratios)), measured, days)


def _er_daily(code: str, pages: Sequence[Page], period: Period) -> ErValue:
    """The same of what happened on each day: a post is on many days, and is told once."""
    every = _every_day(pages)
    return replace(
        _er_day(code, pages, period),
        posts=len({post for day in every for post in day.ids}),
        posts_measured=len({post for day in every for post in day.measured_ids}),
    )


def _is_told(day: PostDay) -> bool:
    return day.measured == day.posts


def _by_base(code: str, pages: Sequence[Page], period: Period) -> ErValue:
    """ΣE ÷ Σreach, or ÷ Σviews, over the posts that have both."""
    every = _every_day(pages)
    numerator = sum(day.base_engagement for day in every)
    denominator = sum(day.base for day in every)
    measured = sum(day.with_base for day in every)
    days = _known_days(pages, period, lambda day: day.with_base == day.posts)
    return _value(code, pages, period, (numerator, denominator), measured, days)


# What a formula makes of one post: (E, base, subscribers of its page near its day).
RatioOfPost = Callable[[int | None, int | None, int | None], float | None]
_RATIOS: dict[str, RatioOfPost] = {
    "er_post_mean": lambda e, base, followers: ratio(e, followers),
    "er_median20": lambda e, base, followers: ratio(e, followers),
    "err_mean": lambda e, base, followers: ratio(e, base),
    "er_view_mean": lambda e, base, followers: ratio(e, base),
    "telegram_err": lambda e, base, followers: ratio(base, followers),
    "telegram_err24": lambda e, base, followers: ratio(base, followers),
    "vr": lambda e, base, followers: ratio(base, followers),
}


def _mean_of_posts(code: str, pages: Sequence[Page], period: Period) -> ErValue:
    """The mean of the posts' own ratios, over those that have one."""
    found = _ratios(code, (counts for day in _every_day(pages) for counts in day.each))
    days = _days_of_ratios(code, pages, period)
    return _value(code, pages, period, (sum(found), len(found)), len(found), days)


def _median_of_posts(code: str, pages: Sequence[Page], period: Period) -> ErValue:
    """The median of the newest posts: one that went viral does not move it.

    The newest are the newest, measured or not: what is missing is said, not made up for by older.
    """
    newest = _newest_posts(pages)
    found = _ratios(code, newest)
    made = (median(found), 1) if found else (0, 0)
    days = _days_of_ratios(code, pages, period)
    return replace(_value(code, pages, period, made, len(found), days), posts=len(newest))


def _newest_posts(pages: Sequence[Page]) -> list[PostCounts]:
    by_day = sorted(_every_day(pages), key=lambda day: day.day)
    return [counts for day in by_day for counts in day.each][-LAST_POSTS:]


def _ratios(code: str, posts: Iterable[PostCounts]) -> list[float]:
    """Of those posts that have one."""
    ratio_of = _RATIOS[code]
    return [found for counts in posts if (found := ratio_of(*counts)) is not None]


def _days_of_ratios(code: str, pages: Sequence[Page], period: Period) -> list[int]:
    return _known_days(pages, period, lambda day: len(_ratios(code, day.each)) == day.posts)


_COMPUTE = {
    **dict.fromkeys(BY_PERIOD_CODES, _er_post),
    "er_day": _er_day,
    "er_daily": _er_daily,
    **dict.fromkeys(BY_BASE_CODES, _by_base),
    **dict.fromkeys(BY_POST_CODES, _mean_of_posts),
    "er_median20": _median_of_posts,
}


def compute_er(code: str, pages: Sequence[Page], period: Period) -> ErValue:
    """The ER of profiles together over a period. KeyError: not a code of a period."""
    return _COMPUTE[code](code, pages, period)


def _by_day(pages: Sequence[Page]) -> list[PageEngagement]:
    found = [page for page in pages if isinstance(page, PageEngagement)]
    if len(found) < len(pages):
        raise TypeError("This formula needs the days of a page one by one.")
    return found


def _known_days(
    pages: Sequence[Page], period: Period, is_told: Callable[[PostDay], bool]
) -> list[int]:
    return [len(page.known_days(period, is_told)) for page in _by_day(pages)]


def _value(
    code: str,
    pages: Sequence[Page],
    period: Period,
    made: tuple[float, float],
    measured: int,
    days: Iterable[int],
) -> ErValue:
    """`made` is numerator and denominator; `days` how many are measured of each page."""
    numerator, denominator = made
    every = _every_day(pages)
    told = {part for day in every for part in day.parts}
    return ErValue(
        code,
        period.days,
        numerator=numerator if denominator else None,
        denominator=denominator or None,
        posts=sum(day.posts for day in every),
        posts_measured=measured,
        measured_days=min((count for count in days if count), default=0),
        parts=tuple(part for part in PARTS if part in told),
    )


def _every_day(pages: Iterable[Page]) -> list[PostDay]:
    return [day for page in pages for day in page.posts]
