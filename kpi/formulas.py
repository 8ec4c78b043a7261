"""The ER family: counters in, a share 0…1 (or more) out, None where it cannot be said.

Sources: Popsters, LiveDune, Hootsuite, NapoleonCat and the practice of Russian Telegram. "ERR" is a
name for two things: engagement by reach on VK and elsewhere, views by subscribers on Telegram. So a
ratio is never shown without the title of its formula. Pure: knows no database.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# What may be counted as engagement. A network that never tells a part leaves it None.
PARTS = ("likes", "comments", "shares", "saves")
PART_NAMES: Mapping[str, str | Promise] = MappingProxyType(
    {
        "likes": _("likes"),
        "comments": _("comments"),
        "shares": _("shares"),
        "saves": _("saves"),
    }
)


@dataclass(frozen=True, slots=True)
class Formula:
    """How a ratio is named and explained on a screen.

    `over` names the denominator in a word or two, beside its number; empty: nothing is divided.
    Where `is_of_ratios` is set, the numerator is made of ratios and is itself a share.
    """

    code: str
    title: str | Promise
    numerator: str | Promise
    denominator: str | Promise
    source: str
    over: str | Promise
    is_of_ratios: bool = False


@dataclass(frozen=True, slots=True)
class Engagement:
    """E of one post or many: the sum of the known parts, and which parts those are."""

    total: int | None
    parts: tuple[str, ...] = ()


_ALL_ENGAGEMENT = _("likes + comments + shares + saves of the period's posts")
_ONE_ENGAGEMENT = _("likes + comments + shares + saves of the post")
_POSTS = _("posts")
_SAME_VIEWS = _("views of the same posts")
_NETWORKS = "Popsters, LiveDune"


_LEVEL = _("subscribers (mean of the measured days) × posts")
_LEVELS = _("subscribers × posts")


def _ratio_of_sums(
    code: str,
    title: str | Promise,
    numerator: str | Promise,
    denominator: str | Promise,
    by: str,
    *,
    over: str | Promise,
) -> tuple[str, Formula]:
    return code, Formula(code, title, numerator, denominator, by, over)


def _mean_of_ratios(
    code: str,
    title: str | Promise,
    numerator: str | Promise,
    by: str,
    denominator: str | Promise = _POSTS,
    *,
    is_divided: bool = True,
) -> tuple[str, Formula]:
    over = denominator if is_divided else ""
    return code, Formula(code, title, numerator, denominator, by, over, is_of_ratios=True)


# What a KPI target may name is `strategy.FormulaCode`; over a period it is as said here. ER by
# impressions (Hootsuite, Sprout) is not among them: no network that is read tells impressions of a
# post, and views are counted otherwise (ER view).
FORMULAS: Mapping[str, Formula] = MappingProxyType(
    dict(
        [
            _ratio_of_sums(
                "er_post", _("ER post, average"), _ALL_ENGAGEMENT, _LEVEL, _NETWORKS, over=_LEVELS,
            ),
            _mean_of_ratios(
                "er_day", _("ER day, average"),
                _("engagement of the posts of each day ÷ subscribers of that day, summed"),
                "Popsters, NapoleonCat", _("measured days"),
            ),
            _ratio_of_sums(
                "err", _("ERR, engagement by reach"), _ALL_ENGAGEMENT, _("reach of the same posts"),
                "LiveDune ERReach", over=_("reach"),
            ),
            _ratio_of_sums(
                "er_view", _("ER view, engagement by views"), _ALL_ENGAGEMENT, _SAME_VIEWS,
                "LiveDune ERViews; on Telegram called ER", over=_("views"),
            ),
            _mean_of_ratios(
                "er_post_mean", _("ER post, mean of posts"),
                _("engagement ÷ subscribers on the day of each post, summed"), "Hootsuite",
            ),
            _mean_of_ratios(
                "er_median20", _("ER, median of the last 20 posts"),
                _("the middle of engagement ÷ subscribers on its day of each of the last 20 posts"),
                "LiveDune", _("one"), is_divided=False,
            ),
            _ratio_of_sums(
                "telegram_er", _("Telegram ER, engagement by views"), _ALL_ENGAGEMENT, _SAME_VIEWS,
                "Telegram practice; elsewhere called ER view", over=_("views"),
            ),
            _mean_of_ratios(
                "telegram_err24", _("Telegram ERR24, views of the first day by subscribers"),
                _("views a day after each post ÷ subscribers on its day, summed"),
                "Telegram practice",
            ),
            _ratio_of_sums(
                "er_one_post", _("ER post"), _ONE_ENGAGEMENT, _("subscribers"),
                "Popsters, Hootsuite, Rival IQ", over=_("subscribers"),
            ),
            _ratio_of_sums(
                "er_one_view", _("ER view of the post"), _ONE_ENGAGEMENT, _("views of the post"),
                "Popsters", over=_("views"),
            ),
            _mean_of_ratios(
                "er_view_mean", _("ER view, mean of posts"), _("ER view of each post, summed"),
                "Popsters",
            ),
            _mean_of_ratios(
                "err_mean", _("ERR, mean of posts"), _("engagement ÷ reach of each post, summed"),
                "Hootsuite",
            ),
            _mean_of_ratios(
                "telegram_err", _("Telegram ERR, views by subscribers"),
                _("views ÷ subscribers on the day of each post, summed"),
                "Telegram practice; elsewhere called reach rate",
            ),
            _ratio_of_sums(
                "lr", _("LR, love rate"), _("likes of the period's posts"), _LEVEL, "Popsters",
                over=_LEVELS,
            ),
            _ratio_of_sums(
                "tr", _("TR, talk rate"), _("comments on the period's posts"), _LEVEL, "Popsters",
                over=_LEVELS,
            ),
            _ratio_of_sums(
                "ar", _("AR, amplification rate"), _("shares of the period's posts"), _LEVEL,
                "Popsters", over=_LEVELS,
            ),
            _mean_of_ratios(
                "vr", _("VR, reach by subscribers"),
                _("reach ÷ subscribers on the day of each post, summed"), "LiveDune ReachRate",
            ),
            _mean_of_ratios(
                "er_daily", _("Daily ER, engagement of the day on all posts"),
                _("engagement that came on each day ÷ subscribers of that day, summed"),
                "Hootsuite", _("measured days"),
            ),
        ]
    )
)  # fmt: skip


def engagement(
    *,
    likes: int | None = None,
    comments: int | None = None,
    shares: int | None = None,
    saves: int | None = None,
) -> Engagement:
    """E of the known parts; None only where no part is known."""
    counts = dict(zip(PARTS, (likes, comments, shares, saves), strict=True))
    known = {part: count for part, count in counts.items() if count is not None}
    return Engagement(sum(known.values()) if known else None, tuple(known))


def ratio(numerator: float | None, denominator: float | None) -> float | None:
    """None where either is not measured, or there is nothing to divide by."""
    if numerator is None or not denominator:
        return None
    return numerator / denominator


def mean(values: Iterable[float | None]) -> float | None:
    """Over the measured ones."""
    known = [value for value in values if value is not None]
    return ratio(sum(known), len(known))


def er_post(e: int | None, followers: float | None) -> float | None:
    """E(post) ÷ F."""
    return ratio(e, followers)


def er_post_average(e: int | None, followers: float | None, posts: int) -> float | None:
    """ΣE ÷ (F · P); LiveDune's ER, the mean E of a post ÷ F, is the same number."""
    return ratio(e, None if followers is None else followers * posts)


