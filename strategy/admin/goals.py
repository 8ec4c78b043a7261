"""Goals on the page of their version; the tasks of one on its own."""

from typing import Any

from django.contrib import admin
from django.db.models import Count
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from clients.admin.columns import column
from clients.admin.scoped import ClientFilter, ScopedAdmin, ScopedTabular
from strategy.admin.frozen import Frozen, FrozenInline
from strategy.models import Goal, GoalTask


class GoalInline(FrozenInline, ScopedTabular):
    model = Goal
    fields = ("level", "text", "measure", "serves")
    show_change_link = True

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """A goal serves one of its own version."""
        return super().formfield_for_foreignkey(
            db_field, request, **of_this_version(db_field, request, kwargs)
        )


def of_this_version(db_field: Any, request: HttpRequest, kwargs: dict[str, Any]) -> dict[str, Any]:
    """Narrow a choice among rows of a version to the version that the page is about."""
    model = db_field.remote_field.model
    version_id = getattr(request, "page_version_id", None)
    if version_id and any(field.name == "version" for field in model._meta.concrete_fields):
        kwargs["queryset"] = model.objects.filter(version=version_id)
    return kwargs


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
class GoalAdmin(Frozen, ScopedAdmin):
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

    def get_form(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        request.page_version_id = obj.version_id if obj else None  # type: ignore[attr-defined] # read by of_this_version
        return super().get_form(request, obj, **kwargs)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        return super().formfield_for_foreignkey(
            db_field, request, **of_this_version(db_field, request, kwargs)
        )

    @column(gettext_lazy("tasks"), ordering="tasks_count")
    def tasks_count(self, goal: Any) -> int:
        return int(goal.tasks_count)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
