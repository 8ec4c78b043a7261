"""Telling people of their tasks: when one becomes theirs, and on the day it is due."""

import datetime as dt

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clients.models import (
    AT_REST,
    ENDING,
    OWN_WORK_KEYS,
    Notice,
    NoticeKind,
    Role,
    Side,
    Task,
    User,
)
from clients.notices import Words, day_at, may_be_told, page_of, tell
from clients.team import people_in_roles

# Who is told of what is nobody's yet: the first of these that the client has.
TAKERS = (
    Role.ACCOUNT_MANAGER,
    Role.CONTENT_MANAGER,
    Role.STRATEGIST,
    Role.PAID_SOCIAL,
    Role.MODERATOR,
    Role.DESIGNER,
)
FROM_HOUR = 8
DAY = dt.timedelta(days=1)


def tell_of_task(task: Task, *, kind: str = NoticeKind.TASKS, at: dt.datetime | None = None) -> int:
    """To its owner; of what is nobody's, to whoever may take it."""
    moment = at or timezone.now()
    return tell(
        _people_of(task, at=moment),
        kind=kind,
        key=f"task:{task.pk}",
        subject=Words("%(client)s: %(title)s", client=task.client, title=task.title),
        text=_due_words(task),
        path=page_of(task),
        client=task.client,
        at=moment,
        is_own_work=True,
    )


def tell_new_owner(task: Task, *, by: User, at: dt.datetime) -> int:
    """Whoever gets it back is told again; whoever takes it for themselves knows."""
    if task.owner is None or task.owner == by:
        return 0
    return tell(
        [person for person in _people_of(task, at=at) if person != by],
        kind=NoticeKind.TASKS,
        key=f"task:{task.pk}:{at:%Y%m%d%H%M%S%f}",
        subject=Words("%(client)s: %(title)s", client=task.client, title=task.title),
        text=_due_words(task),
        path=page_of(task),
        client=task.client,
        at=at,
        is_own_work=True,
    )


def tell_of_due_tasks(*, at: dt.datetime) -> int:
    """On the client's day, once for each day that the task is due by; how many were told."""
    waiting = Task.objects.unfinished().filter(
        owner__isnull=False, due_on__range=(at.date() - dt.timedelta(days=1), (at + DAY).date())
    )
    # Nobody works for the client meanwhile; what its ending asks for is still to be done.
    waiting = waiting.filter(~Q(client__status__in=AT_REST) | Q(leads_to=ENDING))
    tasks = waiting.select_related("client", "owner").order_by("pk")
    return sum(_tell_due(task, at=at) for task in tasks if _is_due(task, at=at))


def _is_due(task: Task, *, at: dt.datetime) -> bool:
    local = at.astimezone(task.client.zone)
    return local.hour >= FROM_HOUR and local.date() == task.due_on


def _tell_due(task: Task, *, at: dt.datetime) -> int:
    # Whoever was told of it today, or given it, need not hear of it twice.
    is_same = Q(key=f"task:{task.pk}") | Q(key__startswith=f"task:{task.pk}:")
    fresh = Notice.objects.filter(is_same, written_at__gte=at - DAY / 2)
    know = set(fresh.values_list("person", flat=True))
    return tell(
        [person for person in _people_of(task, at=at) if person.pk not in know],
        kind=NoticeKind.TASKS,
        key=f"task-due:{task.pk}:{task.due_on}",
        subject=Words(_("Due today: %(title)s (%(client)s)"), client=task.client, title=task.title),
        text="",
        path=page_of(task),
        client=task.client,
        at=at,
        is_own_work=True,
    )


def is_of_own_task(notice: Notice) -> bool:
    """Whether it tells of a task (`task:7`, `task:7:…`, `task-due:7:…`) that is still theirs."""
    name, number = [*notice.key.split(":"), ""][:2]
    if f"{name}:" not in OWN_WORK_KEYS or not number.isdigit():
        return False
    return Task.objects.filter(pk=int(number), owner=notice.person_id).exists()


def _people_of(task: Task, *, at: dt.datetime) -> list[User]:
    """The owner while they may be told of the client, else whoever may take it."""
    on = day_at(task.client, at)
    owner = [task.owner] if task.owner is not None else []
    if told := may_be_told(owner, client=task.client, on=on, is_own_work=True):
        return told
    if task.side != Side.AGENCY:
        return []
    return people_in_roles(task.client, TAKERS, on=on)


def _due_words(task: Task) -> object:
    return Words(_("Due: %(day)s."), day=task.due_on) if task.due_on else ""
