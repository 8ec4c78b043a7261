"""Reading a table: one header, rows of strings, refusals that a person can act on."""

import re
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import IO

from django.utils.translation import gettext as _

from smm_agency.lib.tabular.csv_records import csv_records
from smm_agency.lib.tabular.csv_text import decode
from smm_agency.lib.tabular.errors import Errors, TableError
from smm_agency.lib.tabular.limits import Limits, too_large
from smm_agency.lib.tabular.xlsx_records import xlsx_records

_ZIP = b"PK\x03\x04"
_OLD_OFFICE = b"\xd0\xcf\x11\xe0"
_WORKBOOK_SUFFIXES = {".xlsx", ".xlsm"}
_LOOKS_LIKE_DATA = re.compile(r"[-+]?[0-9][0-9.,:/ T+-]*")

Records = Iterator[tuple[int, list[str]]]


@dataclass(frozen=True)
class Table:
    """`rows` is read once: (row that a person sees, {column: text}); it may raise TableError.

    `notes` tell what was concluded about the file and should be shown.
    """

    header: tuple[str, ...]
    rows: Iterator[tuple[int, dict[str, str]]]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Shape:
    """What a header must be: `columns` are all that are known, None where others may stand."""

    required: Collection[str]
    columns: Collection[str] | None
    limits: Limits
    is_loose: bool = False


def read_table(
    file: bytes | Path | IO[bytes],
    name: str,
    *,
    required: Collection[str] = (),
    columns: Collection[str] | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
    sheet: str | None = None,
    limits: Limits | None = None,
    errors: Errors | None = None,
    loose: bool = False,
    header_at: int = 1,
) -> Table:
    """A CSV or XLSX file by its content; `name` is the one that its owner knows.

    `columns`, where given, are all that may stand beside `required`. Blank rows are left out.
    With `errors`, a row of a wrong length is collected and left out; without, it is raised.
    `loose` takes what other programs write and a person looks at: a comma before a space belongs to
    a name ("Cost, EUR"), names that stand twice or are missing get a number
    ("Views (2)", "Column 3"), and rows without their empty tail are filled up. The header is the
    `header_at`-th row that is not blank, from 1; rows above it are left out.
    Everything else that is wrong raises TableError, here or from `rows`: write in a transaction.
    """
    limits = limits or Limits()
    data = _data(file, limits)
    is_workbook = _is_workbook(data, name)
    notes: list[str]
    if is_workbook:
        _refuse_option(encoding or delimiter, _("An XLSX file has no encoding or delimiter."))
        records, notes = xlsx_records(data, sheet, limits)
    else:
        _refuse_option(sheet, _("A CSV file has no sheets."))
        text, notes = decode(data, encoding)
        records = csv_records(text, delimiter, required, is_loose=loose)
    for _above in range(header_at - 1):
        next(records, None)
    header = _header(records, _Shape(required, columns, limits, loose))
    rows = _rows(records, header, limits, errors, may_be_short=is_workbook or loose)
    return Table(header, rows, tuple(notes))


def read_csv_records(data: bytes) -> tuple[Records, list[str]]:
    """(line, cells) of every row of a CSV that is not blank, with no header looked for; notes.

    Raises TableError, here or by the way.
    """
    text, notes = decode(_data(data, Limits()), None)
    return csv_records(text, None, ()), notes


def _data(file: bytes | Path | IO[bytes], limits: Limits) -> bytes:
    if isinstance(file, bytes):
        data = file
    elif isinstance(file, Path):
        with file.open("rb") as opened:
            data = opened.read(limits.size + 1)
    else:
        data = file.read(limits.size + 1)
    if len(data) > limits.size:
        raise TableError(None, None, too_large(limits.size))
    if not data.strip():
        raise TableError(None, None, _("The file is empty."))
    return data


