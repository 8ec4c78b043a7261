"""Tasks: the one list of what somebody has to do."""

import datetime as dt

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.utils import timezone

from clients.changes import update_noted
from clients.models import Client, NoticeKind, Side, Task, TaskState, User
from clients.task_notices import tell_new_owner, tell_of_task


@transaction.atomic
def add_task(
    client: Client,
    *,
    title: str,
    side: str = Side.AGENCY,
    block: str = "",
    owner: User | None = None,
    due_on: dt.date | None = None,
    details: str = "",
    origin: models.Model | None = None,
    origin_note: str = "",
    leads_to: str = "",
    occurs_on: dt.date | None = None,
    kind: str | None = NoticeKind.TASKS,
) -> Task:
    """Write down what somebody has to do, and tell them; `origin` is the row that it came from.

    `leads_to` is a code of `WorkPlace`: where it is done. `occurs_on`: the day of a recurring one.
    `kind` is how they are told of it; None: those whom it concerns know already.
    """
    task = Task.objects.create(
        client=client,
        title=title,
        side=side,
        block=block,
        owner=owner,
        due_on=due_on,
        details=details,
        origin=origin,
        origin_note=origin_note,
        leads_to=leads_to,
        occurs_on=occurs_on,
    )
    if kind is not None:
        tell_of_task(task, kind=kind)
    return task


@transaction.atomic
def tell_team_once(
    client: Client,
    origin: models.Model,
    *,
    title: str,
    details: str,
    origin_note: str = "",
    kind: str | None = NoticeKind.DATA,
) -> bool:
    """A task that the program writes, unless the same one is still unfinished; whether it was new.

    The client's row is locked: two workers that find the same thing at once would each see no task.
    """
    Client.objects.select_for_update(no_key=True).get(pk=client.pk)
    waiting = Task.objects.unfinished().filter(
        client=client,
        origin_type=ContentType.objects.get_for_model(origin),
        origin_id=origin.pk,
        title=title,
    )
    if waiting.exists():
        return False
    add_task(
        client, title=title, details=details, origin=origin, origin_note=origin_note, kind=kind
    )
    return True


@transaction.atomic
def finish_task(task: Task, *, by: User, at: dt.datetime | None = None) -> bool:
    """Mark the task done; False when somebody has finished or cancelled it before."""
    waiting = Task.objects.filter(pk=task.pk).unfinished()
    moment = at or timezone.now()
    if not update_noted(waiting, state=TaskState.DONE, done_at=moment):
        task.refresh_from_db(fields=["state", "done_at"])
        return False
    task.state, task.done_at = TaskState.DONE, moment
    write_down(task, by=by)
    return True


@transaction.atomic
def move_task(task: Task, *, to: str, seen: str, by: User, at: dt.datetime) -> bool:
    """To another state, from the one that the person saw; False where it has changed since."""
    done_at = at if to == TaskState.DONE else None
    if not update_noted(Task.objects.filter(pk=task.pk, state=seen), state=to, done_at=done_at):
        task.refresh_from_db(fields=["state", "done_at"])
        return False
    task.state, task.done_at = to, done_at
    write_down(task, by=by)
    return True


@transaction.atomic
def give_task(task: Task, *, to: User | None, seen: int | None, by: User, at: dt.datetime) -> bool:
    """To another owner, from the one that the person saw; False where it has changed since."""
    if not update_noted(Task.objects.filter(pk=task.pk, owner=seen), owner=to):
        task.refresh_from_db(fields=["owner"])
        return False
    task.owner = to
    write_down(task, by=by, field="owner")
    tell_new_owner(task, by=by, at=at)
    return True


def finish_tasks_of(origin: models.Model, *, at: dt.datetime) -> int:
    """What the program asked for of this row is done, or not wanted any more; how many."""
    kind = ContentType.objects.get_for_model(origin)
    waiting = Task.objects.unfinished().filter(origin_type=kind, origin_id=origin.pk)
    return update_noted(waiting, state=TaskState.DONE, done_at=at)


def set_state(task: Task, *, state: str, at: dt.datetime) -> None:
    """The state with its moment: done has one, nothing else has. Does not save."""
    task.state = state
    task.done_at = (task.done_at or at) if state == TaskState.DONE else None


def write_down(task: Task, *, by: User, field: str = "state") -> None:
    """In the history of the task, who moved it."""
    LogEntry.objects.log_actions(
        user_id=by.pk,
        queryset=[task],
        action_flag=CHANGE,
        change_message=[{"changed": {"fields": [field]}}],
        single_object=True,
    )
