"""Staff's door to the register of papers."""

import datetime as dt
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin import SimpleListFilter
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminTextInputWidget

from clients.admin.columns import button, column
from clients.admin.fees import SEE_FEES, HidesFees, may_see_fees
from clients.admin.form_page import Step, posted
from clients.admin.paper_form import MONEY, TERMS, PaperForm, is_draft, kinds_for
from clients.admin.paper_steps import STEP_BUTTONS, PaperSteps
from clients.admin.scoped import (
    ClientFilter,
    ReadOnly,
    ScopedAdmin,
    ShowsBeside,
    allowed_rows,
    rights_of,
)
from clients.models import Client, DataWaiver, Paper, PaperFile, PaperKind, PaperState
from clients.models.paper import PAID_KINDS
from clients.paper_files import may_take_file, put_file
from clients.paper_sums import Total, parts_of, totals_of
from clients.papers import same_number
from clients.papers_sheet import month_sheet, papers_of_month
from smm_agency.lib.file_response import file_response, saved_file
from smm_agency.lib.tabular import XLSX
from smm_agency.lib.words import as_money

COLOURS = {
    PaperState.DRAFT: "info",
    PaperState.SENT: "warning",
    PaperState.SIGNED: "success",
    PaperState.PAID: "success",
    PaperState.VOID: "danger",
}


class WaitsFilter(SimpleListFilter):
    """What somebody has to see to."""

    title = gettext_lazy("what waits")
    parameter_name = "waits"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("unsigned", _("Unsigned acts")),
            ("unpaid", _("Unpaid invoices")),
            ("overdue", _("Overdue payment")),
            ("expiring", _("Agreements that end within 30 days")),
            ("no_file", _("Without a file")),
        ]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        today = timezone.localdate()
        wanted = {
            "unsigned": queryset.unsigned_acts,
            "unpaid": queryset.unpaid,
            "overdue": lambda: queryset.overdue(on=today),
            "expiring": lambda: queryset.expiring(on=today),
            "no_file": lambda: queryset.standing().without_file(),
        }
        narrow = wanted.get(self.value() or "")
        return narrow() if narrow else queryset


