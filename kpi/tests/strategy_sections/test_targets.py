import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from kpi.strategy_sections.targets import (
    quarter_of,
    quarter_title,
    sums_by_quarter,
    target_blocks,
)
from smm_agency.lib.document_blocks import (
    Block,
    Chart,
    Column,
    Facts,
    Heading,
    Table,
    number_column,
)
from strategy.contents import read_contents
from strategy.models import KpiTarget, Metric, PeriodKind, StrategyVersion
from strategy.periods import months_between
from tests.factories import (
    CommunityFactory,
    KpiTargetFactory,
    MonthlyTargetFactory,
    StrategyVersionFactory,
)

pytestmark = pytest.mark.django_db

FEBRUARY = dt.date(2026, 2, 1)


def version_until(last: dt.date) -> StrategyVersion:
    version: StrategyVersion = StrategyVersionFactory.create(starts_on=FEBRUARY, ends_on=last)
    return version


def add_target(version: StrategyVersion, metric: Metric, *values: int, **more: Any) -> KpiTarget:
    """With a value for each of the first months."""
    target: KpiTarget = KpiTargetFactory.create(version=version, metric=metric, **more)
    months = months_between(version.starts_on, version.ends_on)
    for month, value in zip(months, values, strict=False):
        MonthlyTargetFactory.create(target=target, month=month, value=value)
    return target


def tables_of(blocks: list[Block]) -> list[Table]:
    return [block for block in blocks if isinstance(block, Table)]


def test_indicators_and_their_months() -> None:
    version = version_until(dt.date(2026, 3, 31))
    add_target(
        version, Metric.CALLS, 30, 40, owner="client", baseline_value=Decimal(24),
        baseline_on=dt.date(2026, 1, 15), baseline_days=90,
    )  # fmt: skip
    add_target(version, Metric.COST_PER_CALL, 900, is_primary=False, tolerance=Decimal("0.1"))
    assert target_blocks(read_contents(version)) == [
        Heading("Indicators"),
        Table(
            [
                Column("Indicator", weight=4),
                Column("Who answers for it", weight=2),
                Column("Baseline", weight=3),
                number_column("Tolerance"),
            ],
            [
                [
                    "Calls\nprimary, up is good",
                    "Client",
                    "24, measured until Jan. 15, 2026 (90 days)",
                    "20 %",
                ],
                ["Cost per unique-target call\nadditional, down is good", "Both", "—", "10 %"],
            ],
        ),
        Heading("Targets by month"),
        Table(
            [
                Column("Indicator", weight=7),
                number_column("Feb 26", weight=1),
                number_column("Mar 26", weight=1),
            ],
            [["Calls", "30", "40"], ["Cost per unique-target call", "900 RUB", "—"]],
        ),
        Heading("How they are counted"),
        Facts([
            (
                "Calls",
                "Calls that came from the communities and their campaigns, by the number that was"
                " dialled or by what the caller said; spam is left out.",
            ),
            (
                "Cost per unique-target call",
                "Spent on promotion, without VAT and the agency's fee ÷ unique-target calls of the"
                " campaigns.",
            ),
        ]),
    ]  # fmt: skip


def test_many_months_stand_in_tables_below_each_other() -> None:
    version = version_until(dt.date(2027, 1, 31))
    add_target(version, Metric.CALLS, *range(1, 13))
    tables = tables_of(target_blocks(read_contents(version)))[1:]
    assert [[column.title for column in table.columns][1:] for table in tables] == [
        ["Feb 26", "Mar 26", "Apr 26", "May 26", "Jun 26", "Jul 26"],
        ["Aug 26", "Sep 26", "Oct 26", "Nov 26", "Dec 26", "Jan 27"],
    ]
    assert [table.rows for table in tables] == [
        [["Calls", "1", "2", "3", "4", "5", "6"]],
        [["Calls", "7", "8", "9", "10", "11", "12"]],
    ]


