"""The figures of single pages for the comparison with competitors, and why one is lacking."""

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.db import models
from django.utils.translation import gettext_lazy as _

from clients.models import Client
from communities.models import Profile
from communities.networks.keys import Capability
from communities.networks.registry import adapter_for, post_url, profile_url
from kpi.competitor_posts import PostCount, RankedPost, best_posts, count_posts
from kpi.engagement_rate import ErValue
from kpi.er_codes import BY_BASE_CODES
from kpi.er_pages import Period
from kpi.er_posts import SEEN_BY_SUBSCRIBERS
from kpi.growth import PageGrowth, growth_of_pages, measure_pages
from kpi.wall_coverage import known_days, wall_spans
from kpi.whose_pages import OWN_AND_COMPETITORS

DAY = dt.timedelta(days=1)
WEEK_DAYS = 7
TEXT_SHOWN = 120


class Lack(models.TextChoices):
    """Why a figure is not there."""

    NOT_MEASURED = "not_measured", _("not measured")
    NEVER_TOLD = "never_told", _("the network does not tell it")
    ONE_DAY = "one_day", _("measured on one day only")
    NO_POSTS = "no_posts", _("no posts on these days")
    FEW_DAYS = "few_days", _("posts of less than a week are known")
    NO_SUBSCRIBERS = "no_subscribers", _("subscribers are not measured")
    NO_VIEWS = "no_views", _("views are not measured")
    NO_REACTIONS = "no_reactions", _("reactions are not measured")
    NO_FORMATS = "no_formats", _("formats are not told")


@dataclass(frozen=True, slots=True)
class Subscribers:
    """`count` as of the evening of `read_on`, the last reading of the period.

    The growth is from the evening of `grown_from` to that of `grown_to`; its share is of those at
    the start. Subscribers are told on `measured_days` of the period.
    """

    count: int | None = None
    read_on: dt.date | None = None
    growth: int | None = None
    growth_share: float | None = None
    grown_from: dt.date | None = None
    grown_to: dt.date | None = None
    measured_days: int = 0


@dataclass(frozen=True, slots=True)
class FormatShare:
    """A format (`PostFormat`) and its share, 0…1, of all posts; "": nobody told it of these."""

    kind: str
    share: float


@dataclass(frozen=True, slots=True)
class Posts:
    """How often the page posts, and what; a week's mean is of a week of known days at least.

    Of `known_days` of the period it is known what was posted: `count` is of these; `seen` are all
    that were found. `formats` are of these, the commonest first; empty where none is told.
    """

    count: int | None = None
    a_week: float | None = None
    known_days: int = 0
    seen: int = 0
    formats: tuple[FormatShare, ...] = ()


@dataclass(frozen=True, slots=True)
class BestPost:
    """`engagement` by the latest counters; `url` is empty where no address can be made."""

    text: str
    engagement: int
    views: int | None
    posted_on: dt.date
    url: str


@dataclass(frozen=True, slots=True)
class PageFigures:
    """One page over a period of `days`.

    `lacks` says why a figure is not there, as a code of `Lack`, by one of these names: subscribers,
    growth, posts, a_week, er, formats, best.
    """

    profile: int
    title: str
    network: str
    url: str
    gone_on: dt.date | None
    days: int
    subscribers: Subscribers
    posts: Posts
    er: ErValue
    best: tuple[BestPost, ...] = ()
    lacks: Mapping[str, str] = field(default_factory=dict)


def read_pages(
    client: Client, rows: Sequence[Profile], rates: Mapping[int, ErValue], period: Period
) -> dict[int, PageFigures]:
    """Profile → its figures; `rates` are the ER of these pages. Four queries.

    The growth is what the days of the period have brought: from the evening before.
    """
    first, last = period
    grown = {
        each.profile: each
        for each in measure_pages([client.pk], first - DAY, last, relations=OWN_AND_COMPETITORS)
    }
    spans = wall_spans([client.pk], relations=OWN_AND_COMPETITORS)
    counts = count_posts(client.pk, first=first, last=last)
    best = best_posts(client.pk, first=first, last=last)
    return {
        row.pk: _figures(
            client,
            row,
            _subscribers(grown[row.pk], first=first),
            _posts(counts.get(row.pk, ()), known_days(spans.get(row.pk, ()), *period)),
            rates[row.pk],
            tuple(_best(row, each) for each in best.get(row.pk, ())),
        )
        for row in rows
    }


def _figures(
    client: Client,
    row: Profile,
    subscribers: Subscribers,
    posts: Posts,
    rate: ErValue,
    best: tuple[BestPost, ...],
) -> PageFigures:
    return PageFigures(
        profile=row.pk,
        title=row.title,
        network=row.network,
        url=profile_url(row.network, row.external_id, row.screen_name),
        gone_on=client.day_of(row.gone_at) if row.gone_at else None,
        days=rate.days,
        subscribers=subscribers,
        posts=posts,
        er=rate,
        best=best,
        lacks=_lacks_of_subscribers(subscribers)
        | (
            _lacks_of_posts(posts, rate, subscribers, best)
            if posts.seen
            else _lacks_without_posts(row, posts)
        ),
    )


