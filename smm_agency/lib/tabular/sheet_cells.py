"""Several sheets of a workbook, cell by cell: what is wrong with a cell stays with that cell.

For forms that people fill in, where a formula in one cell is told beside it and the rest is read.
"""

import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from django.utils.translation import gettext as _
from openpyxl.utils import get_column_letter, range_boundaries
from openpyxl.workbook import Workbook

from smm_agency.lib.tabular.errors import TableError
from smm_agency.lib.tabular.limits import Limits, too_large
from smm_agency.lib.tabular.reading import _is_workbook
from smm_agency.lib.tabular.xlsx_records import (
    _guarded,
    _open,
    _refuse_bomb,
    _text,
    _unreadable,
    _width,
)

_MERGED = re.compile(rb"<(?:\w+:)?mergeCell\b[^>]*?\bref=\"([A-Z0-9:]{2,40})\"")
_CHUNK = 1 << 20
# The longest tag that a chunk may cut in two.
_TAIL = 200
_MOST_MERGED = 1_000


@dataclass(frozen=True)
class CellRead:
    """`problem` says why the cell was not read, then `text` is empty."""

    text: str = ""
    problem: str = ""


NO_CELL = CellRead()


@dataclass(frozen=True)
class SheetRead:
    """`rows`: (row that a person sees, its cells) of each that is not blank; `merged`: ranges of
    (first column, first row, last column, last row), from 1.
    """

    title: str
    is_hidden: bool = False
    rows: Sequence[tuple[int, list[CellRead]]] = ()
    merged: Sequence[tuple[int, int, int, int]] = field(default=())


def read_sheets(
    data: bytes, name: str, *, limits: Limits, wanted: Iterable[str]
) -> list[SheetRead]:
    """Every sheet of the workbook; the cells of those only whose names in small letters are wanted.

    Raises TableError for what is no workbook, is too large, or is not a filled-in form at all.
    """
    if len(data) > limits.size:
        raise TableError(None, None, too_large(limits.size))
    if not data.strip():
        raise TableError(None, None, _("The file is empty."))
    if not _is_workbook(data, name):
        raise TableError(None, None, _("This is no XLSX workbook: fill in the one given here."))
    _refuse_bomb(data, limits)
    book = _open(data)
    names = set(wanted)
    try:
        return [_read_sheet(book, sheet, data, limits, names) for sheet in book.worksheets]
    finally:
        book.close()


def address(column: int, row: int) -> str:
    """C12, from the numbers that count from 1."""
    return f"{get_column_letter(column)}{row}"


def _read_sheet(
    book: Workbook, sheet: Any, data: bytes, limits: Limits, wanted: set[str]
) -> SheetRead:
    is_hidden = sheet.sheet_state != "visible"
    if sheet.title.strip().casefold() not in wanted:
        return SheetRead(sheet.title, is_hidden)
    rows = list(_rows(sheet, limits))
    return SheetRead(sheet.title, is_hidden, rows, list(_merged(sheet, data)))


def _rows(sheet: Any, limits: Limits) -> Iterator[tuple[int, list[CellRead]]]:
    # The declared size is not believed: it may span a million empty rows.
    sheet.reset_dimensions()
    found = 0
    filler: Any = None
    for number, row in enumerate(_guarded(sheet.iter_rows(max_col=limits.columns)), start=1):
        # openpyxl gives one and the same object for every row that the file leaves out.
        if row is filler:
            continue
        cells = [_read(cell, number) for cell in row[: _width(row)]]
        if not any(cell.text.strip() or cell.problem for cell in cells):
            filler = row
            continue
        found += 1
        if found > limits.rows:
            message = _("More than %(limit)s rows. Split the file.") % {"limit": limits.rows}
            raise TableError(number, None, f"{sheet.title}: {message}")
        yield number, cells


def _read(cell: Any, row: int) -> CellRead:
    try:
        return CellRead(_text(cell, row))
    except TableError as error:
        return CellRead(problem=error.message)


def _merged(sheet: Any, data: bytes) -> Iterator[tuple[int, int, int, int]]:
    """openpyxl leaves merged ranges out while it streams, so they are looked up in the part."""
    count, tail = 0, b""
    for chunk in _chunks(data, sheet._worksheet_path):
        text, end = tail + chunk, 0
        for match in _MERGED.finditer(text):
            end = match.end()
            count += 1
            if count <= _MOST_MERGED and (bounds := _bounds(match[1].decode())):
                yield bounds
        tail = text[max(end, len(text) - _TAIL) :]


def _chunks(data: bytes, path: str) -> Iterator[bytes]:
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive, archive.open(path) as part:
            while chunk := part.read(_CHUNK):
                yield chunk
    except Exception:  # a damaged archive raises nearly anything
        raise _unreadable() from None


def _bounds(text: str) -> tuple[int, int, int, int] | None:
    try:
        first_column, first_row, last_column, last_row = range_boundaries(text)
    except (ValueError, TypeError):
        return None
    if None in (first_column, first_row, last_column, last_row):
        return None
    return int(first_column), int(first_row), int(last_column), int(last_row)  # type: ignore[arg-type] # not None
