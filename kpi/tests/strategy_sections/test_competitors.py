import pytest

from clients.models import Client
from kpi.competitor_table import compare_competitors
from kpi.strategy_sections.competitors import competitor_blocks, finding_blocks
from kpi.tests.comparing import level, own_page, posted, rival_page, wall_read
from smm_agency.lib.document_blocks import (
    Block,
    Card,
    Cards,
    Chart,
    Column,
    Heading,
    Note,
    Table,
    number_column,
)
from tests.factories import DAY, ClientFactory, CompetitorAnalysisFactory, CompetitorFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> Client:
    return ClientFactory.create(name="House")


def blocks_of(client: Client) -> list[Block]:
    return competitor_blocks(compare_competitors(client, on=DAY, formula="er_post"), [])


def measured(house: Client) -> None:
    """The own page on every day, a competitor's on its ends only, another's never."""
    own = own_page(house, title="House page")
    wall_read(own)
    for day in range(31, 0, -1):
        level(own, day, 1000)
    posted(own, 2, likes=9, comments=1, views=500)
    rival = rival_page(house, CompetitorFactory.create(client=house, name="Denta"), title="Smiles")
    level(rival, 31, 100)
    level(rival, 2, 110)
    rival_page(house, CompetitorFactory.create(client=house, name="Lux"), title="Lux page")


def test_pages_are_compared_on_the_same_days_by_one_formula(house: Client) -> None:
    measured(house)
    heading, note, table, *charts = blocks_of(house)
    assert heading == Heading("Comparison on the same days")
    assert note == Note(
        "Feb. 9, 2026 – March 10, 2026, the same days for every page. ER post, average = likes +"
        " comments + shares + saves of the period's posts ÷ subscribers (mean of the measured"
        " days) × posts."
    )
    assert isinstance(table, Table)
    assert table.columns == [
        Column("Page", weight=4),
        number_column("Subscribers", weight=2),
        number_column("Growth", weight=2),
        number_column("Posts a week", weight=2),
        number_column("ER", weight=2),
        Column("Formats", weight=3),
    ]
    lacking = "—\nnot measured"
    assert [row[:3] for row in table.rows] == [
        ["House page\nVK, own", "1,000\non 10 Mar", "0 (0 %)"],
        ["Denta: Smiles\nVK, direct", "110\non 9 Mar", "+10 (10 %)\n1 of 30 days measured"],
        ["Lux page\nVK, direct", lacking, lacking],
    ]
    assert [block.title for block in charts if isinstance(block, Chart)] == [
        "Subscribers",
        "Engagement rate: ER post, average",
    ]


def test_the_best_posts_have_their_engagement(house: Client) -> None:
    measured(house)
    table = blocks_of(house)[-1]
    assert isinstance(table, Table)
    assert table.rows == [["House page (VK)", "A post\n9 Mar · 500 views", "10"]]


def test_what_was_never_measured_has_no_chart(house: Client) -> None:
    rival_page(house)
    assert [block for block in blocks_of(house) if isinstance(block, Chart)] == []


def test_a_client_without_competitors_is_no_comparison(house: Client) -> None:
    own_page(house)
    assert blocks_of(house) == []


def test_competitors_without_pages_have_their_findings(house: Client) -> None:
    analysis = CompetitorAnalysisFactory.create(
        competitor=CompetitorFactory.create(client=house, name="Denta", usp="No pain"),
        reply_minutes=5, strengths="Quick", idea="Clips",
    )  # fmt: skip
    table = compare_competitors(house, on=DAY)
    findings = [
        Heading("What we found"),
        Cards([
            Card("Denta", [
                ("Unique selling proposition", "No pain"), ("Time to reply, minutes", "5"),
                ("Strengths", "Quick"), ("Idea to take", "Clips"),
                ("Analysed on", "March 11, 2026"),
            ], "direct"),
        ]),
    ]  # fmt: skip
    assert competitor_blocks(table, [analysis]) == findings
    assert finding_blocks([]) == []
