"""The month's invoices and acts as a table for the accountant."""

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from clients.models import Paper, PaperKind, PaperState
from clients.models.paper import SUM_KINDS
from clients.paper_sums import add_up, parts_of
from smm_agency.lib.months import last_of_month
from smm_agency.lib.tabular import Cell, write_xlsx

HEADER = (
    gettext_lazy("Client"), gettext_lazy("Legal name"), gettext_lazy("Tax number"),
    gettext_lazy("Kind"), gettext_lazy("Number"), gettext_lazy("Date"),
    gettext_lazy("Sum without VAT"), gettext_lazy("VAT rate, %"), gettext_lazy("VAT"),
    gettext_lazy("Sum with VAT"), gettext_lazy("Currency"), gettext_lazy("State"),
    gettext_lazy("Signed on"), gettext_lazy("Paid on"), pgettext_lazy("agreement", "Engagement"),
)  # fmt: skip


def papers_of_month(papers: QuerySet[Paper, Any], month: dt.date) -> QuerySet[Paper, Any]:
    """Invoices and acts that were dated, signed or paid in the month; no drafts."""
    first, last = days_of(month)
    within = (
        Q(dated_on__range=(first, last))
        | Q(signed_on__range=(first, last))
        | Q(paid_on__range=(first, last))
    )
    rows = papers.filter(within, kind__in=SUM_KINDS).exclude(state=PaperState.DRAFT)
    return rows.select_related("client", "engagement").order_by(
        "client__name", "client_id", "kind", "dated_on", "number", "pk"
    )


def days_of(month: dt.date) -> tuple[dt.date, dt.date]:
    return month.replace(day=1), last_of_month(month)


def month_sheet(papers: QuerySet[Paper, Any], month: dt.date) -> bytes:
    """XLSX: a row for each paper, and below them the totals of each currency.

    Invoices and acts are about the same money, so they are never added to each other; what is
    annulled stands there and counts nowhere.
    """
    found = list(papers_of_month(papers, month))
    header = [str(title) for title in HEADER]
    return write_xlsx(
        [*map(row_of, found), *total_rows(found, month)], header, sheet=f"{month:%Y-%m}"
    )


def row_of(paper: Paper) -> list[Cell]:
    parts = parts_of(paper.amount, paper.vat_percent)
    net, vat, total = parts or (None, None, None)
    client, engagement = paper.client, paper.engagement
    return [
        client.name, client.legal_name, client.tax_number,
        capfirst(str(paper.get_kind_display())), paper.number, paper.dated_on,
        net, _("without VAT") if paper.vat_percent is None else paper.vat_percent, vat, total,
        paper.currency, str(paper.get_state_display()), paper.signed_on, paper.paid_on,
        engagement.title if engagement else "",
    ]  # fmt: skip


def total_rows(papers: Sequence[Paper], month: dt.date) -> Iterator[list[Cell]]:
    first, last = days_of(month)
    standing = [paper for paper in papers if paper.state != PaperState.VOID]
    dated = [paper for paper in standing if first <= paper.dated_on <= last]
    heaps: tuple[tuple[str | Promise, list[Paper]], ...] = (
        (_("Total of invoices of the month"), of_kind(dated, PaperKind.INVOICE)),
        (_("Total of acts of the month"), of_kind(dated, PaperKind.ACT)),
        (_("Total paid in the month"), [each for each in standing if paid_in(each, first, last)]),
    )
    for title, heap in heaps:
        for currency in sorted({paper.currency for paper in heap}):
            yield total_row(str(title), currency, heap)


def of_kind(papers: Sequence[Paper], kind: str) -> list[Paper]:
    return [paper for paper in papers if paper.kind == kind]


def paid_in(paper: Paper, first: dt.date, last: dt.date) -> bool:
    return (
        paper.state == PaperState.PAID
        and paper.paid_on is not None
        and first <= paper.paid_on <= last
    )


def total_row(title: str, currency: str, papers: Sequence[Paper]) -> list[Cell]:
    inside = [paper for paper in papers if paper.currency == currency]
    parts = [parts_of(paper.amount, paper.vat_percent) for paper in inside]
    total = add_up(part for part in parts if part is not None)
    # As many cells as a row has, the sums in their columns.
    row: list[Cell] = [None] * len(HEADER)
    row[0], row[6], row[8], row[9], row[10] = title, total.net, total.vat, total.total, currency
    return row
