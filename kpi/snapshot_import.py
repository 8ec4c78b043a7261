"""Daily levels of a profile from a file: subscribers, views and posts in all, by date.

A column is taken for what it is named after (`COLUMN_NAMES`) unless the person says otherwise, and
what was taken is said. Two readings on one of the client's days: the later wins, and that is said
too. A date without a time stands for the end of that day.
"""

import datetime as dt
import re
import zoneinfo
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from communities.models import Profile
from kpi.models import ProfileSnapshot, Reading
from kpi.post_files import Cells
from kpi.snapshots import ProfileValues, Stored, store_profile_snapshots
from smm_agency.lib.tabular import Errors, Table, TableError, read_table

DATE, CHANNEL = "date", "channel"
COLUMN_NAMES: Mapping[str, Sequence[str]] = MappingProxyType(
    {
        DATE: ("date", "day", "read_at", "дата"),
        CHANNEL: ("channel", "profile", "page", "канал", "страница"),
        "followers": ("followers", "subscribers", "total_subscribers", "members", "подписчики"),
        "joined": ("joined", "вступили"),
        "left": ("left", "вышли"),
        "posts": ("posts", "videos", "total_videos", "total_posts", "публикации"),
        "views": ("views", "total_views", "просмотры"),
    }
)
# What a person may name by hand; the rest is taken by its name only.
FIELDS = (DATE, CHANNEL, *ProfileSnapshot.COUNTERS)
ROWS_PER_STEP = 2_000
_DAY_ONLY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{1,2}\.[0-9]{1,2}\.[0-9]{4}")

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class SnapshotImport:
    """What came of a file. `columns`: our field → the file's column; `errors` were left out."""

    rows: int
    columns: Mapping[str, str]
    skipped: Mapping[str, int]
    notes: tuple[str, ...] = ()
    errors: Errors = field(default_factory=Errors)
    stored: Stored = field(default_factory=Stored)


@dataclass(slots=True)
class _Reader:
    profile: Profile
    columns: Mapping[str, str]
    zone: dt.tzinfo
    channel: str
    today: dt.date
    errors: Errors
    rows: int = 0
    channels: Counter[str] = field(default_factory=Counter)
    values: list[ProfileValues] = field(default_factory=list)

    def read(self, number: int, row: Mapping[str, str]) -> None:
        self.rows += 1
        if CHANNEL in self.columns:
            name = row[self.columns[CHANNEL]].strip()
            self.channels[name] += 1
            if name != self.channel:
                return
        text = row[self.columns[DATE]].strip()
        if _DAY_ONLY.fullmatch(text):
            text += " 23:59:59"
        cells = Cells({**row, self.columns[DATE]: re.sub(r" UTC$", "Z", text)}, number, self.errors)
        moment = cells.moment(self.columns[DATE], self.zone)
        counters: dict[str, Any] = {
            name: cells.count(column)
            for name, column in self.columns.items()
            if name not in (DATE, CHANNEL)
        }
        if cells.is_good:
            day = self.profile.client.day_of(moment)
            if day > self.today:
                message = _("This day has not come yet.")
                self.errors.add(TableError(number, self.columns[DATE], message))
                return
            head = (self.profile.client_id, self.profile.pk, day, Reading.IMPORT, moment)
            self.values.append(ProfileValues(*head)._replace(**counters))


