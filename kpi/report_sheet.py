"""The numbers behind a monthly report as an XLSX: a sheet for each table."""

import datetime as dt
from collections.abc import Callable, Sequence

from django.utils import translation
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from kpi.report_span import Data
from kpi.review_words import named, result_label
from smm_agency.lib.tabular import Cell, Sheet, write_book
from strategy.models import Metric


def write_sheet(figures: Data, *, language: str) -> bytes:
    """The same figures give the same bytes. An empty cell is not measured, and a note says so."""
    with translation.override(language):
        at = dt.datetime.fromisoformat(figures["at"])
        return write_book([sheet(figures) for sheet in SHEETS], at=at)


def _sheet(title: str, header: Sequence[str], rows: list[list[Cell]]) -> Sheet:
    return Sheet(title, header, rows, note=_("An empty cell was not measured: it is no zero."))


def kpi_sheet(figures: Data) -> Sheet:
    header = [_("month"), _("KPI"), _("community"), _("plan"), _("fact"), _("days measured"),
              _("days"), _("result")]  # fmt: skip
    rows: list[list[Cell]] = [
        [
            dt.date.fromisoformat(row["month"]),
            capfirst(named(Metric(row["metric"]), row["formula"])),
            row["community"],
            row["plan"],
            row["actual"],
            row["measured_days"],
            row["days"],
            result_label(row),
        ]
        for row in figures["kpi"]["rows"]
    ]
    return _sheet(_("KPI by month"), header, rows)


SHEETS: Sequence[Callable[[Data], Sheet]] = (kpi_sheet,)
