"""Staff's door to negative cases."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.enums import ActionVariant

from clients.admin.columns import button, column
from clients.admin.filters import DefaultFilter
from clients.admin.scoped import ClientFilter, ScopedAdmin, ScopedForm, ShowsBeside, allows
from content.admin import incident_steps as steps
from content.admin.moments import ClientMoment, by_clock_of
from content.models import Incident, IncidentState, Severity, Stop
from content.stops import in_words

STATE_COLOURS = {
    IncidentState.OPEN: "danger",
    IncidentState.WAITING: "warning",
    IncidentState.SOLVED: "success",
    IncidentState.CLOSED: "info",
}
SEVERITY_COLOURS = {Severity.LOW: "info", Severity.MEDIUM: "warning", Severity.HIGH: "danger"}


class StateFilter(DefaultFilter):
    """Cases that are not ended, unless somebody asks for more."""

    title = gettext_lazy("state")
    parameter_name = "shown"
    default_title = gettext_lazy("Unfinished")

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("overdue", _("Overdue")),
            ("waiting", IncidentState.WAITING.label),
            ("ended", _("Ended")),
            ("all", _("All")),
        ]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() == "overdue":
            return queryset.overdue(at=timezone.now())
        if self.value() == "waiting":
            return queryset.filter(state=IncidentState.WAITING)
        if self.value() == "ended":
            return queryset.exclude(ended_at=None)
        return queryset if self.value() == "all" else queryset.unfinished()


class IncidentForm(ScopedForm):
    deadline = ClientMoment(label=gettext_lazy("To be solved by"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and "deadline" in self.fields:
            by_clock_of(self, self.instance.client)


@admin.register(Incident)
class IncidentAdmin(ShowsBeside, ScopedAdmin):
    form = IncidentForm
    named_by = ("client",)
    list_display = (
        "title", "client", "kind", "severity_label", "state_label", "owner", "due", "opened_at",
    )  # fmt: skip
    list_filter = (StateFilter, ClientFilter, "severity", "category")
    list_select_related = ("client", "owner")
    search_fields = ("title", "client__name")
    ordering = ("-opened_at", "-pk")
    fields = (
        ("title", "client"),
        ("category", "severity"),
        "owner",
        "deadline",
        "is_published",
        "shown_outcome",
    )
    change_form_outer_before_template = "admin/content/incident.html"
    actions_detail = (
        "note", "escalate", "answer", "stop_publications",
        {
            "title": gettext_lazy("End"),
            "icon": "task_alt",
            "items": ["end", "reopen"],
        },
    )  # fmt: skip

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if not change:
            obj.opened_by = request.user
        if "deadline" in form.changed_data:
            obj.deadline_told_at = None
        super().save_model(request, obj, form, change)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A case is history: it is ended, never deleted."""
        return False

    def beside(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        """Five queries, whatever the length of the timeline."""
        now = timezone.now()
        links = row.links.select_related("item__profile", "item__wall_post").order_by("pk")
        stops = Stop.objects.standing(at=now).holding_client(row.client)
        return {
            **super().beside(request, row),
            "incident": row,
            "entries": list(row.entries.select_related("by", "contact")),
            "items": [item_line(link.item) for link in links],
            "is_late": not row.is_ended and row.deadline <= now,
            "spike": getattr(row, "spike", None),
            "standing_stops": [
                (in_words(stop), reverse("admin:content_stop_change", args=[stop.pk]))
                for stop in stops.select_related("client", "community__profile__client")
            ],
        }

    @column(gettext_lazy("what it is"), ordering="category")
    def kind(self, row: Incident) -> str:
        return row.get_category_display()

    @column(gettext_lazy("severity"), ordering="severity", label=SEVERITY_COLOURS)
    def severity_label(self, row: Incident) -> tuple[int, str]:
        return row.severity, row.get_severity_display()

    @column(gettext_lazy("state"), ordering="state", label=STATE_COLOURS)
    def state_label(self, row: Incident) -> tuple[str, str]:
        return row.state, row.get_state_display()

    @column(gettext_lazy("to be solved by"), ordering="deadline", label={"late": "danger"})
    def due(self, row: Incident) -> tuple[str, Any]:
        is_late = not row.is_ended and row.deadline <= timezone.now()
        when = date_format(row.deadline.astimezone(row.client.zone), "SHORT_DATETIME_FORMAT")
        return "late" if is_late else "", f"{when} ({row.client.time_zone})"

    def found(self, request: HttpRequest, object_id: str) -> Incident:
        row: Incident | None = self.get_object(request, object_id)
        if row is None:
            raise Http404
        return row

    def may(self, request: HttpRequest, obj: Any, *, ended: bool) -> bool:
        row = self.row_of(request, obj)
        return (
            row is not None
            and row.is_ended == ended
            and allows(request, "content.change_incident", row)
        )

    def has_work_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may(request, obj, ended=False)

    def has_answer_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        row = self.row_of(request, obj)
        return self.may(request, row, ended=False) and row.state == IncidentState.WAITING

    def has_reopen_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may(request, obj, ended=True)

    def has_stop_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        row = self.row_of(request, obj)
        return row is not None and not row.is_ended and allows(request, "content.add_stop", row)

    @button(gettext_lazy("Add a note"), path="note", icon="edit_note", permissions=["work"])
    def note(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return steps.note_step(self, request, self.found(request, object_id))

    @button(
        gettext_lazy("Bring it to the client"), path="escalate", icon="call", permissions=["work"]
    )
    def escalate(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return steps.escalate_step(self, request, self.found(request, object_id))

    @button(gettext_lazy("The client said"), path="answer", icon="forum", permissions=["answer"])
    def answer(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return steps.answer_step(self, request, self.found(request, object_id))

    @button(
        gettext_lazy("Stop publications"), path="stop", icon="block", permissions=["stop"],
        variant=ActionVariant.DANGER,
    )  # fmt: skip
    def stop_publications(self, request: HttpRequest, object_id: str) -> HttpResponse:
        row = self.found(request, object_id)
        address = reverse("admin:content_stop_begin")
        return HttpResponseRedirect(f"{address}?{urlencode({'incident': row.pk})}")

    @button(gettext_lazy("End the case"), path="end", icon="task_alt", permissions=["work"])
    def end(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return steps.end_step(self, request, self.found(request, object_id))

    @button(gettext_lazy("Open it again"), path="reopen", icon="undo", permissions=["reopen"])
    def reopen(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return steps.reopen_step(self, request, self.found(request, object_id))


def item_line(item: Any) -> dict[str, Any]:
    """Of a comment, what the page of its case shows; the text is a stranger's."""
    return {
        "kind": item.get_kind_display(),
        "place": str(item.profile) if item.profile else item.site,
        "author": item.author_name,
        "text": item.text,
        "at": item.received_at,
        "address": item.url if item.url.startswith(("https://", "http://")) else "",
        "url": address_of(item),
    }


def address_of(item: Any) -> str:
    return reverse("admin:content_inboxitem_change", args=[item.pk])
