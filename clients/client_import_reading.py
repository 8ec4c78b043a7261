"""The workbook of clients as rows of its sheets; nothing is looked up yet."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from clients.client_import_columns import SHEETS, SheetForm, is_ours, plain, sheet_names, sheet_of
from clients.client_import_rows import Row
from smm_agency.lib.tabular import Limits, TableError
from smm_agency.lib.tabular.sheet_cells import CellRead, SheetRead, address, read_sheets

# Ten thousand rows with their header.
LIMITS = Limits(size=10 * 2**20, rows=10_001, columns=60, uncompressed=100 * 2**20)
LAST_HEADER_ROW = 10


@dataclass
class FileRead:
    """`blocking` are reasons why nothing of the file can be taken."""

    rows: dict[str, list[Row]] = field(default_factory=dict)
    blocking: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def read_file(data: bytes, name: str) -> FileRead:
    """Raises TableError for what is no workbook."""
    found = FileRead({form.key: [] for form in SHEETS})
    seen: set[str] = set()
    for sheet in read_sheets(data, name, limits=LIMITS, wanted=sheet_names()):
        form = sheet_of(sheet.title)
        if form is None:
            _note_other(found, sheet)
        elif form.key in seen:
            message = _("There are two sheets %(sheet)s, one in each language: keep one.")
            found.blocking.append(message % {"sheet": form.title})
        elif sheet.is_hidden and sheet.rows:
            message = _("The sheet %(sheet)s is hidden: unhide it, look at it, or delete it.")
            found.blocking.append(message % {"sheet": sheet.title})
        elif sheet.rows:
            seen.add(form.key)
            _read_form(found, form, sheet)
    if not seen and not found.blocking:
        names = ", ".join(form.title for form in SHEETS)
        message = _("None of the sheets %(names)s holds anything: fill in the workbook given here.")
        raise TableError(None, None, message % {"names": names})
    return found


def _note_other(found: FileRead, sheet: SheetRead) -> None:
    if not is_ours(sheet.title):
        message = _("The sheet “%(sheet)s” is not known and was not read.")
        found.notes.append(message % {"sheet": sheet.title})


def _read_form(found: FileRead, form: SheetForm, sheet: SheetRead) -> None:
    place = _header_place(form, sheet.rows)
    if place is None:
        names = ", ".join(column.title for column in form.columns if column.is_required)
        message = _("The sheet %(sheet)s has no header: its first row needs %(names)s.")
        found.blocking.append(message % {"sheet": sheet.title, "names": names})
        return
    header_row, cells = sheet.rows[place]
    columns, unknown, twice = _columns(form, cells)
    for name in twice:
        message = _("The sheet %(sheet)s has the column %(name)s twice: keep one.")
        found.blocking.append(message % {"sheet": sheet.title, "name": name})
    for name in unknown:
        message = _("The column “%(name)s” of the sheet %(sheet)s is not known and was not read.")
        found.notes.append(message % {"sheet": sheet.title, "name": name})
    if not twice:
        rows = [Row(form, number, columns, line) for number, line in sheet.rows[place + 1 :]]
        filled = [row for row in rows if _is_filled(row)]
        for row in filled:
            row.note_problems()
        _note_merged(filled, sheet, header_row)
        found.rows[form.key] = filled


def _header_place(form: SheetForm, rows: Sequence[tuple[int, list[CellRead]]]) -> int | None:
    """The first row that has every column that is needed."""
    for place, (_number, cells) in enumerate(rows[:LAST_HEADER_ROW]):
        names = {plain(cell.text) for cell in cells}
        if all(names & column.names() for column in form.columns if column.is_required):
            return place
    return None


def _columns(
    form: SheetForm, cells: Iterable[CellRead]
) -> tuple[dict[str, int], list[str], list[str]]:
    """Column's number by its key; names that are not known; names that stand twice."""
    keys: dict[int, str] = {}
    unknown = []
    for number, cell in enumerate(cells, start=1):
        name = plain(cell.text)
        column = next((each for each in form.columns if name in each.names()), None)
        if column is not None:
            keys[number] = column.key
        elif name or cell.problem:
            unknown.append(cell.text.strip() or address(number, 1))
    twice = [key for key, count in Counter(keys.values()).items() if count > 1]
    titles = [form.column(key).title for key in twice]
    return {key: number for number, key in keys.items()}, unknown, titles


def _is_filled(row: Row) -> bool:
    """Blank rows and notes beside the table are no rows of it."""
    return any(
        number <= len(row.cells)
        and (row.cells[number - 1].text.strip() or row.cells[number - 1].problem)
        for number in row.columns.values()
    )


def _note_merged(rows: Sequence[Row], sheet: SheetRead, header_row: int) -> None:
    by_number = {row.number: row for row in rows}
    for left, top, right, bottom in sheet.merged:
        if (left, top) == (right, bottom) or bottom <= header_row:
            continue
        message = _("Merged with %(cells)s: unmerge them and write the value into every row.")
        told = message % {"cells": f"{address(left, top)}:{address(right, bottom)}"}
        # A range may span the whole sheet: only rows that are there are looked at.
        touched = (row for number, row in by_number.items() if top <= number <= bottom)
        for row in touched:
            for key, number in row.columns.items():
                if left <= number <= right:
                    row.refuse(key, told)
                    break
