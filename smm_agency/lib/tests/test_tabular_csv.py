import codecs
import io
import re
from pathlib import Path

import pytest

from smm_agency.lib.tabular import Errors, Limits, TableError, read_table

RUSSIAN = "дата;текст\n2026-11-03;Привет, мир\n2026-11-04;Ещё одна строка\n"


def rows_of(data: bytes | str, *, required: tuple[str, ...] = ("a", "b")) -> list[object]:
    content = data.encode() if isinstance(data, str) else data
    return list(read_table(content, "calls.csv", required=required).rows)


def refusal(data: bytes | str, name: str = "calls.csv", **options: object) -> str:
    content = data.encode() if isinstance(data, str) else data
    with pytest.raises(TableError) as caught:
        list(read_table(content, name, **options).rows)  # type: ignore[arg-type]
    return str(caught.value)


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_delimiter_is_the_one_that_makes_the_header(mark: str) -> None:
    assert rows_of(f"a{mark}b\n1{mark}2\n") == [(2, {"a": "1", "b": "2"})]


def test_delimiter_of_the_text_inside_does_not_confuse() -> None:
    assert rows_of("a;b\n1,5;x,y,z\n") == [(2, {"a": "1,5", "b": "x,y,z"})]


def test_delimiter_that_is_not_clear_is_refused() -> None:
    message = refusal("date;sum, rub\n1;2\n")
    assert message == "The delimiter is not clear: the header can be split by ',', ';'. State it."


def test_delimiter_may_be_stated() -> None:
    table = read_table(b"date;sum, rub\n1;2\n", "x.csv", delimiter=";")
    assert table.header == ("date", "sum, rub")
    assert list(table.rows) == [(2, {"date": "1", "sum, rub": "2"})]


def test_separator_line_states_the_delimiter_and_counts_as_a_line() -> None:
    assert rows_of("sep=|\r\na|b\r\n1|2\r\n") == [(3, {"a": "1", "b": "2"})]


def test_one_column_needs_no_delimiter() -> None:
    assert rows_of("a\n1\n2\n", required=("a",)) == [(2, {"a": "1"}), (3, {"a": "2"})]


@pytest.mark.parametrize(
    "data",
    [
        RUSSIAN.encode(),
        codecs.BOM_UTF8 + RUSSIAN.encode(),
        RUSSIAN.encode("utf-16"),
        codecs.BOM_UTF16_BE + RUSSIAN.encode("utf-16-be"),
    ],
)
def test_encoding_by_mark_or_utf8_needs_no_note(data: bytes) -> None:
    table = read_table(data, "x.csv", required=("дата", "текст"))
    assert table.notes == ()
    assert next(table.rows) == (2, {"дата": "2026-11-03", "текст": "Привет, мир"})


def test_windows_1251_is_read_and_told() -> None:
    table = read_table(RUSSIAN.encode("cp1251"), "x.csv", required=("дата",))
    assert table.notes == ("The file is not UTF-8; it was read as Windows-1251.",)
    assert next(table.rows) == (2, {"дата": "2026-11-03", "текст": "Привет, мир"})


def test_windows_1251_bears_capitals_and_some_latin() -> None:
    text = "имя,пост\nИВАН,Наш SMMщик пишет о МТС — «всё» за 5 €\n"
    table = read_table(text.encode("cp1251"), "x.csv", required=("имя",))
    assert next(table.rows)[1]["имя"] == "ИВАН"


@pytest.mark.parametrize(
    "data",
    [
        RUSSIAN.encode("koi8-r"),
        RUSSIAN.encode("cp866"),
        "name;city\nMüller;Köln\nGröße;Fuß\n".encode("latin-1"),
    ],
)
def test_another_code_page_is_refused_and_not_guessed(data: bytes) -> None:
    assert refusal(data).startswith("The encoding is not clear")


@pytest.mark.parametrize("encoding", ["koi8-r", "cp866"])
def test_stated_encoding_is_obeyed(encoding: str) -> None:
    data = RUSSIAN.encode(encoding)
    table = read_table(data, "x.csv", required=("дата",), encoding=encoding)
    assert next(table.rows)[1]["текст"] == "Привет, мир"


def test_stated_encoding_that_does_not_fit_is_refused_by_line() -> None:
    data = b"a,b\n1,2\n3,\xff\n"
    assert refusal(data, encoding="utf-8") == "row 3: The file is not in the encoding utf-8."
    assert refusal(b"a,b\n", encoding="klingon") == "Unknown encoding: klingon."
    assert refusal(b"a,b\n", encoding="base64") == "Unknown encoding: base64."


@pytest.mark.parametrize("data", [b"", b"\n\n", b" \r\n", codecs.BOM_UTF8, b",,\n"])
def test_empty_file_is_refused(data: bytes) -> None:
    assert refusal(data, required=("a",)) == "The file is empty."


def test_nul_bytes_are_refused_by_line() -> None:
    assert refusal(b"a,b\n1,\x002\n").startswith("row 2: NUL characters")
    assert refusal("a,b\n".encode("utf-16-le")).startswith("row 1: NUL characters")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"\x89PNG\r\n\x1a\n\xff\xd8", "The file is not text."),
        (b"PK\x03\x04abc", "The file is a workbook or an archive."),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "An old or password-protected Excel file."),
    ],
)
def test_binary_file_is_refused(data: bytes, message: str) -> None:
    assert refusal(data).startswith(message)


def test_missing_columns_are_named_with_those_found() -> None:
    assert refusal("a;x;y\n1;2;3\n", required=("a", "b", "c")) == (
        "row 1: Missing columns: b, c. The header has: a, x, y."
    )


