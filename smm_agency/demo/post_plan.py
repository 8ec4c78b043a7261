"""What was posted, and how it was met. Pure.

The last weeks of a page that the simulator plays are the simulator's own posts, with its ids and
its counters: tomorrow's reading goes on from them.
"""

import datetime as dt
import random
import zoneinfo
from collections.abc import Sequence
from dataclasses import dataclass

from communities.networks.records import PostFormat
from smm_agency.demo.stories import Page
from smm_agency.simulator import figures

SIMULATED_DAYS = 60
PIN_DAYS = 40
WEEKDAYS = {"vk": (0, 2, 4), "telegram": (1, 3, 5), "facebook": (0, 3), "instagram": (1, 4)}
FORMATS = (PostFormat.PHOTO, PostFormat.ALBUM, PostFormat.TEXT, PostFormat.VIDEO)


@dataclass(frozen=True)
class PlannedPost:
    """`likes` … `views` are what the post gathers in the end."""

    number: int
    at: dt.datetime
    text: str
    kind: str
    messages: int
    is_pinned: bool
    is_repost: bool
    likes: int
    comments: int
    shares: int
    views: int


def plan_posts(
    page: Page,
    *,
    first: dt.date,
    last: dt.date,
    level: int,
    texts: Sequence[str],
    zone: zoneinfo.ZoneInfo,
    rng: random.Random,
) -> list[PlannedPost]:
    """Posts from `first` to `last`, oldest first; `level` is the subscribers on the last day."""
    simulated = last - dt.timedelta(days=SIMULATED_DAYS)
    until = simulated if page.is_simulated else last
    days = [first + dt.timedelta(days=n) for n in range(max((until - first).days + 1, 0))]
    weekdays = WEEKDAYS.get(page.network, (2,))
    old = [
        _old_post(page, day, level * (0.8 + 0.2 * n / len(days)), texts, zone, rng)
        for n, day in enumerate(days)
        if day.weekday() in weekdays
    ]
    if not page.is_simulated:
        return old
    return [*old, *_simulated(page, max(first, simulated + dt.timedelta(days=1)), last, level)]


def _old_post(
    page: Page,
    day: dt.date,
    reach: float,
    texts: Sequence[str],
    zone: zoneinfo.ZoneInfo,
    rng: random.Random,
) -> PlannedPost:
    moment = dt.time(rng.randint(10, 18), rng.randrange(60))
    views = reach * (
        0.15 + 0.4 * figures.evenly(page.external_id, day, "views", step=figures.GOLDEN)
    )
    liking = figures.evenly(page.external_id, day, "likes", step=figures.SILVER)
    likes = views * (0.01 + 0.04 * liking)
    kind = rng.choices(FORMATS, weights=(5, 3, 2, 1))[0]
    return PlannedPost(
        number=number_of(day),
        at=dt.datetime.combine(day, moment, tzinfo=zone).astimezone(dt.UTC),
        text=rng.choice(texts),
        kind=kind,
        messages=rng.randint(2, 4) if kind == PostFormat.ALBUM else 1,
        is_pinned=False,
        is_repost=rng.random() < 0.06,
        likes=int(likes),
        comments=int(likes * 0.15 * rng.random()),
        shares=int(likes * 0.2 * rng.random()),
        views=int(views),
    )


def number_of(day: dt.date) -> int:
    """Ids as the simulator counts them: they grow with the days, and leave room for an album."""
    return (day - dt.date(2020, 1, 1)).days * 4


def _simulated(page: Page, first: dt.date, last: dt.date, level: int) -> list[PlannedPost]:
    # Asked some days later, when the posts have gathered all they will.
    later = dt.datetime.combine(last, dt.time(23), tzinfo=dt.UTC) + dt.timedelta(days=10)
    posts = [
        post
        for post in reversed(figures.posts(page.external_id, later, reach=level))
        if first <= post.at.date() <= last
    ]
    aged = [post for post in posts if post.at.date() < last - dt.timedelta(days=PIN_DAYS)]
    pinned = aged[-1].number if aged and page.network == "vk" else None
    return [_as_planned(post, is_pinned=post.number == pinned) for post in posts]


def _as_planned(post: figures.InventedPost, *, is_pinned: bool) -> PlannedPost:
    kinds = (PostFormat.TEXT, PostFormat.PHOTO)
    return PlannedPost(
        number=post.number,
        at=post.at,
        text=post.text,
        kind=kinds[post.photos] if post.photos < len(kinds) else PostFormat.ALBUM,
        messages=max(1, post.photos),
        is_pinned=is_pinned,
        is_repost=False,
        likes=post.likes,
        comments=post.comments,
        shares=post.shares,
        views=post.views,
    )
