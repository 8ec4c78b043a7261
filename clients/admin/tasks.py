"""The one list of what somebody has to do."""

import datetime as dt
from typing import Any

from django.contrib import admin, messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from import_export import resources

from clients.admin.columns import column
from clients.admin.export import SafeField, ScopedExport
from clients.admin.filters import DefaultFilter
from clients.admin.scoped import ClientFilter, ScopedAdmin, allowed_rows
from clients.models import Task, TaskState
from clients.task_notices import tell_new_owner
from clients.todo import finish_task, set_state

STATE_COLOURS = {
    TaskState.OPEN: "info",
    TaskState.IN_WORK: "warning",
    TaskState.DONE: "success",
    TaskState.CANCELLED: "danger",
}


class WhoseFilter(DefaultFilter):
    """Own tasks unless somebody asks for more."""

    title = gettext_lazy("whose")
    parameter_name = "whose"
    default_title = gettext_lazy("Mine")

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("all", _("All")), ("others", _("Others'")), ("nobody", _("Nobody's"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Task]) -> QuerySet[Task]:
        if self.value() == "all":
            return queryset
        if self.value() == "nobody":
            return queryset.filter(owner=None)
        if self.value() == "others":
            return queryset.exclude(owner=request.user)  # type: ignore[misc] # staff
        return queryset.filter(owner=request.user)  # type: ignore[misc] # staff


class DueFilter(DefaultFilter):
    """Unfinished tasks unless somebody asks for the past."""

    title = gettext_lazy("due")
    parameter_name = "due"
    default_title = gettext_lazy("Unfinished")

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("overdue", _("Overdue")),
            ("week", _("Within a week")),
            ("finished", _("Finished")),
            ("all", _("All")),
        ]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        today = timezone.localdate()
        unfinished = Q(state__in=[TaskState.OPEN, TaskState.IN_WORK])
        wanted = {
            "overdue": unfinished & Q(due_on__lt=today),
            "week": unfinished & Q(due_on__range=(today, today + dt.timedelta(days=7))),
            "finished": ~unfinished,
            "all": Q(),
        }
        return queryset.filter(wanted.get(self.value() or "", unfinished))


class TaskResource(resources.ModelResource):  # type: ignore[type-arg] # of Task
    client = SafeField("client__name", "client")
    title = SafeField("title", "title")
    owner = SafeField("owner__username", "owner")
    details = SafeField("details", "details")

    class Meta:
        model = Task
        fields = ("client", "title", "block", "side", "owner", "due_on", "state", "details")
        export_order = fields


@admin.register(Task)
class TaskAdmin(ScopedExport, ScopedAdmin):
    resource_classes = (TaskResource,)
    list_display = ("title", "client", "side", "owner", "due_text", "state_label", "origin_note")
    list_filter = (WhoseFilter, DueFilter, ClientFilter, "side", "block")
    list_select_related = ("client", "owner")
    search_fields = ("title", "details", "client__name")
    fields = (
        ("client", "block"), "title", "details", ("side", "owner"), ("due_on", "state"),
        "origin_note",
    )  # fmt: skip
    actions = ("finish",)

    @column(gettext_lazy("due"), ordering="due_on", label={"late": "danger", "due": ""})
    def due_text(self, task: Task) -> tuple[str, Any] | None:
        if task.due_on is None:
            return None
        is_late = task.done_at is None and task.due_on < timezone.localdate()
        return "late" if is_late else "due", date_format(task.due_on, "SHORT_DATE_FORMAT")

    @column(gettext_lazy("state"), ordering="state", label=STATE_COLOURS)
    def state_label(self, task: Task) -> tuple[str, str]:
        return task.state, task.get_state_display()

    def save_model(self, request: HttpRequest, obj: Task, form: Any, change: bool) -> None:
        set_state(obj, state=obj.state, at=timezone.now())
        super().save_model(request, obj, form, change)
        if "owner" in form.changed_data:
            tell_new_owner(obj, by=request.user, at=timezone.now())  # type: ignore[arg-type] # staff

    @admin.action(description=gettext_lazy("Mark as done"), permissions=["change"])
    def finish(self, request: HttpRequest, queryset: QuerySet[Task]) -> None:
        tasks = allowed_rows(request, queryset, self.right("change"))
        finished = sum(finish_task(task, by=request.user) for task in tasks)  # type: ignore[arg-type] # staff
        words = ngettext("%(count)d task is done.", "%(count)d tasks are done.", finished)
        messages.success(request, words % {"count": finished})
