"""Records of an XLSX sheet: values only, nothing in the file is ever run."""

import io
import re
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.cell.read_only import EMPTY_CELL
from openpyxl.styles.numbers import is_datetime
from openpyxl.workbook import Workbook

from smm_agency.lib.tabular.errors import TableError
from smm_agency.lib.tabular.limits import Limits

# Excel keeps 15 digits of a number and turns the rest to zeros.
EXACT_NUMBER = 10**15
_ENCRYPTED = 0x1
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def xlsx_records(
    data: bytes, sheet: str | None, limits: Limits
) -> tuple[Iterator[tuple[int, list[str]]], list[str]]:
    """(sheet row, cells) of every row that is not blank, and notes; raises TableError.

    A formula is refused with its address: neither evaluated nor replaced by its cached value.
    """
    _refuse_bomb(data, limits)
    book = _open(data)
    name = sheet or book.sheetnames[0]
    if name not in [worksheet.title for worksheet in book.worksheets]:
        message = _("There is no sheet %(name)s; the file has: %(sheets)s.")
        raise TableError(None, None, message % {"name": name, "sheets": ", ".join(book.sheetnames)})
    notes = []
    if sheet is None and len(book.sheetnames) > 1:
        notes.append(
            _("The file has %(count)s sheets; only %(name)s was read.")
            % {"count": len(book.sheetnames), "name": name}
        )
    return _records(book, name, limits), notes


def sheet_names(data: bytes, limits: Limits | None = None) -> list[str]:
    """None of them for what is no workbook. Raises TableError for one that cannot be read."""
    if not data.startswith(b"PK"):
        return []
    _refuse_bomb(data, limits or Limits())
    book = _open(data)
    try:
        return [worksheet.title for worksheet in book.worksheets]
    finally:
        book.close()


def _refuse_bomb(data: bytes, limits: Limits) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError):
        raise _unreadable() from None
    # zipfile never unpacks more of an entry than its declared size, so the sum can be trusted.
    if (
        len(entries) > limits.entries
        or sum(entry.file_size for entry in entries) > limits.uncompressed
    ):
        raise TableError(None, None, _("The file is too large when unpacked. Split it."))
    if any(entry.flag_bits & _ENCRYPTED for entry in entries):
        raise TableError(None, None, _("The file is protected by a password. Save it without."))


def _open(data: bytes) -> Workbook:
    try:
        with warnings.catch_warnings():
            # Styles and validations that openpyxl leaves out do not change values.
            warnings.simplefilter("ignore")
            return load_workbook(
                io.BytesIO(data), read_only=True, data_only=False, keep_links=False
            )
    except Exception:  # a damaged file raises nearly anything in openpyxl
        raise _unreadable() from None


def _unreadable() -> TableError:
    return TableError(
        None, None, _("The file is not a readable XLSX workbook. Open it and save it as XLSX.")
    )


def _records(book: Workbook, name: str, limits: Limits) -> Iterator[tuple[int, list[str]]]:
    # One column more than allowed, so that too wide a sheet is noticed; the declared size is not
    # believed: it may span a million empty rows.
    rows = _guarded(book[name].iter_rows(max_col=limits.columns + 1))
    filler: Sequence[Any] | None = None
    try:
        for number, row in enumerate(rows, start=1):
            # openpyxl gives one and the same object for every row that the file leaves out.
            if row is filler:
                continue
            cells = [_text(cell, number) for cell in row[: _width(row)]]
            while cells and not cells[-1].strip():
                cells.pop()
            if cells:
                yield number, cells
            else:
                filler = row
    finally:
        book.close()


def _width(row: Sequence[Any]) -> int:
    """The number of cells up to the last one that the file holds."""
    width = len(row)
    while width and row[width - 1] is EMPTY_CELL:
        width -= 1
    return width


def _guarded(rows: Iterator[Sequence[Any]]) -> Iterator[Sequence[Any]]:
    while True:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                row = next(rows)
        except StopIteration:
            return
        except Exception:  # a damaged sheet raises nearly anything in openpyxl
            raise _unreadable() from None
        yield row


def _text(cell: Any, row: int) -> str:
    """A cell as the text that CSV would hold; raises TableError for formulas and error values."""
    value = cell.value
    if cell.data_type == "f":
        message = _("Cell %(cell)s holds a formula. Replace it by its value.")
        raise TableError(row, None, message % {"cell": cell.coordinate})
    if cell.data_type == "e":
        message = _("Cell %(cell)s holds the error %(error)s.")
        raise TableError(row, None, message % {"cell": cell.coordinate, "error": value})
    if value is None:
        return ""
    if isinstance(value, str):
        return _unescaped(value, cell.coordinate, row)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return _number_text(value, cell.coordinate, row)
    return _time_text(value, cell.number_format)


def _unescaped(text: str, coordinate: str, row: int) -> str:
    """The text with Excel's `_x000D_` spellings read (ECMA-376, ST_Xstring)."""
    text = _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text)
    if _UNSTORABLE.search(text):
        message = _("Cell %(cell)s holds a character that cannot be stored.")
        raise TableError(row, None, message % {"cell": coordinate})
    return text


def _number_text(value: int | float, coordinate: str, row: int) -> str:
    if abs(value) >= EXACT_NUMBER:
        message = _(
            "Cell %(cell)s holds a number of more than 15 digits, which a spreadsheet rounds. "
            "Format the column as text and enter it again."
        )
        raise TableError(row, None, message % {"cell": coordinate})
    if value == int(value):
        return str(int(value))
    return format(Decimal(repr(value)), "f")


def _time_text(value: date | datetime | time | timedelta, number_format: str) -> str:
    if isinstance(value, timedelta):
        seconds = round(value.total_seconds())
        return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    if isinstance(value, datetime):
        is_day = is_datetime(number_format) == "date" and value.time() == time()
        return value.date().isoformat() if is_day else value.isoformat()
    return value.isoformat()
