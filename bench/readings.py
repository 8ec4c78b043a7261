"""Readings of the data set: pages every day, posts of the last weeks at five ages."""

import datetime as dt
from collections.abc import Iterator
from itertools import repeat
from typing import Any

import numpy as np
import numpy.typing as npt

from bench.agency import ENGAGEMENT_RATE, OWN_PAGES, PAGES, Agency, Size
from bench.copying import Progress, copy_rows, reserve_ids
from communities.models import WallPost
from kpi.models import PostSnapshot, ProfileSnapshot

POST_WEEKS = 12
DAYS_BETWEEN_POSTS = 2
# Days after the post, and how much of its views and reactions has come by then.
AGES = {0: 0.5, 1: 0.7, 3: 0.85, 7: 0.95, 28: 1.0}

PROFILE_COLUMNS = (
    "client_id", "profile_id", "date", "reading", "read_at",
    "followers", "joined", "left", "posts", "views", "likes", "comments", "shares",
)  # fmt: skip
POST_COLUMNS = (
    "id", "client_id", "profile_id", "external_id", "aliases", "posted_at", "text", "kind",
    "is_pinned", "is_repost", "is_ad", "first_seen_at",
)  # fmt: skip
READING_COLUMNS = (
    "client_id", "wall_post_id", "slot", "reading", "read_at", "views", "likes", "comments",
    "shares",
)  # fmt: skip

Counts = npt.NDArray[np.int64]


def load_profile_snapshots(
    agency: Agency, size: Size, rng: np.random.Generator, progress: Progress
) -> Counts:
    """Day by day, as they come in life; returns the subscribers at the end, (profiles,)."""
    followers = rng.integers(1_000, 5_000, size.profiles)

    def rows() -> Iterator[tuple[Any, ...]]:
        for back in range(size.days, 0, -1):
            yield from snapshots_of_day(agency, followers, back, rng)

    copy_rows(ProfileSnapshot, PROFILE_COLUMNS, rows(), progress)
    return followers


def snapshots_of_day(
    agency: Agency, followers: Counts, back: int, rng: np.random.Generator
) -> Iterator[tuple[Any, ...]]:
    """The pages `back` days ago; `followers` is moved on by what came and went."""
    day = agency.today - dt.timedelta(days=back)
    joined, left = rng.poisson(3, followers.size), rng.poisson(1, followers.size)
    followers += joined - left
    of_day = (rng.poisson(mean, followers.size).tolist() for mean in (20, 4, 2))
    return zip(
        np.repeat(agency.clients, PAGES).tolist(),
        agency.pages.ravel().tolist(),
        repeat(day),
        repeat("api"),
        repeat(f"{day} 20:00+00"),
        followers.tolist(),
        joined.tolist(),
        left.tolist(),
        repeat(2_000 - back),
        (followers * (3_000 - back)).tolist(),
        *of_day,
        strict=False,
    )


def load_posts(
    agency: Agency, followers: Counts, rng: np.random.Generator, progress: Progress
) -> None:
    """Posts of the own pages, every second day."""
    pages = agency.pages[:, :OWN_PAGES].ravel().tolist()
    clients = np.repeat(agency.clients, OWN_PAGES).tolist()
    levels = followers.reshape(-1, PAGES)[:, :OWN_PAGES].ravel()
    backs = range(7 * POST_WEEKS, 0, -DAYS_BETWEEN_POSTS)
    ids = iter(reserve_ids(WallPost, len(backs) * len(pages)))
    posts = [
        (next(ids), client, page, level, back)
        for back in backs
        for client, page, level in zip(clients, pages, levels.tolist(), strict=True)
    ]
    copy_rows(WallPost, POST_COLUMNS, (post_row(agency, *post) for post in posts), progress)
    rates = ENGAGEMENT_RATE * rng.uniform(0.8, 1.2, len(posts))
    rows = (
        reading_row(agency, post, rate, age)
        for post, rate in zip(posts, rates.tolist(), strict=True)
        for age in AGES
        if age < post[4]
    )
    copy_rows(PostSnapshot, READING_COLUMNS, rows, progress)


Post = tuple[int, int, int, int, int]


def post_row(
    agency: Agency, pk: int, client: int, page: int, level: int, back: int
) -> tuple[Any, ...]:
    posted_at = f"{agency.today - dt.timedelta(days=back)} 09:00+00"
    return (
        pk, client, page, pk, "{}", posted_at, "A post", "text", False, False, False, posted_at
    )  # fmt: skip


def reading_row(agency: Agency, post: Post, rate: float, age: int) -> tuple[Any, ...]:
    pk, client, _page, level, back = post
    slot = agency.today - dt.timedelta(days=back - age)
    engagement = round(level * rate * AGES[age])
    comments, shares = engagement // 6, engagement // 12
    return (
        client, pk, slot, "api", f"{slot} 20:00+00", round(level * 0.4 * AGES[age]),
        engagement - comments - shares, comments, shares,
    )  # fmt: skip
