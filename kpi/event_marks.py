"""Recorded events as marks on a chart: what moved the numbers and is not the strategy."""

import datetime as dt
from collections.abc import Iterable, Sequence

from kpi.models import Event
from smm_agency.lib.charts import Mark
from smm_agency.lib.words import short_day


def marks_of(
    events: Iterable[Event], days: Sequence[dt.date], *, until: dt.date | None = None
) -> list[Mark]:
    """Where each event lies among the days of a chart's labels; those outside are left out.

    `days` rise; a label may stand for more days than one, up to the next label, the last one for
    those up to `until`.
    """
    if not days:
        return []
    end = until or days[-1]
    return [
        Mark(_position(days, max(event.starts_on, days[0])), _position(days, last), name_of(event))
        for event in events
        if (last := event.ends_on or end) >= days[0] and event.starts_on <= end
    ]


def _position(days: Sequence[dt.date], day: dt.date) -> int:
    return max(position for position, label in enumerate(days) if label <= day)


def name_of(event: Event) -> str:
    """ "12 Mar: Prices rose", "12 Mar – 14 Mar: …", "from 12 Mar: …"."""
    first = short_day(event.starts_on)
    if event.ends_on is None:
        return f"{first} – …: {event.title}"
    if event.ends_on == event.starts_on:
        return f"{first}: {event.title}"
    return f"{first} – {short_day(event.ends_on)}: {event.title}"
