import datetime as dt

import pytest
from django.core.management import call_command

from kpi.forgetting import forget_callers
from kpi.models import Call, Caller
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
