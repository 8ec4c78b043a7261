"""Redesign: the findings of an audit become tasks, and a re-audit closes them."""

import datetime as dt
from collections.abc import Collection, Iterable
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from clients.models import Block, Task, TaskState, User
from clients.models.task import OPEN_STATES
from clients.rights import may
from clients.todo import add_task
from communities.models import Audit, AuditScore, Priority, Redesign

# How long a finding may wait where nobody has set a day.
DAYS_FOR = {Priority.NOW: 7, Priority.MONTH: 30, Priority.QUARTER: 90}
TITLE_LETTERS = 200


class Progress(NamedTuple):
    """Of the tasks; cancelled ones are neither done nor waited for."""

    done: int
    waited: int
    cancelled: int

    @property
    def total(self) -> int:
        return self.done + self.waited

    @property
    def share(self) -> float | None:
        """0…1; None where there is nothing to do."""
        return self.done / self.total if self.total else None


def findings_of(audit: Audit) -> list[AuditScore]:
    """With their tasks and owners; ranked."""
    return rank_findings(audit.scores.select_related("task", "owner"))


def rank_findings(rows: Iterable[AuditScore]) -> list[AuditScore]:
    """Those of the rows that are findings, the most urgent first, and among these the worst."""
    order = list(Priority)
    return sorted(
        [row for row in rows if row.is_finding],
        key=lambda row: (
            order.index(Priority(row.priority)) if row.priority else len(order),
            row.score or 0,
            row.position,
        ),
    )


@transaction.atomic
def make_tasks(audit: Audit, chosen: Collection[int], *, by: User, on: dt.date) -> int:
    """A task for each of these findings that has none; how many were made.

    The audit's row is locked: two people at once make each task once.
    """
    if not may(by, "clients.add_task", client=audit.client_id, on=on):
        raise ValidationError(_("You may not add tasks for this client."))
    audit = Audit.objects.select_for_update().select_related("client").get(pk=audit.pk)
    if audit.is_open:
        raise ValidationError(_("Finish the audit first: its findings may still change."))
    waiting = [row for row in findings_of(audit) if row.pk in chosen and row.task_id is None]
    for row in waiting:
        row.task = _add_task(audit, row, on=on)
        row.save(update_fields=["task"])
    return len(waiting)


def _add_task(audit: Audit, row: AuditScore, *, on: dt.date) -> Task:
    title = " ".join((row.recommendation or row.finding or row.title).split())
    days = DAYS_FOR[Priority(row.priority or Priority.QUARTER)]
    return add_task(
        audit.client,
        title=title if len(title) <= TITLE_LETTERS else title[: TITLE_LETTERS - 1] + "…",
        block=Block.CREATION,
        owner=row.owner,
        due_on=row.due_on or on + dt.timedelta(days=days),
        details="\n\n".join(filter(None, (row.title, row.finding, row.recommendation))),
        origin=audit,
        origin_note=str(audit)[:200],
    )


@transaction.atomic
def start_redesign(
    audit: Audit, chosen: Collection[int], *, title: str, by: User, on: dt.date
) -> Redesign:
    """Groups the tasks of the audit's findings; those chosen get one. Once for an audit.

    Raises ValidationError.
    """
    if not may(by, "communities.add_redesign", client=audit.client_id, on=on):
        raise ValidationError(_("You may not begin a redesign for this client."))
    make_tasks(audit, chosen, by=by, on=on)
    known = Redesign.objects.filter(audit=audit).first()
    if known is not None:
        return known
    if not audit.scores.filter(task__isnull=False).exists():
        raise ValidationError(_("Choose at least one finding: a redesign is made of tasks."))
    return Redesign.objects.create(audit=audit, title=title.strip(), started_on=on, started_by=by)


def tasks_of(redesign: Redesign) -> list[AuditScore]:
    """The findings that have a task, the most urgent first."""
    return [row for row in findings_of(redesign.audit) if row.task_id is not None]


def progress_of(redesign: Redesign) -> Progress:
    return count_progress(row.task.state for row in tasks_of(redesign) if row.task)


def count_progress(states: Iterable[str]) -> Progress:
    found = list(states)
    return Progress(
        done=found.count(TaskState.DONE),
        waited=sum(state in OPEN_STATES for state in found),
        cancelled=found.count(TaskState.CANCELLED),
    )


@transaction.atomic
def finish_redesign(redesign: Redesign, *, by: User, on: dt.date, at: dt.datetime) -> Redesign:
    """Closed by a finished re-audit of its audit. Raises ValidationError with what is lacking."""
    if not may(by, "communities.change_redesign", client=redesign.client_id, on=on):
        raise ValidationError(_("You may not close a redesign of this client."))
    redesign = Redesign.objects.select_for_update().select_related("audit").get(pk=redesign.pk)
    if redesign.state == Redesign.State.FINISHED:
        raise ValidationError(_("This redesign has been closed already."))
    reaudit = redesign.audit.reaudits.filter(finished_at__isnull=False).order_by("number").last()
    problems = []
    if waited := progress_of(redesign).waited:
        message = _("Tasks not done yet: %(count)d. Finish or cancel them.")
        problems.append(message % {"count": waited})
    if reaudit is None:
        problems.append(_("Make and finish a re-audit: it says what the redesign has brought."))
    if problems:
        raise ValidationError(problems)
    redesign.state, redesign.reaudit = Redesign.State.FINISHED, reaudit
    redesign.finished_at, redesign.finished_by = at, by
    redesign.save(update_fields=["state", "reaudit", "finished_at", "finished_by"])
    return redesign