def _subscribers(page: PageGrowth, *, first: dt.date) -> Subscribers:
    """The evening before opens the growth, but is none of the measured days."""
    if not page.measured_days or page.end_on < first:
        return Subscribers()
    value = growth_of_pages([page], [page], page.measured_days)
    return Subscribers(
        count=page.end,
        read_on=page.end_on,
        growth=value.net,
        growth_share=value.share,
        grown_from=value.start_on,
        grown_to=value.end_on,
        measured_days=page.measured_days - (page.start_on < first),
    )


def _posts(counts: Sequence[PostCount], days: set[dt.date]) -> Posts:
    count = sum(each.posts for each in counts if each.day in days)
    return Posts(
        count=count if days else None,
        a_week=count / len(days) * WEEK_DAYS if len(days) >= WEEK_DAYS else None,
        known_days=len(days),
        seen=sum(each.posts for each in counts),
        formats=_formats(counts),
    )


def _formats(counts: Sequence[PostCount]) -> tuple[FormatShare, ...]:
    """Files tell albums, say, and nothing of the rest: what is not told is a part of the whole."""
    posts: Counter[str] = Counter()
    for each in counts:
        posts[each.kind] += each.posts
    if not posts.keys() - {""}:
        return ()
    told = [FormatShare(kind, n / posts.total()) for kind, n in posts.most_common() if kind]
    rest = posts[""] / posts.total()
    return (*told, FormatShare("", rest)) if rest else tuple(told)


def _best(row: Profile, post: RankedPost) -> BestPost:
    return BestPost(
        text=shorten(" ".join(post.text.split())),
        engagement=post.engagement,
        views=post.views,
        posted_on=post.day,
        url=post_url(row.network, row.external_id, row.screen_name, post.external_id),
    )


def shorten(text: str) -> str:
    return text if len(text) <= TEXT_SHOWN else text[:TEXT_SHOWN].rstrip() + "…"


# --- What is not there, and why ------------------------------------------------------------------


def _lacks_of_subscribers(subscribers: Subscribers) -> dict[str, str]:
    lacks = {}
    if subscribers.count is None:
        lacks["subscribers"] = Lack.NOT_MEASURED.value
    if subscribers.growth is None:
        is_measured = subscribers.measured_days > 0
        lacks["growth"] = (Lack.ONE_DAY if is_measured else Lack.NOT_MEASURED).value
    return lacks


def _lacks_without_posts(row: Profile, posts: Posts) -> dict[str, str]:
    """No post was found: there was none, or nobody has looked."""
    if posts.count is None:
        unread = Lack.NEVER_TOLD if _never_tells_posts(row) else Lack.NOT_MEASURED
        return dict.fromkeys(("posts", "a_week", "er", "formats", "best"), unread.value)
    lacks = dict.fromkeys(("er", "formats", "best"), Lack.NO_POSTS.value)
    return lacks | ({"a_week": Lack.FEW_DAYS.value} if posts.a_week is None else {})


def _never_tells_posts(row: Profile) -> bool:
    """Of its own page a network may tell more than of another's."""
    adapter = adapter_for(row.network)
    is_own = row.relation == Profile.Relation.OWN
    return adapter is not None and not is_own and Capability.READ_POSTS in adapter.never


def _lacks_of_posts(
    posts: Posts, rate: ErValue, subscribers: Subscribers, best: Sequence[BestPost]
) -> dict[str, str]:
    lacks = {}
    if posts.count is None:
        lacks["posts"] = Lack.NOT_MEASURED
    if posts.a_week is None:
        lacks["a_week"] = Lack.FEW_DAYS
    if not posts.formats:
        lacks["formats"] = Lack.NO_FORMATS
    if not best:
        lacks["best"] = Lack.NO_REACTIONS
    if rate.value is None:
        lacks["er"] = _why_no_rate(rate.code, subscribers, has_reactions=bool(best))
    return {name: lack.value for name, lack in lacks.items()}


def _why_no_rate(code: str, subscribers: Subscribers, *, has_reactions: bool) -> Lack:
    """What the formula needs that nobody told, the first of it."""
    if not has_reactions and code not in SEEN_BY_SUBSCRIBERS:
        return Lack.NO_REACTIONS
    if code in BY_BASE_CODES or code == "er_view_mean":
        return Lack.NO_VIEWS
    if subscribers.count is None:
        return Lack.NO_SUBSCRIBERS
    return Lack.NO_VIEWS if code in SEEN_BY_SUBSCRIBERS else Lack.NOT_MEASURED