def er_day(e: int | None, followers: float | None) -> float | None:
    """E(all posts of the day) ÷ F of that day."""
    return ratio(e, followers)


def er_day_average(days: Sequence[tuple[int | None, float | None]]) -> float | None:
    """The mean of ER day over the days where both E and F are measured; (E, F) of each day."""
    return mean(er_day(e, followers) for e, followers in days)


def er_daily(before: int | None, after: int | None, followers: float | None) -> float | None:
    """What came between two readings of all posts ÷ F of that day; both must be there."""
    return ratio(None if before is None or after is None else after - before, followers)


def err(e: int | None, reach: int | None) -> float | None:
    """E ÷ reach, of one post or of the sums of many."""
    return ratio(e, reach)


def err_mean(posts: Sequence[tuple[int | None, int | None]]) -> float | None:
    """The mean of the posts' E ÷ reach; (E, reach) of each."""
    return mean(err(e, reach) for e, reach in posts)


def er_view(e: int | None, views: int | None) -> float | None:
    """E ÷ views, of one post or of the sums of many. Telegram practice calls this ER."""
    return ratio(e, views)


def er_view_mean(posts: Sequence[tuple[int | None, int | None]]) -> float | None:
    """The mean of the posts' E ÷ views; (E, views) of each."""
    return mean(er_view(e, views) for e, views in posts)


def love_rate(likes: int | None, followers: float | None, posts: int) -> float | None:
    """Σlikes ÷ (F · P); the talk rate is the same of comments, amplification of shares."""
    return er_post_average(likes, followers, posts)


def reach_rate(reach: int | None, followers: float | None) -> float | None:
    """Reach of a post ÷ F."""
    return ratio(reach, followers)


def telegram_err(mean_views: float | None, subscribers: int | None) -> float | None:
    """Mean views of a post ÷ subscribers: what other networks call reach rate."""
    return ratio(mean_views, subscribers)
