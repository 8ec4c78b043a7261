"""The sections of a monthly report, made of its frozen figures; in the active language."""

from collections.abc import Callable, Sequence

from kpi.report_span import Data
from kpi.report_words_calls import calls_section
from kpi.report_words_kpi import kpi_section, summary_section
from kpi.report_words_next import (
    ahead_section,
    counting_section,
    decisions_section,
    learnt_section,
    promotion_section,
)
from kpi.report_words_pages import er_section, growth_section, posts_section
from kpi.report_words_work import care_section, content_section, owed_section
from smm_agency.lib.document_blocks import Section

SECTIONS: Sequence[Callable[[Data], Section]] = (
    summary_section,
    kpi_section,
    calls_section,
    growth_section,
    er_section,
    posts_section,
    content_section,
    care_section,
    promotion_section,
    owed_section,
    decisions_section,
    learnt_section,
    ahead_section,
    counting_section,
)


def sections_of(figures: Data) -> list[Section]:
    """For the portal's page and for paper alike. A section with nothing to tell says why."""
    return [section(figures) for section in SECTIONS]