@admin.register(Paper)
class PaperAdmin(HidesFees, PaperSteps, ShowsBeside, ScopedAdmin):
    form = PaperForm
    fee_fields = ("amount", "vat_percent")
    fee_columns = ("money", "vat_text")
    named_by = ("client",)
    list_display = (
        "name_text", "client", "dated_on", "until", "money", "vat_text", "state_label", "due_text",
        "is_shown",
    )  # fmt: skip
    list_filter = (WaitsFilter, ClientFilter, "kind", "state", "is_shown")
    list_select_related = ("client",)
    search_fields = ("number", "title", "client__name", "client__legal_name")
    date_hierarchy = "dated_on"
    actions_list = ("month_table",)
    actions_detail = STEP_BUTTONS
    list_before_template = "admin/clients/papers_totals.html"
    change_form_outer_before_template = "admin/clients/paper.html"

    # --- What is shown to whom -------------------------------------------------------------------

    def get_queryset(self, request: HttpRequest) -> Any:
        """With `shows_sum`: whether this person may read the sum of the row."""
        rows = super().get_queryset(request)
        return rows.with_sums_of(rights_of(request).clients_with(SEE_FEES))

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        shows_money = may_see_fees(request, obj)
        money: list[Any] = [MONEY[:2], MONEY[2]] if shows_money else []
        may_edit = obj is None or self.has_change_permission(request, obj)
        asked: list[Any] = ["seen", "upload"] if may_edit else []
        if obj is not None and not may_take_file(obj):
            asked = asked[:1]
        fields = (
            *asked[:1], ("client", "engagement"), ("kind", "number"), "title",
            ("dated_on", "valid_until"), *money, "due_on", *asked[1:], "is_shown", "note",
        )  # fmt: skip
        return ((None, {"fields": fields}),)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """What was sent stands, until a step back is taken."""
        fields = tuple(super().get_readonly_fields(request, obj))
        return fields if is_draft(obj) else (*fields, *TERMS)

    def get_form(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, **kwargs)
        form.user = request.user
        if "kind" in form.base_fields:
            client_id = getattr(request, "page_client_id", None)
            kinds = kinds_for(request.user, client_id, sees_money=may_see_fees(request, obj))
            kept = [(obj.kind, obj.get_kind_display())] if obj is not None else []
            choices = [*kept, *(each for each in kinds if each not in kept)]
            form.base_fields["kind"].choices = [("", "---------"), *choices]
        return form

    def get_changeform_initial_data(self, request: HttpRequest) -> Any:
        """Dated today, in the client's currency."""
        initial = super().get_changeform_initial_data(request)
        today: dict[str, Any] = {"dated_on": timezone.localdate()}
        if client_id := getattr(request, "page_client_id", None):
            today["currency"] = Client.objects.values_list("currency", flat=True).get(pk=client_id)
        return {**today, **initial}

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What was sent is history: it is annulled, never deleted."""
        row = self.row_of(request, obj)
        return is_draft(row) and super().has_delete_permission(request, row)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        user: Any = request.user
        if file := form.cleaned_data.get("upload"):
            put_file(obj, file, by=user, at=timezone.now())
        if same := same_number(obj):
            words = _("The client has another paper of this kind and number in the year: %(paper)s")
            messages.warning(request, words % {"paper": same})

    def found(self, request: HttpRequest, object_id: str) -> Paper:
        row: Paper | None = self.get_object(request, object_id)
        if row is None:
            raise Http404
        return row

    # --- The list --------------------------------------------------------------------------------

    @column(gettext_lazy("paper"), ordering="kind")
    def name_text(self, paper: Paper) -> str:
        return str(paper)

    @column(gettext_lazy("valid until"), ordering="valid_until")
    def until(self, paper: Paper) -> str:
        return date_format(paper.valid_until, "SHORT_DATE_FORMAT") if paper.valid_until else ""

    # Not to be sorted by: the order alone would tell sums that are hidden.
    @column(gettext_lazy("sum with VAT"))
    def money(self, paper: Any) -> str:
        shown = paper.shows_sum and paper.amount is not None
        return as_money(paper.amount, paper.currency) if shown else ""

    @column(gettext_lazy("of which VAT"))
    def vat_text(self, paper: Any) -> str:
        parts = parts_of(paper.amount, paper.vat_percent) if paper.shows_sum else None
        return vat_words(paper, parts.vat) if parts else ""

    @column(gettext_lazy("state"), ordering="state", label=COLOURS)
    def state_label(self, paper: Paper) -> tuple[str, str]:
        return paper.state, paper.get_state_display()

    @column(gettext_lazy("to be paid by"), ordering="due_on", label={"late": "danger", "due": ""})
    def due_text(self, paper: Paper) -> tuple[str, str] | None:
        if paper.due_on is None or paper.kind not in PAID_KINDS:
            return None
        is_late = paper.state == PaperState.SENT and paper.due_on < timezone.localdate()
        return "late" if is_late else "due", date_format(paper.due_on, "SHORT_DATE_FORMAT")

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """With totals of what the filters leave, each within its kind and currency."""
        response: Any = super().changelist_view(request, extra_context)
        found = getattr(response, "context_data", None) or {}
        if "cl" in found and may_see_fees(request, None):
            rows = allowed_rows(request, found["cl"].queryset, SEE_FEES)
            found["totals"] = [total_words(total) for total in totals_of(rows)]
        return response

    # --- Beside the form -------------------------------------------------------------------------

    def beside(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        parts = parts_of(row.amount, row.vat_percent) if may_see_fees(request, row) else None
        files = list(row.files.defer("content").select_related("made_by"))
        may_read = self.may_read_files(request, row)
        return {
            **super().beside(request, row),
            "paper": row,
            "money": parts and as_money(parts.total, row.currency),
            "vat": parts and vat_words(row, parts.vat),
            "files": [(file, file_url(file.pk) if may_read else "") for file in files],
            "moves": list(row.moves.select_related("moved_by")),
        }

    def may_read_files(self, request: HttpRequest, paper: Paper) -> bool:
        """The file of a paper with a sum says the sum, too."""
        return paper.amount is None or may_see_fees(request, paper)

    def get_urls(self) -> Any:
        address = path(
            "files/<int:file_id>/",
            self.admin_site.admin_view(self.file),
            name="clients_paper_file",
        )
        return [address, *super().get_urls()]

    def file(self, request: HttpRequest, file_id: int) -> HttpResponse:
        """The file of a paper of one's own clients, the present one or one before."""
        papers = self.get_queryset(request)
        file = (
            PaperFile.objects.filter(pk=file_id, paper__in=papers).select_related("paper").first()
        )
        if file is None:
            raise Http404
        if not self.may_read_files(request, file.paper):
            raise PermissionDenied
        return file_response(bytes(file.content), file.name, file.content_type)

    # --- For the accountant ----------------------------------------------------------------------

    def has_fees_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may_see_fees(request, None)

    @button(
        gettext_lazy("Table for the accountant"), path="month", icon="table_view",
        permissions=["fees"],
    )  # fmt: skip
    def month_table(self, request: HttpRequest) -> HttpResponse:
        papers = allowed_rows(request, self.get_queryset(request), SEE_FEES)

        def do(data: dict[str, Any]) -> HttpResponse:
            month = data["month"]
            if not papers_of_month(papers, month).exists():
                words = _("No invoice or act was dated, signed or paid in %(month)s.")
                raise forms.ValidationError(words % {"month": f"{month:%m.%Y}"})
            return saved_file(month_sheet(papers, month), f"papers-{month:%Y-%m}.xlsx", XLSX)

        return Step(
            self,
            request,
            None,
            title=_("Table for the accountant"),
            submit=_("Download XLSX"),
            explanation=_(
                "Invoices and acts that were dated, signed or paid in the month, of the clients"
                " whose sums you may see; drafts are left out. Totals stand below, each within its"
                " currency."
            ),
            form=MonthForm(posted(request)),
            do=do,
            back=reverse("admin:clients_paper_changelist"),
        ).respond()


