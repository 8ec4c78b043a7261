"""The portal's papers of the register: contracts, invoices, acts, with their files."""

import datetime as dt
from decimal import Decimal
from typing import Any

from django.db.models import Model, OuterRef, QuerySet, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from clients.models import Client, Paper, PaperFile, PaperKind, PaperState
from clients.models.paper import PAID_KINDS
from clients.portal import PortalView
from clients.rights import may
from kpi.portal_lists import Row, objects
from smm_agency.lib.file_response import file_response
from smm_agency.lib.words import as_money

COLUMNS = (
    "kind", "number", "title", "valid_until", "amount", "vat_percent", "currency", "state",
    "due_on", "signed_on", "paid_on",
)  # fmt: skip


def shown() -> QuerySet[Paper]:
    """What the client may see; the role of the portal reads nothing else anyway."""
    return Paper.objects.filter(is_shown=True).exclude(state=PaperState.DRAFT)


def papers() -> QuerySet[Model, Any]:
    files = PaperFile.objects.filter(paper=OuterRef("pk"), replaced_at=None)
    rows = shown().filter(client=OuterRef("pk")).order_by("pk")
    columns: dict[str, Any] = {name: name for name in COLUMNS}
    # By a column that the portal's role is granted.
    file: Any = Subquery(files.order_by("pk").values("pk")[:1])
    return objects(rows, at="dated_on", pk="pk", file=file, **columns)


def kind_of(row: Row) -> str:
    return capfirst(str(PaperKind(row["kind"]).label))


def title_of(row: Row) -> str:
    """Its number and what it is about; its kind where it has neither."""
    number = _("No. %(number)s") % {"number": row["number"]} if row["number"] else ""
    return " · ".join(filter(None, [number, row["title"]])) or kind_of(row)


def words_of(row: Row) -> list[str]:
    """The state, the days that matter, the sum."""
    words = [state_words(row)]
    if row["valid_until"] and row["state"] == PaperState.SIGNED:
        words.append(_("valid until %(day)s") % {"day": day_words(row["valid_until"])})
    if row["amount"] is not None:
        words.append(sum_words(row))
    return words


def state_words(row: Row) -> str:
    state, day = row["state"], row["signed_on"] or row["paid_on"]
    if state == PaperState.SIGNED:
        return _("signed on %(day)s") % {"day": day_words(day)}
    if state == PaperState.PAID:
        return _("paid on %(day)s") % {"day": day_words(row["paid_on"])}
    if state == PaperState.SENT and row["kind"] in PAID_KINDS:
        due = row["due_on"]
        return _("to be paid by %(day)s") % {"day": day_words(due)} if due else _("to be paid")
    return str(PaperState(state).label)


def sum_words(row: Row) -> str:
    money = as_money(Decimal(str(row["amount"])), row["currency"])
    if row["vat_percent"] is None:
        return _("%(sum)s, without VAT") % {"sum": money}
    rate = f"{Decimal(str(row['vat_percent'])).normalize():f}"
    return _("%(sum)s with VAT of %(rate)s %%") % {"sum": money, "rate": rate}


def day_words(day: str) -> str:
    return date_format(dt.date.fromisoformat(day), "SHORT_DATE_FORMAT")


def without_sum(row: Row) -> Row:
    """For who may not read sums: the file of a paper with a sum says it, too."""
    return row if row["amount"] is None else {**row, "amount": None, "file": None}


def file_url(client: Client, row: Row) -> str:
    """Empty where it has no file."""
    if row["file"] is None:
        return ""
    return reverse("portal:paper_file", kwargs={"client_id": client.pk, "paper_id": row["pk"]})


class RegisterView(PortalView):
    """The client's own people read their papers and sums; staff who look in, what they may."""

    reads_register = False
    sees_sums = False

    def before_the_wall(self) -> None:
        self.reads_register = self.may_read("clients.view_paper")
        self.sees_sums = self.may_read("clients.see_fees")

    def may_read(self, right: str) -> bool:
        return not self.user.is_staff or may(self.user, right, client=self.client)


class RegisteredFile(RegisterView):
    """The file of a paper that the client may see."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.reads_register:
            raise Http404
        papers = shown().filter(pk=kwargs["paper_id"], client=self.client)
        if not self.sees_sums:
            papers = papers.filter(amount=None)
        files = PaperFile.objects.filter(paper__in=papers.values("pk"), replaced_at=None)
        files = files.order_by("pk")
        file = files.values("content", "name", "content_type").first()
        if file is None:
            raise Http404
        return file_response(bytes(file["content"]), file["name"], file["content_type"])
