"""Test calls: what is asked for, and what follows from what was found."""

import datetime as dt

import pytest
from django.contrib import admin
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from clients.models import Client, Task, TaskState, TrackingNumber
from kpi.models import AlarmSettings, Event
from kpi.models import TestCall as Trial
from kpi.number_checks import ask_for_test_calls, record_test_call
from tests.factories import (
    ClientFactory,
    DirectorFactory,
    FlagFactory,
    NumberPlacementFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


def placed(client: Client | None = None) -> TrackingNumber:
    client = client or ClientFactory.create(status="active")
    number: TrackingNumber = NumberPlacementFactory.create(number__client=client).number
    return number


def record(number: TrackingNumber, result: Trial.Result) -> Trial:
    by = DirectorFactory.create()
    return record_test_call(number, result=result, note="", by=by, at=timezone.now())


@pytest.mark.parametrize("result", [Trial.Result.DEAD, Trial.Result.WRONG_PLACE])
def test_of_a_number_that_does_not_work_nothing_is_expected(result: Trial.Result) -> None:
    number = placed()
    first = timezone.localdate() - dt.timedelta(days=9)
    FlagFactory.create(
        client=number.client, kind="data", cause_key="silence:all",
        evidence={"opened": {"first": first.isoformat()}},
    )  # fmt: skip
    record(number, result)
    event = Event.objects.get()
    assert (event.kind, event.is_excluded, event.starts_on, event.ends_on, event.community) == (
        "dead_number",
        True,
        first,
        None,
        number.placements.get().community,
    )
    record(number, result)
    assert Event.objects.count() == 1


def test_once_it_works_again_things_are_expected_again() -> None:
    number = placed()
    record(number, Trial.Result.DEAD)
    record(number, Trial.Result.WORKS)
    assert Event.objects.get().ends_on == number.client.today()


def test_a_number_that_rings_unanswered_is_not_dead() -> None:
    record(placed(), Trial.Result.NO_ANSWER)
    assert not Event.objects.exists()


def test_a_test_call_is_asked_for_once_a_month_and_done_when_all_were_dialled() -> None:
    first = placed()
    second = placed(first.client)
    now = timezone.now()
    assert ask_for_test_calls(at=now) == 1
    assert ask_for_test_calls(at=now) == 0
    task = Task.objects.get()
    assert first.number in task.details
    record(first, Trial.Result.WORKS)
    task.refresh_from_db()
    assert task.state == TaskState.OPEN
    record(second, Trial.Result.WORKS)
    task.refresh_from_db()
    assert (task.state, task.done_at is not None) == (TaskState.DONE, True)


def test_without_a_number_nobody_is_asked() -> None:
    ClientFactory.create(status="active")
    placed(ClientFactory.create(status="paused"))
    assert ask_for_test_calls(at=timezone.now()) == 0


def test_a_test_call_is_written_down_on_the_page_of_the_number() -> None:
    number = placed()
    browser = Browser()
    address = reverse("admin:clients_trackingnumber_test_call", args=[number.pk])
    browser.force_login(UserFactory.create())
    assert browser.post(address, {"result": "works"}).status_code in (403, 404)
    director = DirectorFactory.create()
    browser.force_login(director)
    assert browser.post(address, {"result": "works", "note": "Rang twice"}).status_code == 302
    call = Trial.objects.get()
    assert (call.called_by, call.note) == (director, "Rang twice")
    assert admin.site.is_registered(Trial)


def test_the_settings_of_the_alarm_say_what_follows() -> None:
    browser = Browser()
    browser.force_login(DirectorFactory.create())
    settings = AlarmSettings.objects.get()
    page = reverse("admin:kpi_alarmsettings_change", args=[settings.pk])
    assert "each alarms by chance about once in" in browser.get(page).content.decode()
    assert browser.post(page, {"false_alarms_a_month": "2"}).status_code == 302
    assert AlarmSettings.objects.get().false_alarms_a_month == 2
    assert browser.get(reverse("admin:kpi_alarmsettings_add")).status_code == 403
