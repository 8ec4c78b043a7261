"""Posts that come again: their days, and the drafts that are made of them ahead of time.

Each day has its post once: the row of the day outlives the post, so what somebody deleted does not
come back. A draft is made anew with its pattern only while nobody has touched it.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from clients.models import ClientStatus
from content.models import (
    Occurrence,
    Post,
    PostMove,
    PostState,
    Publication,
    PublicationPlan,
    RecurringPost,
    Rhythm,
)
from content.wall_clock import moment_of
from smm_agency.lib.months import last_of_month

DAY = dt.timedelta(days=1)
MADE_AS = PostState.DRAFT
PATTERN = (
    "title", "text", "format", "rubric_id", "goal", "hashtags", "source", "text_work", "author_id",
)  # fmt: skip


def days_of(recurring: RecurringPost, first: dt.date, last: dt.date) -> Iterator[dt.date]:
    """Its days from `first` to `last`, both included, without the excepted ones."""
    day = max(first, recurring.starts_on)
    end = min(last, recurring.ends_on or last)
    while day <= end:
        if falls_on(recurring, day) and day not in recurring.exceptions:
            yield day
        day += DAY


def falls_on(recurring: RecurringPost, day: dt.date) -> bool:
    """Whether the rhythm has this day; a month too short for its day takes its last one."""
    if recurring.rhythm == Rhythm.WEEKLY:
        return day.weekday() in recurring.weekdays
    last = last_of_month(day).day
    if recurring.rhythm == Rhythm.MONTH_END:
        return day.day == last
    return day.day == min(recurring.month_day or last, last)


def make_all_ahead(*, at: dt.datetime) -> int:
    """For the clock: the posts of all patterns of clients under work; how many are new."""
    rows = RecurringPost.objects.running(on=at.date() - DAY).filter(
        client__status__in=(ClientStatus.ONBOARDING, ClientStatus.ACTIVE)
    )
    return sum(make_ahead(row, at=at) for row in rows.select_related("client").order_by("pk"))


def make_ahead(recurring: RecurringPost, *, at: dt.datetime) -> int:
    """Make the drafts of the coming days that have none yet; how many."""
    today = recurring.client.day_of(at)
    last = today + DAY * recurring.days_ahead
    made = set(recurring.occurrences.filter(day__range=(today, last)).values_list("day", flat=True))
    coming = [day for day in days_of(recurring, today, last) if day not in made]
    return sum(_make(recurring, day, at=at) for day in coming)


@transaction.atomic
def _make(recurring: RecurringPost, day: dt.date, *, at: dt.datetime) -> bool:
    """False where the moment has passed, or another worker has made it."""
    planned_at = moment_of(day, recurring.time, recurring.client.zone)
    if planned_at <= at:
        return False
    # Of two workers one waits here for the other, and then finds the row.
    row, is_new = Occurrence.objects.get_or_create(
        recurring=recurring, day=day, defaults={"client": recurring.client, "made_at": at}
    )
    if not is_new:
        return False
    row.post = _make_post(recurring, day, at=at)
    _place(recurring, row.post, planned_at)
    row.made_as = mark_of(row.post)
    row.save()
    return True


def _place(recurring: RecurringPost, post: Post, planned_at: dt.datetime) -> None:
    """The post stands in the communities of the pattern at that moment, and in no others."""
    wanted = set(recurring.places.values_list("community_id", flat=True))
    post.publications.exclude(community__in=wanted).delete()
    post.publications.update(planned_at=planned_at)
    known = set(post.publications.values_list("community_id", flat=True))
    for community_id in sorted(wanted - known):
        Publication.objects.create(post=post, community_id=community_id, planned_at=planned_at)


def _make_post(recurring: RecurringPost, day: dt.date, *, at: dt.datetime) -> Post:
    month = PublicationPlan.objects.filter(client=recurring.client, month=day.replace(day=1))
    post = Post.objects.create(
        client=recurring.client,
        plan=month.first(),
        state=MADE_AS,
        state_since=at,
        created_at=at,
        **{name: getattr(recurring, name) for name in PATTERN},
    )
    PostMove.objects.create(
        post=post, new=MADE_AS, moved_at=at, reason=_("made from a recurring post")
    )
    return post


def mark_of(post: Post) -> str:
    """What is written in the post and where it stands: another mark once anybody works on it."""
    places = post.publications.order_by("community_id").values_list(
        "community_id", "text", "planned_at", "state"
    )
    told: list[Any] = [getattr(post, name) for name in PATTERN]
    told += [post.state, [list(map(str, row)) for row in places]]
    told += [post.files.count(), post.material_requests.count()]
    return hashlib.sha256(json.dumps(told, default=str).encode()).hexdigest()


class Changed(NamedTuple):
    """What an edit of the pattern did to the drafts that were made: written anew, gone, left."""

    rewritten: int = 0
    gone: int = 0
    left: int = 0


@transaction.atomic
def apply_changes(recurring: RecurringPost, *, at: dt.datetime) -> Changed:
    """After the pattern was edited: drafts that nobody has touched follow it.

    What somebody has worked on, what is in review, approved or scheduled, stays as it is. A draft
    of a day that the pattern no longer has goes.
    """
    today = recurring.client.day_of(at)
    rows = recurring.occurrences.select_for_update().filter(day__gte=today, post__isnull=False)
    done = [_follow(recurring, row, at=at) for row in rows.order_by("day")]
    if recurring.is_active:
        make_ahead(recurring, at=at)
    return Changed(done.count("rewritten"), done.count("gone"), done.count("left"))


def _follow(recurring: RecurringPost, row: Occurrence, *, at: dt.datetime) -> str:
    post = Post.objects.select_for_update().get(occurrence=row)
    if post.state != MADE_AS or row.made_as != mark_of(post):
        return "left"
    planned_at = moment_of(row.day, recurring.time, recurring.client.zone)
    if not recurring.is_active or row.day not in days_of(recurring, row.day, row.day):
        post.delete()
        row.delete()
        return "gone"
    if planned_at <= at:
        return "left"
    for name in PATTERN:
        setattr(post, name, getattr(recurring, name))
    post.save(update_fields=[name.removesuffix("_id") for name in PATTERN])
    _place(recurring, post, planned_at)
    row.made_as = mark_of(post)
    row.save(update_fields=["made_as"])
    return "rewritten"
