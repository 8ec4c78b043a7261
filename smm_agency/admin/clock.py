"""What beat runs when: crontabs that directors may change; the other kinds are not used."""

from typing import Any

from django.contrib import admin
from django_celery_beat.admin import CrontabScheduleAdmin, PeriodicTaskAdmin, PeriodicTaskForm
from django_celery_beat.admin import TaskSelectWidget as PlainTaskSelect
from django_celery_beat.models import (
    ClockedSchedule,
    CrontabSchedule,
    IntervalSchedule,
    PeriodicTask,
    SolarSchedule,
)
from unfold.admin import ModelAdmin
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from clients.admin.people import DirectorsOnly

for unused in (ClockedSchedule, CrontabSchedule, IntervalSchedule, PeriodicTask, SolarSchedule):
    admin.site.unregister(unused)


class TaskSelect(UnfoldAdminSelectWidget, PlainTaskSelect): ...


class PeriodicForm(PeriodicTaskForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "task" in self.fields:
            self.fields["task"].widget = UnfoldAdminTextInputWidget()
            self.fields["regtask"].widget = TaskSelect()


@admin.register(PeriodicTask)
class PeriodicTaskPage(DirectorsOnly, PeriodicTaskAdmin, ModelAdmin):
    form = PeriodicForm
    fieldsets = (
        (None, {"fields": ("name", ("regtask", "task"), "enabled", "description")}),
        (None, {"fields": ("crontab", "expire_seconds", "last_run_at")}),
    )


@admin.register(CrontabSchedule)
class CrontabPage(DirectorsOnly, CrontabScheduleAdmin, ModelAdmin):
    pass
