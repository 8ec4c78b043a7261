"""Monthly reports: made, read, approved, sent; what became of each letter; settings per client."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.enums import ActionVariant
from unfold.widgets import UnfoldAdminTextareaWidget

from clients.admin.columns import button, column
from clients.admin.form_page import Step, page_of, posted
from clients.admin.scoped import ClientFilter, ScopedAdmin, ScopedForm, ShowsBeside, allows
from clients.models import Client
from clients.rights import clients_where
from kpi.admin.report_deliveries import delivery_lines, summary_of
from kpi.admin.report_forms import MakeForm, SeenForm, SendForm
from kpi.admin.report_sent_steps import SentSteps
from kpi.admin.report_settings import refusals_page, settings_page
from kpi.models import Report, ReportState
from kpi.portal_reports import file_response, page_of_report
from kpi.report_bounces import bounces_of, warnings_of
from kpi.report_contents import print_pdf, print_xlsx
from kpi.report_months import month_before, review_to_come
from kpi.report_recipients import Addressee, recipients_of
from kpi.reports import (
    approve_report,
    count_again,
    digest_of,
    digest_of_addresses,
    is_paused,
    make_report,
    send_report,
    settings_of,
    take_back,
)
from smm_agency.lib.tabular import XLSX

STATE_COLOURS = {
    ReportState.WAITING: "warning",
    ReportState.DRAFT: "info",
    ReportState.READY: "info",
    ReportState.SENT: "success",
}


class ReportForm(ScopedForm):
    class Meta:
        widgets = {
            "cover_text": UnfoldAdminTextareaWidget({"rows": 6}),
            "corrected": UnfoldAdminTextareaWidget({"rows": 3}),
        }


@admin.register(Report)
class ReportAdmin(SentSteps, ShowsBeside, ScopedAdmin):
    form = ReportForm
    list_display = ("month", "client", "edition", "state_label", "made_at", "sent_at", "letters")
    list_filter = (ClientFilter, "state")
    search_fields = ("client__name",)
    fields = (
        ("client", "month", "edition"), ("state_words", "review"), "cover_text", "corrected",
        ("made_at", "made_by"), ("approved_at", "approved_by"), ("sent_at", "sent_by"),
    )  # fmt: skip
    readonly_fields = (
        "client", "month", "edition", "state_words", "review", "made_at", "made_by",
        "approved_at", "approved_by", "sent_at", "sent_by",
    )  # fmt: skip
    change_form_after_template = "admin/kpi/report.html"
    actions_list = ("make_now",)
    actions_detail = (
        "look", "paper", "approve", "send", "send_again", "correct",
        {
            "title": gettext_lazy("More"),
            "icon": "more_vert",
            "items": ["sheet", "count", "back_to_draft", "bounced"],
        },
    )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> Any:
        rows = super().get_queryset(request).defer("figures", "pdf", "xlsx")
        return rows.select_related(
            "client", "review__client", "made_by", "approved_by", "sent_by", "replaces"
        ).prefetch_related("deliveries__letter")

    @column(gettext_lazy("month"), ordering="starts_on")
    def month(self, report: Report) -> str:
        return report.month_name

    @column(gettext_lazy("edition"))
    def edition(self, report: Report) -> str:
        if report.replaces is None:
            return str(report.number)
        return _("%(number)d, replaces edition %(old)d") % {
            "number": report.number,
            "old": report.replaces.number,
        }

    @column(gettext_lazy("state"), ordering="state", label=STATE_COLOURS)
    def state_label(self, report: Report) -> tuple[str, str]:
        return report.state, report.get_state_display()

    @column(gettext_lazy("state"))
    def state_words(self, report: Report) -> str:
        words = report.get_state_display()
        return f"{words}: {report.get_waits_for_display()}" if report.waits_for else words

    @column(gettext_lazy("letters"))
    def letters(self, report: Report) -> str:
        """The newest sending: how many of its letters went out, how many came back."""
        return summary_of(delivery_lines(report))

    def beside(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        report: Report = row
        settings = settings_of(report.client)
        waits = report.state == ReportState.WAITING
        recipients = recipients_of(report.client, settings)
        return {
            "deliveries": delivery_lines(report),
            "recipients": recipients.to,
            "came_back": warnings_of(bounces_of(report.client, recipients.to)),
            "refused": recipients.refused,
            "refusals_page": refusals_page(report.client),
            "paused": is_paused(report.client, settings),
            "automatic": settings.mode == settings.Mode.AUTOMATIC,
            "settings_page": settings_page(report.client, settings.pk),
            "waits": waits,
            "to_close": review_to_come(report.client, report.starts_on) if waits else None,
            "is_sent": report.state == ReportState.SENT,
        }

    # --- What may be done with it ----------------------------------------------------------------

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Made from a review, by a step of its own."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and self.is_in(
            request, obj, ReportState.DRAFT
        )

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and self.is_in(
            request, obj, ReportState.DRAFT, ReportState.WAITING
        )

    def is_in(self, request: HttpRequest, obj: Any, *states: str) -> bool:
        row = self.row_of(request, obj)
        return row is None or row.state in states

    def may_step(self, request: HttpRequest, obj: Any, *states: str) -> bool:
        row = self.row_of(request, obj)
        return self.is_in(request, row, *states) and allows(request, self.right("change"), row)

    def has_draft_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_step(request, obj, ReportState.DRAFT)

    def has_ready_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_step(request, obj, ReportState.READY)

    def has_sent_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_step(request, obj, ReportState.SENT)

    def has_made_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        row = self.row_of(request, obj)
        return row is None or row.state != ReportState.WAITING

    def has_make_permission(self, request: HttpRequest) -> bool:
        user: Any = request.user
        return clients_where(user, self.right("add")).exists()

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """The texts alone, and of a draft: somebody may have approved it meanwhile."""
        words = {name: form.cleaned_data[name] for name in form.changed_data}
        drafts = Report.objects.filter(pk=obj.pk, state=ReportState.DRAFT)
        if words and not drafts.update(**words):
            messages.error(request, _("It is no draft any more: nothing was saved."))

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        first = obj is None or obj.number == 1
        return [name for name in self.fields if not (first and name == "corrected")]

    # --- Steps -----------------------------------------------------------------------------------

    @button(
        gettext_lazy("Make a report"), path="make", icon="note_add", permissions=["make"],
        variant=ActionVariant.PRIMARY,
    )  # fmt: skip
    def make_now(self, request: HttpRequest) -> HttpResponse:
        user: Any = request.user
        clients = list(clients_where(user, self.right("add")).order_by("name"))
        if not clients:
            raise PermissionDenied
        asked = request.GET.get("client", "")
        form = MakeForm(
            clients,
            posted(request),
            initial={
                "client": asked,
                "month": f"{month_before(timezone.localdate()):%Y-%m}",
            },
        )

        def do(cleaned: dict[str, Any]) -> HttpResponse:
            client = next(row for row in clients if str(row.pk) == cleaned["client"])
            made = make_report(client, cleaned["month"], by=user, at=timezone.now())
            return HttpResponseRedirect(page_of(made))

        return Step(
            self, request, None,
            title=_("Make a report"),
            submit=_("Make the draft"),
            explanation=_("From the closed KPI review that covers the end of the month."),
            form=form,
            do=do,
            back=reverse("admin:kpi_report_changelist"),
        ).respond()  # fmt: skip

    @button(
        gettext_lazy("As the client will see it"), path="look", icon="visibility",
        permissions=["view", "made"],
    )  # fmt: skip
    def look(self, request: HttpRequest, object_id: str) -> HttpResponse:
        report = self.report_or_404(request, object_id)
        with translation.override(report.client.language), timezone.override(report.client.zone):
            context = page_of_report(report, newer=None)
            page = {"client": report.client, "section": "reports", "is_preview": True}
            return TemplateResponse(request, "portal/report.html", page | context).render()

    @button(gettext_lazy("PDF"), path="pdf", icon="picture_as_pdf", permissions=["view", "made"])
    def paper(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """As it was approved; of a draft, as it would be."""
        report = self.report_or_404(request, object_id)
        if report.pdf is None:
            report.pdf = print_pdf(report, at=report.made_at, is_draft=True)
        return file_response(report, "pdf", "application/pdf")

    @button(
        gettext_lazy("Numbers as XLSX"), path="xlsx", icon="table_view",
        permissions=["view", "made"],
    )  # fmt: skip
    def sheet(self, request: HttpRequest, object_id: str) -> HttpResponse:
        report = self.report_or_404(request, object_id)
        if report.xlsx is None:
            report.xlsx = print_xlsx(report)
        return file_response(report, "xlsx", XLSX)

    @button(
        gettext_lazy("Approve"), path="approve", icon="task_alt",
        permissions=["view", "draft"], variant=ActionVariant.PRIMARY,
    )  # fmt: skip
    def approve(self, request: HttpRequest, object_id: str) -> HttpResponse:
        user: Any = request.user
        report = self.report_or_404(request, object_id)

        def do(cleaned: dict[str, Any]) -> str:
            approve_report(report, by=user, at=timezone.now(), seen=cleaned["seen"])
            return _("Approved: it can be sent.")

        return self.step(
            request, report, do, title=_("Approve the report"), submit=_("Approve"),
            explanation=_("The PDF and the spreadsheet are made now, as they will be sent."),
        )  # fmt: skip

    @button(
        gettext_lazy("Count the figures again"), path="count", icon="refresh",
        permissions=["view", "draft"],
    )  # fmt: skip
    def count(self, request: HttpRequest, object_id: str) -> HttpResponse:
        user: Any = request.user
        report = self.report_or_404(request, object_id)

        def do(cleaned: dict[str, Any]) -> str:
            count_again(report, by=user, at=timezone.now(), seen=cleaned["seen"])
            return _("The figures are those of now; the text stayed.")

        return self.step(
            request, report, do, title=_("Count the figures again"), submit=_("Count again")
        )

    @button(gettext_lazy("Back to draft"), path="back", icon="undo", permissions=["view", "ready"])
    def back_to_draft(self, request: HttpRequest, object_id: str) -> HttpResponse:
        user: Any = request.user
        report = self.report_or_404(request, object_id)

        def do(cleaned: dict[str, Any]) -> str:
            take_back(report, by=user, seen=cleaned["seen"])
            return _("It is a draft again.")

        return self.step(request, report, do, title=_("Back to draft"), submit=_("Take it back"))

    @button(
        gettext_lazy("Send"), path="send", icon="send", permissions=["view", "ready"],
        variant=ActionVariant.PRIMARY,
    )  # fmt: skip
    def send(self, request: HttpRequest, object_id: str) -> HttpResponse:
        user: Any = request.user
        report = self.report_or_404(request, object_id)
        to = recipients_of(report.client, settings_of(report.client)).to
        form = SendForm(
            posted(request),
            initial={"seen": digest_of(report), "to_seen": digest_of_addresses(to)},
        )

        def do(cleaned: dict[str, Any]) -> str:
            send_report(report, by=user, at=timezone.now(), **cleaned)
            return _("It is on its way, and does not change any more.")

        return Step(
            self, request, report,
            title=_("Send the report"),
            submit=_("Send"),
            explanation=self.told_of(report.client, to),
            form=form,
            do=do,
        ).respond()  # fmt: skip

    def told_of(self, client: Client, to: list[Addressee]) -> str:
        """Before it goes out: to whom, and where it did not arrive last time."""
        told = _("To: %(addresses)s. It is frozen from here on.") % {
            "addresses": ", ".join(address for _name, address in to) or "—"
        }
        return " ".join([told, *warnings_of(bounces_of(client, to))])

    def step(self, request: HttpRequest, row: Report, do: Any, **words: Any) -> HttpResponse:
        form = SeenForm(posted(request), initial={"seen": digest_of(row)})
        return Step(self, request, row, form=form, do=do, **words).respond()

    def report_or_404(self, request: HttpRequest, object_id: str) -> Report:
        report: Report | None = self.get_object(request, object_id)
        if report is None:
            raise Http404
        return report