def import_snapshots(
    profile: Profile,
    data: bytes,
    name: str,
    *,
    at: dt.datetime,
    columns: Mapping[str, str] | None = None,
    channel: str = "",
    zone: zoneinfo.ZoneInfo | None = None,
    skip_bad: bool = False,
    progress: Progress | None = None,
) -> SnapshotImport:
    """Take a file of daily levels for a profile, whole or (with errors) not at all.

    `columns`: our field (`FIELDS`) → the file's column. `zone` is for times without an offset, by
    default the client's. Raises TableError for the file, ImportRefused for its rows.
    """
    errors = Errors()
    table = read_table(data, name, errors=errors)
    found = _columns(table, columns or {})
    today = profile.client.day_of(at)
    reader = _Reader(profile, found, zone or profile.client.zone, channel, today, errors)
    for number, row in table.rows:
        reader.read(number, row)
    _check_channel(reader)
    if not skip_bad:
        errors.raise_if_any()
    latest = _latest_of_each_day(reader.values)
    others = sum(count for other, count in reader.channels.items() if other != channel)
    return SnapshotImport(
        reader.rows,
        found,
        {_("another channel"): others} if others else {},
        (*table.notes, *_notes(reader, len(latest))),
        errors,
        _store(latest, at, progress),
    )


def _columns(table: Table, stated: Mapping[str, str]) -> dict[str, str]:
    """Our field → the file's column; what is stated goes first."""
    for name, column in stated.items():
        if name not in FIELDS:
            message = _("No such field; fields are: %(fields)s.")
            raise TableError(None, name, message % {"fields": ", ".join(FIELDS)})
        if column not in table.header:
            message = _("The file has no column “%(column)s”; it has: %(found)s.")
            values = {"column": column, "found": ", ".join(table.header)}
            raise TableError(None, name, message % values)
    found = dict(stated)
    for name, known in COLUMN_NAMES.items():
        fitting = [each for each in table.header if each.casefold() in known]
        fitting = [each for each in fitting if each not in found.values()]
        if name not in found and len(fitting) > 1:
            message = _("Several columns may be meant: %(columns)s. State one with --columns.")
            raise TableError(None, name, message % {"columns": ", ".join(fitting)})
        if name not in found and fitting:
            found[name] = fitting[0]
    _check_columns(table, found)
    return found


def _check_columns(table: Table, found: Mapping[str, str]) -> None:
    values = {"found": ", ".join(table.header)}
    if DATE not in found:
        message = _("No column of dates was found among: %(found)s. State it with --columns.")
        raise TableError(None, DATE, message % values)
    if not set(found) - {DATE, CHANNEL}:
        message = _("No column of a counter was found among: %(found)s. State it with --columns.")
        raise TableError(None, None, message % values)


def _check_channel(reader: _Reader) -> None:
    known = ", ".join(f"{name} ({count})" for name, count in sorted(reader.channels.items()))
    if CHANNEL in reader.columns and reader.channel not in reader.channels:
        message = _("Name one channel of the file with --channel: %(channels)s.")
        raise TableError(None, reader.columns[CHANNEL], message % {"channels": known})
    if reader.channel and CHANNEL not in reader.columns:
        raise TableError(None, CHANNEL, _("The file has no column of channels."))


def _latest_of_each_day(values: Sequence[ProfileValues]) -> list[ProfileValues]:
    latest: dict[dt.date, ProfileValues] = {}
    for each in sorted(values, key=lambda each: each.read_at):
        latest[each.date] = each
    return list(latest.values())


def _notes(reader: _Reader, days: int) -> list[str]:
    taken = ", ".join(f"{name} ← {column}" for name, column in reader.columns.items())
    notes = [_("Columns taken: %(columns)s.") % {"columns": taken}]
    notes.append(_("Days are the client's (%(zone)s).") % {"zone": reader.profile.client.time_zone})
    repeated = len(reader.values) - days
    if repeated:
        message = _("%(count)s more readings on a day that has a later one: the later was taken.")
        notes.append(message % {"count": repeated})
    return notes


@transaction.atomic
def _store(rows: Sequence[ProfileValues], at: dt.datetime, progress: Progress | None) -> Stored:
    stored = Stored()
    for start in range(0, len(rows), ROWS_PER_STEP):
        stored += store_profile_snapshots(rows[start : start + ROWS_PER_STEP], at=at)
        if progress:
            progress(min(start + ROWS_PER_STEP, len(rows)), len(rows))
    return stored
