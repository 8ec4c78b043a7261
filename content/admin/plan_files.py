"""Files with a plan of posts: uploaded, looked at, corrected, confirmed."""

import datetime as dt
import re
from dataclasses import replace
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
from unfold.widgets import UnfoldAdminSelectWidget

from clients.admin.column_form import (
    ColumnsForm,
    encoding_field,
    header_field,
    order_field,
    skip_bad_field,
)
from clients.admin.columns import button, column
from clients.admin.form_page import (
    Step,
    page_of,
    posted,
    select_field,
    table_file_field,
    text_field,
)
from clients.admin.scoped import ClientFilter, ReadOnly, ScopedAdmin, allows
from clients.models import Client
from clients.rights import clients_where
from content.admin.material_steps import person
from content.models import PlanFile, TextWork
from content.plan_choices import PlanChoices
from content.plan_files import (
    choices_of,
    choose,
    content_of,
    drop_plan,
    take_plan,
    template_file,
    upload_plan,
)
from content.plan_rows import CLOCK, LIMITS, columns_shown, parse_plan
from content.plan_words import COLUMNS, NEEDED, WORDS, column_title, words_for
from smm_agency.lib.file_response import saved_file
from smm_agency.lib.tabular import XLSX, TableError
from strategy.models import ContentSource

ADD = "content.add_planfile"
SHOWN_PROBLEMS, SHOWN_ROWS = 30, 10
STATE_COLOURS = {
    PlanFile.State.PREVIEWED: "warning",
    PlanFile.State.TAKEN: "success",
    PlanFile.State.REFUSED: "danger",
    PlanFile.State.CANCELLED: "",
}
REFUSE = ("", gettext_lazy("such rows are wrong"))
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": XLSX,
}


class UploadForm(forms.Form):
    client = forms.ModelChoiceField(
        Client.objects.none(), label=gettext_lazy("Client"), widget=UnfoldAdminSelectWidget()
    )
    file = table_file_field(
        gettext_lazy("File"),
        most_bytes=lambda: LIMITS.size,
        help_text=gettext_lazy("CSV or XLSX, one row for each post in each community."),
    )

    def __init__(self, request: HttpRequest, clients: Any) -> None:
        asked = request.GET.get("client", "")
        initial = {"client": asked} if asked.isdecimal() else {}
        super().__init__(posted(request), request.FILES or None, initial=initial)
        self.fields["client"].queryset = clients  # type: ignore[attr-defined] # a ModelChoiceField


class PlanForm(ColumnsForm):
    """What the file says, and which of its columns is which."""

    order = order_field()
    time = text_field(
        gettext_lazy("Time of rows that have none"),
        required=False,
        help_text=gettext_lazy("Such as 10:00. Empty: such rows are wrong."),
    )
    source = select_field(
        gettext_lazy("Source of rows that name none"),
        choices=[REFUSE, *ContentSource.choices],
        required=False,
    )
    text_work = select_field(
        gettext_lazy("Work on the text of rows that name none"),
        choices=[REFUSE, *TextWork.choices],
        required=False,
    )
    encoding = encoding_field("utf-8", "utf-16", "cp1251")
    header_at = header_field()
    skip_bad = skip_bad_field()

    def __init__(
        self, choices: PlanChoices, columns: list[tuple[str, list[str]]], data: Any = None
    ) -> None:
        self.choices, self.shown = choices, columns
        super().__init__(data, initial=choices.to_json())
        self.add_columns(choices.columns, ((name, column_title(name)) for name in COLUMNS))

    def clean_time(self) -> str:
        time: str = self.cleaned_data["time"].strip()
        match = CLOCK.fullmatch(time) if time else None
        if time and (match is None or int(match[1]) > 23 or int(match[2]) > 59):
            raise ValidationError(_("Write a time such as 10:00."))
        return time

    def made_choices(self) -> PlanChoices:
        cleaned = self.cleaned_data
        columns = self.made_columns()
        told = {name: cleaned[name] for name in self.choices.to_json() if name != "columns"}
        # In the order of our fields, so that the same choices have the same digest.
        ordered = {name: columns[name] for name in COLUMNS if name in columns}
        return PlanChoices(columns=ordered, **told)


