"""A workbook of several tables that is read, not filled in: header, widths, frozen panes.

The same tables made at the same moment are the same bytes: openpyxl writes the clock's time into
the file and into the archive's entries, so both are set anew.
"""

import io
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from smm_agency.lib.tabular.writing import Cell, _check_width, _xlsx_cell, _xlsx_text

NARROWEST, WIDEST = 9, 60
LONGEST_NAME = 31
# What Excel allows in no sheet's name.
NOT_IN_A_NAME = re.compile(r"[\[\]:*?/\\]")
HEADER_FILL = PatternFill("solid", fgColor="F1F3FB")
# The first moment that an archive can hold.
ENTRY_AT = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Sheet:
    """`note` stands below the rows."""

    title: str
    header: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    note: str = ""


def write_book(sheets: Sequence[Sheet], *, at: datetime) -> bytes:
    """Numbers and days as such, text never as a formula; see `write_xlsx`.

    Raises ValueError for a row of another width than the header.
    """
    for sheet in sheets:
        for row in sheet.rows:
            _check_width(row, len(sheet.header))
    book = Workbook(write_only=True)
    moment = at.astimezone(UTC).replace(tzinfo=None, microsecond=0)
    book.properties.created = book.properties.modified = moment
    for name, sheet in zip(_names(sheets), sheets, strict=True):
        _fill(book.create_sheet(name), sheet)
    out = io.BytesIO()
    book.save(out)
    return _timeless(out.getvalue(), moment)


def _names(sheets: Sequence[Sheet]) -> list[str]:
    """As Excel takes them: short, without its marks, each once."""
    names: list[str] = []
    for sheet in sheets:
        name = NOT_IN_A_NAME.sub(" ", sheet.title).strip("' ")[:LONGEST_NAME] or "Sheet"
        number = 1
        while name.casefold() in (other.casefold() for other in names):
            number += 1
            name = f"{name[: LONGEST_NAME - 3]} {number}"
        names.append(name)
    return names


def _fill(page: Any, sheet: Sheet) -> None:
    page.freeze_panes = "A2"
    for number, width in enumerate(_widths(sheet), start=1):
        page.column_dimensions[get_column_letter(number)].width = width
    page.append([_header_cell(page, name) for name in sheet.header])
    for row in sheet.rows:
        page.append([_xlsx_cell(page, cell) for cell in row])
    if sheet.note:
        page.append([])
        page.append([_xlsx_text(page, sheet.note)])


def _header_cell(page: WriteOnlyWorksheet, name: str) -> Any:
    cell = _xlsx_text(page, name)
    cell.font = Font(bold=True)
    cell.fill = HEADER_FILL
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    return cell


def _widths(sheet: Sheet) -> list[int]:
    lines = [[min(len(name), 24) for name in sheet.header]]
    lines += [[_length(cell) for cell in row] for row in sheet.rows]
    return [max(NARROWEST, min(WIDEST, max(lengths) + 2)) for lengths in zip(*lines, strict=True)]


def _length(cell: Cell) -> int:
    return 0 if cell is None else max((len(line) for line in str(cell).splitlines()), default=0)


def _timeless(content: bytes, moment: datetime) -> bytes:
    """The same entries in the same order, without the moment at which each was packed.

    Saving sets the time of change: it is set back to the one asked for.
    """
    out = io.BytesIO()
    written = moment.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as packed,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as anew,
    ):
        for name in packed.namelist():
            data = packed.read(name)
            if name == "docProps/core.xml":
                data = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>" + written, data)
            entry = zipfile.ZipInfo(name, ENTRY_AT)
            entry.compress_type = zipfile.ZIP_DEFLATED
            anew.writestr(entry, data)
    return out.getvalue()
