"""What is asked of clients: the list of what is late, and the page of one request."""

import datetime as dt
from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from unfold.widgets import UnfoldAdminTextareaWidget

from clients.admin.columns import column
from clients.admin.filters import DefaultFilter
from clients.admin.scoped import ClientFilter, ScopedAdmin, ScopedForm, ShowsBeside
from clients.models import Letter
from communities.admin.files import file_url
from content.admin.material_steps import MaterialSteps, person
from content.material_figures import held_up_by_month
from content.material_letters import ASKED, is_unwanted, write_to_contact
from content.models import MaterialRequest, RequestState
from smm_agency.lib.file_response import SHOWN

STATE_COLOURS = {
    RequestState.OPEN: "warning",
    RequestState.RECEIVED: "success",
    RequestState.CANCELLED: "",
}
MONTHS = 6


class StateFilter(DefaultFilter):
    """What is waited for, unless somebody asks for more."""

    title = gettext_lazy("state")
    parameter_name = "due"
    default_title = gettext_lazy("Waited for")

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("overdue", _("Overdue")), ("received", _("Received")), ("all", _("All"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() == "overdue":
            return queryset.overdue(on=timezone.localdate())
        if self.value() == "received":
            return queryset.filter(state=RequestState.RECEIVED)
        return queryset if self.value() == "all" else queryset.open()


class RequestForm(ScopedForm):
    class Meta:
        model = MaterialRequest
        fields = ("client", "post", "service", "what", "why", "contact", "due_on")
        widgets = {"why": UnfoldAdminTextareaWidget({"rows": 3})}

    def clean_due_on(self) -> dt.date:
        due_on: dt.date = self.cleaned_data["due_on"]
        if self.instance.pk is None and due_on < timezone.localdate():
            message = _("This day has passed: give one that the client can still keep.")
            self.add_error("due_on", message)
        return due_on


@admin.register(MaterialRequest)
class MaterialRequestAdmin(MaterialSteps, ShowsBeside, ScopedAdmin):
    form = RequestForm
    change_form_outer_after_template = "admin/content/material_panel.html"
    list_display = (
        "what", "client", "post", "contact", "due_text", "state_label", "held_text", "asked_by",
    )  # fmt: skip
    list_filter = (ClientFilter, StateFilter)
    list_select_related = ("client", "post", "contact", "asked_by")
    search_fields = ("what", "why", "client__name", "post__title")
    autocomplete_fields = ("post",)
    fields = ("client", ("post", "service"), "what", "why", ("contact", "due_on"))
    actions_detail = MaterialSteps.material_buttons

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related(*self.list_select_related)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """From the page of a post, its client and the post."""
        initial: dict[str, Any] = super().get_changeform_initial_data(request)
        return {name: value for name, value in initial.items() if str(value).isdecimal()}

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        fields = super().get_readonly_fields(request, obj)
        is_over = obj is not None and obj.state != RequestState.OPEN
        return (*fields, *RequestForm.Meta.fields[1:]) if is_over else fields

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What was asked is taken back with a reason, and stays."""
        return False

    def save_model(
        self, request: HttpRequest, obj: MaterialRequest, form: Any, change: bool
    ) -> None:
        if not change:
            obj.asked_by = person(request)
        super().save_model(request, obj, form, change)
        if not change:
            self.write(request, obj)

    def write(self, request: HttpRequest, row: MaterialRequest) -> None:
        if write_to_contact(row, ASKED, at=timezone.now()):
            message = _("A letter goes to %(contact)s.") % {"contact": row.contact}
            messages.info(request, message)
        elif is_unwanted(row):
            messages.warning(
                request,
                _(
                    "Nobody is written to: the contact wants no letters about materials. Ask in"
                    " another way; a task says so, too."
                ),
            )
        else:
            messages.warning(
                request, _("Nobody is written to: choose a contact who has an e-mail address.")
            )

    def beside(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        letters = Letter.objects.filter(key__startswith=f"material:{row.pk}:")
        return {
            **super().beside(request, row),
            "asked": row,
            "files": files_of(row),
            "letters": letters.order_by("pk").only("address", "subject", "written_at", "sent_at"),
            "links": row.links.select_related("made_by"),
            "months": held_up_by_month(row.client, months=MONTHS),
            "now": timezone.now(),
        }

    @column(gettext_lazy("needed by"), ordering="due_on", label={"late": "danger", "due": ""})
    def due_text(self, row: MaterialRequest) -> tuple[str, Any]:
        is_late = row.is_overdue(on=row.client.today())
        return "late" if is_late else "due", date_format(row.due_on, "SHORT_DATE_FORMAT")

    @column(gettext_lazy("state"), ordering="state", label=STATE_COLOURS)
    def state_label(self, row: MaterialRequest) -> tuple[str, str]:
        return row.state, row.get_state_display()

    @column(gettext_lazy("held up"))
    def held_text(self, row: MaterialRequest) -> str:
        days = days_late(row)
        if days <= 0 or row.state == RequestState.CANCELLED:
            return "—"
        return ngettext("%(count)d day", "%(count)d days", days) % {"count": days}


def days_late(row: MaterialRequest) -> int:
    """From the day of need to the receipt, or to today."""
    client = row.client
    came_on = client.day_of(row.received_at) if row.received_at else client.today()
    return (came_on - row.due_on).days


def files_of(row: MaterialRequest) -> list[dict[str, Any]]:
    """What came, for the page; one query."""
    rows = row.files.select_related("file", "file__media", "came_by").defer("file__content")
    return [
        {
            "row": each,
            "url": file_url(each.file_id),
            "is_picture": each.file.content_type in SHOWN,
            "size": filesizeformat(each.file.size),
            "media": getattr(each.file, "media", None),
        }
        for each in rows
    ]