@admin.register(PlanFile)
class PlanFileAdmin(ReadOnly, ScopedAdmin):
    list_display = (
        "uploaded_at", "client", "file_name", "state_text", "rows", "taken", "known", "refused",
        "uploaded_by",
    )  # fmt: skip
    list_filter = (ClientFilter, "state")
    actions_list = ("import_plan", "template_xlsx", "template_csv")

    def get_queryset(self, request: HttpRequest) -> Any:
        rows = super().get_queryset(request).select_related("client", "uploaded_by", "finished_by")
        return rows.defer("content", "problems")

    @column(gettext_lazy("state"), ordering="state", label=STATE_COLOURS)
    def state_text(self, row: PlanFile) -> tuple[str, str]:
        return row.state, row.get_state_display()

    def has_import_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm(ADD)

    @button(
        gettext_lazy("Import a plan"), path="import", icon="upload_file", permissions=["import"]
    )
    def import_plan(self, request: HttpRequest) -> HttpResponse:
        if not self.has_import_permission(request):
            raise PermissionDenied

        def do(data: dict[str, Any]) -> HttpResponse:
            file = data["file"]
            row = upload_plan(
                data["client"], file.read(), file.name, by=person(request), at=timezone.now()
            )
            return HttpResponseRedirect(page_of(row))

        return Step(
            self, request, None, title=_("Import a plan"), submit=_("Show what it holds"),
            form=UploadForm(request, clients_where(request.user, ADD)), do=do,
            explanation=_(
                "First you are shown what the file holds and what would be made of it. Nothing is"
                " stored before you confirm; posts that stand in the plan already are not doubled."
            ),
            template="admin/content/plan_upload.html",
            back=reverse("admin:content_planfile_changelist"),
            context={"known_columns": known_columns()},
        ).respond()  # fmt: skip

    @button(
        gettext_lazy("Empty plan, XLSX"),
        path="template-xlsx",
        icon="download",
        permissions=["view"],
    )
    def template_xlsx(self, request: HttpRequest) -> HttpResponse:
        return template_response("xlsx")

    @button(
        gettext_lazy("Empty plan, CSV"), path="template-csv", icon="download", permissions=["view"]
    )
    def template_csv(self, request: HttpRequest) -> HttpResponse:
        return template_response("csv")

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        row: Any = self.get_object(request, object_id) if object_id else None
        if row is None or not self.has_view_permission(request, row):
            return super().changeform_view(request, object_id, form_url, extra_context)
        if row.state != PlanFile.State.PREVIEWED:
            return self.show(request, row)
        return self.look(request, row)

    def look(self, request: HttpRequest, row: PlanFile) -> HttpResponse:
        may_take = allows(request, ADD, row)
        choices = choices_of(row)
        columns = columns_shown(content_of(row), row.file_name, choices)
        form = PlanForm(choices, columns, posted(request))
        if request.method == "POST":
            if not may_take:
                raise PermissionDenied
            try:
                if (answer := self.answer(request, row, form)) is not None:
                    return answer
            except ValidationError as refused:
                row.refresh_from_db()
                if row.state != PlanFile.State.PREVIEWED:
                    messages.error(request, " ".join(refused.messages))
                    return HttpResponseRedirect(page_of(row))
                form.add_error(None, refused)
        return self.show(request, row, form=form, may_take=may_take, seen=choices.digest(),
                         **shown_rows(row, at=timezone.now()))  # fmt: skip

    def answer(self, request: HttpRequest, row: PlanFile, form: PlanForm) -> HttpResponse | None:
        """What the pressed button does; None where the form has errors."""
        now = timezone.now()
        if "drop" in request.POST:
            drop_plan(row, by=person(request), at=now)
            messages.success(request, _("Nothing was taken; the file is deleted."))
            return HttpResponseRedirect(reverse("admin:content_planfile_changelist"))
        if not form.is_valid():
            return None
        choices, shown = form.made_choices(), choices_of(row)
        if choices != shown:
            choose(row, choices, at=now)
        # Whether wrong rows are left out changes nothing of what was shown.
        is_as_shown = replace(choices, skip_bad=shown.skip_bad).digest() == shown.digest()
        if "take" in request.POST and is_as_shown:
            seen = request.POST.get("seen", "")
            if seen == shown.digest():
                seen = choices.digest()
            taken = take_plan(row, seen=seen, by=person(request), at=now)
            messages.success(request, _("Posts made: %(count)d.") % {"count": taken.taken})
        elif "take" in request.POST:
            messages.warning(
                request, _("You have changed something: look at it, then take the file.")
            )
        return HttpResponseRedirect(page_of(row))

    def show(self, request: HttpRequest, row: PlanFile, **context: Any) -> HttpResponse:
        return TemplateResponse(
            request,
            "admin/content/plan_file.html",
            {
                **self.admin_site.each_context(request),
                "title": row.file_name,
                "subtitle": str(row.client),
                "opts": self.opts,
                "row": row,
                "problems": row.problems[:SHOWN_PROBLEMS],
                "more_problems": max(0, len(row.problems) - SHOWN_PROBLEMS),
                "back": reverse("admin:content_planfile_changelist"),
                **context,
            },
        )


def shown_rows(row: PlanFile, *, at: dt.datetime) -> dict[str, Any]:
    """The first posts as they would be made, for the page."""
    try:
        table = parse_plan(row.client, content_of(row), row.file_name, choices_of(row), at=at)
    except TableError:
        return {}
    zone = row.client.zone
    lines = [(each, each.planned_at.astimezone(zone)) for each in table.rows[:SHOWN_ROWS]]
    return {"lines": lines, "new": len(table.rows), "notes": table.notes}


def known_columns() -> list[tuple[str, bool, str]]:
    """(title, whether it is needed, what may stand there)."""
    return [
        (column_title(name), name in NEEDED, words_for(name) if name in WORDS else "")
        for name in COLUMNS
    ]


def template_response(kind: str) -> HttpResponse:
    name = re.sub(r"\W+", "-", _("plan of posts"))
    return saved_file(template_file(kind), f"{name}.{kind}", TYPES[kind])
