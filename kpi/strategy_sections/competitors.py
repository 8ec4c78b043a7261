"""The competitors beside the client: what was measured on the same days, and what persons found."""

from collections.abc import Sequence

from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from communities.networks.registry import network_name
from kpi.competitor_pages import PageFigures
from kpi.competitor_table import CompetitorTable, Party
from kpi.competitor_words import (
    Cell,
    best_cards,
    er_cell,
    formats_cell,
    growth_cell,
    kind_of,
    page_name,
    posts_cell,
    subscribers_cell,
)
from kpi.er_words import formula_line, formula_title
from kpi.strategy_sections.audience import facts_of
from smm_agency.lib.document_blocks import (
    Block,
    Card,
    Cards,
    Chart,
    Column,
    Fact,
    Heading,
    Note,
    Table,
    number_column,
)
from smm_agency.lib.vector_charts import Bar, bars, draw_svg
from smm_agency.lib.words import as_count, as_share
from strategy.models import CompetitorAnalysis

FOUND = (
    "topics", "tone", "design", "reply_minutes", "offers", "ads", "strengths", "weaknesses", "idea",
)  # fmt: skip
# As many bars as a page has room for.
MOST_BARS = 20


def competitor_blocks(
    table: CompetitorTable, analyses: Sequence[CompetitorAnalysis]
) -> list[Block]:
    """Nothing where no competitor is known: the client alone is no comparison."""
    if all(party.is_own for party in table.parties):
        return []
    return [*_measured(table), *_best_posts(table), *finding_blocks(analyses)]


def finding_blocks(analyses: Sequence[CompetitorAnalysis]) -> list[Block]:
    """What the last look at each competitor found."""
    if not analyses:
        return []
    return [Heading(_("What we found")), Cards([_card(analysis) for analysis in analyses])]


def _measured(table: CompetitorTable) -> list[Block]:
    pages = list(table.pages)
    if not pages:
        return []
    return [
        Heading(_("Comparison on the same days")),
        Note(_days_and_formula(table)),
        Table(
            [
                Column(capfirst(_("page")), weight=4),
                number_column(capfirst(_("subscribers")), weight=2),
                number_column(capfirst(_("growth")), weight=2),
                number_column(capfirst(_("posts a week")), weight=2),
                number_column(_("ER"), weight=2),
                Column(capfirst(_("formats")), weight=3),
            ],
            [_row(party, page) for party, page in pages],
        ),
        *_charts(table),
    ]


def _days_and_formula(table: CompetitorTable) -> str:
    days = _("%(first)s – %(last)s, the same days for every page.") % {
        "first": date_format(table.first), "last": date_format(table.last),
    }  # fmt: skip
    return f"{days} {formula_line(table.formula)}."


def _row(party: Party, page: PageFigures) -> list[str]:
    name = page.title if party.name in page.title else f"{party.name}: {page.title}"
    growth, posts, er = growth_cell(page), posts_cell(page), er_cell(page)
    is_whole = page.subscribers.measured_days == page.days
    is_known = page.posts.known_days == page.days
    return [
        f"{name}\n{network_name(page.network)}, {kind_of(party)}",
        _written(subscribers_cell(page)),
        growth.text if is_whole else _written(growth, last=True),
        posts.text if is_known else _written(posts),
        _written(er, last=True) if page.er.is_partial or page.er.value is None else er.text,
        _written(formats_cell(page)),
    ]


def _written(cell: Cell, *, last: bool = False) -> str:
    """With what matters most of what is said of it: the reason of a dash, the coverage, the day."""
    notes = cell.notes[-1:] if last else cell.notes[:1]
    return "\n".join([cell.text, *notes])


# --- Charts --------------------------------------------------------------------------------------


def _charts(table: CompetitorTable) -> list[Block]:
    pages = list(table.pages)[:MOST_BARS]
    subscribers = [
        Bar(page_name(page), page.subscribers.count, as_count(page.subscribers.count), party.is_own)
        for party, page in pages
    ]
    rates = [
        Bar(page_name(page), page.er.value, as_share(page.er.value), party.is_own)
        for party, page in pages
    ]
    title = _("Engagement rate: %(formula)s") % {"formula": formula_title(table.formula)}
    return [*_chart(_("Subscribers"), subscribers), *_chart(title, rates)]


def _chart(title: str, rows: Sequence[Bar]) -> list[Block]:
    """None where nothing was measured."""
    if all(row.value is None for row in rows):
        return []
    return [Chart(title, draw_svg(bars(rows)))]


# --- Posts, findings -----------------------------------------------------------------------------


def _best_posts(table: CompetitorTable) -> list[Block]:
    rows = [
        [card.title, f"{' '.join(line.text.split())}\n{line.note}", line.engagement]
        for card in best_cards(table)
        for line in card.lines
    ]
    if not rows:
        return []
    columns = [
        Column(capfirst(_("page")), weight=2),
        Column(capfirst(_("post")), weight=4),
        number_column(_("Engagement")),
    ]
    return [Heading(_("The best posts of these days")), Table(columns, rows)]


def _card(analysis: CompetitorAnalysis) -> Card:
    competitor = analysis.competitor
    facts: list[Fact] = [
        *facts_of(competitor, "site", "usp"),
        *facts_of(analysis, *FOUND),
        (capfirst(_("analysed on")), date_format(analysis.analysed_on)),
    ]
    return Card(competitor.name, facts, mark=competitor.get_kind_display())
