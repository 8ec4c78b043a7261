"""Goals on the page of their version; the tasks of one on its own."""

from typing import Any

from django.contrib import admin
from django.db.models import Count
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from clients.admin.columns import column
from clients.admin.scoped import ClientFilter, ScopedAdmin, ScopedTabular
from strategy.admin.frozen import Frozen, FrozenInline, NamesItsVersion, OfOneVersion
from strategy.models import Goal, GoalTask


class GoalInline(OfOneVersion, FrozenInline, ScopedTabular):
    model = Goal
    fields = ("level", "text", "measure", "serves")
    show_change_link = True


class GoalTaskInline(FrozenInline, ScopedTabular):
    model = GoalTask
    fields = ("title", "side", "owner", "block", "due_on", "done")
    readonly_fields = ("done",)
    tab = False

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("task", "owner")

    @column(gettext_lazy("done"))
    def done(self, row: GoalTask) -> Any:
        return row.done_at


@admin.register(Goal)
class GoalAdmin(NamesItsVersion, OfOneVersion, Frozen, ScopedAdmin):
    """A goal with its tasks; it is made on the page of its version."""

    named_by = ("version__client",)
    ordering = ("client__name", "version", "pk")
    list_display = ("text", "client", "version", "level", "measure", "tasks_count")
    list_filter = (ClientFilter, "level", "version__state")
    list_select_related = ("client", "version__client")
    search_fields = ("text", "client__name")
    fields = (("version", "level"), "text", "measure", "serves")
    readonly_fields = ("version",)
    inlines = (GoalTaskInline,)

    def get_queryset(self, request: HttpRequest) -> Any:
        rows = super().get_queryset(request).select_related("version__client")
        return rows.annotate(tasks_count=Count("tasks"))

    @column(gettext_lazy("tasks"), ordering="tasks_count")
    def tasks_count(self, goal: Any) -> int:
        return int(goal.tasks_count)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
