from decimal import Decimal

import pytest

from kpi.strategy_sections.content import content_blocks
from smm_agency.lib.document_blocks import (
    Card,
    Cards,
    Chart,
    Column,
    Facts,
    Heading,
    Table,
    number_column,
)
from strategy.contents import read_contents
from strategy.models import StrategyVersion
from tests.factories import (
    CommunityFactory,
    ContentRulesFactory,
    GridCellFactory,
    RubricFactory,
    StrategyVersionFactory,
)

pytestmark = pytest.mark.django_db


def planned() -> StrategyVersion:
    """Two rubrics, one of them half curated, and three posts a week."""
    version: StrategyVersion = StrategyVersionFactory.create()
    ContentRulesFactory.create(version=version, taboo="Politics")
    advice = RubricFactory.create(
        version=version, name="Advice", share=Decimal("0.6"), curated_share=Decimal("0.5"),
        formats=["photo", "clip"], sources=["curated"], example="Which brush",
    )  # fmt: skip
    offers = RubricFactory.create(
        version=version, name="Offers", kind="selling", share=Decimal("0.4")
    )
    community = CommunityFactory.create(profile__client=version.client, profile__title="House")
    GridCellFactory.create(rubric=advice, community=community, weekday=0, posts=2)
    GridCellFactory.create(rubric=offers, community=community, weekday=6, posts=1)
    return version


def test_rules_rubrics_and_the_grid() -> None:
    days = [number_column(name) for name in ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")]
    assert content_blocks(read_contents(planned())) == [
        Heading("Rules of content"),
        Facts([
            ("Curated share, at most", "30 %"),
            ("Curated share by the plan", "33.3 %"),
            ("What is never posted", "Politics"),
        ]),
        Heading("Rubrics"),
        Cards([
            Card("Advice", [
                ("Kind", "informing"), ("Formats", "photo, clip, reel"),
                ("Sources", "curated from the internet"), ("Curated part of it", "50 %"),
                ("Example of a topic", "Which brush"),
            ], "60 %"),
            Card("Offers", [("Kind", "selling")], "40 %"),
        ]),
        Heading("Content plan: House (VK), 3 posts a week"),
        Table(
            [Column("Rubric"), *days, number_column("Together")],
            [
                ["Advice", "2", "", "", "", "", "", "", "2"],
                ["Offers", "", "", "", "", "", "", "1", "1"],
            ],
            ["Together", "2", "0", "0", "0", "0", "0", "1", "3"],
        ),
    ]  # fmt: skip


def test_the_paper_has_a_chart_of_shares() -> None:
    blocks = content_blocks(read_contents(planned()), with_chart=True)
    [chart] = [block for block in blocks if isinstance(block, Chart)]
    assert chart.title == "Shares of the rubrics in the plan"
    assert all(word in chart.svg for word in (">Advice<", ">Offers<", ">60%<"))


def test_rubrics_without_shares_have_no_chart() -> None:
    version = StrategyVersionFactory.create()
    RubricFactory.create(version=version, name="Advice", share=None)
    assert content_blocks(read_contents(version), with_chart=True) == [
        Heading("Rubrics"),
        Cards([Card("Advice", [("Kind", "informing")], "")]),
    ]


def test_nothing_is_no_block() -> None:
    assert content_blocks(read_contents(StrategyVersionFactory.create()), with_chart=True) == []
