"""The page of a task with what upper floors know: where it is done, and whether it looks done."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from clients.admin import TaskAdmin
from clients.admin.scoped import rights_of
from clients.models import Task
from smm_agency.looks_done import facts_of
from smm_agency.onboarding import looks_done
from smm_agency.task_places import May, place_of


def may_of(request: HttpRequest, client_id: int) -> May:
    rights = rights_of(request)
    return lambda permission: rights.allows(permission, client_id=client_id)


admin.site.unregister(Task)


@admin.register(Task)
class TaskPage(TaskAdmin):
    def place_of(self, request: HttpRequest, task: Task) -> tuple[str, str] | None:
        return place_of(task, may_of(request, task.client_id))

    def beside(self, request: HttpRequest, row: Task) -> dict[str, Any]:
        facts = facts_of(row.client) if row.leads_to else {}
        return {**super().beside(request, row), "looks_done": looks_done(row, facts)}
