"""Readings of the demo's pages and posts, written as the program writes those of the networks."""

import datetime as dt
from collections.abc import Iterator

from communities.models import WallPost
from communities.networks.records import PostFormat
from kpi.models import Reading
from kpi.snapshots import (
    PostValues,
    ProfileValues,
    store_post_snapshots,
    store_profile_snapshots,
)
from smm_agency.demo.levels import missing_days, plan_levels
from smm_agency.demo.post_plan import PlannedPost, plan_posts
from smm_agency.demo.rhythm import DAY, dice, grown
from smm_agency.demo.stage import PageRow, Stage
from smm_agency.demo.stories import HISTORY_DAYS
from strategy.periods import days_between

# On which days after it went out a post is read. A bot hears of reactions for a day or so.
SLOTS = {"vk": (1, 2, 3, 5, 7, 14, 30), "telegram": (1, 3)}
FILE_SLOTS = (1, 3, 7, 30)
# A bot reads no channel but its own client's; files of competitors nobody has.
READ_FROM_COMPETITORS = ("vk",)
FRESH_DAYS = 15
WALL_DAYS = 45
NEGATIVE_COMMENTS = (38, 92)


def write_readings(stage: Stage) -> None:
    """Levels of every page, and the posts of each that the program reads posts of."""
    posts: list[tuple[PageRow, PlannedPost, WallPost]] = []
    readings: list[ProfileValues] = []
    for row in stage.pages:
        _plan(stage, row)
        readings += _readings(stage, row)
        if row.community is not None or row.page.network in READ_FROM_COMPETITORS:
            posts += _wall(stage, row)
    store_profile_snapshots(readings, at=stage.moment(stage.today, 0))
    WallPost.objects.bulk_create((wall for _row, _post, wall in posts), batch_size=1_000)
    slots = [value for row, post, wall in posts for value in _slots(stage, row, post, wall)]
    store_post_snapshots(slots, at=stage.moment(stage.today, 0))


def measured_days(stage: Stage) -> list[dt.date]:
    """From the first reading to yesterday: a newcomer's pages are not known from before."""
    days = min(stage.story.began_days_ago, HISTORY_DAYS)
    if not stage.story.is_strategy_approved:
        days = min(days, FRESH_DAYS)
    return days_between(stage.today - DAY * days, stage.yesterday)


def _plan(stage: Stage, row: PageRow) -> None:
    page = row.page
    rng = dice(stage.today, stage.story.key, page.network, page.external_id)
    row.levels = plan_levels(page, measured_days(stage), rng)


def _readings(stage: Stage, row: PageRow) -> Iterator[ProfileValues]:
    page = row.page
    days = [level.day for level in row.levels]
    # Where no file came, all pages of the client are missing.
    gaps = page.source if page.source == "import" else page.external_id
    missing = missing_days(page, days, dice(stage.today, stage.story.key, "gaps", gaps))
    reading = Reading.IMPORT if page.source == "import" else Reading.DEMO
    for level in row.levels:
        is_read = page.is_measured or level.day.weekday() == 0
        if is_read and level.day not in missing:
            yield ProfileValues(
                stage.client.pk,
                row.profile.pk,
                level.day,
                reading,
                stage.moment(level.day, 6, 10),
                followers=level.followers,
                joined=level.joined,
                left=level.left,
            )


def _wall(stage: Stage, row: PageRow) -> list[tuple[PageRow, PlannedPost, WallPost]]:
    """The page's posts, planned and as they are stored."""
    planned = planned_posts(stage, row)
    return [(row, post, _wall_post(stage, row, post)) for post in planned]


def planned_posts(stage: Stage, row: PageRow) -> list[PlannedPost]:
    """Up to yesterday, or up to the pause; none where the program reads no posts."""
    page, story = row.page, stage.story
    if not page.is_measured:
        return []
    posts = plan_posts(
        page,
        # A newcomer's wall was there before the program read it.
        first=min(row.levels[0].day, stage.yesterday - DAY * WALL_DAYS),
        last=stage.yesterday - DAY * page.silent_days,
        level=row.levels[-1].followers,
        texts=story.texts,
        zone=stage.client.zone,
        rng=dice(stage.today, story.key, "posts", page.external_id),
    )
    if row.community is None:
        return posts
    stop = stage.today - DAY * (story.paused_days_ago or 0)
    return [post for post in posts if post.at.date() < stop and not _is_quiet(stage, post)]


def _is_quiet(stage: Stage, post: PlannedPost) -> bool:
    """Half of the posts did not go out: Monday, Tuesday and Thursday stayed."""
    if stage.story.quiet is None or post.at.weekday() in (0, 1, 3):
        return False
    first, last = stage.story.quiet
    return last <= (stage.today - post.at.date()).days <= first


def _wall_post(stage: Stage, row: PageRow, post: PlannedPost) -> WallPost:
    return WallPost(
        client=stage.client,
        profile=row.profile,
        external_id=str(post.number),
        aliases=_aliases(row, post),
        posted_at=post.at,
        text=post.text,
        kind=post.kind,
        is_pinned=post.is_pinned,
        is_repost=post.is_repost,
        first_seen_at=post.at + dt.timedelta(hours=1),
    )


def _aliases(row: PageRow, post: PlannedPost) -> list[str]:
    """Further messages of an album on Telegram, and the album's own id as a bot tells it."""
    if row.page.network != "telegram" or post.kind != PostFormat.ALBUM:
        return []
    album = f"album:{post.number}{-int(row.page.external_id) % 10**9}"
    return [str(post.number + n) for n in range(1, post.messages)] + [album]


def _slots(stage: Stage, row: PageRow, post: PlannedPost, wall: WallPost) -> Iterator[PostValues]:
    posted_on = stage.client.day_of(post.at)
    first, last = row.levels[0].day, stage.yesterday - DAY * row.page.silent_days
    reading = Reading.IMPORT if row.page.source == "import" else Reading.DEMO
    for after in SLOTS.get(row.page.network, FILE_SLOTS):
        slot = posted_on + DAY * after
        read_at = stage.moment(slot, 6, 20)
        if first <= slot <= last:
            share = grown(read_at - post.at)
            counters = _counters(stage, row, post, share)
            yield PostValues(stage.client.pk, wall.pk, slot, reading, read_at, **counters)


def _counters(stage: Stage, row: PageRow, post: PlannedPost, share: float) -> dict[str, int]:
    """What this network tells: a bot hears of reactions alone."""
    likes = int(post.likes * share)
    if row.page.network == "telegram":
        return {"likes": likes}
    views = int(post.views * share)
    told = {
        "likes": likes,
        "comments": int(comments_of(stage, row, post) * share),
        "shares": int(post.shares * share),
        "views": views,
    }
    if row.page.source == "import":
        told["reach"] = int(views * 0.86)
    return told


def comments_of(stage: Stage, row: PageRow, post: PlannedPost) -> int:
    """Comments in the end; a wave of negatives makes them many times as many."""
    story = stage.story
    since = stage.today - DAY * story.negative_days
    is_hit = row.community is not None and row.page.network == "vk"
    if story.negative_days and is_hit and post.at.date() >= since:
        low, high = NEGATIVE_COMMENTS
        return low + post.number * 7 % (high - low)
    return post.comments
