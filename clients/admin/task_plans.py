"""Tasks of the future: what an engagement starts with, and what comes again."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.admin.columns import column
from clients.admin.scoped import ClientFilter, ScopedAdmin
from clients.models import RecurrenceRule, RecurringTask, TaskTemplate
from clients.models.client import WEEKDAYS
from clients.recurring_tasks import SERVED, next_day


@admin.register(TaskTemplate)
class TaskTemplateAdmin(ScopedAdmin):
    list_display = ("title_text", "package_text", "block", "side", "role", "days_after", "is_used")
    list_filter = ("package", "block", "side", "is_used")
    list_select_related = ("package",)
    search_fields = ("code", "title_en", "title_ru")
    fields = (
        ("code", "position"), ("title_en", "title_ru"), ("details_en", "details_ru"),
        ("block", "side"), ("role", "package"), ("days_after", "leads_to"), "is_used",
    )  # fmt: skip

    @column(gettext_lazy("task"), ordering="position")
    def title_text(self, template: TaskTemplate) -> str:
        return template.title

    @column(gettext_lazy("package"), ordering="package")
    def package_text(self, template: TaskTemplate) -> str:
        return str(template.package) if template.package else _("all others")


@admin.register(RecurringTask)
class RecurringTaskAdmin(ScopedAdmin):
    named_by = ("client",)
    list_display = ("title", "client", "rule_text", "who_text", "next_text", "is_active")
    list_filter = (ClientFilter, "is_active", "block")
    list_select_related = ("client", "owner")
    search_fields = ("title", "client__name")
    fields = (
        ("client", "block"), "title", "details", ("side", "leads_to"), ("owner", "role"),
        ("rule", "weekday"), ("month_day", "every_months"), ("shift", "days_before"),
        ("starts_on", "ends_on"), ("is_active", "next_text"),
    )  # fmt: skip
    readonly_fields = ("next_text",)

    @column(gettext_lazy("comes again"))
    def rule_text(self, task: RecurringTask) -> str:
        return rule_words(task)

    @column(gettext_lazy("who"))
    def who_text(self, task: RecurringTask) -> str:
        return str(task.owner or task.get_role_display() or "—")

    @column(gettext_lazy("next"))
    def next_text(self, task: RecurringTask) -> str:
        if task.pk is None or not task.is_active:
            return "—"
        if task.client.status not in SERVED:
            return _("waits: the client is %(status)s") % {
                "status": task.client.get_status_display()
            }
        day = next_day(task, on=timezone.localdate())
        return date_format(day, "SHORT_DATE_FORMAT") if day else "—"

    def get_changeform_initial_data(self, request: HttpRequest) -> Any:
        initial = super().get_changeform_initial_data(request)
        return {"starts_on": timezone.localdate(), **initial}


def rule_words(task: RecurringTask) -> str:
    """`every month, on the 31st`: in a few words."""
    if task.rule == RecurrenceRule.WEEKLY:
        return _("every week: %(weekday)s") % {"weekday": dict(WEEKDAYS)[task.weekday or 0]}
    if task.rule == RecurrenceRule.MONTHLY:
        return _("every month, day %(day)s") % {"day": task.month_day}
    return _("every %(months)s months, day %(day)s") % {
        "months": task.every_months, "day": task.month_day,
    }  # fmt: skip
