"""How long clients held the work up: material that came later than it was needed.

The days held up are those after the day of need, up to the day of receipt: needed on the 10th and
received on the 13th, it was held up for 3 days. What has not come is held up until today; what was
taken back, or came in time, is not counted.
"""

import datetime as dt
from collections.abc import Iterator
from typing import NamedTuple

from clients.models import Client
from content.models import MaterialRequest, RequestState

DAY = dt.timedelta(days=1)


class HeldUp(NamedTuple):
    """`days`: days on which anything was late; `request_days`: the same summed by request.

    `late`: how many requests were late then; `waiting`: how many of them still are.
    """

    days: int
    request_days: int
    late: int
    waiting: int


class Span(NamedTuple):
    """A request was late from `first` to the day before `end`."""

    first: dt.date
    end: dt.date
    is_waiting: bool


def held_up_by_month(
    client: Client, *, months: int, on: dt.date | None = None
) -> list[tuple[dt.date, HeldUp]]:
    """The first day of each month and its figures, the running month last. One query."""
    today = on or client.today()
    spans = list(_spans(client, today))
    first = today.replace(day=1)
    rows = []
    for _number in range(months):
        after = (first + 31 * DAY).replace(day=1)
        rows.append((first, _within(spans, first, after)))
        first = (first - DAY).replace(day=1)
    return rows[::-1]


def _spans(client: Client, today: dt.date) -> Iterator[Span]:
    rows = MaterialRequest.objects.filter(client=client, due_on__lt=today)
    rows = rows.exclude(state=RequestState.CANCELLED).order_by()
    for due_on, received_at in rows.values_list("due_on", "received_at"):
        came_on = min(today, client.day_of(received_at)) if received_at else today
        if came_on > due_on:
            yield Span(due_on + DAY, came_on + DAY, received_at is None)


def _within(spans: list[Span], since: dt.date, until: dt.date) -> HeldUp:
    days: set[dt.date] = set()
    request_days = late = waiting = 0
    for span in spans:
        first, end = max(span.first, since), min(span.end, until)
        if first < end:
            length = (end - first).days
            days.update(first + DAY * number for number in range(length))
            request_days, late = request_days + length, late + 1
            waiting += span.is_waiting
    return HeldUp(len(days), request_days, late, waiting)
