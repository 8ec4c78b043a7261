"""From findings to tasks, and from tasks to a re-audit."""

import datetime as dt
import threading
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import close_old_connections, connection

from clients.models import Task, TaskState, User
from communities.models import Audit, AuditScore, Redesign
from communities.redesign import (
    Progress,
    findings_of,
    finish_redesign,
    make_tasks,
    progress_of,
    start_redesign,
    tasks_of,
)
from tests.factories import (
    DAY,
    NOON,
    AuditFactory,
    AuditScoreFactory,
    DirectorFactory,
    UserFactory,
    finish_in_place,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def director() -> User:
    return DirectorFactory.create()


def finding(audit: Audit, **fields: Any) -> AuditScore:
    known = {"score": 0, "priority": "month", "finding": "No menu", "recommendation": "Make one"}
    row: AuditScore = AuditScoreFactory.create(audit=audit, **known | fields)
    return row


def audited(*findings: dict[str, Any]) -> tuple[Audit, list[AuditScore]]:
    audit = AuditFactory.create()
    rows = [finding(audit, **fields) for fields in findings]
    return finish_in_place(audit), rows


def test_findings_most_urgent_first() -> None:
    audit, rows = audited(
        {"priority": "quarter"}, {"priority": "now", "score": 1}, {"priority": "now"},
        {"score": 2}, {"score": None},
    )  # fmt: skip
    assert findings_of(audit) == [rows[2], rows[1], rows[0]]


def test_tasks_are_made_of_the_findings_that_were_chosen(director: User) -> None:
    owner = UserFactory.create()
    audit, [first, second, _other] = audited(
        {"owner": owner, "title_en": "Menu"}, {"priority": "now", "due_on": dt.date(2026, 4, 1)}, {}
    )
    assert make_tasks(audit, {first.pk, second.pk}, by=director, on=DAY) == 2
    tasks = Task.objects.order_by("pk")
    assert [(task.title, task.block, task.owner, task.due_on) for task in tasks] == [
        ("Make one", "creation", None, dt.date(2026, 4, 1)),
        ("Make one", "creation", owner, DAY + dt.timedelta(days=30)),
    ]
    assert tasks[1].details == "Menu\n\nNo menu\n\nMake one"
    assert (tasks[1].origin, tasks[1].origin_note) == (audit, str(audit))


def test_tasks_are_made_once(director: User) -> None:
    audit, [row] = audited({})
    assert make_tasks(audit, {row.pk}, by=director, on=DAY) == 1
    assert make_tasks(audit, {row.pk}, by=director, on=DAY) == 0
    assert Task.objects.count() == 1


def test_long_recommendations_make_titles_that_fit(director: User) -> None:
    audit, [row] = audited({"recommendation": "слово " * 60})
    make_tasks(audit, {row.pk}, by=director, on=DAY)
    assert len(Task.objects.get().title) == 200


def test_audit_in_work_gives_no_tasks(director: User) -> None:
    row = finding(AuditFactory.create())
    with pytest.raises(ValidationError, match="Finish the audit first"):
        make_tasks(row.audit, {row.pk}, by=director, on=DAY)


def test_what_is_good_makes_no_task(director: User) -> None:
    audit, [row] = audited({"score": 2})
    assert make_tasks(audit, {row.pk}, by=director, on=DAY) == 0


def test_redesign_groups_the_tasks(director: User) -> None:
    audit, [first, second] = audited({}, {})
    redesign = start_redesign(audit, {first.pk}, title="Spring", by=director, on=DAY)
    assert (tasks_of(redesign), redesign.started_on, redesign.state) == ([first], DAY, "in_work")
    again = start_redesign(audit, {second.pk}, title="Other", by=director, on=DAY)
    assert (again, tasks_of(again)) == (redesign, [first, second])


def test_redesign_without_tasks_is_refused(director: User) -> None:
    audit, _rows = audited({})
    with pytest.raises(ValidationError, match="Choose at least one finding"):
        start_redesign(audit, set(), title="Spring", by=director, on=DAY)
    assert Redesign.objects.count() == 0


def test_progress_counts_no_cancelled_tasks(director: User) -> None:
    audit, rows = audited({}, {}, {})
    redesign = start_redesign(audit, [row.pk for row in rows], title="S", by=director, on=DAY)
    done, cancelled, _waiting = Task.objects.all()
    Task.objects.filter(pk=done.pk).update(state=TaskState.DONE, done_at=NOON)
    Task.objects.filter(pk=cancelled.pk).update(state=TaskState.CANCELLED)
    progress = progress_of(redesign)
    assert (progress, progress.share) == (Progress(1, 1, 1), 0.5)


def test_redesign_closes_with_a_reaudit_and_done_tasks(director: User) -> None:
    audit, [row] = audited({})
    redesign = start_redesign(audit, {row.pk}, title="Spring", by=director, on=DAY)
    with pytest.raises(ValidationError) as refused:
        finish_redesign(redesign, by=director, on=DAY, at=NOON)
    assert refused.value.messages == [
        "Tasks not done yet: 1. Finish or cancel them.",
        "Make and finish a re-audit: it says what the redesign has brought.",
    ]
    Task.objects.update(state=TaskState.DONE, done_at=NOON)
    reaudit = AuditFactory.create(profile=audit.profile, number=2, previous=audit)
    with pytest.raises(ValidationError, match="Make and finish a re-audit"):
        finish_redesign(redesign, by=director, on=DAY, at=NOON)
    finish_in_place(reaudit)
    closed = finish_redesign(redesign, by=director, on=DAY, at=NOON)
    assert (closed.state, closed.reaudit, closed.finished_by) == ("finished", reaudit, director)
    with pytest.raises(ValidationError, match="closed already"):
        finish_redesign(redesign, by=director, on=DAY, at=NOON)


def test_stranger_begins_no_redesign() -> None:
    audit, [row] = audited({})
    with pytest.raises(ValidationError, match="You may not begin a redesign"):
        start_redesign(audit, {row.pk}, title="S", by=UserFactory.create(), on=DAY)


@pytest.mark.django_db(transaction=True)
def test_two_people_at_once_make_each_task_once(director: User) -> None:
    audit, [row] = audited({})
    start, made = threading.Barrier(3), list[int]()

    def run() -> None:
        start.wait()
        made.append(make_tasks(audit, {row.pk}, by=director, on=DAY))
        connection.close()

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    close_old_connections()
    assert (sorted(made), Task.objects.count()) == ([0, 0, 1], 1)
