"""Workbooks of several tables: read, not filled in, and the same bytes each time."""

import datetime as dt
import io
import time
import zipfile
from decimal import Decimal

import openpyxl
import pytest

from smm_agency.lib.tabular import Cell, Sheet, write_book

AT = dt.datetime(2026, 4, 3, 9, tzinfo=dt.UTC)
CALLS = Sheet(
    "Calls by day",
    ["day", "calls", "share", "place"],
    [[dt.date(2026, 3, 1), 0, 0.25, "=1+1"], [dt.date(2026, 3, 2), None, Decimal("1.50"), "VK"]],
    note="An empty cell was not measured.",
)


def read(content: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(content))


def test_numbers_are_numbers_and_what_is_missing_is_empty() -> None:
    (page,) = read(write_book([CALLS], at=AT))
    assert [[cell.value for cell in row] for row in page.rows] == [
        ["day", "calls", "share", "place"],
        [dt.datetime(2026, 3, 1), 0, 0.25, "'=1+1"],  # noqa: DTZ001 - as openpyxl reads a day
        [dt.datetime(2026, 3, 2), None, 1.5, "VK"],  # noqa: DTZ001
        [None, None, None, None],
        ["An empty cell was not measured.", None, None, None],
    ]
    assert [cell.data_type for cell in page[2]] == ["d", "n", "n", "s"]


def test_the_header_stays_in_sight_and_columns_are_as_wide_as_their_words() -> None:
    rows: list[list[Cell]] = [["a" * 200, 1]]
    (page,) = read(write_book([Sheet("Posts", ["post", "n"], rows)], at=AT))
    assert (page.freeze_panes, page["A1"].font.bold) == ("A2", True)
    assert [page.column_dimensions[name].width for name in "AB"] == [60, 9]


def test_the_same_tables_at_the_same_moment_are_the_same_bytes() -> None:
    first = write_book([CALLS], at=AT)
    # An archive's clock counts in two seconds, openpyxl's in one.
    time.sleep(2.1)
    assert write_book([CALLS], at=AT) == first
    names = {entry.date_time for entry in zipfile.ZipFile(io.BytesIO(first)).infolist()}
    assert names == {(1980, 1, 1, 0, 0, 0)}


def test_another_moment_is_told_in_the_file() -> None:
    book = read(write_book([CALLS], at=AT))
    assert book.properties.modified == dt.datetime(2026, 4, 3, 9)  # noqa: DTZ001


def test_names_are_as_excel_takes_them_and_each_once() -> None:
    titles = ["Calls: by day / [all]", "calls  by day    all", "x" * 40, "x" * 40]
    book = read(write_book([Sheet(title, ["a"], []) for title in titles], at=AT))
    assert book.sheetnames == [
        "Calls  by day    all",
        "calls  by day    all 2",
        "x" * 31,
        f"{'x' * 28} 2",
    ]


def test_a_row_of_another_width_is_refused() -> None:
    with pytest.raises(ValueError, match="A row has 1 cells, the header 2"):
        write_book([Sheet("a", ["b", "c"], [[1]])], at=AT)
