"""The client's page with what upper floors know."""

import datetime as dt

import pytest
from django.test import Client as Browser
from django.urls import reverse

from clients.tests.test_admin import client_form
from kpi.call_entry import record_call
from kpi.models import Call, CallStatus
from tests.factories import (
    ClientFactory,
    DirectorFactory,
)

pytestmark = pytest.mark.django_db


def test_another_shortest_target_call_decides_the_calls_anew() -> None:
    client = ClientFactory.create(target_min_seconds=30)
    call, _is_new = record_call(
        client,
        source=Call.Source.MANUAL,
        started_at=dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC),
        status=CallStatus.ANSWERED,
        talk_seconds=45,
        wait_seconds=None,
        raw_caller="+74951234567",
        called_number=None,
        external_id=None,
    )
    assert call.is_target
    browser = Browser()
    browser.force_login(DirectorFactory.create())
    address = reverse("admin:clients_client_change", args=[client.pk])
    browser.post(address, client_form(client, target_min_seconds=60))
    call.refresh_from_db()
    assert (call.is_target, call.is_unique_target) == (False, False)
