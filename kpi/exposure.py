"""Days on which nothing can be expected of a client, and why.

A *closed* day (the client's weekday off, a public holiday) was known when the month's target was
agreed: its share falls to the open days of the month. An *excluded* day (ramp-up, a pause, a dead
number, an outage, an event that somebody left out) was not: its share is expected of nobody.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import NamedTuple

import holidays
import numpy as np
import numpy.typing as npt
from django.db.models import Q

from clients.models import Client, ClientStatus, StatusChange
from kpi.models import Event

Day = dt.date
BoolArray = npt.NDArray[np.bool_]
PAUSE = Event.Kind.PAUSE.value


class Span(NamedTuple):
    """Days, both included, in one community or (None) in all of the client's."""

    community_id: int | None
    first: Day
    last: Day
    kind: str


@dataclass
class Exposure:
    """Closed and excluded days of some clients between `first` and `last`."""

    first: Day
    last: Day
    days_off: dict[int, Collection[int]] = field(default_factory=dict)
    countries: dict[int, str] = field(default_factory=dict)
    spans: dict[int, list[Span]] = field(default_factory=lambda: defaultdict(list))

    @property
    def size(self) -> int:
        return (self.last - self.first).days + 1

    def closed(self, client_id: int) -> BoolArray | None:
        """A column for each day; None for a client who is never closed."""
        off, country = self.days_off.get(client_id, ()), self.countries.get(client_id)
        if not off and country is None:
            return None
        weekday = (np.arange(self.size) + self.first.weekday()) % 7
        closed: BoolArray = np.isin(weekday, list(off))
        for day in holidays_between(country, self.first, self.last) if country else ():
            closed[(day - self.first).days] = True
        return closed

    def excluded(self, client_id: int, community_id: int | None) -> BoolArray | None:
        """Of a community, its own days and the whole client's; of the client, the latter alone."""
        spans = [
            span
            for span in self.spans.get(client_id, ())
            if span.community_id in (None, community_id)
        ]
        if not spans:
            return None
        excluded = np.zeros(self.size, dtype=bool)
        for span in spans:
            begin = max((span.first - self.first).days, 0)
            excluded[begin : max((span.last - self.first).days + 1, 0)] = True
        return excluded

    def kinds(self, client_id: int, community_id: int | None, *, until: Day) -> dict[str, int]:
        """Why days up to `until` are excluded: the kind of event, and how many days."""
        found: dict[str, int] = defaultdict(int)
        for span in self.spans.get(client_id, ()):
            if span.community_id in (None, community_id):
                days = (min(span.last, until) - max(span.first, self.first)).days + 1
                found[span.kind] += max(days, 0)
        return dict(found)


def load_exposure(client_ids: Collection[int], *, first: Day, last: Day) -> Exposure:
    """Three queries, whatever the number of clients."""
    exposure = Exposure(first, last)
    clients = Client.objects.filter(pk__in=list(client_ids))
    closed = clients.filter(~Q(days_off=[]) | Q(closed_on_holidays=True))
    for pk, days_off, on_holidays, country in closed.order_by().values_list(
        "pk", "days_off", "closed_on_holidays", "country"
    ):
        exposure.days_off[pk] = days_off
        if on_holidays:
            exposure.countries[pk] = country
    for client_id, span in (*_events(client_ids, first, last), *_pauses(client_ids, last)):
        if span.last >= first:
            exposure.spans[client_id].append(span)
    return exposure


def _events(client_ids: Collection[int], first: Day, last: Day) -> Iterator[tuple[int, Span]]:
    rows = Event.objects.excluded().in_days(first, last).filter(client__in=list(client_ids))
    columns = ("client_id", "community_id", "starts_on", "ends_on", "kind")
    for client_id, community_id, starts_on, ends_on, kind in rows.order_by().values_list(*columns):
        yield client_id, Span(community_id, starts_on, ends_on or last, kind)


def _pauses(client_ids: Collection[int], last: Day) -> Iterator[tuple[int, Span]]:
    """From the change of status to paused until the next change; days by the client's zone."""
    since: dict[int, Day] = {}
    rows = StatusChange.objects.filter(client__in=list(client_ids)).filter(
        Q(old=ClientStatus.PAUSED) | Q(new=ClientStatus.PAUSED)
    )
    for change in rows.select_related("client").order_by("changed_at", "pk"):
        day = change.client.day_of(change.changed_at)
        begun = since.pop(change.client_id, None)
        if begun is not None:
            yield change.client_id, Span(None, begun, day, PAUSE)
        if change.new == ClientStatus.PAUSED:
            since[change.client_id] = day
    for client_id, begun in since.items():
        yield client_id, Span(None, begun, last, PAUSE)


def holidays_between(country: str, first: Day, last: Day) -> Sequence[Day]:
    """Public holidays of a country; none where its calendar is not known."""
    return [
        day
        for year in range(first.year, last.year + 1)
        for day in holidays_of(country, year)
        if first <= day <= last
    ]


@cache
def holidays_of(country: str, year: int) -> tuple[Day, ...]:
    if country not in holidays.list_supported_countries():
        return ()
    return tuple(holidays.country_holidays(country, years=year))
