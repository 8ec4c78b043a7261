"""Daily levels by the names of columns: subscribers, views and posts in all, by date."""

import datetime as dt
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from django.utils.translation import gettext as _

from kpi.column_mapping import CHANNEL, DATE
from kpi.day_files import (
    DayFile,
    DayFileOptions,
    DayReading,
    keep_latest,
    note_missing_days,
    warn_of_falling_totals,
)
from kpi.models import ProfileSnapshot
from kpi.post_files import Cells
from smm_agency.lib.tabular import Table, TableError, read_table

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
_DAY_ONLY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{1,2}\.[0-9]{1,2}\.[0-9]{4}")


@dataclass(slots=True)
class _Reader:
    options: DayFileOptions
    columns: Mapping[str, str]
    file: DayFile
    client_zone: dt.tzinfo
    channels: Counter[str] = field(default_factory=Counter)

    def read(self, number: int, row: Mapping[str, str]) -> None:
        self.file.rows += 1
        if CHANNEL in self.columns:
            name = row[self.columns[CHANNEL]].strip()
            self.channels[name] += 1
            if name != self.options.channel:
                return
        text = row[self.columns[DATE]].strip()
        if _DAY_ONLY.fullmatch(text):
            text += " 23:59:59"
        cells = Cells(
            {**row, self.columns[DATE]: re.sub(r" UTC$", "Z", text)}, number, self.file.errors
        )
        moment = cells.moment(self.columns[DATE], self.options.zone)
        counters = {
            name: cells.count(column)
            for name, column in self.columns.items()
            if name not in (DATE, CHANNEL)
        }
        if cells.is_good:
            self.file_under(number, moment, counters)

    def file_under(
        self, number: int, moment: dt.datetime, counters: Mapping[str, int | None]
    ) -> None:
        day = moment.astimezone(self.client_zone).date()
        if day > self.options.today:
            message = _("This day has not come yet.")
            self.file.errors.add(TableError(number, self.columns[DATE], message))
            return
        self.file.days.append(DayReading(number, day, moment, counters))


def read_levels(data: bytes, name: str, options: DayFileOptions) -> DayFile:
    """A column is taken for what it is named after unless it is stated otherwise."""
    file = DayFile()
    table = read_table(data, name, errors=file.errors)
    columns = find_columns(table, options.columns)
    reader = _Reader(options, columns, file, options.client_zone)
    for number, row in table.rows:
        reader.read(number, row)
    _check_channel(reader)
    others = sum(count for name, count in reader.channels.items() if name != options.channel)
    if others:
        file.skip(_("another channel"), others)
    file.header, file.columns = table.header, columns
    taken = ", ".join(f"{name} ← {column}" for name, column in columns.items())
    file.notes += [*table.notes, _("Columns taken: %(columns)s.") % {"columns": taken}]
    keep_latest(file, column=columns[DATE])
    note_missing_days(file)
    warn_of_falling_totals(file)
    return file


def find_columns(table: Table, stated: Mapping[str, str]) -> dict[str, str]:
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
    if CHANNEL in reader.columns and reader.options.channel not in reader.channels:
        message = _("Name one channel of the file with --channel: %(channels)s.")
        raise TableError(None, reader.columns[CHANNEL], message % {"channels": known})
    if reader.options.channel and CHANNEL not in reader.columns:
        raise TableError(None, CHANNEL, _("The file has no column of channels."))
