"""Days of a channel from YouTube Studio: “Totals.csv”, and a table by date."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from django.utils.translation import gettext as _

from kpi.column_mapping import DATE
from kpi.day_files import (
    DayFile,
    DayFileOptions,
    DayReading,
    check_day,
    keep_latest,
    note_missing_days,
)
from kpi.written_cells import TOTALS, WrittenCells
from smm_agency.lib.tabular import DateOrder, TableError, read_table

DAY = "Date"
COUNTERS: Mapping[str, str] = MappingProxyType(
    {
        "Views": "views_day",
        "Unique viewers": "reach",
        "Likes": "likes",
        "Comments added": "comments",
        "Shares": "shares",
        "Subscribers gained": "joined",
        "Subscribers lost": "left",
    }
)
# Figures of Studio that no counter here holds; subscribers are the day's gain less its loss.
OTHERS = frozenset(
    {
        "Average view duration",
        "Average percentage viewed (%)",
        "Stayed to watch (%)",
        "New viewers",
        "Casual viewers",
        "Regular viewers",
        "Returning viewers",
        "Watch time (hours)",
        "Subscribers",
        "Impressions",
        "Impressions click-through rate (%)",
        "Engaged views",
        "Dislikes",
        "Likes (vs. dislikes) (%)",
        "Videos added",
        "Videos published",
        "Estimated revenue (USD)",
        "Your estimated revenue (USD)",
    }
)


def is_studio_days(header: Sequence[str]) -> bool:
    return header[:1] == (DAY,) and len(header) > 1 and not set(header[1:]) - OTHERS - set(COUNTERS)


def read_studio_days(data: bytes, name: str, options: DayFileOptions) -> DayFile:
    """The figures of each day that are counters here; an empty cell is not measured."""
    file = DayFile()
    table = read_table(data, name, required=(DAY,), errors=file.errors, loose=True)
    found = {COUNTERS[column]: column for column in table.header if column in COUNTERS}
    if not found:
        message = _(
            "No figure of this file is kept: %(found)s. In Studio choose another one and export"
            " again: %(known)s."
        )
        values = {"found": ", ".join(table.header[1:]), "known": ", ".join(COUNTERS)}
        raise TableError(None, None, message % values)
    file.header, file.columns = table.header, {DATE: DAY, **found}
    for number, row in table.rows:
        file.rows += 1
        _read(number, row, found, options, file)
    file.notes += [*table.notes, *_notes(table.header)]
    keep_latest(file, column=DAY)
    note_missing_days(file)
    return file


def _read(
    number: int,
    row: Mapping[str, str],
    found: Mapping[str, str],
    options: DayFileOptions,
    file: DayFile,
) -> None:
    if row[DAY].strip().casefold() in TOTALS:
        file.skip(_("the row of totals"))
        return
    cells = WrittenCells(row, number, file.errors, order=DateOrder.YMD)
    moment, _is_day = cells.day_end(DAY, options.client_zone)
    counters = {name: cells.count(column) for name, column in found.items()}
    if not cells.is_good:
        return
    if all(value is None for value in counters.values()):
        file.skip(_("days without a figure"))
        return
    with file.errors.collect():
        day = moment.astimezone(options.client_zone).date()
        check_day(day, options.today, row=number, field=DAY)
        file.days.append(DayReading(number, day, moment, counters))


def _notes(header: Sequence[str]) -> list[str]:
    left = [column for column in header[1:] if column not in COUNTERS]
    notes = [_("Days are those of the channel in Studio; the last ones may not be whole.")]
    if left:
        notes.append(_("Left out, since no counter holds them: %(columns)s.")
                     % {"columns": ", ".join(left)})  # fmt: skip
    return notes
