import io
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smm_agency.lib.tabular import Cell, parse_decimal, read_table, write_csv, write_xlsx
from smm_agency.lib.tabular.writing import plain_text

TEXTS = st.text(st.characters(codec="utf-8"), max_size=30)
ROWS = st.lists(st.tuples(TEXTS, TEXTS), max_size=5)


def is_kept(row: Sequence[str]) -> bool:
    return any(plain_text(cell).strip() for cell in row)


@given(ROWS, st.sampled_from([",", ";", "\t"]))
@settings(deadline=None)
def test_csv_comes_back_as_it_was_written(rows: list[tuple[str, str]], mark: str) -> None:
    data = write_csv(rows, ["a", "b"], delimiter=mark)
    table = read_table(data, "x.csv", required=("a", "b"))
    expected = [{"a": plain_text(a), "b": plain_text(b)} for a, b in rows if is_kept((a, b))]
    assert [cells for _row, cells in table.rows] == expected


def _without_blanks(cells: Mapping[str, str]) -> dict[str, str]:
    return {name: text if text.strip() else "" for name, text in cells.items()}


@given(ROWS)
@settings(deadline=None, max_examples=40)
def test_xlsx_comes_back_as_it_was_written(rows: list[tuple[str, str]]) -> None:
    data = write_xlsx(rows, ["a", "b"])
    table = read_table(data, "x.xlsx", required=("a", "b"))
    expected = [{"a": plain_text(a), "b": plain_text(b)} for a, b in rows if is_kept((a, b))]
    found = [cells for _row, cells in table.rows]
    # openpyxl reads the last cell of a row as empty where it holds blanks alone.
    assert [_without_blanks(row) for row in found] == [_without_blanks(row) for row in expected]


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=4))
@settings(deadline=None, max_examples=40)
def test_numbers_come_back_equal_from_both_formats(number: Decimal) -> None:
    csv_rows = read_table(write_csv([[number]], ["n"]), "x.csv", required=("n",)).rows
    xlsx_rows = read_table(write_xlsx([[number]], ["n"]), "x.xlsx").rows
    texts = [next(csv_rows)[1]["n"], next(xlsx_rows)[1]["n"]]
    assert [parse_decimal(text, row=2, field="n") for text in texts] == [number, number]


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\tx",
        "\rx",
        "  =1+1",
        "\n=1+1",
        "\u00a0=1+1",
        "\u200b=1+1",
        "\ufeff=1+1",
        "＝1+1",
        "＋1",
        "－1",
        "＠x",
        "﹢1",
        "﹣1",
        " ＝1+1",
        "-",
        "=",
    ],
)
def test_text_that_a_spreadsheet_would_run_gets_an_apostrophe(text: str) -> None:
    assert plain_text(text) == "'" + text


@pytest.mark.parametrize("text", ["", "a=b", "1-2", "Привет", "#1", "'=1", " ", "e@mail", "5 + 5"])
def test_other_text_is_left_alone(text: str) -> None:
    assert plain_text(text) == text


def test_csv_is_what_a_spreadsheet_expects() -> None:
    rows: list[list[Cell]] = [
        ["=cmd|' /C calc'!A0", -5, Decimal("-1.50"), True, date(2026, 11, 3), None, 0],
    ]
    data = write_csv(rows, ["=h", "b", "c", "d", "e", "f", "g"])
    assert data.decode("utf-8") == (
        "\ufeff'=h,b,c,d,e,f,g\r\n'=cmd|' /C calc'!A0,-5,-1.50,true,2026-11-03,,0\r\n"
    )


def test_moments_are_written_with_their_offset() -> None:
    moment = datetime(2026, 11, 3, 10, 5, tzinfo=UTC)
    rows = read_table(write_xlsx([[moment]], ["at"]), "x.xlsx").rows
    assert next(rows) == (2, {"at": "2026-11-03T10:05:00+00:00"})
    assert write_csv([[moment]], ["at"]).endswith(b"\r\n2026-11-03T10:05:00+00:00\r\n")


@pytest.mark.parametrize("write", [write_csv, write_xlsx])
def test_what_has_no_clear_spelling_is_not_written(write: object) -> None:
    assert callable(write)
    naive = datetime(2026, 11, 3)  # noqa: DTZ001 - refusing it is the point
    bad: list[list[object]] = [[naive], [float("nan")], [Decimal("Infinity")], [1, 2]]
    for row in bad:
        with pytest.raises(ValueError, match=r"cannot be written|can be written|cells"):
            write([row], ["a"])


def test_xlsx_cells_have_their_own_types() -> None:
    row: list[Cell] = ["=1+1", "#N/A", -5, Decimal("1.5"), True, date(2026, 11, 3), 10**15, 0.1]
    data = write_xlsx([row], list("abcdefgh"))
    sheet = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]
    found = [(cell.value, cell.data_type) for cell in sheet[2]]
    assert found == [
        ("'=1+1", "s"),
        ("#N/A", "s"),
        (-5, "n"),
        (1.5, "n"),
        (True, "b"),
        (datetime(2026, 11, 3), "d"),  # noqa: DTZ001 - Excel knows no time zones
        ("1000000000000000", "s"),
        (0.1, "n"),
    ]


def test_xlsx_keeps_every_digit_of_a_long_decimal() -> None:
    rows = read_table(write_xlsx([[Decimal("1.00000000000000001")]], ["n"]), "x.xlsx").rows
    assert next(rows) == (2, {"n": "1.00000000000000001"})


def test_characters_that_no_file_holds_are_shown_as_replaced() -> None:
    assert plain_text("a\x00b\x0bc\ud800d") == "a\ufffdb\ufffdc\ufffdd"
    rows = read_table(write_xlsx([["a\x00b"]], ["t"]), "x.xlsx").rows
    assert next(rows) == (2, {"t": "a\ufffdb"})


def test_xlsx_refuses_a_cell_that_excel_would_cut() -> None:
    with pytest.raises(ValueError, match="32767 characters"):
        write_xlsx([["x" * 32_768]], ["t"])


def test_day_before_excels_calendar_is_text() -> None:
    rows = read_table(write_xlsx([[date(1899, 5, 1)]], ["d"]), "x.xlsx").rows
    assert next(rows) == (2, {"d": "1899-05-01"})
