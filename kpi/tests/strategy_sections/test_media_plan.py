import datetime as dt
from decimal import Decimal

import pytest

from kpi.strategy_sections.media_plan import media_blocks
from smm_agency.lib.document_blocks import Chart, Column, Heading, Table, number_column
from strategy.contents import read_contents
from strategy.models import StrategyVersion
from tests.factories import BudgetLineFactory, StrategyVersionFactory

pytestmark = pytest.mark.django_db


def add_line(
    version: StrategyVersion, channel: str, month: int, amount: str, **more: object
) -> None:
    BudgetLineFactory.create(
        version=version, channel=channel, month=dt.date(2026, month, 1), amount=Decimal(amount),
        **more,
    )  # fmt: skip


def planned() -> StrategyVersion:
    version: StrategyVersion = StrategyVersionFactory.create()
    add_line(version, "seeding", 3, "5000.50", expected_calls=3, note="Two groups")
    add_line(version, "ads", 3, "20000", expected_reach=10_000, note="The district")
    add_line(version, "ads", 4, "25000", note="The district")
    return version


def test_months_by_channel_with_sums() -> None:
    assert media_blocks(read_contents(planned())) == [
        Heading("Budget by month and channel, RUB"),
        Table(
            [
                Column("Month"),
                number_column("Targeted ads"),
                number_column("Seeding"),
                number_column("Together"),
            ],
            [
                ["March 2026", "20,000", "5,000.50", "25,000.50"],
                ["April 2026", "25,000", "—", "25,000"],
            ],
            ["Together", "45,000", "5,000.50", "50,000.50"],
        ),
        Heading("What the channels should bring"),
        Table(
            [
                Column("Channel", weight=2),
                number_column("Amount"),
                number_column("Expected reach"),
                number_column("Expected calls"),
                Column("What for", weight=2),
            ],
            [
                ["Targeted ads", "45,000", "10,000\nin 1 of 2 lines", "—", "The district"],
                ["Seeding", "5,000.50", "—", "3", "Two groups"],
            ],
            ["Together", "50,000.50", "10,000\nin 1 of 3 lines", "3\nin 1 of 3 lines", ""],
        ),
    ]


def test_currencies_are_never_added() -> None:
    version = planned()
    add_line(version, "other", 5, "300", currency="EUR")
    blocks = media_blocks(read_contents(version))
    titles = [block.text for block in blocks if isinstance(block, Heading)]
    assert titles == [
        "Budget by month and channel, EUR",
        "Budget by month and channel, RUB",
        "What the channels should bring",
    ]
    tables = [block for block in blocks if isinstance(block, Table)]
    assert [table.total[-1] for table in tables[:2]] == ["300", "50,000.50"]


def test_the_paper_has_a_chart_of_the_months() -> None:
    blocks = media_blocks(read_contents(planned()), with_chart=True)
    [chart] = [block for block in blocks if isinstance(block, Chart)]
    assert all(word in chart.svg for word in (">Mar 26<", ">Apr 26<", ">Seeding<", ">RUB<"))


def test_nothing_is_no_block() -> None:
    assert media_blocks(read_contents(StrategyVersionFactory.create()), with_chart=True) == []


def test_what_nobody_expects_has_no_column() -> None:
    version: StrategyVersion = StrategyVersionFactory.create()
    add_line(version, "ads", 3, "20000")
    assert [block.kind for block in media_blocks(read_contents(version))] == ["heading", "table"]
    add_line(version, "ads", 4, "20000", expected_calls=9)
    table = media_blocks(read_contents(version))[-1]
    assert isinstance(table, Table)
    assert [column.title for column in table.columns] == ["Channel", "Amount", "Expected calls"]
    assert (table.rows, table.total) == (
        [["Targeted ads", "40,000", "9\nin 1 of 2 lines"]],
        ["Together", "40,000", "9\nin 1 of 2 lines"],
    )
