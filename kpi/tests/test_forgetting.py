import datetime as dt
from importlib import import_module

import pytest
from celery import current_app
from django.core.management import call_command
from django.db import connection
from django_celery_beat.models import PeriodicTask

from kpi.forgetting import forget_callers
from kpi.models import Call, Caller
from smm_agency.lib.encryption import keyed_hash
from tests.factories import NOON, CallerFactory, CallFactory, ClientFactory

pytestmark = pytest.mark.django_db


def test_caller_is_forgotten_after_the_clients_period_and_the_call_stays() -> None:
    caller = CallerFactory.create(client__personal_data_days=100)
    call = CallFactory.create(client=caller.client, caller=caller)
    assert forget_callers(at=NOON + dt.timedelta(days=100)) == 0
    assert forget_callers(at=NOON + dt.timedelta(days=100, seconds=1)) == 1
    caller.refresh_from_db()
    assert (caller.phone_hash, caller.phone, caller.last4) == (None, None, None)
    assert (caller.country_code, caller.masked) == ("+7", "—")
    stays = Call.objects.get()
    assert (
        stays.pk,
        stays.caller_id,
        stays.is_unique,
        stays.is_target,
        stays.is_unique_target,
    ) == (
        call.pk,
        caller.pk,
        True,
        True,
        True,
    )
    assert forget_callers(at=NOON + dt.timedelta(days=500)) == 0


def test_the_last_call_counts_and_another_client_keeps_longer() -> None:
    caller = CallerFactory.create(client__personal_data_days=100)
    other = CallerFactory.create(client__personal_data_days=1000)
    for days in (0, 90):
        CallFactory.create(
            client=caller.client, caller=caller, started_at=NOON + dt.timedelta(days=days)
        )
    CallFactory.create(client=other.client, caller=other)
    assert forget_callers(at=NOON + dt.timedelta(days=180)) == 0
    assert forget_callers(at=NOON + dt.timedelta(days=200)) == 1
    assert list(Caller.objects.filter(phone_hash__isnull=False)) == [other]


def test_caller_without_calls_is_forgotten_by_the_first_sight() -> None:
    client = ClientFactory.create(personal_data_days=10, uniqueness_days=10)
    CallerFactory.create(first_seen_at=NOON, client=client)
    assert forget_callers(at=NOON + dt.timedelta(days=11)) == 1


def test_command_says_how_many(capsys: pytest.CaptureFixture[str]) -> None:
    CallerFactory.create(first_seen_at=NOON - dt.timedelta(days=4000))
    call_command("forget_callers")
    assert capsys.readouterr().out == "1 callers forgotten.\n"


def pages(**more: str) -> dict[str, str]:
    return {"source": "vk", "landing_url": "https://x.example/?yclid=1", "referrer": "r"} | more


def made_id() -> str:
    return "#" + keyed_hash(1, "+79161234567")


def test_what_could_tell_the_caller_is_forgotten_with_the_number() -> None:
    client = ClientFactory.create(personal_data_days=100)
    said = {"client": client, "source": Call.Source.IMPORT, "visit": pages()}
    caller = CallerFactory.create(client=client)
    call = CallFactory.create(**said, caller=caller, external_id=made_id())
    of_file = CallFactory.create(**said, caller=caller, external_id="#12")
    later = {"started_at": NOON + dt.timedelta(days=50), "external_id": "b" + made_id()}
    kept = CallFactory.create(**said | later)
    assert forget_callers(at=NOON + dt.timedelta(days=101)) == 1
    rows = Call.objects.values_list("external_id", "visit")
    assert rows.get(pk=call.pk) == (None, {"source": "vk"})
    assert rows.get(pk=of_file.pk) == ("#12", {"source": "vk"})
    assert rows.get(pk=kept.pk) == (kept.external_id, pages())


def test_a_hidden_numbers_call_keeps_no_pages_for_longer() -> None:
    client = ClientFactory.create(personal_data_days=100)
    said = {"client": client, "caller": None, "visit": pages(), "external_id": made_id()}
    old = CallFactory.create(**said)
    new = CallFactory.create(
        **said | {"external_id": "1", "started_at": NOON + dt.timedelta(days=2)}
    )
    assert forget_callers(at=NOON + dt.timedelta(days=101)) == 0
    rows = Call.objects.values_list("external_id", "visit")
    assert rows.get(pk=old.pk) == (None, {"source": "vk"})
    assert rows.get(pk=new.pk) == ("1", pages())


def test_the_migration_blanks_calls_of_those_who_were_forgotten_before() -> None:
    caller, kept = CallerFactory.create_batch(2)
    Caller.objects.filter(pk=caller.pk).update(phone_hash=None, phone=None, last4=None)
    for one in (caller, kept):
        CallFactory.create(client=one.client, caller=one, visit=pages(), external_id=made_id())
    migration = import_module("kpi.migrations.0014_forgotten_calls_keep_no_trace")
    with connection.cursor() as cursor:
        cursor.execute(migration.BLANK)
    rows = Call.objects.values_list("external_id", "visit")
    assert rows.get(caller=caller) == (None, {"source": "vk"})
    assert rows.get(caller=kept) == (made_id(), pages())


def test_the_clock_forgets_every_night() -> None:
    caller = CallerFactory.create(first_seen_at=NOON - dt.timedelta(days=4000))
    row = PeriodicTask.objects.get(name="Forget callers")
    assert (row.enabled, row.task) == (True, "kpi.tasks.forget_callers")
    assert (row.crontab.hour, row.crontab.day_of_week, row.crontab.month_of_year) == ("3", "*", "*")
    current_app.tasks[row.task].apply().get()
    caller.refresh_from_db()
    assert caller.phone_hash is None
