"""One step for several posts at once, such as a month's: what can be done, and what stands out."""

import datetime as dt
from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from clients.models import Client, User
from content.models import Post
from content.post_ways import STEPS
from content.versions import latest_version
from content.workflow import ClientWord, move_post

# What a rehearsal says where a person will be asked.
ANYBODY = ClientWord(said_by="—")


@dataclass(frozen=True)
class Seen:
    """A post with the state and the version that the person looked at; version 0: there is none."""

    post: Post
    version: int = 0


@dataclass(frozen=True)
class Line:
    """How one of the posts fared; `refusals` are empty where it took the step."""

    seen: Seen
    refusals: tuple[str, ...]


def look_at(posts: Iterable[Post]) -> list[Seen]:
    """As they stand now."""
    found = []
    for post in posts:
        version = latest_version(post)
        found.append(Seen(post, version.number if version else 0))
    return found


def rehearse(seen: Sequence[Seen], to: str, *, by: User, at: dt.datetime) -> list[Line]:
    """What would happen, without anything happening: the same steps, all taken back."""
    with transaction.atomic():
        lines = _move(seen, to, by=by, at=at, reason="—", word=ANYBODY)
        transaction.set_rollback(True)
    return lines


@transaction.atomic
def move_several(
    seen: Sequence[Seen],
    to: str,
    *,
    by: User,
    at: dt.datetime,
    reason: str = "",
    word: ClientWord | None = None,
    all_or_none: bool = False,
) -> list[Line]:
    """Each post takes the step, or is told why not.

    Raises ValidationError where `all_or_none` is wanted and one of them is refused.
    """
    lines = _move(seen, to, by=by, at=at, reason=reason, word=word)
    refused = [line for line in lines if line.refusals]
    if all_or_none and refused:
        raise ValidationError(
            [
                _("“%(post)s”: %(why)s") % {"post": line.seen.post, "why": " ".join(line.refusals)}
                for line in refused
            ]
        )
    return lines


def _move(
    seen: Sequence[Seen],
    to: str,
    *,
    by: User,
    at: dt.datetime,
    reason: str,
    word: ClientWord | None,
) -> list[Line]:
    # In one order, so that two people with the same posts never wait for each other.
    lines = []
    for each in sorted(seen, key=lambda one: one.post.pk):
        try:
            with transaction.atomic():
                move_post(
                    copy(each.post), to, by=by, at=at, reason=reason, word=word,
                    seen_version=each.version or None,
                )  # fmt: skip
        except ValidationError as refused:
            lines.append(Line(each, tuple(refused.messages)))
        else:
            lines.append(Line(each, ()))
    return lines


def posts_of_month(client: Client, month: dt.date, *, to: str) -> list[Post]:
    """Of the month's plan, or planned within it, that may take this step under some terms."""
    since = dt.datetime.combine(month.replace(day=1), dt.time(), client.zone)
    next_month = (month.replace(day=1) + dt.timedelta(days=32)).replace(day=1)
    until = dt.datetime.combine(next_month, dt.time(), client.zone)
    planned = Q(publications__planned_at__gte=since, publications__planned_at__lt=until)
    olds = {step.old for step in STEPS if step.new == to}
    rows = Post.objects.filter(client=client, state__in=olds)
    rows = rows.filter(planned | Q(plan__month=month.replace(day=1)))
    return list(rows.select_related("client").distinct().order_by("pk"))
