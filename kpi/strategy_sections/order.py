"""The sections in the order in which a strategy is read; what has nothing to say is left out."""

from collections.abc import Callable, Mapping, Sequence

from django.utils.text import capfirst

from kpi.strategy_sections.audience import platform_blocks, positioning_blocks, segment_blocks
from kpi.strategy_sections.content import content_blocks
from kpi.strategy_sections.goals import goal_blocks
from kpi.strategy_sections.media_plan import media_blocks
from kpi.strategy_sections.targets import target_blocks
from smm_agency.lib.document_blocks import Block, Markdown, Section
from strategy.contents import Contents
from strategy.models import SectionKind

# What the rows of the version themselves say, below the text of the section.
OWN_BLOCKS: Mapping[str, Callable[[Contents], list[Block]]] = {
    SectionKind.GOALS: goal_blocks,
    SectionKind.SEGMENTS: segment_blocks,
    SectionKind.POSITIONING: positioning_blocks,
    SectionKind.PLATFORMS: platform_blocks,
    SectionKind.CONTENT: content_blocks,
    SectionKind.MEDIA_PLAN: media_blocks,
    SectionKind.KPI: target_blocks,
}


def sections_of(
    contents: Contents,
    *,
    instead: Mapping[str, Sequence[Block]] | None = None,
    more: Mapping[str, Sequence[Block]] | None = None,
) -> list[Section]:
    """`instead` takes the place of a section's own blocks, `more` follows them; both by kind."""
    found = []
    for kind in SectionKind:
        text = contents.texts.get(kind, "").strip()
        own = (instead or {}).get(kind)
        if own is None:
            own = OWN_BLOCKS[kind](contents) if kind in OWN_BLOCKS else []
        blocks = [*([Markdown(text)] if text else []), *own, *(more or {}).get(kind, ())]
        if blocks:
            found.append(Section(capfirst(str(kind.label)), blocks))
    return found
