"""What is wrong with how a placement stands: late, removed before its hours, edited. Pure."""

import datetime as dt
from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from promotion.models import (
    STANDS_FOR,
    CheckOutcome,
    Placement,
    PlacementCheck,
    PlacementFormat,
    PlacementState,
)

# A publisher's editor is no clock.
LATE = dt.timedelta(hours=1)
EARLY = dt.timedelta(minutes=30)


def is_late(planned: dt.datetime | None, published: dt.datetime | None) -> bool:
    return bool(planned and published and published - planned > LATE)


def is_overdue(placement: Placement, *, at: dt.datetime) -> bool:
    """Booked or paid, its time has passed, and nobody has told of a publication."""
    waits = placement.state in (PlacementState.BOOKED, PlacementState.PAID)
    return waits and placement.published_at is None and is_late(placement.planned_at, at)


def stands_until(placement: Placement) -> dt.datetime | None:
    """None for what is not held to hours, or is not out yet."""
    hours = STANDS_FOR.get(PlacementFormat(placement.format)) if placement.format else None
    return placement.published_at + hours if placement.published_at and hours else None


def is_removed_early(placement: Placement) -> bool:
    """What has to stay for good is removed early whenever it is removed."""
    if placement.removed_at is None:
        return False
    if placement.format == PlacementFormat.FOREVER:
        return True
    until = stands_until(placement)
    return until is not None and placement.removed_at < until - EARLY


def troubles(
    placement: Placement, checks: Iterable[PlacementCheck] = (), *, at: dt.datetime
) -> list[str]:
    """In sentences, the worst first; `checks`: what the network said, the newest first."""
    looks = list(checks)
    newest = next((each for each in looks if each.posted_at), None)
    published = newest.posted_at if newest else placement.published_at
    found = []
    if is_removed_early(placement):
        found.append(_("Removed before its hours were over."))
    if placement.removed_at is None and looks and looks[0].outcome == CheckOutcome.MISSING:
        found.append(_("The network does not show the post: look at its link."))
    if is_overdue(placement, at=at) and placement.planned_at:
        after = in_hours(at - placement.planned_at)
        found.append(_("Not published yet, %(time)s after its time.") % {"time": after})
    if is_late(placement.planned_at, published) and placement.planned_at and published:
        late = in_hours(published - placement.planned_at)
        found.append(_("Published %(time)s late.") % {"time": late})
    if newest and newest.edited_at:
        found.append(_("Edited after the publication."))
    return found


def in_hours(length: dt.timedelta) -> str:
    """Whole hours, or minutes below one."""
    minutes = int(length.total_seconds() // 60)
    if minutes < 60:
        return ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}
    return ngettext("%(n)d hour", "%(n)d hours", minutes // 60) % {"n": minutes // 60}
