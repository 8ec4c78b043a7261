"""The sections of a monthly report, made of its frozen figures; in the active language."""

from collections.abc import Callable, Sequence

from kpi.report_span import Data
from kpi.report_words_kpi import kpi_section, summary_section
from smm_agency.lib.document_blocks import Section

SECTIONS: Sequence[Callable[[Data], Section]] = (
    summary_section,
    kpi_section,
)


def sections_of(figures: Data) -> list[Section]:
    """For the portal's page and for paper alike. A section with nothing to tell says why."""
    return [section(figures) for section in SECTIONS]
