"""How the posts of due walls are read: with their wall, page after page, or by their ids.

New posts are found on the wall only. But where posts that are due stand behind its first page, a
network that is asked for posts by their ids answers for many walls in one call. Of the two ways the
one with fewer calls is taken; the snapshots are the same.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil

from communities.networks.records import PostId
from kpi.due_walls import DueWall

# What a call of the networks holds; pages of a wall overlap a little.
POSTS_PER_CALL, POSTS_PER_PAGE = 100, 95


@dataclass(frozen=True, slots=True)
class WallPlan:
    """Read the wall from `since` on, and beside it these posts by their ids."""

    since: dt.datetime
    by_id: tuple[PostId, ...] = ()


def plan_walls(pages: Mapping[str, Sequence[DueWall]], *, can_reread: bool) -> dict[str, WallPlan]:
    """External id of a page → how it is read; `pages` are those of one key."""
    plain = {page: WallPlan(min(wall.since for wall in walls)) for page, walls in pages.items()}
    if not can_reread:
        return plain
    short = {
        page: plan
        for page, walls in pages.items()
        if (plan := _short(page, walls)) and _saved(walls, plain[page], plan) > 0
    }
    saved = sum(_saved(pages[page], plain[page], plan) for page, plan in short.items())
    asked = ceil(sum(len(plan.by_id) for plan in short.values()) / POSTS_PER_CALL)
    return plain | short if saved > asked else plain


def _short(page: str, walls: Sequence[DueWall]) -> WallPlan | None:
    """Only what is new from the wall; None where nobody read it yet."""
    if any(wall.read_at is None for wall in walls):
        return None
    fresh = min(wall.fresh_since for wall in walls)
    due = {
        post.external_id
        for wall in walls
        for post in wall.known
        if post.pk not in wall.not_due and post.posted_at < fresh
    }
    return WallPlan(fresh, tuple(PostId(page, each) for each in sorted(due)))


def _saved(walls: Sequence[DueWall], plain: WallPlan, short: WallPlan) -> int:
    """How many calls of the wall the ids make needless."""
    return _calls(walls, plain.since) - _calls(walls, short.since)


def _calls(walls: Sequence[DueWall], since: dt.datetime) -> int:
    """For the posts that are known; the last page shows an older one too."""
    posts = max(sum(post.posted_at >= since for post in wall.known) for wall in walls)
    return 1 + max(0, ceil((posts - POSTS_PER_CALL + 1) / POSTS_PER_PAGE))
