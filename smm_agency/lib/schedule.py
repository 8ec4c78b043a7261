"""What beat runs when: rows of the clock that each app brings, edited in the admin afterwards."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from django.apps.registry import Apps
from django.conf import settings

HOUR = 3600


class Periodic(NamedTuple):
    """A task and its crontab; a message that waited longer than it lives is dropped."""

    task: str
    minute: str
    hour: str
    expire_seconds: int


def add_missing(schedule: Mapping[str, Periodic], apps: Apps) -> None:
    """Rows by task, made once; staff may name and time them as they like."""
    try:
        task_model: Any = apps.get_model("django_celery_beat", "PeriodicTask")
        crontab_model: Any = apps.get_model("django_celery_beat", "CrontabSchedule")
    except LookupError:
        return
    known = set(task_model.objects.values_list("task", flat=True))
    for name, row in schedule.items():
        if row.task not in known:
            task_model.objects.create(
                name=name,
                task=row.task,
                crontab=crontab_of(crontab_model, row),
                expire_seconds=row.expire_seconds,
            )


def crontab_of(crontab_model: Any, row: Periodic) -> Any:
    """One crontab for all tasks of the same hour and minute; it has no unique key of its own."""
    fields = {
        "minute": row.minute,
        "hour": row.hour,
        "day_of_week": "*",
        "day_of_month": "*",
        "month_of_year": "*",
        "timezone": settings.TIME_ZONE,
    }
    return crontab_model.objects.filter(**fields).first() or crontab_model.objects.create(**fields)
