"""The comparison with competitors for a spreadsheet: a row for each page, plain numbers.

A competitor without a page has a row too. An empty cell is not measured; the last column says why.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from communities.networks.registry import network_name
from kpi.competitor_pages import Lack, PageFigures
from kpi.competitor_table import Analysis, CompetitorTable, Party
from kpi.competitor_words import formats_cell, kind_of
from kpi.er_words import formula_line, part_names
from smm_agency.lib.tabular import Cell
from smm_agency.lib.words import as_count

# A cell of Excel holds hardly more.
LONGEST_TEXT = 30_000
FIGURES: dict[str, str | Promise] = {
    "subscribers": gettext_lazy("subscribers"),
    "growth": gettext_lazy("growth"),
    "posts": gettext_lazy("posts"),
    "a_week": gettext_lazy("posts a week"),
    "er": "ER",
    "formats": gettext_lazy("formats"),
    "best": gettext_lazy("best posts"),
}


class Column(NamedTuple):
    title: str | Promise
    value: Callable[[PageFigures], Cell]


PAGE: Sequence[Column] = (
    Column(gettext_lazy("network"), lambda page: network_name(page.network)),
    Column(gettext_lazy("page"), lambda page: page.title),
    Column(gettext_lazy("address"), lambda page: page.url),
    Column(FIGURES["subscribers"], lambda page: page.subscribers.count),
    Column(gettext_lazy("read on"), lambda page: page.subscribers.read_on),
    Column(FIGURES["growth"], lambda page: page.subscribers.growth),
    Column(gettext_lazy("growth, share"), lambda page: page.subscribers.growth_share),
    Column(gettext_lazy("growth since"), lambda page: page.subscribers.grown_from),
    Column(gettext_lazy("growth until"), lambda page: page.subscribers.grown_to),
    Column(gettext_lazy("days measured"), lambda page: page.subscribers.measured_days),
    Column(FIGURES["posts"], lambda page: page.posts.count),
    Column(FIGURES["a_week"], lambda page: page.posts.a_week),
    Column(gettext_lazy("days with known posts"), lambda page: page.posts.known_days),
    Column(FIGURES["er"], lambda page: page.er.value),
    Column(gettext_lazy("formula"), lambda page: formula_line(page.er.code)),
    Column(gettext_lazy("numerator"), lambda page: page.er.numerator),
    Column(gettext_lazy("denominator"), lambda page: page.er.denominator),
    Column(gettext_lazy("counted as engagement"), lambda page: part_names(page.er.parts)),
    Column(gettext_lazy("posts measured"), lambda page: page.er.posts_measured),
    Column(FIGURES["formats"], lambda page: formats_of(page)),
    Column(FIGURES["best"], lambda page: best_posts(page)),
)


class AnalysisColumn(NamedTuple):
    title: str | Promise
    value: Callable[[Analysis], Cell]


ANALYSIS: Sequence[AnalysisColumn] = (
    AnalysisColumn(gettext_lazy("analysed on"), lambda row: row.analysed_on),
    AnalysisColumn(gettext_lazy("stale"), lambda row: row.is_stale),
    AnalysisColumn(gettext_lazy("time to reply, minutes"), lambda row: row.reply_minutes),
    AnalysisColumn(gettext_lazy("topics and rubrics"), lambda row: row.topics),
    AnalysisColumn(gettext_lazy("tone of voice"), lambda row: row.tone),
    AnalysisColumn(gettext_lazy("offers and promo actions"), lambda row: row.offers),
    AnalysisColumn(gettext_lazy("strengths"), lambda row: row.strengths),
    AnalysisColumn(gettext_lazy("weaknesses"), lambda row: row.weaknesses),
    AnalysisColumn(gettext_lazy("idea to take"), lambda row: row.idea),
)


def header_of() -> list[str]:
    titles = [
        pgettext_lazy("company", "name"), gettext_lazy("kind"), gettext_lazy("first day"),
        gettext_lazy("last day"), *(column.title for column in PAGE),
        *(column.title for column in ANALYSIS), gettext_lazy("what is not there, and why"),
    ]  # fmt: skip
    return [str(title) for title in titles]


def rows_of(table: CompetitorTable) -> list[list[Cell]]:
    """The client's own pages first."""
    return [
        [_short(cell) for cell in _row(table, party, page)]
        for party in table.parties
        for page in (party.pages or (None,))
    ]


def _row(table: CompetitorTable, party: Party, page: PageFigures | None) -> list[Cell]:
    found = party.analysis
    return [
        party.name,
        kind_of(party),
        table.first,
        table.last,
        *(column.value(page) if page else None for column in PAGE),
        *(column.value(found) if found else None for column in ANALYSIS),
        lacks_of(page) if page else _("no page is entered"),
    ]


def formats_of(page: PageFigures) -> str:
    return formats_cell(page).text if page.posts.formats else ""


def best_posts(page: PageFigures) -> str:
    lines = (f"{as_count(post.engagement)}: {post.text} {post.url}" for post in page.best)
    return "\n".join(line.strip() for line in lines)


def lacks_of(page: PageFigures) -> str:
    """`subscribers: not measured; formats: formats are not told`."""
    return "; ".join(f"{FIGURES[name]}: {Lack(code).label}" for name, code in page.lacks.items())


def _short(cell: Cell) -> Cell:
    return cell[:LONGEST_TEXT] if isinstance(cell, str) else cell
