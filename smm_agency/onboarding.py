"""How far the start of an engagement is: its tasks, how many are done, what waits where."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from django.db.models import QuerySet
from django.urls import reverse

from clients.models import Client, Engagement, Side, Task, TaskState
from clients.models.task import OPEN_STATES
from smm_agency.task_places import May, place_of


class OnboardingLine(NamedTuple):
    """`looks_done` says what the program sees of an unfinished task."""

    task: Task
    url: str
    is_done: bool
    is_late: bool
    place: tuple[str, str] | None
    looks_done: str


class Onboarding(NamedTuple):
    lines: list[OnboardingLine]
    done: int
    total: int
    overdue: int

    @property
    def is_over(self) -> bool:
        return self.done == self.total


def tasks_of_start(client: Client) -> QuerySet[Task]:
    """Of all engagements of the client; what was cancelled is not wanted any more."""
    rows = Task.objects.filter(
        client=client, origin_type__app_label="clients", origin_type__model="engagement"
    )
    return rows.exclude(state=TaskState.CANCELLED)


def onboarding_of(
    tasks: Iterable[Task], facts: Mapping[str, str], may: May, *, on: dt.date
) -> Onboarding:
    lines = [_line(task, facts, may, on=on) for task in tasks]
    done = sum(line.is_done for line in lines)
    return Onboarding(lines, done, len(lines), sum(line.is_late for line in lines))


def _line(task: Task, facts: Mapping[str, str], may: May, *, on: dt.date) -> OnboardingLine:
    is_open = task.state in OPEN_STATES
    return OnboardingLine(
        task=task,
        url=reverse("admin:clients_task_change", args=[task.pk]),
        is_done=not is_open,
        is_late=is_open and task.due_on is not None and task.due_on < on,
        place=place_of(task, may),
        looks_done=looks_done(task, facts),
    )


def looks_done(task: Task, facts: Mapping[str, str]) -> str:
    """Of the agency's open tasks: what the client does, the client says."""
    is_ours = task.side == Side.AGENCY and task.state in OPEN_STATES
    return facts.get(task.leads_to, "") if is_ours else ""


def read_start(engagement: Engagement) -> list[Task]:
    rows = tasks_of_start(engagement.client).filter(origin_id=engagement.pk)
    return list(rows.select_related("owner", "origin_type").order_by("due_on", "pk"))