def _is_workbook(data: bytes, name: str) -> bool:
    is_workbook = data.startswith(_ZIP)
    named_workbook = PurePath(name).suffix.lower() in _WORKBOOK_SUFFIXES
    if data.startswith(_OLD_OFFICE):
        raise TableError(
            None, None, _("An old or password-protected Excel file. Save it as plain XLSX.")
        )
    if named_workbook and not is_workbook:
        raise TableError(None, None, _("The name says XLSX, but the file is not a workbook."))
    if is_workbook and not named_workbook:
        raise TableError(
            None, None, _("The file is a workbook or an archive. Name it .xlsx, or save it as CSV.")
        )
    return is_workbook


def _refuse_option(option: str | None, message: str) -> None:
    if option:
        raise TableError(None, None, message)


def _header(records: Records, shape: _Shape) -> tuple[str, ...]:
    row, cells = next(records, (None, []))
    names = [cell.strip().strip("\ufeff") for cell in cells]
    while names and not names[-1]:
        names.pop()
    if row is None:
        raise TableError(None, None, _("The file is empty."))
    if len(names) > shape.limits.columns:
        message = _("More than %(limit)s columns.") % {"limit": shape.limits.columns}
        raise TableError(row, None, message)
    if shape.is_loose:
        names = _numbered(names)
    _check_names(row, names, shape)
    return tuple(names)


def _numbered(names: list[str]) -> list[str]:
    """The names made different: a repeated one gets its number, a missing one its place."""
    told: list[str] = []
    for place, name in enumerate(names, start=1):
        wanted, number = name or _("Column %(number)s") % {"number": place}, 1
        unique = wanted
        while unique in told:
            number += 1
            unique = f"{wanted} ({number})"
        told.append(unique)
    return told


def _check_names(row: int, names: list[str], shape: _Shape) -> None:
    if "" in names:
        message = _("Column %(number)s has no name.") % {"number": names.index("") + 1}
        raise TableError(row, None, message)
    repeated = next((name for name, count in Counter(names).items() if count > 1), None)
    if repeated is not None:
        raise TableError(row, repeated, _("The column stands twice in the header."))
    missing = [name for name in shape.required if name not in names]
    if missing and not set(shape.required) & set(names) and _is_data(names):
        message = _("The file has no header: its first row is data. It needs: %(names)s.")
        raise TableError(row, None, message % {"names": ", ".join(shape.required)})
    if missing:
        message = _("Missing columns: %(missing)s. The header has: %(found)s.")
        values = {"missing": ", ".join(missing), "found": ", ".join(names)}
        raise TableError(row, None, message % values)
    _refuse_unknown(row, names, shape)


def _refuse_unknown(row: int, names: list[str], shape: _Shape) -> None:
    if shape.columns is None:
        return
    known = [*shape.required, *(name for name in shape.columns if name not in shape.required)]
    unknown = [name for name in names if name not in known]
    if unknown:
        message = _("Unknown columns: %(unknown)s. Known are: %(known)s.")
        values = {"unknown": ", ".join(unknown), "known": ", ".join(known)}
        raise TableError(row, None, message % values)


def _is_data(names: list[str]) -> bool:
    return any(_LOOKS_LIKE_DATA.fullmatch(name) for name in names)


def _rows(
    records: Records,
    header: tuple[str, ...],
    limits: Limits,
    errors: Errors | None,
    *,
    may_be_short: bool,
) -> Iterator[tuple[int, dict[str, str]]]:
    for count, (row, cells) in enumerate(records, start=1):
        if count > limits.rows:
            message = _("More than %(limit)s rows. Split the file.") % {"limit": limits.rows}
            raise TableError(row, None, message)
        try:
            fitted = _fit(row, cells, len(header), may_be_short=may_be_short)
        except TableError as error:
            if errors is None:
                raise
            errors.add(error)
        else:
            yield row, dict(zip(header, fitted, strict=True))


def _fit(row: int, cells: list[str], width: int, *, may_be_short: bool) -> list[str]:
    """Exactly `width` cells. A sheet stores no empty tail; a CSV row without it was cut off."""
    is_long = any(cell.strip() for cell in cells[width:])
    if is_long or (len(cells) < width and not may_be_short):
        message = _("The row has %(cells)s cells, the header %(columns)s.")
        raise TableError(row, None, message % {"cells": len(cells), "columns": width})
    return (cells + [""] * width)[:width]
