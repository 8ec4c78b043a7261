"""Files of figures: uploaded, looked at, corrected, confirmed; nothing is stored before that."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError
from unfold.widgets import UnfoldAdminSelectWidget

from clients.admin.columns import button, column
from clients.admin.form_page import Step, page_of, posted, table_file_field
from clients.admin.scoped import (
    ClientFilter,
    ReadOnly,
    ScopedAdmin,
    VisibleFilter,
    allowed_rows,
    allows,
    visible_rows,
)
from communities.models import Profile
from kpi.admin.file_preview_form import PreviewForm
from kpi.file_imports import (
    cancel,
    choices_of,
    choose,
    confirm,
    progress_of,
    remember,
    same_file,
    upload_file,
)
from kpi.models import ColumnMapping, FileImport
from kpi.tasks import take_files_of_figures
from smm_agency.lib.file_response import saved_file
from smm_agency.lib.tabular import write_csv

ADD = "kpi.add_fileimport"
SHOWN_PROBLEMS = 20
STATE_COLOURS = {
    FileImport.State.PREVIEWED: "warning",
    FileImport.State.WAITING: "info",
    FileImport.State.TAKEN: "success",
    FileImport.State.REFUSED: "danger",
}


def wake_worker(pk: int) -> None:
    """Without a broker the clock finds the file within a minute."""
    try:
        take_files_of_figures.delay()
    except (OperationalError, RedisError):
        return


class UploadForm(forms.Form):
    profile = forms.ModelChoiceField(
        Profile.objects.none(),
        label=gettext_lazy("Page whose figures these are"),
        widget=UnfoldAdminSelectWidget(),
    )
    file = table_file_field(
        gettext_lazy("File"),
        most_bytes=lambda: settings.FIGURES_FILE_BYTES,
        help_text=gettext_lazy(
            "An export of Meta Business Suite, YouTube Studio, Telegram Desktop or VK, or any CSV"
            " or XLSX table."
        ),
    )

    def __init__(self, request: HttpRequest, profiles: Any) -> None:
        asked = request.GET.get("profile", "")
        initial = {"profile": asked} if asked.isdecimal() else {}
        super().__init__(posted(request), request.FILES or None, initial=initial)
        self.fields["profile"].queryset = profiles  # type: ignore[attr-defined] # a ModelChoiceField


@admin.register(FileImport)
class FileImportAdmin(ReadOnly, ScopedAdmin):
    list_display = (
        "uploaded_at", "client", "profile", "file_name", "state_text", "rows", "taken",
        "skipped", "refused", "uploaded_by",
    )  # fmt: skip
    list_filter = (ClientFilter, ("profile", VisibleFilter), "state", "kind")
    list_select_related = ("client", "profile", "uploaded_by")
    actions_list = ("import_figures",)

    def get_queryset(self, request: HttpRequest) -> Any:
        """The file itself and what was shown of it are read on its own page only."""
        return super().get_queryset(request).defer("content", "problems", "notes", "preview")

    @column(gettext_lazy("state"), ordering="state", label=STATE_COLOURS)
    def state_text(self, row: FileImport) -> tuple[str, str]:
        return row.state, row.get_state_display()

    def has_import_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm(ADD)

    @button(
        gettext_lazy("Import figures"), path="import", icon="upload_file", permissions=["import"]
    )
    def import_figures(self, request: HttpRequest) -> HttpResponse:
        if not self.has_import_permission(request):
            raise PermissionDenied
        profiles = allowed_rows(request, visible_rows(Profile, request.user), ADD)
        return Step(
            self,
            request,
            None,
            title=_("Import figures"),
            submit=_("Show what it holds"),
            explanation=_(
                "First you are shown what the file holds and what would be stored. Nothing is"
                " stored before you confirm. The same file taken twice changes nothing."
            ),
            form=UploadForm(request, profiles.select_related("client")),
            do=lambda data: self.upload(request, data),
            back=reverse("admin:kpi_fileimport_changelist"),
        ).respond()

    def upload(self, request: HttpRequest, data: dict[str, Any]) -> HttpResponse:
        user: Any = request.user
        file = data["file"]
        row = upload_file(data["profile"], file.read(), file.name, by=user, at=timezone.now())
        return HttpResponseRedirect(page_of(row))

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """A page of its own by the file's state: the preview, the progress, or the report."""
        row = self.get_object(request, object_id) if object_id else None
        if row is None or not self.has_view_permission(request, row):
            return super().changeform_view(request, object_id, form_url, extra_context)
        return self.look(request, row)

    def look(self, request: HttpRequest, row: FileImport) -> HttpResponse:
        may_take = allows(request, ADD, row)
        if row.state != FileImport.State.PREVIEWED:
            return self.show(request, row, "admin/kpi/file_report.html")
        form = PreviewForm(row, request.user, posted(request))
        if request.method == "POST":
            if not may_take:
                raise PermissionDenied
            try:
                answer: HttpResponse | None = self.answer(request, row, form)
                if answer is not None:
                    return answer
            except ValidationError as refused:
                row.refresh_from_db()
                if row.state != FileImport.State.PREVIEWED:
                    messages.error(request, " ".join(refused.messages))
                    return HttpResponseRedirect(page_of(row))
                form.add_error(None, refused)
        return self.show(
            request, row, "admin/kpi/file_preview.html", form=form, may_take=may_take,
            seen=choices_of(row).digest(),
        )  # fmt: skip

    def answer(self, request: HttpRequest, row: FileImport, form: PreviewForm) -> Any:
        """What the pressed button does; None where the form has errors."""
        user: Any = request.user
        now = timezone.now()
        if "drop" in request.POST:
            cancel(row, by=user, at=now)
            messages.success(request, _("Nothing was taken; the file is deleted."))
            return HttpResponseRedirect(reverse("admin:kpi_fileimport_changelist"))
        if not form.is_valid():
            return None
        choices, shown = form.made_choices(), choices_of(row)
        if choices != shown:
            choose(row, choices, at=now, start=form.start())
        if "take" in request.POST and choices.shows_as(shown):
            return self.take(request, row, form)
        if "take" in request.POST:
            messages.warning(
                request, _("You have changed something: look at it, then take the file.")
            )
        return HttpResponseRedirect(page_of(row))

    def take(self, request: HttpRequest, row: FileImport, form: PreviewForm) -> HttpResponse:
        user: Any = request.user
        now = timezone.now()
        seen = request.POST.get("seen", "")
        taken = confirm(row, seen=seen, by=user, at=now, wake=wake_worker)
        if form.cleaned_data.get("remember"):
            for_all = bool(form.cleaned_data.get("for_all"))
            remember(taken, by=user, for_all=for_all, at=now)
        return HttpResponseRedirect(page_of(row))

    def show(
        self, request: HttpRequest, row: FileImport, template: str, **context: Any
    ) -> HttpResponse:
        done, total = progress_of(row.pk) or (0, 0)
        return TemplateResponse(
            request,
            template,
            {
                **self.admin_site.each_context(request),
                "title": row.file_name,
                "subtitle": str(row.profile),
                "opts": self.opts,
                "row": row,
                "twin": same_file(row),
                "problems": row.problems[:SHOWN_PROBLEMS],
                "more_problems": row.refused - min(row.refused, SHOWN_PROBLEMS),
                "is_waiting": row.state == FileImport.State.WAITING,
                "done": done,
                "total": total,
                "back": reverse("admin:kpi_fileimport_changelist"),
                "report": reverse("admin:kpi_fileimport_refused_rows", args=[row.pk]),
                **context,
            },
        )

    actions_detail = ("refused_rows",)

    @button(gettext_lazy("Refused rows"), path="refused", icon="download", permissions=["view"])
    def refused_rows(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """As CSV for a spreadsheet, which runs nothing of it."""
        row = self.get_object(request, object_id)
        if row is None:
            raise Http404
        body = write_csv(row.problems, [_("Row"), _("Field"), _("What is wrong")], delimiter=";")
        return saved_file(body, f"refused-rows-{row.pk}.csv", "text/csv; charset=utf-8")


@admin.register(ColumnMapping)
class ColumnMappingAdmin(ScopedAdmin):
    """Made in a file's preview; looked at and forgotten here."""

    list_display = ("columns_text", "client", "network", "becomes_text", "saved_by", "saved_at")
    list_filter = (ClientFilter, "network")
    list_select_related = ("client", "saved_by")
    fields = ("client", "network", "columns_text", "becomes_text", "saved_by", "saved_at")
    readonly_fields = fields

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What all clients share is the directors' to forget."""
        row = self.row_of(request, obj)
        is_shared = row is not None and row.client_id is None
        sees_all = getattr(request.user, "sees_all_clients", False)
        return super().has_delete_permission(request, row) and (sees_all or not is_shared)

    @column(gettext_lazy("columns of the file"))
    def columns_text(self, row: ColumnMapping) -> str:
        return str(row)

    @column(gettext_lazy("what they become"))
    def becomes_text(self, row: ColumnMapping) -> str:
        columns = row.mapping.get("columns", {}) if isinstance(row.mapping, dict) else {}
        return ", ".join(f"{column} → {name}" for name, column in columns.items())
