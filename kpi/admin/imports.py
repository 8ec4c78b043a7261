"""Files of calls: taken on a page of their own; every refusal names the row and the field."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from unfold.widgets import (
    UnfoldAdminFileFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
)

from clients.admin.columns import button
from clients.admin.form_page import Step, date_field, posted, switch_field, text_field
from clients.admin.scoped import ClientFilter, ReadOnly, ScopedAdmin, ScopedForm, visible_rows
from clients.models import Client, DataWaiver
from clients.rights import clients_where
from communities.models import Community
from kpi.admin.instruction_field import (
    confirmation,
    name_clients,
    refuse_unconfirmed,
    write_down,
)
from kpi.call_columns import ColumnMap
from kpi.call_import import Outcome, import_calls, import_tallies
from kpi.models import CallImport
from smm_agency.lib.tabular import ImportRefused, TableError

MAPPING_HELP = gettext_lazy(
    "One a line: field = column. Fields: started_at, caller, called_number, status, talk_seconds,"
    " wait_seconds, external_id, comment. Empty: the columns are named like the fields."
)
STATUS_HELP = gettext_lazy(
    "One a line: word in the file = answered, missed, voicemail, spam or skip."
)


def lines_field(label: Any, help_text: Any) -> Any:
    return forms.CharField(
        label=label,
        required=False,
        help_text=help_text,
        widget=UnfoldAdminTextareaWidget({"rows": 4}),
    )


def pairs(text: str) -> list[str]:
    """`field = column` on each line, as the command's options are written."""
    lines = (line.strip() for line in text.splitlines())
    return ["=".join(part.strip() for part in line.split("=", 1)) for line in lines if line]


class ImportForm(forms.Form):
    client = forms.ModelChoiceField(
        Client.objects.none(), label=gettext_lazy("Client"), widget=UnfoldAdminSelectWidget()
    )
    file = forms.FileField(
        label=gettext_lazy("File (CSV or XLSX)"), widget=UnfoldAdminFileFieldWidget()
    )
    community = forms.ModelChoiceField(
        Community.objects.none(),
        label=gettext_lazy("Community the calls came from"),
        required=False,
        widget=UnfoldAdminSelectWidget(),
        help_text=gettext_lazy("For calls whose dialled number does not tell."),
    )
    mapping = lines_field(gettext_lazy("Columns"), MAPPING_HELP)
    statuses = lines_field(gettext_lazy("Words of the status"), STATUS_HELP)
    day = date_field(
        gettext_lazy("Day"),
        required=False,
        help_text=gettext_lazy("For files whose times have no date."),
    )
    total_column = text_field(
        gettext_lazy("Column of the day's total"),
        required=False,
        help_text=gettext_lazy("Only for files of totals by day: they become tallies."),
    )
    day_column = text_field(gettext_lazy("Column of the day, beside totals"), required=False)
    without_instruction = confirmation()
    skip_bad = switch_field(
        gettext_lazy("Leave wrong rows out and take the rest"),
        help_text=gettext_lazy("Off: a file with one wrong row is not taken at all."),
    )

    def __init__(self, user: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices: dict[str, Any] = {
            "client": clients_where(user, "kpi.add_callimport"),
            "community": visible_rows(Community, user),
        }
        for name, rows in choices.items():
            self.fields[name].queryset = rows  # type: ignore[attr-defined] # a ModelChoiceField
        name_clients(self, choices["client"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        client, community = cleaned.get("client"), cleaned.get("community")
        if client and community and community.client_id != client.pk:
            self.add_error("community", _("This belongs to another client."))
        if not cleaned.get("total_column"):
            # Totals of days are nobody's personal data.
            refuse_unconfirmed(self, cleaned)
        if cleaned.get("total_column"):
            for name in ("day_column", "community"):
                if not cleaned.get(name):
                    self.add_error(name, _("Totals by day need this."))
        return cleaned


def take(data: dict[str, Any], *, by: Any) -> Outcome:
    """Import what the form holds; raises TableError and ImportRefused."""
    file = data["file"]
    options = {"skip_bad": data["skip_bad"], "by": by}
    if data["total_column"]:
        return import_tallies(
            data["client"],
            file.file,
            file.name,
            community=data["community"],
            day_column=data["day_column"],
            total_column=data["total_column"],
            **options,
        )
    return import_calls(
        data["client"],
        file.file,
        file.name,
        columns=ColumnMap.from_options(pairs(data["mapping"]), pairs(data["statuses"])),
        community=data["community"],
        day=data["day"],
        **options,
    )


@admin.register(CallImport)
class CallImportAdmin(ReadOnly, ScopedAdmin):
    list_display = (
        "imported_at", "client", "file_name", "community", "rows_read", "rows_new",
        "rows_changed", "rows_known", "imported_by",
    )  # fmt: skip
    list_filter = (ClientFilter,)
    list_select_related = ("client", "community__profile", "imported_by")
    actions_list = ("import_file",)
    form = ScopedForm

    def has_import_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("kpi.add_callimport")

    @button(
        gettext_lazy("Import a file of calls"),
        path="import",
        icon="upload_file",
        permissions=["import"],
    )
    def import_file(self, request: HttpRequest) -> HttpResponse:
        if not self.has_import_permission(request):
            raise PermissionDenied
        form = ImportForm(request.user, posted(request), request.FILES or None)
        errors: list[TableError] = []

        def do(data: dict[str, Any]) -> HttpResponse:
            outcome = take_or_refuse(data, request.user, errors)
            is_confirmed = data.get("without_instruction", False) and not data["total_column"]
            write_down(
                request, data["client"], DataWaiver.Occasion.FILE, data["file"].name,
                is_confirmed=is_confirmed,
            )  # fmt: skip
            return self.show_outcome(request, outcome)

        step = Step(
            self,
            request,
            None,
            title=_("Import a file of calls"),
            submit=_("Take the file"),
            explanation=_(
                "The same file taken twice changes nothing. A file is taken whole or not at all,"
                " unless you choose otherwise below."
            ),
            form=form,
            do=do,
            back=reverse("admin:kpi_callimport_changelist"),
            template="admin/kpi/import.html",
            context={"errors": errors},
        )
        return step.respond()

    def show_outcome(self, request: HttpRequest, outcome: Outcome) -> HttpResponse:
        return Step(
            self,
            request,
            None,
            title=_("The file is taken"),
            submit="",
            form=forms.Form(),
            do=lambda data: "",
            back=reverse("admin:kpi_callimport_changelist"),
            template="admin/kpi/imported.html",
        ).render(outcome=outcome, errors=list(outcome.errors))


def take_or_refuse(data: dict[str, Any], user: Any, errors: list[TableError]) -> Outcome:
    """Refusals become errors of the form; those of rows are listed below it."""
    try:
        return take(data, by=user)
    except ImportRefused as refused:
        errors.extend(refused.errors)
        words = ngettext(
            "%(count)d row is wrong; nothing was taken.",
            "%(count)d rows are wrong; nothing was taken.",
            refused.errors.total,
        )
        raise ValidationError(words % {"count": refused.errors.total}) from None
    except TableError as refused:
        errors.append(refused)
        raise ValidationError(_("The file cannot be read as it is.")) from None
