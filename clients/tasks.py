"""What the clock wakes up of the clients."""

from celery import shared_task
from django.utils import timezone

from clients import (
    changes,
    client_import,
    letters,
    notice_delivery,
    paper_notices,
    recurring_tasks,
    substitutes,
    task_notices,
)


@shared_task
def send_letters() -> None:
    at = timezone.now()
    try:
        notice_delivery.send_notices(at=at)
    finally:
        # What stands in the outbox goes out, whatever is wrong with a notice.
        letters.send_letters(at=at)


@shared_task
def tell_of_due_tasks() -> None:
    at = timezone.now()
    task_notices.tell_of_due_tasks(at=at)
    substitutes.tell_who_stands_in(at=at)


@shared_task
def tell_of_papers() -> None:
    paper_notices.tell_of_papers(at=timezone.now())


@shared_task
def delete_old_client_files() -> None:
    client_import.delete_old_client_files(at=timezone.now())


@shared_task
def make_recurring_tasks() -> None:
    recurring_tasks.make_recurring_tasks(at=timezone.now())


@shared_task
def forget_old_changes() -> None:
    changes.forget_old_changes(at=timezone.now())