def test_first_row_of_data_is_no_header() -> None:
    assert refusal("2026-11-03,5\n2026-11-04,6\n", required=("day", "views")) == (
        "row 1: The file has no header: its first row is data. It needs: day, views."
    )


def test_repeated_column_is_refused() -> None:
    assert refusal("a,b,a\n1,2,3\n") == "row 1, field a: The column stands twice in the header."
    assert refusal("a, a\n1,2\n") == "row 1, field a: The column stands twice in the header."


def test_column_without_a_name_is_refused_unless_it_is_an_empty_tail() -> None:
    assert refusal("a,,b\n1,2,3\n") == "row 1: Column 2 has no name."
    assert rows_of("a,b,,\n1,2,,\n") == [(2, {"a": "1", "b": "2"})]


def test_unknown_column_is_refused_where_all_are_stated() -> None:
    assert refusal("a,b,z\n1,2,3\n", required=("a",), columns=("b",)) == (
        "row 1: Unknown columns: z. Known are: a, b."
    )
    assert rows_of("a,b,z\n1,2,3\n") == [(2, {"a": "1", "b": "2", "z": "3"})]


def test_row_longer_than_the_header_is_refused() -> None:
    assert refusal("a,b\n1,2\n1,2,3\n") == "row 3: The row has 3 cells, the header 2."


def test_row_that_was_cut_off_is_refused() -> None:
    assert refusal("a,b,c\n1,2,3\n1,2\n") == "row 3: The row has 2 cells, the header 3."


def test_rows_of_a_wrong_length_can_be_collected() -> None:
    errors = Errors()
    data = b"a,b\n1\n1,2\n1,2,3\n"
    rows = list(read_table(data, "x.csv", required=("a",), errors=errors).rows)
    assert rows == [(3, {"a": "1", "b": "2"})]
    assert [error.row for error in errors] == [2, 4]


def test_row_number_is_the_line_where_the_record_starts() -> None:
    data = 'a,b\r\n1,"two\r\nlines"\r\n\r\n2,x\r\n3,"un\nix"\r\n4,y'
    assert [row for row, _cells in read_table(data.encode(), "x.csv").rows] == [2, 5, 6, 8]


def test_unbalanced_quote_is_refused_by_its_line() -> None:
    assert refusal('a,b\n1,2\n3,"x\n4,5\n') == (
        "row 3: A quote that opens in this row is never closed."
    )
    assert refusal('a,b\n1,"x" y\n').startswith("row 2: A closing quote is followed by text.")
    assert refusal('a,"b\n1,2\n') == "row 1: A quote that opens in this row is never closed."


def test_cell_without_an_end_is_refused() -> None:
    message = refusal("a,b\n1," + "x" * 200_000 + "\n")
    assert message == "row 2: A cell is too long; is a closing quote missing?"


def test_blank_rows_are_left_out_and_counted() -> None:
    assert rows_of("\n\na,b\n\n,\n1,2\n") == [(6, {"a": "1", "b": "2"})]


def test_cells_are_given_as_they_stand() -> None:
    assert rows_of('a,b\n" x ","say ""hi"""\n') == [(2, {"a": " x ", "b": 'say "hi"'})]


def test_header_alone_is_a_table_without_rows() -> None:
    assert rows_of("a,b\n") == []


def test_limits_refuse_what_is_too_large() -> None:
    small = Limits(size=40, rows=2, columns=3)
    assert refusal("a,b\n" + "1,2\n" * 3, limits=small) == (
        "row 4: More than 2 rows. Split the file."
    )
    assert refusal("a,b,c,d\n", limits=small) == "row 1: More than 3 columns."
    assert refusal("x" * 41, limits=small) == "The file is larger than 0 MB. Split it."


def test_file_may_be_a_path_or_a_stream(tmp_path: Path) -> None:
    path = tmp_path / "calls.csv"
    path.write_bytes(b"a,b\n1,2\n")
    expected = [(2, {"a": "1", "b": "2"})]
    assert list(read_table(path, path.name).rows) == expected
    assert list(read_table(io.BytesIO(b"a,b\n1,2\n"), "x.csv").rows) == expected


def test_sheet_is_refused_for_csv() -> None:
    assert refusal("a,b\n", sheet="Calls") == "A CSV file has no sheets."


def test_refusals_never_show_more_of_the_file_than_its_header() -> None:
    secret = "79161234567"
    message = refusal(f"a,b\n{secret},2,3\n")
    assert re.search(secret, message) is None


def test_loose_header_numbers_what_stands_twice_or_has_no_name() -> None:
    table = read_table(b"a,Views,Views,,Views\n1,2,3\n4,5,6,7,8\n", "x.csv", loose=True)
    assert table.header == ("a", "Views", "Views (2)", "Column 4", "Views (3)")
    assert [list(row.values()) for _number, row in table.rows] == [
        ["1", "2", "3", "", ""],
        ["4", "5", "6", "7", "8"],
    ]


def test_header_may_stand_below_other_rows() -> None:
    table = read_table(b'sep=,\n"Reach"\n\na,b\n1,2\n', "x.csv", loose=True, header_at=2)
    assert (table.header, list(table.rows)) == (("a", "b"), [(5, {"a": "1", "b": "2"})])
    with pytest.raises(TableError, match="empty"):
        read_table(b"a,b\n", "x.csv", header_at=5)


def test_comma_before_a_space_belongs_to_a_name() -> None:
    table = read_table("День;Расход, ₽\n1;1,5\n".encode(), "costs.csv", loose=True)
    assert (table.header, [row for _number, row in table.rows]) == (
        ("День", "Расход, ₽"),
        [{"День": "1", "Расход, ₽": "1,5"}],
    )
