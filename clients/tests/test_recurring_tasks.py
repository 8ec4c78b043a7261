"""Recurring tasks: each occurrence once, on the right day, and no flood after a pause."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connections

from clients.models import ClientStatus, RecurringTask, Task
from clients.recurring_dates import days_of
from clients.recurring_tasks import make_recurring_tasks, make_task_of, next_day
from clients.tasks import make_recurring_tasks as clock
from clients.working_days import is_working, shifted
from tests.factories import ClientFactory, RecurringTaskFactory, TeamMemberFactory, UserFactory

pytestmark = pytest.mark.django_db

D = dt.date
FAR = D(2026, 12, 31)


def morning(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(6), dt.UTC)


def days(**fields: Any) -> list[dt.date]:
    return days_of(RecurringTask(**{"starts_on": D(2026, 1, 1), **fields}), D(2026, 1, 1), FAR)


def made() -> list[tuple[dt.date | None, dt.date | None]]:
    return list(Task.objects.order_by("pk").values_list("occurs_on", "due_on"))


def test_31st_is_the_last_day_of_a_shorter_month() -> None:
    found = days(rule="monthly", month_day=31, ends_on=D(2026, 4, 30))
    assert found == [D(2026, 1, 31), D(2026, 2, 28), D(2026, 3, 31), D(2026, 4, 30)]


def test_29th_of_february_stands_in_a_leap_year() -> None:
    found = days_of(
        RecurringTask(rule="monthly", month_day=30, starts_on=D(2028, 2, 1)),
        D(2028, 2, 1), D(2028, 2, 29),
    )  # fmt: skip
    assert found == [D(2028, 2, 29)]


def test_every_few_months_counts_from_the_first() -> None:
    found = days(rule="months", month_day=15, every_months=3, starts_on=D(2026, 2, 20))
    assert found == [D(2026, 5, 15), D(2026, 8, 15), D(2026, 11, 15)]


def test_weekly_stands_on_its_weekday() -> None:
    found = days(rule="weekly", weekday=4, starts_on=D(2026, 3, 11), ends_on=D(2026, 3, 31))
    assert found == [D(2026, 3, 13), D(2026, 3, 20), D(2026, 3, 27)]


def test_days_off_are_weekends_and_holidays_of_the_country() -> None:
    women = D(2026, 3, 8)
    assert (is_working(D(2026, 5, 1), country="RU"), is_working(D(2026, 5, 1), country="GB")) == (
        False, True,
    )  # fmt: skip
    assert shifted(women, country="DE", by="after") == D(2026, 3, 9)
    assert shifted(women, country="DE", by="before") == D(2026, 3, 6)
    assert shifted(women, country="DE", by="none") == women


def test_occurrence_is_made_once_and_before_it_is_due() -> None:
    rule = RecurringTaskFactory.create(shift="after", days_before=3, made_until=D(2026, 2, 10))
    # The 10th of May is a Sunday, the 11th a holiday moved from the 9th.
    rule.made_until = D(2026, 4, 10)
    rule.save()
    due = shifted(D(2026, 5, 10), country="RU")
    for back in (4, 3, 3, 1, 0):
        make_recurring_tasks(at=morning(due - dt.timedelta(days=back)))
    assert made() == [(D(2026, 5, 10), due)]
    assert Task.objects.get().created_at is not None
    assert Task.objects.get().origin == rule


def test_day_moved_back_is_made_before_its_own_day() -> None:
    RecurringTaskFactory.create(month_day=1, shift="before", made_until=D(2026, 1, 1))
    # The first of February 2026 is a Sunday.
    assert make_recurring_tasks(at=morning(D(2026, 1, 29))) == 0
    assert make_recurring_tasks(at=morning(D(2026, 1, 30))) == 1
    assert made() == [(D(2026, 2, 1), D(2026, 1, 30))]


def test_downtime_makes_the_last_one_and_says_how_many_were_missed() -> None:
    RecurringTaskFactory.create(
        rule="weekly", month_day=None, weekday=0, made_until=D(2026, 1, 5), client__language="en"
    )
    assert make_recurring_tasks(at=morning(D(2026, 3, 11))) == 1
    task = Task.objects.get()
    assert (task.occurs_on, task.details) == (
        D(2026, 3, 9),
        "8 earlier times were missed: nothing was asked for then.",
    )


def test_nothing_is_made_for_days_before_the_rule() -> None:
    RecurringTaskFactory.create(created_at=morning(D(2026, 3, 11)))
    assert make_recurring_tasks(at=morning(D(2026, 3, 20))) == 0


def test_paused_waits_and_ended_stops() -> None:
    rule = RecurringTaskFactory.create(made_until=D(2026, 1, 10))
    made_in = {}
    for status in (ClientStatus.LEAD, ClientStatus.PAUSED, ClientStatus.ENDED):
        type(rule.client).objects.update(status=status)
        made_in[status.value] = make_recurring_tasks(at=morning(D(2026, 3, 20)))
    assert made_in == {"lead": 0, "paused": 0, "ended": 0}
    type(rule.client).objects.update(status=ClientStatus.ACTIVE)
    assert make_recurring_tasks(at=morning(D(2026, 3, 20))) == 1
    assert made() == [(D(2026, 3, 10), D(2026, 3, 10))]


def test_switched_off_and_over_make_nothing() -> None:
    RecurringTaskFactory.create(is_active=False)
    RecurringTaskFactory.create(ends_on=D(2020, 1, 5))
    assert make_recurring_tasks(at=morning(D(2026, 3, 20))) == 0


def test_owner_is_who_has_the_role() -> None:
    rule = RecurringTaskFactory.create(role="strategist", made_until=D(2026, 2, 10))
    member = TeamMemberFactory.create(client=rule.client, role="strategist")
    make_recurring_tasks(at=morning(D(2026, 3, 10)))
    assert Task.objects.get().owner == member.user


def test_named_owner_goes_before_the_role() -> None:
    owner = UserFactory.create()
    rule = RecurringTaskFactory.create(
        role="strategist", owner=owner, made_until=D(2026, 2, 10), leads_to="test_call"
    )
    TeamMemberFactory.create(client=rule.client, role="strategist")
    make_recurring_tasks(at=morning(D(2026, 3, 10)))
    assert (Task.objects.get().owner, Task.objects.get().leads_to) == (owner, "test_call")


def test_next_day_is_after_what_was_made() -> None:
    rule = RecurringTaskFactory.create(made_until=D(2026, 3, 10))
    assert next_day(rule, on=D(2026, 3, 1)) == D(2026, 4, 10)
    rule.ends_on = D(2026, 3, 31)
    assert next_day(rule, on=D(2026, 3, 1)) is None


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"rule": "monthly", "month_day": None}, "month_day"),
        ({"rule": "monthly", "month_day": 32}, "month_day"),
        ({"rule": "weekly", "month_day": None}, "weekday"),
        ({"rule": "weekly", "weekday": 7}, "weekday"),
        ({"rule": "months"}, "every_months"),
        ({"rule": "months", "every_months": 1}, "every_months"),
        ({"role": "magician"}, "role"),
        ({"rule": "yearly"}, "rule"),
        ({"days_before": 7}, "days_before"),
    ],
)
def test_bad_rule_is_refused_by_field_and_by_the_database(
    fields: dict[str, Any], named: str
) -> None:
    rule = RecurringTaskFactory.build(client=ClientFactory.create(), **fields)
    with pytest.raises(ValidationError) as refused:
        rule.full_clean()
    assert named in refused.value.error_dict
    with pytest.raises(IntegrityError):
        rule.save()


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_make_one_task() -> None:
    rule = RecurringTaskFactory.create(made_until=D(2026, 2, 10))
    both = Barrier(2)

    def work() -> bool:
        try:
            both.wait(timeout=30)
            return make_task_of(rule.pk, at=morning(D(2026, 3, 10))) is not None
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        results = [each.result() for each in [pool.submit(work), pool.submit(work)]]
    assert (sorted(results), Task.objects.count()) == ([False, True], 1)


def test_the_database_refuses_a_second_task_of_a_day() -> None:
    rule = RecurringTaskFactory.create(made_until=D(2026, 2, 10))
    make_task_of(rule.pk, at=morning(D(2026, 3, 10)))
    RecurringTask.objects.update(made_until=D(2026, 2, 10))
    with pytest.raises(IntegrityError):
        make_task_of(rule.pk, at=morning(D(2026, 3, 10)))


def test_one_broken_rule_does_not_hold_up_the_others() -> None:
    broken = RecurringTaskFactory.create(made_until=D(2026, 2, 10))
    make_task_of(broken.pk, at=morning(D(2026, 3, 10)))
    RecurringTask.objects.update(made_until=D(2026, 2, 10))
    RecurringTaskFactory.create(made_until=D(2026, 2, 10))
    with pytest.raises(ExceptionGroup):
        make_recurring_tasks(at=morning(D(2026, 3, 10)))
    assert Task.objects.count() == 2


def test_the_clock_calls_it() -> None:
    clock()
    assert Task.objects.count() == 0


def test_who_has_left_gets_nothing_more() -> None:
    gone = UserFactory.create(is_active=False)
    rule = RecurringTaskFactory.create(role="strategist", owner=gone, made_until=D(2026, 2, 10))
    member = TeamMemberFactory.create(client=rule.client, role="strategist")
    make_recurring_tasks(at=morning(D(2026, 3, 10)))
    assert Task.objects.get().owner == member.user
