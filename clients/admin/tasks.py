"""The one list of what somebody has to do, and the page of a task."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST
from import_export import resources

from clients.admin.columns import button, column
from clients.admin.contractors import is_contractor, read_only_for_contractor
from clients.admin.export import SafeField, ScopedExport
from clients.admin.scoped import ClientFilter, ScopedAdmin, ShowsBeside, allowed_rows, allows
from clients.admin.task_board import board_page, moves_of
from clients.admin.task_filters import DueFilter, WhoseFilter, due_tiles
from clients.admin.task_moves import STATE, Move, give_page, move_from_page
from clients.due_groups import DueGroup, group_of
from clients.models import Task, TaskState
from clients.models.task import OPEN_STATES
from clients.task_notices import tell_new_owner
from clients.task_origins import right_to_see, url_of, words_of
from clients.todo import finish_task, set_state

STATE_COLOURS = {
    TaskState.OPEN: "info",
    TaskState.IN_WORK: "warning",
    TaskState.DONE: "success",
    TaskState.CANCELLED: "danger",
}
DUE_COLOURS = {
    DueGroup.OVERDUE: "danger",
    DueGroup.TODAY: "warning",
    DueGroup.WEEK: "info",
    DueGroup.LATER: "",
    DueGroup.NO_DAY: "",
    "finished": "",
}


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
class TaskAdmin(ShowsBeside, ScopedExport, ScopedAdmin):
    resource_classes = (TaskResource,)
    list_display = ("title", "client", "owner", "due_text", "state_label", "block")
    list_filter = (WhoseFilter, DueFilter, ClientFilter, "block", "side")
    list_select_related = ("client", "owner", "origin_type")
    list_before_template = "admin/clients/task_tiles.html"
    change_form_outer_before_template = "admin/clients/task_panel.html"
    search_fields = ("title", "details", "client__name")
    fields = (
        ("client", "block"), "title", "details", ("side", "owner"), ("due_on", "state"),
        "origin_note",
    )  # fmt: skip
    actions = ("finish",)
    actions_detail: Any = ("give",)
    change_form_outer_after_template = "admin/time/log_for_task.html"

    def get_urls(self) -> list[Any]:
        guard = self.admin_site.admin_view
        return [
            path("board/", guard(self.board), name="clients_task_board"),
            path("move/", guard(require_POST(self.move)), name="clients_task_move"),
            *super().get_urls(),
        ]

    def board(self, request: HttpRequest) -> HttpResponse:
        if not self.has_view_permission(request):
            raise Http404
        return board_page(self, request)

    def move(self, request: HttpRequest) -> HttpResponse:
        return move_from_page(self, request)

    def has_give_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A contractor takes and finishes what they were given, and sees no colleagues."""
        task = self.row_of(request, obj)
        return self.has_change_permission(request, task) and not is_contractor(request, task)

    @button(gettext_lazy("Give to…"), path="give", icon="forward", permissions=["give"])
    def give(self, request: HttpRequest, object_id: str) -> HttpResponse:
        task = self.get_object(request, object_id)
        if task is None:
            raise Http404
        return give_page(self, request, task)

    def origin_of(self, request: HttpRequest, task: Task) -> tuple[str, str]:
        """Words and address; without an address where the person may not look at it."""
        right = right_to_see(task)
        url = url_of(task) if right and allows(request, right, task) else ""
        return words_of(task), url

    def place_of(self, request: HttpRequest, task: Task) -> tuple[str, str] | None:
        """Where it is done: upper floors know the pages."""
        return None

    def beside(self, request: HttpRequest, row: Task) -> dict[str, Any]:
        may_change = self.has_change_permission(request, row)
        return {
            **super().beside(request, row),
            "task": row,
            "origin": self.origin_of(request, row),
            "place": self.place_of(request, row),
            "moves": moves_of(row) if may_change else [],
        }

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        response = super().changelist_view(request, extra_context)
        context = getattr(response, "context_data", None) or {}
        if "cl" in context:
            context["due_tiles"] = due_tiles(context["cl"], request)
        return response

    def get_list_display(self, request: HttpRequest) -> Any:
        """With the columns that depend on who looks."""

        @column(gettext_lazy("where it came from"), ordering="origin_note")
        def origin_link(task: Task) -> str:
            words, url = self.origin_of(request, task)
            return format_html('<a class="smm-name" href="{}">{}</a>', url, words) if url else words

        @column("")
        def done_button(task: Task) -> str:
            if task.state not in OPEN_STATES or not self.has_change_permission(request, task):
                return ""
            move = Move(task.pk, STATE, TaskState.DONE.value, task.state)
            return format_html(
                '<button class="smm-quick" type="submit" formaction="{}" name="move" value="{}"'
                ' aria-label="{}">{}</button>',
                self.move_url(), move, _("Done: %(task)s") % {"task": task.title}, _("Done"),
            )  # fmt: skip

        title, *others = super().get_list_display(request)
        return (title, done_button, *others[:-1], origin_link, others[-1])

    @staticmethod
    def move_url() -> str:
        return reverse("admin:clients_task_move")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        fields = super().get_readonly_fields(request, obj)
        kept = read_only_for_contractor(request, obj, self.fields, writes=["state"])
        return (*fields, *kept)

    def get_form(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, **kwargs)
        if is_contractor(request, obj) and "state" in form.base_fields:
            # Cancelled it is by who gave it.
            choices = [each for each in TaskState.choices if each[0] != TaskState.CANCELLED]
            form.base_fields["state"].choices = choices
        return form

    @column(gettext_lazy("due"), ordering="due_on", label=DUE_COLOURS)
    def due_text(self, task: Task) -> tuple[str, Any] | None:
        if task.due_on is None:
            return None
        day = date_format(task.due_on, "SHORT_DATE_FORMAT")
        if task.state not in OPEN_STATES:
            return "finished", day
        group = group_of(task.due_on, on=timezone.localdate())
        return group, f"{group.label} · {day}"

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
