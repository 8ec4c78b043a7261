"""Workbooks of clients: the template, the preview, the confirmation. For directors."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.admin.columns import button, column
from clients.admin.form_page import Step, page_of, posted, table_file_field
from clients.admin.people import DirectorsOnly
from clients.admin.scoped import ReadOnly, ScopedAdmin
from clients.client_import import (
    cancel_clients,
    confirm_clients,
    plan_of,
    taken_before,
    upload_clients,
)
from clients.client_import_columns import SHEETS
from clients.client_import_plan import Plan
from clients.client_import_reading import LIMITS
from clients.client_import_rows import Fate, Row
from clients.client_import_template import write_template
from clients.models import Client, ClientImport
from smm_agency.lib.file_response import saved_file
from smm_agency.lib.tabular import XLSX

ADD = "clients.add_clientimport"
SHOWN_ROWS = 100
STATE_COLOURS = {
    ClientImport.State.PREVIEWED: "warning",
    ClientImport.State.TAKEN: "success",
    ClientImport.State.REFUSED: "danger",
}


class UploadForm(forms.Form):
    file = table_file_field(
        gettext_lazy("Workbook"),
        most_bytes=lambda: LIMITS.size,
        help_text=gettext_lazy("The template, filled in: XLSX, up to 10 MB."),
    )


@admin.register(ClientImport)
class ClientImportAdmin(DirectorsOnly, ReadOnly, ScopedAdmin):  # type: ignore[misc] # no row asked
    list_display = ("uploaded_at", "file_name", "state_text", "uploaded_by", "finished_at")
    list_filter = ("state",)
    list_select_related = ("uploaded_by",)
    actions_list = ("bring_clients", "template")

    def get_queryset(self, request: HttpRequest) -> Any:
        """The file itself is read on its own page only."""
        return super().get_queryset(request).defer("content", "problems")

    @column(gettext_lazy("state"), ordering="state", label=STATE_COLOURS)
    def state_text(self, row: ClientImport) -> tuple[str, str]:
        return row.state, row.get_state_display()

    def has_import_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        user: Any = request.user
        return bool(user.sees_all_clients and user.has_perm(ADD))

    @button(
        gettext_lazy("Template to fill in"),
        path="template",
        icon="download",
        permissions=["import"],
    )
    def template(self, request: HttpRequest) -> HttpResponse:
        if not self.has_import_permission(request):
            raise PermissionDenied
        return saved_file(write_template(), "clients.xlsx", XLSX)

    @button(
        gettext_lazy("Import clients"), path="import", icon="upload_file", permissions=["import"]
    )
    def bring_clients(self, request: HttpRequest) -> HttpResponse:
        if not self.has_import_permission(request):
            raise PermissionDenied
        user: Any = request.user

        def do(data: dict[str, Any]) -> HttpResponse:
            file = data["file"]
            row = upload_clients(file.read(), file.name, by=user, at=timezone.now())
            return HttpResponseRedirect(page_of(row))

        return Step(
            self,
            request,
            None,
            title=_("Import clients"),
            submit=_("Show what it would do"),
            explanation=_(
                "One workbook brings clients, contacts, team and services. First you are shown"
                " what each row would do; nothing is stored before you confirm. The same file"
                " taken twice changes nothing."
            ),
            form=UploadForm(posted(request), request.FILES or None),
            do=do,
            back=reverse("admin:clients_clientimport_changelist"),
            template="admin/clients/import_upload.html",
            context={"template_url": reverse("admin:clients_clientimport_template")},
        ).respond()

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """A page of its own by the file's state: the preview, or what was taken."""
        row = self.get_object(request, object_id) if object_id else None
        if row is None or not self.has_view_permission(request, row):
            return super().changeform_view(request, object_id, form_url, extra_context)
        if request.method == "POST":
            return self.answer(request, row)
        return self.look(request, row)

    def answer(self, request: HttpRequest, row: ClientImport) -> HttpResponse:
        """What the pressed button does; a refusal is told above the page, which is shown anew."""
        if not self.has_import_permission(request):
            raise PermissionDenied
        user: Any = request.user
        now = timezone.now()
        try:
            if "drop" in request.POST:
                cancel_clients(row, by=user, at=now)
                messages.success(request, _("Nothing was taken; the file is deleted."))
                return HttpResponseRedirect(reverse("admin:clients_clientimport_changelist"))
            seen, partly = request.POST.get("seen", ""), "partly" in request.POST
            confirm_clients(row, seen=seen, partly=partly, by=user, at=now)
        except ValidationError as refused:
            messages.error(request, " ".join(refused.messages))
        else:
            messages.success(request, _("The clients are taken."))
        return HttpResponseRedirect(page_of(row))

    def look(self, request: HttpRequest, row: ClientImport) -> HttpResponse:
        if row.state != ClientImport.State.PREVIEWED:
            return self.show(request, row, "admin/clients/import_done.html", **done(row))
        user: Any = request.user
        try:
            plan = plan_of(row, by=user, at=timezone.now())
        except ValidationError as refused:
            messages.error(request, " ".join(refused.messages))
            return self.show(request, row, "admin/clients/import_done.html", **done(row))
        return self.show(
            request,
            row,
            "admin/clients/import_preview.html",
            **previewed(plan),
            may_take=self.has_import_permission(request),
        )

    def show(
        self, request: HttpRequest, row: ClientImport, template: str, **context: Any
    ) -> HttpResponse:
        return TemplateResponse(
            request,
            template,
            {
                **self.admin_site.each_context(request),
                "title": row.file_name,
                "opts": self.opts,
                "row": row,
                "twin": taken_before(row),
                "back": reverse("admin:clients_clientimport_changelist"),
                **context,
            },
        )


def sheet_lines(counts: dict[str, dict[str, int]]) -> list[tuple[str, dict[str, int]]]:
    return [(form.title, counts[form.key]) for form in SHEETS if form.key in counts]


def previewed(plan: Plan) -> dict[str, Any]:
    problems = [problem for row in plan.rows() for problem in row.problems]
    new, changed = plan.count(Fate.NEW), plan.count(Fate.CHANGED)
    refused = plan.count(Fate.REFUSED)
    is_open = not plan.file.blocking and bool(new + changed)
    return {
        "lines": sheet_lines(plan.counts()),
        "blocking": plan.file.blocking,
        "notes": plan.file.notes,
        "problems": problems[:SHOWN_ROWS],
        "more_problems": len(problems[SHOWN_ROWS:]),
        "warned": [row for row in plan.rows() if row.warnings][:SHOWN_ROWS],
        "changed": [row for row in plan.rows() if row.fate == Fate.CHANGED][:SHOWN_ROWS],
        "new": [(form.title, *first(plan, form.key)) for form in SHEETS],
        "seen": plan.digest(),
        "takes_all": is_open and not refused,
        "takes_part": is_open and bool(refused),
        "good": new + changed,
        "refused": refused,
    }


def first(plan: Plan, key: str) -> tuple[list[Row], int]:
    """The first new rows of the sheet, and how many more there are."""
    rows = [row for row in plan.file.rows[key] if row.fate == Fate.NEW]
    return rows[:SHOWN_ROWS], len(rows[SHOWN_ROWS:])


def done(row: ClientImport) -> dict[str, Any]:
    clients = Client.objects.filter(pk__in=row.touched)
    return {
        "lines": sheet_lines(row.counts),
        "clients": [(client, page_of(client)) for client in clients],
        "problems": row.problems[:SHOWN_ROWS],
        "more_problems": len(row.problems[SHOWN_ROWS:]),
    }
