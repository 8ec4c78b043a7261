"""What is posted: the rules, the rubrics with their shares, the grid of a usual week."""

from decimal import Decimal

from django.utils.dates import WEEKDAYS_ABBR
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from kpi.strategy_sections.audience import facts_of, posts_a_week
from smm_agency.lib.document_blocks import (
    Block,
    Card,
    Cards,
    Chart,
    Column,
    Fact,
    Facts,
    Heading,
    Table,
    number_column,
)
from smm_agency.lib.vector_charts import Piece, draw_svg, parted_bars
from smm_agency.lib.words import as_share
from strategy.contents import Contents
from strategy.grid import CommunityGrid, GridRow
from strategy.models import ContentRules, Rubric


def content_blocks(contents: Contents, *, with_chart: bool = False) -> list[Block]:
    return [
        *_rule_blocks(contents),
        *_rubric_blocks(contents, with_chart=with_chart),
        *_grid_blocks(contents),
    ]


def _rule_blocks(contents: Contents) -> list[Block]:
    if contents.rules is None:
        return []
    return [Heading(_("Rules of content")), Facts(_rule_facts(contents.rules, contents))]


def _rubric_blocks(contents: Contents, *, with_chart: bool) -> list[Block]:
    if not contents.rubrics:
        return []
    return [
        Heading(capfirst(_("rubrics"))),
        *(_share_chart(contents) if with_chart else []),
        Cards([_rubric_card(row) for row in contents.rubrics]),
    ]


def _share_chart(contents: Contents) -> list[Block]:
    """The rubrics' shares of the plan, and how much of each comes from the internet."""
    if not any(rubric.share for rubric in contents.rubrics):
        return []
    own, curated = _("our own, the client's and members' material"), _("curated from the internet")
    pieces = [
        Piece(rubric.name, series, float(share))
        for rubric in contents.rubrics
        for series, share in zip((own, curated), _parts(rubric), strict=True)
    ]
    svg = draw_svg(parted_bars(pieces, is_share=True))
    return [Chart(_("Shares of the rubrics in the plan"), svg)]


def _grid_blocks(contents: Contents) -> list[Block]:
    blocks: list[Block] = []
    for grid in contents.grids:
        title = _("Content plan: %(community)s, %(posts)s") % {
            "community": grid.community, "posts": posts_a_week(grid.total),
        }  # fmt: skip
        blocks += [Heading(title), _grid_table(grid)]
    return blocks


def _rule_facts(rules: ContentRules, contents: Contents) -> list[Fact]:
    facts = [(capfirst(_("curated share, at most")), as_share(rules.curated_cap))]
    if contents.curated_share is not None:
        facts.append((_("Curated share by the plan"), as_share(contents.curated_share)))
    return [*facts, *facts_of(rules, "curated_reason", "sources", "taboo")]


def _rubric_card(rubric: Rubric) -> Card:
    facts = facts_of(rubric, "kind", "formats", "sources")
    if rubric.curated_share:
        facts.append((capfirst(_("curated part of it")), as_share(rubric.curated_share)))
    facts += facts_of(rubric, "goal", "segment", "positioning", "example")
    return Card(rubric.name, facts, mark="" if rubric.share is None else as_share(rubric.share))


def _parts(rubric: Rubric) -> tuple[Decimal, Decimal]:
    """Of the whole plan: what is made, and what is curated."""
    share = rubric.share or Decimal(0)
    curated = share * rubric.curated_share
    return share - curated, curated


def _grid_table(grid: CommunityGrid) -> Table:
    numbers = [number_column(capfirst(str(name))) for name in WEEKDAYS_ABBR.values()]
    together = capfirst(_("together"))
    return Table(
        [Column(capfirst(_("rubric"))), *numbers, number_column(together)],
        [_grid_row(row) for row in grid.rows],
        total=[together, *(str(posts) for posts in grid.sums), str(grid.total)],
    )


def _grid_row(row: GridRow) -> list[str]:
    """A day without a post is left empty: the grid is read by where something stands."""
    posts = [str(posts) if posts else "" for posts in row.posts]
    return [str(row.rubric), *posts, str(row.total)]
