"""The start of an engagement: tasks of its package, once, each with its day and owner."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connections, transaction

from clients.models import (
    ClientStatus,
    Engagement,
    Notice,
    RecurringTask,
    Side,
    Task,
    TaskTemplate,
)
from clients.task_template_rows import USUAL, load_task_templates
from clients.task_templates import start_tasks
from tests.factories import (
    ClientFactory,
    EngagementFactory,
    PackageFactory,
    TaskTemplateFactory,
    TeamMemberFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

THURSDAY = dt.datetime(2026, 4, 30, 6, tzinfo=dt.UTC)


@pytest.fixture
def engagement() -> Engagement:
    """Begins before the holidays of May."""
    return EngagementFactory.create(starts_on=dt.date(2026, 4, 30), client__language="en")


def test_usual_tasks_are_those_of_the_issue(engagement: Engagement) -> None:
    tasks = start_tasks(engagement, by=UserFactory.create(), at=THURSDAY)
    assert sorted(task.leads_to for task in tasks) == sorted(row.leads_to for row in USUAL.values())
    assert {task.origin for task in tasks} == {engagement}
    assert {task.origin_note for task in tasks} == {f"start of “{engagement.title}”"}
    clients = {task.title for task in tasks if task.side == Side.CLIENT}
    assert clients == {
        "Fill in the brief",
        "Give the agency access to the communities and ad accounts",
    }


def test_tasks_of_the_package_stand_in_place_of_the_usual() -> None:
    package = PackageFactory.create()
    TaskTemplateFactory.create(package=package, title_en="Own", title_ru="Своё")
    TaskTemplateFactory.create(package=package, is_used=False)
    own = EngagementFactory.create(package=package)
    other = EngagementFactory.create(package=PackageFactory.create())
    titles = [task.title for task in start_tasks(own, by=UserFactory.create(), at=THURSDAY)]
    assert titles == ["Своё"]
    assert len(start_tasks(other, by=UserFactory.create(), at=THURSDAY)) == len(USUAL)


def test_due_days_skip_weekends_and_holidays_of_the_clients_country() -> None:
    TaskTemplate.objects.all().delete()
    TaskTemplateFactory.create(days_after=1)
    dues = {}
    for country in ("RU", "GB"):
        engagement = EngagementFactory.create(
            client__country=country, starts_on=dt.date(2026, 4, 30)
        )
        (task,) = start_tasks(engagement, by=UserFactory.create(), at=THURSDAY)
        dues[country] = task.due_on
    assert dues == {"RU": dt.date(2026, 5, 4), "GB": dt.date(2026, 5, 1)}


def test_start_pressed_late_counts_from_that_day(engagement: Engagement) -> None:
    TaskTemplate.objects.exclude(code="contract").delete()
    late = THURSDAY + dt.timedelta(days=34)
    (task,) = start_tasks(engagement, by=UserFactory.create(), at=late)
    assert task.due_on == dt.date(2026, 6, 8)


def test_owner_is_in_the_role_and_nobodys_is_told_to_takers(engagement: Engagement) -> None:
    TaskTemplate.objects.exclude(code__in=["contract", "baseline"]).delete()
    manager = TeamMemberFactory.create(client=engagement.client, role="account_manager")
    tasks = start_tasks(engagement, by=UserFactory.create(), at=THURSDAY)
    owners = {task.leads_to: task.owner for task in tasks}
    assert owners == {"contract": manager.user, "baseline": None}
    # There is no strategist: who may take it is told.
    assert list(Notice.objects.values_list("person", flat=True)) == [manager.user_id] * 2


def test_start_is_remembered_and_refused_the_second_time(engagement: Engagement) -> None:
    person = UserFactory.create()
    start_tasks(engagement, by=person, at=THURSDAY)
    count = Task.objects.count()
    with pytest.raises(ValidationError) as refused:
        start_tasks(engagement, by=UserFactory.create(), at=THURSDAY)
    assert refused.value.messages == [
        f"It was started on April 30, 2026 by {person}: its tasks are there."
    ]
    stored = Engagement.objects.get(pk=engagement.pk)
    assert (stored.started_at, stored.started_by, Task.objects.count()) == (
        THURSDAY, person, count,
    )  # fmt: skip


def test_ended_client_starts_nothing() -> None:
    engagement = EngagementFactory.create(client__status=ClientStatus.ENDED)
    with pytest.raises(ValidationError):
        start_tasks(engagement, by=UserFactory.create(), at=THURSDAY)
    assert Task.objects.count() == 0


def test_without_templates_nothing_is_started(engagement: Engagement) -> None:
    TaskTemplate.objects.update(is_used=False)
    with pytest.raises(ValidationError):
        start_tasks(engagement, by=UserFactory.create(), at=THURSDAY)
    assert Engagement.objects.get(pk=engagement.pk).started_at is None


@pytest.mark.django_db(transaction=True)
def test_start_pressed_twice_at_once_makes_the_tasks_once() -> None:
    TaskTemplateFactory.create()
    engagement, person = EngagementFactory.create(), UserFactory.create()
    both = Barrier(2)

    def press() -> bool:
        try:
            both.wait(timeout=30)
            return bool(start_tasks(engagement, by=person, at=THURSDAY))
        except ValidationError:
            return False
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        results = [each.result() for each in [pool.submit(press), pool.submit(press)]]
    assert sorted(results) == [False, True]
    assert Task.objects.count() == TaskTemplate.objects.filter(is_used=True).count()


def test_test_call_comes_again_for_who_has_call_tracking() -> None:
    with_calls = EngagementFactory.create()
    for client in (
        with_calls.client,
        ClientFactory.create(takes_calls=False),
        ClientFactory.create(has_call_tracking=False),
    ):
        for _again in range(2):
            start_tasks(
                EngagementFactory.create(client=client), by=UserFactory.create(), at=THURSDAY
            )
    rules = RecurringTask.objects.values_list("client", "leads_to", "rule")
    assert list(rules) == [(with_calls.client_id, "test_call", "monthly")]


@pytest.mark.django_db(transaction=True)
def test_two_engagements_started_at_once_get_one_test_call() -> None:
    """The first has not committed its rule when the second looks for one."""
    client = ClientFactory.create()
    person = UserFactory.create()
    TaskTemplateFactory.create()
    engagements = [EngagementFactory.create(client=client) for _number in range(2)]

    def press() -> int:
        try:
            return len(start_tasks(engagements[1], by=person, at=THURSDAY))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            start_tasks(engagements[0], by=person, at=THURSDAY)
            second = pool.submit(press)
            with suppress(TimeoutError):
                second.result(timeout=2)
        assert second.result(timeout=30) > 0
    assert RecurringTask.objects.filter(leads_to="test_call").count() == 1


@pytest.mark.parametrize("fields", [{"role": "magician"}, {"days_after": -1}])
def test_bad_template_is_refused(fields: dict[str, object]) -> None:
    template = TaskTemplateFactory.build(**fields)
    with pytest.raises(ValidationError) as refused:
        template.full_clean()
    assert set(fields) <= set(refused.value.error_dict)
    with pytest.raises(IntegrityError), transaction.atomic():
        template.save()


def test_edited_template_stays_and_a_missing_one_comes_back() -> None:

    TaskTemplate.objects.filter(code="nda").update(days_after=99)
    TaskTemplate.objects.filter(code="brief").delete()
    load_task_templates(apps.get_app_config("clients"))
    assert TaskTemplate.objects.get(code="nda").days_after == 99
    assert TaskTemplate.objects.filter(code="brief").count() == 1
