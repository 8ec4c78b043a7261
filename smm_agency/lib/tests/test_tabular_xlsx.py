import io
import zipfile
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from smm_agency.lib.tabular import Limits, TableError, read_table


def book_of(fill: Callable[[Worksheet], object]) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    fill(sheet)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def book_with(*rows: list[Any]) -> bytes:
    def fill(sheet: Worksheet) -> None:
        for row in rows:
            sheet.append(row)

    return book_of(fill)


def refusal(data: bytes, name: str = "calls.xlsx", **options: Any) -> str:
    with pytest.raises(TableError) as caught:
        list(read_table(data, name, **options).rows)
    return str(caught.value)


def repacked(data: bytes, part: str, change: Callable[[bytes], bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for entry in old.infolist():
            content = old.read(entry)
            new.writestr(entry.filename, change(content) if entry.filename == part else content)
    return out.getvalue()


def test_values_become_the_text_that_csv_would_hold() -> None:
    data = book_with(
        ["text", "whole", "float", "share", "flag", "day", "moment", "clock", "length", "none"],
        [
            "Привет",
            79161234567,
            12.0,
            0.1,
            True,
            date(2026, 11, 3),
            datetime(2026, 11, 3, 10, 5),  # noqa: DTZ001 - Excel knows no time zones
            time(9, 30),
            timedelta(hours=26, minutes=3, seconds=4),
            None,
        ],
    )
    table = read_table(data, "x.xlsx")
    assert [list(cells.values()) for _row, cells in table.rows] == [
        [
            "Привет",
            "79161234567",
            "12",
            "0.1",
            "true",
            "2026-11-03",
            "2026-11-03T10:05:00",
            "09:30:00",
            "26:03:04",
            "",
        ]
    ]


def test_midnight_of_a_column_with_times_stays_a_moment() -> None:
    midnight = datetime(2026, 11, 3)  # noqa: DTZ001 - Excel knows no time zones
    data = book_with(["at"], [midnight])
    assert list(read_table(data, "x.xlsx").rows) == [(2, {"at": "2026-11-03T00:00:00"})]


@pytest.mark.parametrize("number", [10**15, 12345678901234567, 1.5e20, -(10**16)])
def test_number_that_excel_rounds_is_refused(number: float) -> None:
    message = refusal(book_with(["id"], [number]))
    assert message.startswith("row 2: Cell A2 holds a number of more than 15 digits")


def test_formula_is_refused_with_its_address() -> None:
    message = refusal(book_with(["a", "b"], [1, 2], [3, "=A2+1"]))
    assert message == "row 3: Cell B3 holds a formula. Replace it by its value."


def test_cached_value_of_a_formula_is_never_used() -> None:
    def cache(xml: bytes) -> bytes:
        assert b"<f>A2+1</f><v />" in xml or b"<f>A2+1</f><v/>" in xml
        return xml.replace(b"<f>A2+1</f><v />", b"<f>A2+1</f><v>7</v>").replace(
            b"<f>A2+1</f><v/>", b"<f>A2+1</f><v>7</v>"
        )

    data = repacked(book_with(["a", "b"], [1, "=A2+1"]), "xl/worksheets/sheet1.xml", cache)
    assert refusal(data) == "row 2: Cell B2 holds a formula. Replace it by its value."


def test_formula_in_the_header_is_refused() -> None:
    assert refusal(book_with(["a", '="b"'], [1, 2])).startswith("row 1: Cell B1 holds a formula.")


def test_text_that_looks_like_a_formula_is_text() -> None:
    def fill(sheet: Worksheet) -> None:
        sheet["A1"] = "a"
        sheet["A2"] = "=1+1"
        sheet["A2"].data_type = "s"

    assert list(read_table(book_of(fill), "x.xlsx").rows) == [(2, {"a": "=1+1"})]


def test_excels_spelling_of_control_characters_is_read() -> None:
    data = book_with(["a"], ["one_x000D_\ntwo"], ["_x005F_x000D_"])
    assert [cells["a"] for _row, cells in read_table(data, "x.xlsx").rows] == [
        "one\r\ntwo",
        "_x000D_",
    ]


@pytest.mark.parametrize("spelling", ["_x0000_", "_xD800_"])
def test_character_that_no_database_holds_is_refused(spelling: str) -> None:
    message = refusal(book_with(["a"], [spelling]))
    assert message == "row 2: Cell A2 holds a character that cannot be stored."


def test_error_value_is_refused() -> None:
    message = refusal(book_with(["a"], ["#REF!"]))
    assert message == "row 2: Cell A2 holds the error #REF!."


def test_first_sheet_is_read_and_told() -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.title = "Calls"
    book["Calls"].append(["a"])
    book["Calls"].append([1])
    book.create_sheet("Other").append(["b"])
    out = io.BytesIO()
    book.save(out)
    data = out.getvalue()
    table = read_table(data, "x.xlsx", required=("a",))
    assert table.notes == ("The file has 2 sheets; only Calls was read.",)
    named = read_table(data, "x.xlsx", sheet="Other")
    assert (named.header, named.notes) == (("b",), ())
    message = refusal(data, sheet="Nope")
    assert message == "There is no sheet Nope; the file has: Calls, Other."


def test_row_number_is_the_sheets_own() -> None:
    def fill(sheet: Worksheet) -> None:
        sheet["A3"] = "a"
        sheet["A7"] = "x"

    assert list(read_table(book_of(fill), "x.xlsx").rows) == [(7, {"a": "x"})]


def test_short_row_is_filled_and_long_row_refused() -> None:
    data = book_with(["a", "b"], [1])
    assert list(read_table(data, "x.xlsx").rows) == [(2, {"a": "1", "b": ""})]
    assert refusal(book_with(["a"], [1, 2])) == "row 2: The row has 2 cells, the header 1."


def test_empty_sheet_is_refused() -> None:
    assert refusal(book_with()) == "The file is empty."


@pytest.mark.parametrize(
    ("limits", "message"),
    [
        (Limits(rows=1), "row 3: More than 1 rows. Split the file."),
        (Limits(columns=1), "row 1: More than 1 columns."),
        (Limits(entries=3), "The file is too large when unpacked. Split it."),
        (Limits(uncompressed=1000), "The file is too large when unpacked. Split it."),
        (Limits(size=1000), "The file is larger than 0 MB. Split it."),
    ],
)
def test_limits_refuse_what_is_too_large(limits: Limits, message: str) -> None:
    assert refusal(book_with(["a", "b"], [1, 2], [3, 4]), limits=limits) == message


def test_far_corner_does_not_unfold_an_endless_sheet() -> None:
    def fill(sheet: Worksheet) -> None:
        sheet["A1"] = "a"
        sheet["XFD200000"] = "x"

    assert list(read_table(book_of(fill), "x.xlsx").rows) == []


def test_bomb_is_refused_before_it_is_unpacked() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b" " * (2**20))
    assert refusal(out.getvalue(), limits=Limits(uncompressed=2**19)) == (
        "The file is too large when unpacked. Split it."
    )


def test_defusedxml_guards_openpyxl() -> None:
    assert openpyxl.DEFUSEDXML is True


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml"])
def test_entities_are_refused(part: str) -> None:
    def add_entity(xml: bytes) -> bytes:
        head, mark, rest = xml.partition(b"?>")
        prolog = head + mark if mark else b""
        return prolog + b'<!DOCTYPE x [<!ENTITY e "boom">]>' + (rest if mark else xml)

    data = repacked(book_with(["a"], [1]), part, add_entity)
    assert refusal(data).startswith("The file is not a readable XLSX workbook.")


@pytest.mark.parametrize("data", [b"PK\x03\x04broken", b"PK\x03\x04" + b"\x00" * 200])
def test_damaged_workbook_is_refused(data: bytes) -> None:
    assert refusal(data).startswith("The file is not a readable XLSX workbook.")


def test_archive_that_is_no_workbook_is_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("readme.txt", "hello")
    assert refusal(out.getvalue()).startswith("The file is not a readable XLSX workbook.")


def test_csv_named_xlsx_is_refused() -> None:
    assert refusal(b"a,b\n1,2\n") == "The name says XLSX, but the file is not a workbook."


def test_delimiter_is_refused_for_a_workbook() -> None:
    assert refusal(book_with(["a"]), delimiter=";") == "An XLSX file has no encoding or delimiter."
