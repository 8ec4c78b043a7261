"""Tables of the portal: sorted, paged and taken away by links that any text may stand in."""

import io
from typing import Any

import pytest
from django.http import QueryDict
from django.utils.translation import override
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st
from openpyxl import load_workbook

from clients.portal_tables import PAGE_ROWS, Column, Shown, ShownTable, Table

Row = tuple[str, float | None]

COLUMNS = (
    Column("name", "name", lambda row: row[0], order=lambda row: row[0].casefold()),
    Column(
        "views",
        "views",
        lambda row: Shown(str(row[1]), notes=["noted"]),
        lambda row: row[1],
        order=lambda row: row[1],
        is_number=True,
    ),
    Column("plain", "plain", lambda row: "same"),
)
ROWS: list[Row] = [("beta", 12.5), ("Alpha", None), ("gamma", 3)]


def table_of(rows: list[Any] = ROWS, query: str = "", total: Any = None) -> ShownTable:
    table = Table("posts", "Posts", COLUMNS, rows, "posts_2026-03", total=total)
    return ShownTable(table, QueryDict(query))


def names(query: str) -> list[str]:
    return [line.cells[0][1].text for line in table_of(query=query).lines]


@pytest.mark.parametrize(
    ("query", "order"),
    [
        ("", ["beta", "Alpha", "gamma"]),
        ("posts-sort=name", ["Alpha", "beta", "gamma"]),
        ("posts-sort=-name", ["gamma", "beta", "Alpha"]),
        # What is not measured stands last either way: it is not the least.
        ("posts-sort=views", ["gamma", "beta", "Alpha"]),
        ("posts-sort=-views", ["beta", "gamma", "Alpha"]),
        ("posts-sort=plain", ["beta", "Alpha", "gamma"]),
        ("posts-sort=soon", ["beta", "Alpha", "gamma"]),
        ("calls-sort=name", ["beta", "Alpha", "gamma"]),
    ],
)
def test_rows_stand_as_the_address_says(query: str, order: list[str]) -> None:
    assert names(query) == order


def test_heads_lead_to_the_other_order_and_keep_the_rest() -> None:
    heads = table_of(query="period=2026-03&posts-sort=-views&posts-page=2").heads
    assert [(head.direction, head.href) for head in heads] == [
        ("", "?period=2026-03&posts-sort=name#posts"),
        ("descending", "?period=2026-03&posts-sort=views#posts"),
        ("", ""),
    ]
    # The largest number first, at the first click.
    assert table_of().heads[1].href == "?posts-sort=-views#posts"


def test_pages_follow_each_other() -> None:
    rows = [(str(number), number) for number in range(PAGE_ROWS + 1)]
    first, last = table_of(rows), table_of(rows, "posts-page=2")
    assert (len(first.lines), len(last.lines)) == (PAGE_ROWS, 1)
    assert (first.previous_page, first.next_page) == ("", "?posts-page=2#posts")
    assert (last.previous_page, last.next_page) == ("?posts-page=1#posts", "")


def read_xlsx(content: bytes) -> list[tuple[Any, ...]]:
    return list(load_workbook(io.BytesIO(content)).active.values)  # type: ignore[union-attr] # one sheet


def test_the_file_has_the_columns_and_the_order_of_the_page() -> None:
    answer = table_of(query="posts-sort=-views&posts-page=2").written("xlsx")
    assert read_xlsx(answer.content) == [
        ("name", "views", "plain"), ("beta", 12.5, "same"), ("gamma", 3, "same"),
        ("Alpha", None, "same"),
    ]  # fmt: skip
    assert answer["Content-Disposition"] == 'attachment; filename="posts_2026-03.xlsx"'


def test_the_total_stands_below_whatever_the_order() -> None:
    table = table_of(query="posts-sort=-name", total=("all", 15.5))
    assert table.total is not None
    assert table.total.cells[0][1].text == "all"
    assert read_xlsx(table.written("xlsx").content)[-1] == ("all", 15.5, "same")


@pytest.mark.parametrize(("language", "line"), [("en", "beta,12.5,same"), ("ru", "beta;12,5;same")])
def test_csv_is_split_as_spreadsheets_of_the_language_do(language: str, line: str) -> None:
    with override(language):
        content = table_of().written("csv").content
    assert content.startswith(b"\xef\xbb\xbf")
    assert line in content.decode("utf-8-sig").splitlines()


@pytest.mark.parametrize("extension", ["xlsx", "csv"])
@pytest.mark.parametrize("text", ["=1+1", "+7", "-2", "@SUM(A1)", "\t=1", "\r=1", " =1"])
def test_nothing_in_a_file_runs(extension: str, text: str) -> None:
    content = table_of([(text, 1)]).written(extension).content
    if extension == "xlsx":
        cell = load_workbook(io.BytesIO(content)).active["A2"]  # type: ignore[index] # one sheet
        assert (cell.data_type, str(cell.value)[0]) == ("s", "'")
    else:
        # A carriage return stands in quotes.
        assert content.decode("utf-8-sig").split("\r\n", 1)[1].lstrip('"')[0] == "'"


# A machine under load is slow to make up texts, too.
@examples(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(max_size=20), st.text(max_size=20))
def test_any_text_in_the_address_is_a_page(sort: str, page: str) -> None:
    query = QueryDict(mutable=True)
    query["posts-sort"], query["posts-page"] = sort, page
    table = ShownTable(Table("posts", "Posts", COLUMNS, ROWS, "posts"), query)
    assert len(table.lines) == 3
    assert all(head.href.startswith(("?", "")) for head in table.heads)
    assert table.xlsx.startswith("?")
