"""The competitors beside the client: what was measured, and what persons found."""

from collections.abc import Sequence

from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from kpi.strategy_sections.audience import facts_of
from smm_agency.lib.document_blocks import Block, Card, Cards, Fact, Heading
from strategy.models import CompetitorAnalysis

FOUND = (
    "topics", "tone", "design", "reply_minutes", "offers", "ads", "strengths", "weaknesses", "idea",
)  # fmt: skip


def finding_blocks(analyses: Sequence[CompetitorAnalysis]) -> list[Block]:
    """What the last look at each competitor found."""
    if not analyses:
        return []
    return [Heading(_("What we found")), Cards([_card(analysis) for analysis in analyses])]


def _card(analysis: CompetitorAnalysis) -> Card:
    competitor = analysis.competitor
    facts: list[Fact] = [
        *facts_of(competitor, "site", "usp"),
        *facts_of(analysis, *FOUND),
        (capfirst(_("analysed on")), date_format(analysis.analysed_on)),
    ]
    return Card(competitor.name, facts, mark=competitor.get_kind_display())
