"""What the demo's people were told: at the time that it concerns, and long since read."""

import datetime as dt

from clients.models import Notice, NoticeDelivery, Task

# Of how many days the newest are unread.
UNREAD = dt.timedelta(days=4)
KEY = "task:"


def settle_notices(*, now: dt.datetime) -> None:
    """The past was loaded in one go: nothing of it is sent, and what is old was read."""
    NoticeDelivery.objects.update(state=NoticeDelivery.State.DROPPED)
    notices = list(Notice.objects.select_related("client"))
    tasks = Task.objects.in_bulk([number for each in notices if (number := _task_of(each))])
    for notice in notices:
        task = tasks.get(_task_of(notice))
        notice.written_at = min(_told_at(notice, task), now)
        is_over = notice.written_at < now - UNREAD or (task is not None and bool(task.done_at))
        notice.read_at = min(notice.written_at + dt.timedelta(hours=2), now) if is_over else None
    Notice.objects.bulk_update(notices, ["written_at", "read_at"], batch_size=500)


def _task_of(notice: Notice) -> int:
    number = notice.key.removeprefix(KEY)
    return int(number) if number.isdecimal() else 0


def _told_at(notice: Notice, task: Task | None) -> dt.datetime:
    """In the morning of three days before it is due."""
    if task is None or task.due_on is None or notice.client is None:
        return notice.written_at
    day = task.due_on - dt.timedelta(days=3)
    return dt.datetime.combine(day, dt.time(9, task.pk % 60), notice.client.zone)
