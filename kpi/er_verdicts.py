"""The chart of ER for many targets: posts laid out beside their histories, and the market's word.

One statement for each formula and day. Competitors are read only of clients whose own posts raise
an alarm, for the market excuses and never accuses.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from statistics import median

import numpy as np

from communities.models import Profile
from kpi.er_chart import (
    LEAST_MARKET_POSTS,
    LEAST_POSTS,
    MOST_POSTS,
    SCATTER_FLOOR,
    ErChartRule,
    Market,
    PostSeries,
    over_median,
)
from kpi.er_posts import PostRatio, read_posts
from kpi.exposure import Exposure
from kpi.models import Light
from kpi.page_exposure import spans_of_pages
from kpi.robust_bases import BASE_DAYS, Base, Key, bases_of, key_of
from kpi.robust_chart import history_of
from kpi.rules import Rule, Verdict, Window
from kpi.statistics import FloatArray
from kpi.subjects import Subject
from strategy.periods import month_of

RULE: Rule[Sequence[PostSeries]] = ErChartRule()
WINDOW_DAYS = 30
DAY = dt.timedelta(days=1)
OWN, COMPETITOR = Profile.Relation.OWN.value, Profile.Relation.COMPETITOR.value


def judge_posts(
    subjects: Sequence[Subject],
    exposure: Exposure,
    *,
    rule: Rule[Sequence[PostSeries]] = RULE,
) -> list[Verdict]:
    """Of each subject whether its ER fell; in the same order."""
    bases = bases_of(subjects, lambda same, month: take_bases(same, month, exposure))
    posts = _posts_of_windows(subjects, OWN)
    series = [
        _series(subject, _of_place(subject, posts[number], exposure), bases[number])
        for number, subject in enumerate(subjects)
    ]
    verdicts = rule.judge(series)
    alarmed = [row for row, verdict in enumerate(verdicts) if verdict.light == Light.RED]
    if alarmed:
        markets = _markets([subjects[row] for row in alarmed])
        heard = [
            replace(series[row], market=market)
            for row, market in zip(alarmed, markets, strict=True)
        ]
        for row, verdict in zip(alarmed, rule.judge(heard), strict=True):
            verdicts[row] = verdict
    return verdicts


def base_window(month: dt.date) -> Window:
    """Six months that end before the first of the thirty days of any day of the month."""
    last = month - WINDOW_DAYS * DAY
    return Window(last - (BASE_DAYS - 1) * DAY, last)


def post_window(subject: Subject) -> Window:
    """The thirty days, or those since the target was agreed."""
    first = subject.day - (WINDOW_DAYS - 1) * DAY
    return Window(max(first, subject.chart_from), subject.day)


def take_bases(subjects: Sequence[Subject], month: dt.date, exposure: Exposure) -> dict[Key, Base]:
    """Histories of own pages; a page with too few posts, or whose posts are met by nothing, has
    none.
    """
    window = base_window(month)
    posts = _read(subjects, [window] * len(subjects), OWN)
    found: dict[Key, Base] = {}
    for number, subject in enumerate(subjects):
        of_place = _of_place(subject, posts[number], exposure)
        medians = _medians(of_place)
        known = [post for post in of_place if post.profile in medians]
        if known:
            history = history_of(_logs(known, medians), floor=SCATTER_FLOOR)
            found[key_of(subject)] = Base(history, *window, pages=medians)
    return found


def _posts_of_windows(subjects: Sequence[Subject], relation: str) -> list[Sequence[PostRatio]]:
    return _read(subjects, [post_window(subject) for subject in subjects], relation)


def _read(
    subjects: Sequence[Subject], windows: Sequence[Window], relation: str
) -> list[Sequence[PostRatio]]:
    """Of each subject the posts of its client in its window; those that end together are read
    together.
    """
    asked: dict[tuple[str, dt.date], list[int]] = defaultdict(list)
    for number, subject in enumerate(subjects):
        asked[subject.formula, windows[number].last].append(number)
    found: list[Sequence[PostRatio]] = [()] * len(subjects)
    for (formula, last), numbers in asked.items():
        posts: dict[int, list[PostRatio]] = defaultdict(list)
        clients = {subjects[number].client_id for number in numbers}
        first = min(windows[number].first for number in numbers)
        for post in read_posts(clients, formula, first=first, last=last, relation=relation):
            posts[post.client].append(post)
        for number in numbers:
            since = windows[number].first
            mine = posts[subjects[number].client_id]
            found[number] = [post for post in mine if post.day >= since]
    return found


def _of_place(subject: Subject, posts: Iterable[PostRatio], exposure: Exposure) -> list[PostRatio]:
    """Those of the subject's community, without the days that somebody left out."""
    spans = spans_of_pages(exposure, subject.client_id, subject.community_id)
    return [
        post
        for post in posts
        if subject.community_id in (None, post.community)
        and not any(
            span.community_id in (None, post.community) and span.first <= post.day <= span.last
            for span in spans
        )
    ]


def _medians(posts: Iterable[PostRatio]) -> dict[int, float]:
    """What is usual on each page that has enough posts."""
    pages: dict[int, list[float]] = defaultdict(list)
    for post in posts:
        pages[post.profile].append(post.ratio)
    return {
        page: usual
        for page, ratios in pages.items()
        if len(ratios) >= LEAST_POSTS and (usual := median(ratios)) > 0
    }


def _logs(posts: Sequence[PostRatio], medians: Mapping[int, float]) -> FloatArray:
    return over_median(
        np.array([post.ratio for post in posts]),
        np.array([medians[post.profile] for post in posts]),
    )


def _series(subject: Subject, posts: Sequence[PostRatio], base: Base | None) -> PostSeries:
    if base is not None:
        posts = [post for post in posts if post.profile in base.pages]
    newest = posts[-MOST_POSTS:]
    known = PostSeries(
        window=post_window(subject),
        days=[post.day for post in newest],
        logs=np.zeros(len(newest)),
        now=median(post.ratio for post in newest) if newest else 0.0,
        before=0.0,
        formula=subject.formula,
    )
    if base is None or not newest:
        return known
    return replace(
        known,
        logs=_logs(newest, base.pages),
        before=median(base.pages[post.profile] for post in newest),
        history=base.history,
        run_length_days=base.run_length_days,
        history_days=base.days,
    )


def _markets(subjects: Sequence[Subject]) -> list[Market | None]:
    """What became of the competitors' posts on the same days, by the same formula."""
    before = _read(
        subjects, [base_window(month_of(subject.day)) for subject in subjects], COMPETITOR
    )
    now = _posts_of_windows(subjects, COMPETITOR)
    return [_market(posts, _medians(past)) for posts, past in zip(now, before, strict=True)]


def _market(posts: Sequence[PostRatio], medians: Mapping[int, float]) -> Market | None:
    """None where the competitors posted too little to say."""
    known = [post for post in posts if post.profile in medians]
    if len(known) < LEAST_MARKET_POSTS:
        return None
    return Market(
        days=[post.day for post in known],
        logs=_logs(known, medians),
        now=median(post.ratio for post in known),
        before=median(medians[post.profile] for post in known),
        pages=len({post.profile for post in known}),
    )
