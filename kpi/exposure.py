"""Days on which nothing can be expected of a client, and why.

A *closed* day (the client's weekday off, a public holiday) was known when the month's target was
agreed: its share falls to the open days of the month. Of a public holiday on which the client is
not closed less is expected, by `kpi.day_profile`, and the rest falls to the other days as well. An
*excluded* day (ramp-up, a pause, a dead number, an outage, an event that somebody left out) was
not: its share is expected of nobody. What is left out of one community leaves the client as a whole
with the others: `kpi.partial_exposure`.
"""

import datetime as dt
import zoneinfo
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from django.db.models import Q

from clients.models import Client, ClientStatus, StatusChange
from kpi.models import Event, NumberPlacement
from smm_agency.lib.public_holidays import holidays_between

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
    # Whose calendar of public holidays is the client's, and who is closed on them.
    countries: dict[int, str] = field(default_factory=dict)
    closed_on_holidays: set[int] = field(default_factory=set)
    spans: dict[int, list[Span]] = field(default_factory=lambda: defaultdict(list))
    calendars: dict[str, BoolArray] = field(default_factory=dict)
    # Where numbers stood, of clients of whose communities something is left out.
    numbers: dict[int, list[Span]] = field(default_factory=lambda: defaultdict(list))

    @property
    def size(self) -> int:
        return (self.last - self.first).days + 1

    def closed(self, client_id: int) -> BoolArray | None:
        """A column for each day; None for a client who is never closed."""
        off, on_holidays = self.days_off.get(client_id, ()), client_id in self.closed_on_holidays
        if not off and not on_holidays:
            return None
        weekday = (np.arange(self.size) + self.first.weekday()) % 7
        closed: BoolArray = np.isin(weekday, list(off))
        if on_holidays:
            closed |= self._calendar(self.countries[client_id])
        return closed

    def holidays(self, client_id: int) -> BoolArray | None:
        """Public holidays on which the client is open all the same; None where there are none."""
        if client_id in self.closed_on_holidays or client_id not in self.countries:
            return None
        found = self._calendar(self.countries[client_id])
        return found if found.any() else None

    def _calendar(self, country: str) -> BoolArray:
        if country not in self.calendars:
            days = np.zeros(self.size, dtype=bool)
            for day in holidays_between(country, self.first, self.last):
                days[(day - self.first).days] = True
            self.calendars[country] = days
        return self.calendars[country]

    def excluded(self, client_id: int, community_id: int | None) -> BoolArray | None:
        """Of a community, its own days and the whole client's; of the client, the latter and the
        days on which nothing is expected of any community that has a number.
        """
        mine = [span for span in self._of(client_id) if span.community_id in (None, community_id)]
        excluded = self._mask(mine) if mine else None
        if community_id is not None or not self.communities(client_id):
            return excluded
        without = self._without_numbers(client_id)
        if not without.any():
            return excluded
        return without if excluded is None else excluded | without

    def touched(self, client_id: int, community_id: int | None) -> BoolArray | None:
        """Days of which the counts say little: of a client, those of any community as well."""
        spans = [
            span
            for span in self._of(client_id)
            if community_id is None or span.community_id in (None, community_id)
        ]
        return self._mask(spans) if spans else None

    def communities(self, client_id: int) -> list[int]:
        """The communities of which something is left out."""
        found = {span.community_id for span in self._of(client_id)}
        return sorted(pk for pk in found if pk is not None)

    def numbered(self, client_id: int) -> set[int]:
        """The communities that had a number, known only where `communities` names any."""
        return {span.community_id for span in self.numbers[client_id] if span.community_id}

    def _without_numbers(self, client_id: int) -> BoolArray:
        """Days on which numbers stood, and none of them in a community that expects anything."""
        stood, rang = np.zeros(self.size, dtype=bool), np.zeros(self.size, dtype=bool)
        for community_id in self.numbered(client_id):
            spans = [s for s in self.numbers[client_id] if s.community_id == community_id]
            shown = self._mask(spans)
            stood |= shown
            excluded = self.excluded(client_id, community_id)
            rang |= shown if excluded is None else shown & ~excluded
        return stood & ~rang

    def _of(self, client_id: int) -> Sequence[Span]:
        return self.spans.get(client_id, ())

    def _mask(self, spans: Iterable[Span]) -> BoolArray:
        mask = np.zeros(self.size, dtype=bool)
        for span in spans:
            begin = max((span.first - self.first).days, 0)
            mask[begin : max((span.last - self.first).days + 1, 0)] = True
        return mask

    def kinds(self, client_id: int, community_id: int | None, *, until: Day) -> dict[str, int]:
        """Why days up to `until` are excluded: the kind of event, and how many days."""
        return self._kinds(
            [span for span in self._of(client_id) if span.community_id in (None, community_id)],
            until,
        )

    def kinds_of_communities(self, client_id: int, *, until: Day) -> dict[str, int]:
        """The same of single communities, whose share is taken out of the client's."""
        return self._kinds([span for span in self._of(client_id) if span.community_id], until)

    def _kinds(self, spans: Iterable[Span], until: Day) -> dict[str, int]:
        found: dict[str, int] = defaultdict(int)
        for span in spans:
            days = (min(span.last, until) - max(span.first, self.first)).days + 1
            found[span.kind] += max(days, 0)
        return dict(found)