def test_what_is_agreed_by_quarter_is_summed() -> None:
    version = version_until(dt.date(2026, 7, 31))
    house = CommunityFactory.create(profile__client=version.client, profile__title="House")
    add_target(
        version, Metric.GROWTH, 10, 20, 30, period=PeriodKind.QUARTER, is_primary=False,
        community=house,
    )  # fmt: skip
    [_indicators, table] = tables_of(target_blocks(read_contents(version)))
    assert [column.title for column in table.columns] == [
        "Indicator", "Q1 2026 (Feb, Mar)", "Q2 2026", "Q3 2026 (Jul)",
    ]  # fmt: skip
    assert table.rows == [["Growth of members · House (VK)", "+30", "+30", "—"]]


def test_quarters_begin_with_the_year() -> None:
    months = [dt.date(2026, month, 1) for month in range(1, 13)]
    assert [quarter_of(month).month for month in months] == [1, 1, 1, 4, 4, 4, 7, 7, 7, 10, 10, 10]
    assert quarter_title(dt.date(2026, 10, 1), months) == "Q4 2026"
    assert sums_by_quarter({months[0]: Decimal(1), months[2]: Decimal(2)}) == {months[0]: 3}


def test_an_er_is_defined_by_its_formula() -> None:
    version = version_until(dt.date(2026, 2, 28))
    add_target(version, Metric.ER, is_primary=False, formula_code="er_view")
    facts = target_blocks(read_contents(version))[-1]
    assert facts == Facts([
        (
            "Engagement rate (ER): ER view",
            "ER view, engagement by views = likes + comments + shares + saves of the period's"
            " posts ÷ views of the same posts",
        )
    ])  # fmt: skip


@pytest.mark.parametrize("metric", Metric)
def test_every_metric_is_defined(metric: Metric) -> None:
    version = version_until(dt.date(2026, 2, 28))
    code = "er_post" if metric == Metric.ER else ""
    add_target(version, metric, is_primary=False, formula_code=code)
    facts = target_blocks(read_contents(version))[-1]
    assert isinstance(facts, Facts)
    [(_title, definition)] = facts.facts
    assert definition
    assert "%(" not in definition


def test_unique_target_calls_are_defined_by_the_clients_own_rules() -> None:
    version = version_until(dt.date(2026, 2, 28))
    version.client.target_min_seconds, version.client.uniqueness_days = 20, 60
    version.client.save()
    add_target(version, Metric.UNIQUE_TARGET_CALLS)
    facts = target_blocks(read_contents(version))[-1]
    assert isinstance(facts, Facts)
    assert facts.facts[0][1] == (
        "Target calls are answered and last 20 seconds or longer. One is unique where the same"
        " caller made no target call in the 60 days before."
    )


@pytest.mark.parametrize(
    ("period", "title", "words"),
    [
        (PeriodKind.MONTH, "Calls: the plan; the dashed line is the baseline, 24", "Feb 26"),
        (PeriodKind.QUARTER, "Calls: the plan", "Q1 2026 (Feb, Mar)"),
    ],
)
def test_the_paper_has_a_chart_of_the_primary_target(
    period: PeriodKind, title: str, words: str
) -> None:
    version = version_until(dt.date(2026, 5, 31))
    add_target(
        version, Metric.CALLS, 30, 40, 50, 60, period=period, baseline_value=Decimal(24),
        baseline_on=dt.date(2026, 1, 15),
    )  # fmt: skip
    blocks = target_blocks(read_contents(version), with_chart=True)
    [chart] = [block for block in blocks if isinstance(block, Chart)]
    assert chart.title == title
    assert f">{words}<" in chart.svg


def test_without_a_value_there_is_no_chart_and_without_a_target_no_block() -> None:
    version = version_until(dt.date(2026, 2, 28))
    assert target_blocks(read_contents(version), with_chart=True) == []
    add_target(version, Metric.CALLS)
    blocks = target_blocks(read_contents(version), with_chart=True)
    assert [block for block in blocks if isinstance(block, Chart)] == []
