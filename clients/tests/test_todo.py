"""Tasks: added with their origin, finished once."""

import pytest
from django.contrib.admin.models import LogEntry

from clients.models import Side, Task, TaskState
from clients.todo import add_task, finish_task
from tests.factories import DAY, NOON, ContactFactory, TaskFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_add_task_remembers_where_it_came_from() -> None:
    contact = ContactFactory.create()
    task = add_task(contact.client, title="Call back", side=Side.CLIENT, origin=contact)
    stored = Task.objects.get(pk=task.pk)
    assert (stored.origin, stored.side, stored.state) == (contact, "client", "open")


def test_finish_task_writes_the_moment_and_the_person() -> None:
    task, user = TaskFactory.create(), UserFactory.create()
    assert finish_task(task, by=user, at=NOON)
    stored = Task.objects.get(pk=task.pk)
    assert (stored.state, stored.done_at) == (TaskState.DONE, NOON)
    assert list(LogEntry.objects.values_list("user", "object_id")) == [(user.pk, str(task.pk))]


def test_finish_task_twice_keeps_the_first_moment() -> None:
    task = TaskFactory.create()
    finish_task(task, by=UserFactory.create(), at=NOON)
    assert not finish_task(task, by=UserFactory.create())
    assert Task.objects.get(pk=task.pk).done_at == NOON


def test_finish_task_leaves_a_cancelled_one() -> None:
    task = TaskFactory.create(state=TaskState.CANCELLED)
    assert not finish_task(task, by=UserFactory.create(), at=NOON)
    assert Task.objects.get(pk=task.pk).state == TaskState.CANCELLED


def test_overdue_is_after_the_due_day() -> None:
    late = TaskFactory.create(due_on=DAY)
    TaskFactory.create(due_on=None)
    TaskFactory.create(due_on=DAY, state=TaskState.CANCELLED)
    assert list(Task.objects.overdue(on=DAY)) == []
    assert list(Task.objects.overdue(on=DAY.replace(day=DAY.day + 1))) == [late]
