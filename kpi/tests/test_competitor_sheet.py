"""The comparison for a spreadsheet: plain numbers, empty where not measured, the reasons last."""

from typing import Any

import pytest

from clients.models import Client
from kpi.competitor_sheet import LONGEST_TEXT, header_of, rows_of
from kpi.competitor_table import compare_competitors
from kpi.tests.comparing import FIRST, LAST, before, level, posted, rival_page
from smm_agency.lib.tabular import Cell, read_table, write_csv, write_xlsx
from tests.factories import DAY, ClientFactory, CompetitorAnalysisFactory, CompetitorFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def client_row() -> Client:
    client: Client = ClientFactory.create(name="Smile")
    rival = CompetitorFactory.create(client=client, name="=Rival")
    page = rival_page(client, rival, title="Coffee", external_id="7")
    level(page, 31, 1000)
    level(page, 1, 1100)
    posted(page, 1, kind="photo", likes=11, views=100)
    CompetitorAnalysisFactory.create(competitor=rival, strengths="x" * (LONGEST_TEXT + 1))
    return client


def rows(client: Client) -> list[dict[str, Cell]]:
    table = compare_competitors(client, on=DAY, formula="er_post")
    return [dict(zip(header_of(), row, strict=True)) for row in rows_of(table)]


def test_a_page_is_a_row_of_plain_values(client_row: Client) -> None:
    [own, rival] = rows(client_row)
    assert (own["name"], own["kind"], own["subscribers"], own["what is not there, and why"]) == (
        "Smile", "own", None, "no page is entered"
    )  # fmt: skip
    assert (rival["first day"], rival["last day"]) == (FIRST, LAST)
    assert (rival["subscribers"], rival["read on"]) == (1100, before(1))
    assert (rival["growth"], rival["growth, share"]) == (100, 0.1)
    assert (rival["ER"], rival["numerator"], rival["denominator"]) == (0.01, 11, 1100)
    assert rival["formula"] == (
        "ER post, average = likes + comments + shares + saves of the period's posts ÷ subscribers"
        " (mean of the measured days) × posts"
    )
    number = rival["best posts"]
    assert isinstance(number, str)
    assert number.startswith("11: A post https://vk.com/wall-7_")
    assert rival["what is not there, and why"] == (
        "posts a week: posts of less than a week are known"
    )
    assert (rival["stale"], rival["time to reply, minutes"]) == (False, None)
    assert len(str(rival["strengths"])) == LONGEST_TEXT


def test_the_titles_of_the_columns_differ() -> None:
    assert len(set(header_of())) == len(header_of())


@pytest.mark.parametrize("write", [write_csv, write_xlsx])
def test_the_files_are_read_back_and_run_nothing(client_row: Client, write: Any) -> None:
    table = compare_competitors(client_row, on=DAY)
    name = "t.csv" if write is write_csv else "t.xlsx"
    read = read_table(write(rows_of(table), header_of()), name)
    assert [row["name"] for _number, row in read.rows] == ["Smile", "'=Rival"]
