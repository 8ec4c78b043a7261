"""Thinning out snapshots of old posts, so that no figure of a past period changes.

A reading is kept where it is the last of its day that told one of the counters: by these all that
was known at the end of any day is known. Beside them the first of each day, which may be nearest to
midnight, and the readings a day after the post and three days after, by which posts are compared at
the same age. Of competitors' posts nobody asks what was
known on a day, so only the last of all their readings is kept instead of each day's; of own posts
too, much later. What came from files and people is never deleted.

Posts are taken by the day they were posted on, in short transactions; `SnapshotRetention` knows how
far they are done. A run that is killed goes on where the last month was finished, and what is done
twice changes nothing.
"""

import datetime as dt
import logging
from dataclasses import dataclass
from typing import NamedTuple

from django.db import connection, transaction
from django.db.models import Min

from communities.models import WallPost
from kpi.cadence import load_cadence
from kpi.er_statements import FROM_DAY_AFTER, IS_DAY_AFTER
from kpi.models import PostSnapshot, Reading, SnapshotCorrection, SnapshotRetention

logger = logging.getLogger(__name__)

POSTS_PER_STEP = 2_000
CORRECTIONS_PER_STEP = 5_000
# How much is done before it is written down.
STRIDE = dt.timedelta(days=31)
# A reading may still be under way when the last slot of a post is over.
MARGIN = dt.timedelta(days=1)

_IS_LAST_TOLD = " OR ".join(
    f'(s."{counter}" IS NOT NULL AND count(s."{counter}") OVER downwards = 1)'
    for counter in PostSnapshot.COUNTERS
)
THIN = f"""
WITH posts AS MATERIALIZED (
    SELECT p.id, p.posted_at, f.relation = 'own' AND NOT %(to_ends)s AS by_day
    FROM communities_wallpost p
    JOIN communities_profile f ON f.id = p.profile_id
    WHERE p.posted_at >= %(first)s AND p.posted_at < %(until)s AND p.id > %(after)s
    ORDER BY p.id LIMIT %(posts)s
), judged AS (
    SELECT s.id, s.reading, ({_IS_LAST_TOLD})
        OR (p.by_day AND row_number() OVER (PARTITION BY p.id, s.slot ORDER BY s.hour) = 1)
        OR (({IS_DAY_AFTER}) AND row_number() OVER (
            PARTITION BY p.id, ({IS_DAY_AFTER}) ORDER BY {FROM_DAY_AFTER}, s.slot, s.hour
        ) = 1)
        OR (s.read_at - p.posted_at >= interval '72 hours' AND row_number() OVER (
            PARTITION BY p.id, s.read_at - p.posted_at >= interval '72 hours'
            ORDER BY s.slot, s.hour
        ) = 1) AS is_kept
    FROM posts p
    -- The fence keeps the planner from reading the whole table for a few posts of it.
    CROSS JOIN LATERAL (SELECT * FROM kpi_postsnapshot WHERE wall_post_id = p.id OFFSET 0) s
    WINDOW downwards AS (
        PARTITION BY p.id, CASE WHEN p.by_day THEN s.slot END ORDER BY s.slot DESC, s.hour DESC
    )
), gone AS (
    DELETE FROM kpi_postsnapshot
    WHERE id = ANY(ARRAY(SELECT id FROM judged WHERE NOT is_kept AND reading = %(api)s))
    RETURNING 1
)
SELECT (SELECT max(id) FROM posts), (SELECT count(*) FROM gone)
"""  # noqa: S608 - names of our own columns


class Stage(NamedTuple):
    """One of the two steps, by the fields of `SnapshotRetention` that it follows and moves on."""

    after: str
    until: str
    to_ends: bool


STAGES = (
    Stage("days_after", "days_until", to_ends=False),
    Stage("ends_after", "ends_until", to_ends=True),
)


@dataclass(frozen=True, slots=True)
class Thinned:
    """How many rows were deleted."""

    snapshots: int = 0
    corrections: int = 0


class BusyError(Exception):
    """Another worker is thinning: it does all there is to do."""


def thin_snapshots(*, at: dt.datetime) -> Thinned:
    """Thin what has grown old since the last run."""
    snapshots = corrections = 0
    try:
        for stage in STAGES:
            snapshots += _thin(stage, at)
        corrections = _delete_old_corrections(at)
    except BusyError:
        logger.info("Another worker is thinning.")
    logger.info("Thinned: %s snapshots, %s corrections.", snapshots, corrections)
    return Thinned(snapshots, corrections)


def _thin(stage: Stage, at: dt.datetime) -> int:
    deleted = 0
    for first, until in _strides(stage, at):
        last: int | None = 0
        while last is not None:
            last, count = _thin_step(stage, first, until, after=last)
            deleted += count
        _note_done(stage, until)
    return deleted


def _strides(stage: Stage, at: dt.datetime) -> list[tuple[dt.date, dt.date]]:
    """Days of posting that are due, from where the last run ended, a month at once."""
    retention = SnapshotRetention.objects.get()
    days = dt.timedelta(days=getattr(retention, stage.after))
    end = (at - max(days, load_cadence().longest + MARGIN)).astimezone(dt.UTC).date()
    first = getattr(retention, stage.until)
    if first is None:
        oldest = WallPost.objects.aggregate(oldest=Min("posted_at"))["oldest"]
        first = oldest.astimezone(dt.UTC).date() if oldest else end
    strides = []
    while first < end:
        until = min(first + STRIDE, end)
        strides.append((first, until))
        first = until
    return strides


@transaction.atomic
def _thin_step(
    stage: Stage, first: dt.date, until: dt.date, *, after: int
) -> tuple[int | None, int]:
    """The last post of the step, None where there was none, and how many rows were deleted."""
    _take_turn()
    with connection.cursor() as cursor:
        cursor.execute(
            THIN,
            {
                "first": _midnight(first),
                "until": _midnight(until),
                "after": after,
                "posts": POSTS_PER_STEP,
                "to_ends": stage.to_ends,
                "api": Reading.API.value,
            },
        )
        last, deleted = cursor.fetchone()
    return last, deleted


def _take_turn() -> None:
    """One worker at a time; held until the transaction ends."""
    if not SnapshotRetention.objects.select_for_update(skip_locked=True).first():
        raise BusyError


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), tzinfo=dt.UTC)


def _note_done(stage: Stage, until: dt.date) -> None:
    SnapshotRetention.objects.update(**{stage.until: until})


def _delete_old_corrections(at: dt.datetime) -> int:
    """What a later reading of a post replaced is of no use once its readings are thinned.

    Corrections of pages stay: they tell who changed a history that reports stand on.
    """
    before = at - dt.timedelta(days=SnapshotRetention.objects.get().ends_after)
    old = SnapshotCorrection.objects.filter(wall_post__isnull=False, corrected_at__lt=before)
    deleted = 0
    while ids := list(old.order_by("pk").values_list("pk", flat=True)[:CORRECTIONS_PER_STEP]):
        deleted += SnapshotCorrection.objects.filter(pk__in=ids).delete()[0]
    return deleted


def first_whole_day(days: int) -> dt.date | None:
    """The first day whose last `days` are as they were read; None: all are.

    What was known on an earlier day of posts of that age is not known any more.
    """
    until = SnapshotRetention.objects.values_list("ends_until", flat=True).first()
    return until + dt.timedelta(days=days) if until else None
