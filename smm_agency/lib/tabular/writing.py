"""Writing tables that a spreadsheet opens and never runs."""

import csv
import io
import math
import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import IO, Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from smm_agency.lib.tabular.xlsx_records import EXACT_NUMBER

# The content type of what `write_xlsx` gives.
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Cell = str | int | float | Decimal | date | datetime | bool | None

# Characters that XML 1.0 cannot hold, and halves of surrogate pairs.
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# A literal "_x0041_" would be read by Excel as the letter A.
_XLSX_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_RUNNING_MARKS = frozenset("=+-@")
_RUNNING_STARTS = ("\t", "\r")
_EXACT_DIGITS = 15
_CELL_LIMIT = 32_767
_SHEET_ROWS = 1_048_576
# Excel believes that 1900 was a leap year, so its earlier days are off by one.
_FIRST_SAFE_DAY = date(1900, 3, 1)


def write_csv(
    rows: Iterable[Sequence[Cell]],
    header: Sequence[str],
    *,
    delimiter: str = ",",
    decimal_mark: str = ".",
) -> bytes:
    """CSV in UTF-8 with a BOM, which Excel needs to see Cyrillic; see `plain_text` for text.

    A spreadsheet that splits by another delimiter than this one may start a cell in the middle of
    a text: for people who open files in one, write XLSX. Where decimals begin with a comma, 12.5
    would be read as a day.
    """
    out = io.StringIO(newline="")
    write_csv_to(out, rows, header, delimiter=delimiter, decimal_mark=decimal_mark)
    return out.getvalue().encode("utf-8-sig")


def write_csv_to(
    out: IO[str],
    rows: Iterable[Sequence[Cell]],
    header: Sequence[str],
    *,
    delimiter: str = ",",
    decimal_mark: str = ".",
) -> None:
    """The same into a file that was opened as utf-8-sig with `newline=""`."""
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\r\n")
    width = len(header)
    writer.writerow([plain_text(name) for name in header])
    for row in rows:
        _check_width(row, width)
        writer.writerow([_csv_value(cell, decimal_mark) for cell in row])


def write_xlsx(
    rows: Iterable[Sequence[Cell]], header: Sequence[str], *, sheet: str = "Sheet1"
) -> bytes:
    """One XLSX sheet: numbers and days as such, moments as ISO text, text never as a formula.

    Raises ValueError for more rows or longer cells than Excel can hold.
    """
    out = io.BytesIO()
    write_xlsx_to(out, rows, header, sheet=sheet)
    return out.getvalue()


def write_xlsx_to(
    out: IO[bytes],
    rows: Iterable[Sequence[Cell]],
    header: Sequence[str],
    *,
    sheet: str = "Sheet1",
) -> None:
    """The same into a file, which is never held in memory."""
    book = Workbook(write_only=True)
    page = book.create_sheet(sheet)
    try:
        _fill(page, rows, header)
    except BaseException:
        # Saving is how openpyxl closes its half-written stream and removes its temporary file.
        book.save(io.BytesIO())
        raise
    book.save(out)


def _fill(page: WriteOnlyWorksheet, rows: Iterable[Sequence[Cell]], header: Sequence[str]) -> None:
    page.append([_xlsx_text(page, name) for name in header])
    for number, row in enumerate(rows, start=2):
        _check_width(row, len(header))
        if number > _SHEET_ROWS:
            raise ValueError(f"An XLSX sheet holds {_SHEET_ROWS} rows at most.")
        page.append([_xlsx_cell(page, cell) for cell in row])


def plain_text(text: str) -> str:
    """The text, with an apostrophe before it where a spreadsheet would run it.

    Characters that no file can hold become U+FFFD. A phone number in E.164 gets the apostrophe
    too: its plus starts a formula.
    """
    text = _UNWRITABLE.sub("\ufffd", text)
    return f"'{text}" if _would_run(text) else text


def _would_run(text: str) -> bool:
    """Whether a mark comes first, be it after blanks or invisible signs, or in a wide shape."""
    if text.startswith(_RUNNING_STARTS):
        return True
    first = next((c for c in text if not _is_blank(c)), "")
    return unicodedata.normalize("NFKC", first)[:1] in _RUNNING_MARKS


def _is_blank(char: str) -> bool:
    return char.isspace() or unicodedata.category(char) in {"Cf", "Cc", "Zs"}


def _check_width(row: Sequence[Cell], width: int) -> None:
    if len(row) != width:
        raise ValueError(f"A row has {len(row)} cells, the header {width}.")


def _csv_value(cell: Cell, decimal_mark: str) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return plain_text(cell)
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, date):
        return _iso(cell)
    return _number(cell).replace(".", decimal_mark)


def _iso(moment: date) -> str:
    if isinstance(moment, datetime) and moment.tzinfo is None:
        raise ValueError("A moment without a time zone cannot be written.")
    return moment.isoformat()


def _number(number: int | float | Decimal) -> str:
    if not math.isfinite(number):
        raise ValueError("Only finite numbers can be written.")
    return str(number) if isinstance(number, int) else format(Decimal(str(number)), "f")


def _xlsx_cell(page: WriteOnlyWorksheet, cell: Cell) -> Any:
    if cell is None or isinstance(cell, bool):
        return cell
    if isinstance(cell, str):
        return _xlsx_text(page, cell)
    if isinstance(cell, date):
        is_day = not isinstance(cell, datetime) and cell >= _FIRST_SAFE_DAY
        return _xlsx_day(page, cell) if is_day else _xlsx_text(page, _iso(cell))
    text = _number(cell)
    return cell if _is_exact_in_excel(cell, text) else _string(page, text)


def _is_exact_in_excel(number: int | float | Decimal, text: str) -> bool:
    """Whether Excel would keep the digits; a float was rounded before it came here."""
    if abs(Decimal(text)) >= EXACT_NUMBER:
        return False
    return isinstance(number, float) or len(re.sub(r"[-.]|^-?0\.0*", "", text)) <= _EXACT_DIGITS


def _xlsx_day(page: WriteOnlyWorksheet, day: date) -> Any:
    cell = WriteOnlyCell(page)
    cell.value = day
    cell.number_format = "yyyy-mm-dd"
    return cell


def _xlsx_text(page: WriteOnlyWorksheet, text: str) -> Any:
    escaped = _XLSX_ESCAPE.sub("_x005F_", plain_text(text))
    # A bare CR would come back from XML as a line feed.
    return _string(page, escaped.replace("\r", "_x000D_"))


def _string(page: WriteOnlyWorksheet, text: str) -> Any:
    if len(text) > _CELL_LIMIT:
        # openpyxl would cut it without a word.
        raise ValueError(f"An XLSX cell holds {_CELL_LIMIT} characters at most.")
    cell = WriteOnlyCell(page, text)
    # Set after the value: openpyxl makes formulas and errors of some strings.
    cell.data_type = "s"
    return cell
