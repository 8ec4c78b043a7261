"""The plan of a period as a file: a table for a spreadsheet, events for a calendar."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from content.models import PublicationState
from smm_agency.lib.tabular import Cell, write_xlsx

ICS = "text/calendar; charset=utf-8"
# A post takes no time; an event needs a length that can be seen.
LENGTH = dt.timedelta(minutes=15)
# What nobody has approved yet may change.
SETTLED = (
    PublicationState.DUE,
    PublicationState.CLAIMED,
    PublicationState.SENDING,
    PublicationState.SENT,
    PublicationState.BY_HAND,
)


@dataclass(frozen=True)
class PlanLine:
    """A publication of the plan; `at` is by the client's clock. What is not told is empty."""

    pk: int
    client: str
    at: dt.datetime
    zone: str
    community: str
    network: str
    title: str
    text: str
    state: str
    state_label: str
    is_cancelled: bool = False
    url: str = ""
    rubric: str = ""
    format: str = ""
    source: str = ""
    text_work: str = ""
    author: str = ""
    hashtags: str = ""
    link: str = ""


@dataclass(frozen=True)
class Deadline:
    """Something that is waited for until the end of a day; `uid` is one of this program's."""

    uid: str
    day: dt.date
    title: str
    text: str = ""
    url: str = ""


def table_file(lines: Iterable[PlanLine], *, is_internal: bool) -> bytes:
    """XLSX that no spreadsheet runs; `is_internal` adds what is the agency's own."""
    header = [
        _("day"), _("time"), _("time zone"), _("client"), _("community"), _("network"),
        _("topic"), _("format"), _("state"), _("text"), _("hashtags"), _("link"),
        _("address of the post"),
    ]  # fmt: skip
    inside = [_("rubric"), _("source"), _("work on the text"), _("author")]
    rows = [row_of(line, is_internal=is_internal) for line in lines]
    return write_xlsx(rows, [*header, *inside] if is_internal else header)


def row_of(line: PlanLine, *, is_internal: bool) -> Sequence[Cell]:
    shown: list[Cell] = [
        line.at.date(), f"{line.at:%H:%M}", line.zone, line.client, line.community, line.network,
        line.title, line.format, line.state_label, line.text, line.hashtags, line.link, line.url,
    ]  # fmt: skip
    inside: list[Cell] = [line.rubric, line.source, line.text_work, line.author]
    return [*shown, *inside] if is_internal else shown


def calendar_file(
    lines: Iterable[PlanLine],
    *,
    name: str,
    at: dt.datetime,
    deadlines: Iterable[Deadline] = (),
) -> bytes:
    """iCalendar with the zones' own rules; an event keeps its UID however often it is exported."""
    calendar = Calendar()
    calendar.add("prodid", "-//SMM workbench//publication plan//")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", name)
    for line in lines:
        calendar.add_component(event_of(line, at=at))
    for deadline in deadlines:
        calendar.add_component(day_event_of(deadline, at=at))
    calendar.add_missing_timezones()
    return calendar.to_ical()


def event_of(line: PlanLine, *, at: dt.datetime) -> Event:
    event = Event()
    event.add("uid", f"publication-{line.pk}@smm-workbench")
    event.add("dtstamp", at.astimezone(dt.UTC))
    event.add("dtstart", line.at)
    event.add("dtend", line.at + LENGTH)
    event.add("summary", f"{line.title} · {line.community}")
    said = [line.state_label, line.text]
    event.add("description", "\n\n".join(part for part in said if part))
    event.add("location", f"{line.community} ({line.network})")
    event.add("status", status_of(line))
    # Nobody is busy while a post goes out.
    event.add("transp", "TRANSPARENT")
    if line.url:
        event.add("url", line.url)
    return event


def day_event_of(deadline: Deadline, *, at: dt.datetime) -> Event:
    """The whole day, which takes nobody's time."""
    event = Event()
    event.add("uid", f"{deadline.uid}@smm-workbench")
    event.add("dtstamp", at.astimezone(dt.UTC))
    event.add("dtstart", deadline.day)
    event.add("dtend", deadline.day + dt.timedelta(days=1))
    event.add("summary", deadline.title)
    if deadline.text:
        event.add("description", deadline.text)
    event.add("transp", "TRANSPARENT")
    event.add("url", deadline.url)
    return event


def status_of(line: PlanLine) -> str:
    if line.is_cancelled:
        return "CANCELLED"
    return "CONFIRMED" if line.state in SETTLED else "TENTATIVE"