def total_words(total: Total) -> tuple[str, str, int]:
    """The kind, the sum, and of how many papers."""
    return str(PaperKind(total.kind).label), as_money(total.amount, total.currency), total.papers


class MonthForm(forms.Form):
    month = forms.DateField(
        label=gettext_lazy("Month"),
        input_formats=["%Y-%m"],
        error_messages={"invalid": gettext_lazy("Write a month such as 2026-03.")},
        widget=UnfoldAdminTextInputWidget({"type": "month", "placeholder": "2026-03"}),
    )

    def __init__(self, data: Any = None) -> None:
        last = timezone.localdate().replace(day=1) - dt.timedelta(days=1)
        super().__init__(data, initial={"month": f"{last:%Y-%m}"})


def file_url(file_id: int) -> str:
    """Where staff who may see the paper get its file."""
    return reverse("admin:clients_paper_file", args=[file_id])


def vat_words(paper: Paper, vat: Any) -> str:
    """`VAT 20 %: 2 000 RUB`, or that there is none."""
    if vat is None or paper.vat_percent is None:
        return _("without VAT")
    rate = f"{paper.vat_percent.normalize():f}"
    return _("%(sum)s (%(rate)s %%)") % {"sum": as_money(vat, paper.currency), "rate": rate}


@admin.register(DataWaiver)
class DataWaiverAdmin(ReadOnly, ScopedAdmin):
    """Who took calls without an instruction, knowing it."""

    list_display = ("confirmed_at", "client", "occasion", "name", "confirmed_by")
    list_filter = (ClientFilter, "occasion")
    list_select_related = ("client", "confirmed_by")
    search_fields = ("name", "client__name")
