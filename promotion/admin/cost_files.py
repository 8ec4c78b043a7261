"""Files of costs and results: uploaded, looked at, corrected, confirmed."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from clients.admin.columns import button, column
from clients.admin.form_page import Step, page_of, posted
from clients.admin.scoped import ClientFilter, ReadOnly, ScopedAdmin, allows, rights_of
from promotion.admin.cost_file_form import ADD, CostForm, UploadForm
from promotion.cost_files import (
    choices_of,
    choose,
    drop_costs,
    remember,
    same_file,
    take_costs,
    upload_costs,
)
from promotion.models import SEE_EARNED, CostColumns, CostFile
from promotion.tasks import take_files_of_costs
from smm_agency.lib.file_response import saved_file
from smm_agency.lib.tabular import write_csv

SHOWN_PROBLEMS = 20
STATE_COLOURS = {
    CostFile.State.PREVIEWED: "warning",
    CostFile.State.WAITING: "info",
    CostFile.State.TAKEN: "success",
    CostFile.State.REFUSED: "danger",
}


def wake_worker() -> None:
    """Without a broker the clock finds the file within a minute."""
    try:
        take_files_of_costs.delay()
    except (OperationalError, RedisError):
        return


@admin.register(CostFile)
class CostFileAdmin(ReadOnly, ScopedAdmin):
    list_display = (
        "uploaded_at", "client", "kind", "account", "file_name", "state_text", "rows", "new",
        "changed", "same", "refused", "uploaded_by",
    )  # fmt: skip
    list_filter = (ClientFilter, "kind", "state")
    list_select_related = ("client", "account", "uploaded_by")
    actions_list = ("import_costs",)
    actions_detail = ("refused_rows",)

    def get_queryset(self, request: HttpRequest) -> Any:
        """The file itself and what was shown of it are read on its own page only."""
        rows = super().get_queryset(request).select_related("client", "account", "finished_by")
        clients = rights_of(request).clients_with(SEE_EARNED)
        if clients is not None:
            rows = rows.exclude(~Q(client__in=clients), preview__contains={"has_fee": True})
        return rows.defer("content", "problems", "preview")

    @column(gettext_lazy("state"), ordering="state", label=STATE_COLOURS)
    def state_text(self, row: CostFile) -> tuple[str, str]:
        return row.state, row.get_state_display()

    def has_import_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm(ADD)

    @button(
        gettext_lazy("Import costs and results"),
        path="import",
        icon="upload_file",
        permissions=["import"],
    )
    def import_costs(self, request: HttpRequest) -> HttpResponse:
        if not self.has_import_permission(request):
            raise PermissionDenied
        return Step(
            self,
            request,
            None,
            title=_("Import costs and results"),
            submit=_("Show what it holds"),
            explanation=_(
                "First you are shown what the file holds and what would be stored. Nothing is"
                " stored before you confirm. The same file taken twice changes nothing."
            ),
            form=UploadForm(request),
            do=lambda data: self.upload(request, data),
            back=reverse("admin:promotion_costfile_changelist"),
        ).respond()

    def upload(self, request: HttpRequest, data: dict[str, Any]) -> HttpResponse:
        user: Any = request.user
        file = data["file"]
        row = upload_costs(
            data["client"], file.read(), file.name, kind=data["kind"], by=user, at=timezone.now(),
            account=data["account"], campaign=data["campaign"],
        )  # fmt: skip
        return HttpResponseRedirect(page_of(row))

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """A page of its own by the file's state: the preview, the wait, or the result."""
        row: Any = self.get_object(request, object_id) if object_id else None
        if row is None or not self.has_view_permission(request, row):
            return super().changeform_view(request, object_id, form_url, extra_context)
        if row.state != CostFile.State.PREVIEWED:
            return self.show(request, row)
        return self.look(request, row)

    def look(self, request: HttpRequest, row: CostFile) -> HttpResponse:
        may_take = allows(request, ADD, row)
        choices = choices_of(row)
        form = CostForm(row, choices, posted(request))
        if "cost_kind" in form.fields and not allows(request, SEE_EARNED, row):
            form.leave_out_earned()
        if request.method == "POST":
            if not may_take:
                raise PermissionDenied
            try:
                if (answer := self.answer(request, row, form)) is not None:
                    return answer
            except ValidationError as refused:
                row.refresh_from_db()
                if row.state != CostFile.State.PREVIEWED:
                    messages.error(request, " ".join(refused.messages))
                    return HttpResponseRedirect(page_of(row))
                form.add_error(None, refused)
        return self.show(request, row, form=form, may_take=may_take, seen=choices.digest())

    def answer(self, request: HttpRequest, row: CostFile, form: CostForm) -> HttpResponse | None:
        """What the pressed button does; None where the form has errors."""
        user: Any = request.user
        now = timezone.now()
        if "drop" in request.POST:
            drop_costs(row, by=user, at=now)
            messages.success(request, _("Nothing was taken; the file is deleted."))
            return HttpResponseRedirect(reverse("admin:promotion_costfile_changelist"))
        if not form.is_valid():
            return None
        choices, shown = form.made_choices(), choices_of(row)
        is_as_shown = choices.digest() == shown.digest()
        if "take" in request.POST and is_as_shown:
            return self.take(request, row, form)
        if choices != shown:
            choose(row, choices, at=now)
        if "take" in request.POST:
            messages.warning(
                request, _("You have changed something: look at it, then take the file.")
            )
        return HttpResponseRedirect(page_of(row))

    def take(self, request: HttpRequest, row: CostFile, form: CostForm) -> HttpResponse:
        user: Any = request.user
        now = timezone.now()
        seen, skip_bad = request.POST.get("seen", ""), form.cleaned_data["skip_bad"]
        taken = take_costs(row, seen=seen, skip_bad=skip_bad, by=user, at=now, wake=wake_worker)
        if form.cleaned_data["remember"]:
            remember(taken, by=user, at=now)
        if taken.state == CostFile.State.TAKEN:
            told = {"new": taken.new, "changed": taken.changed, "same": taken.same}
            messages.success(
                request, _("New: %(new)d, changed: %(changed)d, the same: %(same)d.") % told
            )
        return HttpResponseRedirect(page_of(row))

    def show(self, request: HttpRequest, row: CostFile, **context: Any) -> HttpResponse:
        return TemplateResponse(
            request,
            "admin/promotion/cost_file.html",
            {
                **self.admin_site.each_context(request),
                "title": row.file_name,
                "subtitle": str(row.client),
                "opts": self.opts,
                "row": row,
                "twin": same_file(row),
                "problems": row.problems[:SHOWN_PROBLEMS],
                "more_problems": max(0, row.refused - SHOWN_PROBLEMS),
                "is_waiting": row.state == CostFile.State.WAITING,
                "back": reverse("admin:promotion_costfile_changelist"),
                "report": reverse("admin:promotion_costfile_refused_rows", args=[row.pk]),
                **context,
            },
        )

    @button(gettext_lazy("Wrong rows"), path="refused", icon="download", permissions=["view"])
    def refused_rows(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """As CSV for a spreadsheet, which runs nothing of it."""
        row: Any = self.get_object(request, object_id)
        if row is None:
            raise Http404
        body = write_csv(row.problems, [_("Row"), _("Field"), _("What is wrong")], delimiter=";")
        return saved_file(body, f"wrong-rows-{row.pk}.csv", "text/csv; charset=utf-8")


@admin.register(CostColumns)
class CostColumnsAdmin(ScopedAdmin):
    """Made in a file's preview; looked at and forgotten here."""

    list_display = ("__str__", "client", "kind", "saved_by", "saved_at")
    list_filter = (ClientFilter, "kind")
    list_select_related = ("client", "saved_by")
    fields = ("client", "kind", "becomes_text", "saved_by", "saved_at")
    readonly_fields = fields

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @column(gettext_lazy("what they become"))
    def becomes_text(self, row: CostColumns) -> str:
        return str(row)
