"""The portal's pages of monthly reports: those that were sent, as they were sent, and files."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse

from clients.models import Client
from clients.portal import PortalView
from kpi.models import Report
from kpi.report_contents import file_name, replaces_line
from kpi.report_sections import sections_of
from smm_agency.lib.file_response import saved_file
from smm_agency.lib.tabular import XLSX

LISTED = ("pk", "starts_on", "number", "sent_at", "replaced_by__number")
SHOWN = (
    "pk", "client_id", "starts_on", "ends_on", "number", "state", "figures", "cover_text",
    "corrected", "sent_at", "replaces__number", "replaces__sent_at", "replaces__client_id",
)  # fmt: skip


def sent_reports(client: Client) -> list[dict[str, Any]]:
    rows = Report.objects.sent().filter(client=client).order_by("-starts_on", "-number")
    return [dict(row) for row in rows.values(*LISTED)]


def page_of_report(report: Report, *, newer: Report | None) -> dict[str, Any]:
    """What the page says; for staff who look at a draft as well."""
    return {
        "report": report,
        "replaces": replaces_line(report),
        "newer": newer,
        "sections": sections_of(report.figures or {}),
    }


class Reports(PortalView):
    template_name = "portal/reports.html"
    section = "reports"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return context | {"reports": sent_reports(self.client)}


class ReportPage(PortalView):
    template_name = "portal/report.html"
    section = "reports"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        report = report_or_404(self.client, self.kwargs["report_id"], *SHOWN)
        newer = Report.objects.sent().filter(replaces=report.pk).only("pk", "number").first()
        return context | page_of_report(report, newer=newer)


class ReportPaper(PortalView):
    """The PDF, the same one each time."""

    ending, content_type, column = "pdf", "application/pdf", "pdf"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        columns = ("pk", "client_id", "starts_on", "number", self.column)
        report = report_or_404(self.client, kwargs["report_id"], *columns)
        return file_response(report, self.ending, self.content_type)


class ReportSheet(ReportPaper):
    ending, content_type, column = "xlsx", XLSX, "xlsx"


def report_or_404(client: Client, report_id: int, *columns: str) -> Report:
    rows = Report.objects.sent().filter(client=client, pk=report_id)
    if any("__" in column for column in columns):
        rows = rows.select_related("replaces")
    report = rows.only(*columns).first()
    if report is None:
        raise Http404
    report.client = client
    if report.replaces_id and "replaces" in report._state.fields_cache:
        report.replaces.client = client  # type: ignore[union-attr] # it has one
    return report


def file_response(report: Report, ending: str, content_type: str) -> HttpResponse:
    return saved_file(bytes(getattr(report, ending)), file_name(report, ending), content_type)
