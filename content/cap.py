"""The cap on the curated share, held where a post is approved.

A post from the internet is let through while the curated publications that were let through,
together with its own, stay within the cap: in the calendar month of each of its publications, and
in thirty days in a row that hold one of them and end with it or with another curated one, so that
the cap is not dodged at the edge of a month. The allowed number is the cap of all that stands
in the plan for those days, rounded down; the cap is the lowest in force within them.
"""

import datetime as dt
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import connection
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from clients.models import Client
from content.caps import Caps, read_caps
from content.curated import (
    ROLLING,
    CuratedShare,
    Item,
    first_counted_day,
    items_of,
    month_of,
    rolling_to,
)
from content.models import Post, PostState, PublicationState
from content.problem import Problem
from smm_agency.lib.words import as_share
from strategy.models import ContentSource

# It was let through before; what changed since is told, and stops nothing.
DECIDED = frozenset(
    {PostState.SCHEDULED, PostState.PUBLISHED, PostState.FAILED, PostState.NEEDS_CHECKING}
)


@dataclass(frozen=True, slots=True)
class Window:
    """Days that are counted together, both included."""

    since: dt.date
    until: dt.date

    @property
    def days(self) -> tuple[dt.date, dt.date]:
        return self.since, self.until

    def holds(self, day: dt.date) -> bool:
        return self.since <= day <= self.until

    @property
    def name(self) -> str:
        if self.since.day == 1 and month_of(self.since)[1] == self.until:
            return date_format(self.since, "F Y")
        first, last = (date_format(day, "SHORT_DATE_FORMAT") for day in (self.since, self.until))
        return f"{first} – {last}"


@dataclass(frozen=True, slots=True)
class Standing:
    """The share of a window as it would be with the post."""

    window: Window
    share: CuratedShare


def check_cap(post: Post, *, at: dt.datetime) -> list[Problem]:
    """Refused above the cap, warned within five points of it. Ask where the post is approved.

    In a transaction the client is locked: of two posts that are approved at once, the second one
    waits and counts the first.
    """
    if post.source != ContentSource.CURATED or post.over_cap_by_id is not None:
        return []
    is_open = post.state not in DECIDED
    if is_open and connection.in_atomic_block:
        Client.objects.select_for_update(no_key=True).get(pk=post.client_id)
    standings = standings_of(post)
    over = [each for each in standings if each.share.is_over]
    if over:
        return [Problem(_over(over[0]), "source", is_blocking=is_open)]
    near = [each for each in standings if each.share.is_near]
    if near:
        return [Problem(_near(near[0]), "source", is_blocking=False)]
    return []


def windows_over(post: Post) -> dict[Window, Standing]:
    """The windows in which a curated post stands above the cap as it is planned now."""
    if post.source != ContentSource.CURATED:
        return {}
    return {each.window: each for each in standings_of(post) if each.share.is_over}


def check_move(post: Post, before: Collection[Window]) -> None:
    """Raises ValidationError where it stands above the cap now and, by `before`, did not."""
    for window, standing in windows_over(post).items():
        if window not in before:
            numbers = _numbers(standing)
            raise ValidationError(
                _(
                    "There it would stand above the cap: from the internet in %(days)s %(curated)s"
                    " of %(counted)s publications, at most %(allowed)s may be (%(cap)s, rounded"
                    " down). Choose another day, or take it back to work and have it let through"
                    " above the cap there."
                )
                % numbers
            )


def _over(standing: Standing) -> str:
    message = _(
        "From the internet in %(days)s: %(curated)s of %(counted)s publications with this post, at"
        " most %(allowed)s may be (%(cap)s, rounded down). Choose another post, or have it let"
        " through above the cap."
    )
    return message % _numbers(standing)


def _near(standing: Standing) -> str:
    message = _(
        "From the internet in %(days)s: %(curated)s of %(counted)s publications with this post;"
        " the cap is %(cap)s (%(allowed)s)."
    )
    return message % _numbers(standing)


def _numbers(standing: Standing) -> dict[str, object]:
    share = standing.share
    return {
        "days": standing.window.name,
        "curated": share.curated,
        "counted": share.counted,
        "allowed": share.allowed,
        "cap": as_share(share.cap),
    }


def standings_of(post: Post) -> list[Standing]:
    """The windows that the post's publications stand in, with the post let through."""
    client = post.client
    days = days_of(post)
    if not days:
        return []
    first = min(days[0].replace(day=1), days[0] - ROLLING)
    last = max(month_of(days[-1])[1], days[-1] + ROLLING)
    items = items_of(client, first, last)
    caps = read_caps([client], first, last).get(client.pk, Caps())
    began = first_counted_day(client)
    return [
        Standing(window, share_within(window, items, post.pk, caps.of_days(*window.days)))
        for window in dict.fromkeys(windows_of(days, items, began))
    ]


def days_of(post: Post) -> list[dt.date]:
    """The client's days that its publications stand on, the cancelled ones apart."""
    rows = post.publications.exclude(state=PublicationState.CANCELLED).exclude(planned_at=None)
    planned = rows.values_list("planned_at", flat=True)
    return sorted({post.client.day_of(moment) for moment in planned if moment is not None})


def windows_of(
    days: Sequence[dt.date], items: Sequence[Item], began: dt.date | None
) -> Iterator[Window]:
    """The month of each day; thirty days that end with it, or with a curated one after it."""
    curated = sorted({item.day for item in items if item.is_curated and item.is_let_through})
    for day in days:
        yield Window(*month_of(day))
        yield rolling_window(day, began)
        for later in curated:
            if day < later < day + ROLLING:
                yield rolling_window(later, began)


def rolling_window(day: dt.date, began: dt.date | None) -> Window:
    """Thirty days to this one; at the beginning of the work, those that the first one opens.

    Where nothing stood before, the days behind hold too few publications for a single curated one.
    Only there: after a pause or a stop the thirty days are those that end with this one.
    """
    since, until = rolling_to(day)
    start = max(since, min(began or day, day))
    return Window(start, until + (start - since))


def share_within(
    window: Window, items: Sequence[Item], post_id: int, cap: Decimal | None
) -> CuratedShare:
    """Above the line those let through and the post itself, below it all that are classified."""
    inside = [item for item in items if window.holds(item.day)]
    counted = [item for item in inside if item.is_curated is not None]
    curated = [
        item
        for item in counted
        if item.is_curated and (item.is_let_through or item.post_id == post_id)
    ]
    return CuratedShare(len(curated), len(counted), len(inside) - len(counted), cap)
