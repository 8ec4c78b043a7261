"""Days of a page from any table, by columns that a person has named."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from kpi.column_mapping import CHANNEL, DATE, ColumnMap
from kpi.day_files import (
    DayFile,
    DayFileOptions,
    DayReading,
    check_day,
    keep_latest,
    note_missing_days,
    warn_of_falling_totals,
)
from kpi.mapped_table import check_channel, read_mapped_table
from kpi.written_cells import WrittenCells


@dataclass(slots=True)
class _Rows:
    options: DayFileOptions
    mapping: ColumnMap
    file: DayFile
    channels: Counter[str] = field(default_factory=Counter)

    def read(self, number: int, row: Mapping[str, str]) -> None:
        columns = self.mapping.columns
        self.file.rows += 1
        if CHANNEL in columns:
            channel = row[columns[CHANNEL]].strip()
            self.channels[channel] += 1
            if channel != self.options.channel:
                self.file.skip(_("another channel"))
                return
        cells = WrittenCells(
            row, number, self.file.errors, order=self.mapping.order, mark=self.mapping.mark
        )
        moment, is_day = cells.day_end(columns[DATE], self.options.zone)
        counters = {name: cells.count(column) for name, column in self.mapping.counters.items()}
        if not cells.is_good:
            return
        # A day alone is the client's day, wherever the file was made.
        zone = self.options.zone if is_day else self.options.client_zone
        day = moment.astimezone(zone).date()
        with self.file.errors.collect():
            check_day(day, self.options.today, row=number, field=columns[DATE])
            read_at = self.options.end_of(day) if is_day else moment
            self.file.days.append(DayReading(number, day, read_at, counters))


def read_mapped_days(data: bytes, name: str, options: DayFileOptions) -> DayFile:
    """A row is a day. Raises TableError where the mapping does not say all that is needed."""
    mapping = options.mapping or ColumnMap()
    file = DayFile()
    table = read_mapped_table(data, name, mapping, file.errors)
    rows = _Rows(options, mapping, file)
    for number, row in table.rows:
        rows.read(number, row)
    check_channel(rows.channels, mapping, options.channel)
    file.header, file.columns = table.header, mapping.columns
    file.notes += [*table.notes]
    keep_latest(file, column=mapping.columns[DATE])
    note_missing_days(file)
    warn_of_falling_totals(file)
    note = _("A day without a time is the client's day; times are of %(zone)s.")
    file.notes.append(note % {"zone": options.zone})
    return file