def load_exposure(
    client_ids: Collection[int],
    *,
    first: Day,
    last: Day,
    known_on: Mapping[int, Day] | None = None,
) -> Exposure:
    """Three queries, whatever the number of clients; one more where something is left out of a
    single community.

    `known_on` is the client's day by whose end events had been recorded: a past day that is judged
    again knows nothing of what was written down later.
    """
    exposure = Exposure(first, last)
    clients = Client.objects.filter(pk__in=list(client_ids))
    columns = ("pk", "days_off", "closed_on_holidays", "country")
    for pk, days_off, on_holidays, country in clients.order_by().values_list(*columns):
        exposure.countries[pk] = country
        if days_off:
            exposure.days_off[pk] = days_off
        if on_holidays:
            exposure.closed_on_holidays.add(pk)
    events = _events(client_ids, first, last, known_on or {})
    for client_id, span in (*events, *_pauses(client_ids, last)):
        if span.last >= first:
            exposure.spans[client_id].append(span)
    parted = [pk for pk in exposure.spans if exposure.communities(pk)]
    for client_id, span in _numbers(parted, first, last):
        exposure.numbers[client_id].append(span)
    return exposure


def _events(
    client_ids: Collection[int], first: Day, last: Day, known_on: Mapping[int, Day]
) -> Iterator[tuple[int, Span]]:
    rows = Event.objects.excluded().in_days(first, last).filter(client__in=list(client_ids))
    columns = (
        "client_id", "community_id", "starts_on", "ends_on", "kind", "recorded_at",
        "client__time_zone",
    )  # fmt: skip
    for client_id, community_id, starts_on, ends_on, kind, recorded_at, zone in (
        rows.order_by().values_list(*columns)
    ):  # fmt: skip
        known = known_on.get(client_id, Day.max)
        if recorded_at.astimezone(zoneinfo.ZoneInfo(zone)).date() <= known:
            yield client_id, Span(community_id, starts_on, ends_on or last, kind)


def _numbers(client_ids: Collection[int], first: Day, last: Day) -> Iterator[tuple[int, Span]]:
    if not client_ids:
        return
    rows = NumberPlacement.objects.filter(
        Q(ends_on=None) | Q(ends_on__gte=first),
        client__in=list(client_ids),
        community__isnull=False,
        starts_on__lte=last,
    )
    columns = ("client_id", "community_id", "starts_on", "ends_on")
    for client_id, community_id, starts_on, ends_on in rows.order_by().values_list(*columns):
        yield client_id, Span(community_id, starts_on, ends_on or last, "")


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
