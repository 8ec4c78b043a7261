"""What is kept of requests while a connection is set up, and that it does not stay."""

import datetime as dt
import json
import time
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client as Browser
from django.utils import timezone

from kpi.allowed_senders import clean_networks, is_allowed
from kpi.callers import find_or_make_caller
from kpi.models import CallConnection, OutgoingCall, RawCallEvent, RawRequest
from kpi.outgoing_calls import record_outgoing
from kpi.providers.generic import sign
from kpi.raw_requests import (
    KEPT_FOR,
    delete_old_raw_requests,
    keep_no_raw_requests,
    keep_raw_requests,
)
from tests.factories import CallConnectionFactory, ClientFactory

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 3, 11, 12, tzinfo=dt.UTC)


def send(connection: CallConnection, *, secret: str = "secret-of-connection") -> Any:  # noqa: S107
    body = json.dumps(
        {"event_id": "e1", "call_id": "c1", "started_at": NOW.isoformat(), "status": "missed"}
    ).encode()
    stamp = str(int(time.time()))
    return Browser().post(
        f"/hooks/calls/generic/{connection.path_token}/",
        body,
        content_type="application/json",
        headers={"X-Timestamp": stamp, "X-Signature": sign(secret, stamp, body)},
    )


def test_only_a_watched_connection_keeps_requests_the_refused_too() -> None:
    watched, other = CallConnectionFactory.create(), CallConnectionFactory.create()
    keep_raw_requests(watched, at=timezone.now())
    for connection in (watched, other):
        assert send(connection, secret="another").status_code == 401
        assert send(connection).status_code == 200
    kept = RawRequest.objects.order_by("pk").values_list("connection_id", "status", "note")
    assert list(kept) == [
        (watched.pk, 401, "The signature or the time stamp is wrong."),
        (watched.pk, 200, "stored"),
    ]


def test_after_a_day_nothing_is_kept_and_nothing_stays() -> None:
    connection = CallConnectionFactory.create()
    keep_raw_requests(connection, at=timezone.now() - KEPT_FOR)
    send(connection)
    assert RawRequest.objects.count() == 0
    keep_raw_requests(connection, at=timezone.now())
    send(connection)
    assert delete_old_raw_requests(at=timezone.now()) == 0
    assert delete_old_raw_requests(at=timezone.now() + KEPT_FOR) == 1


def test_who_stops_watching_deletes_what_was_kept() -> None:
    connection = CallConnectionFactory.create()
    keep_raw_requests(connection, at=timezone.now())
    send(connection)
    keep_no_raw_requests(connection)
    send(connection)
    assert RawRequest.objects.count() == 0


def test_sender_outside_the_allowed_networks_is_refused_and_counted() -> None:
    connection = CallConnectionFactory.create(allowed_networks=["92.118.66.0/23"])
    assert send(connection).status_code == 403
    connection.refresh_from_db()
    assert (connection.refused, RawCallEvent.objects.count()) == (1, 0)
    CallConnection.objects.update(allowed_networks=["127.0.0.0/8"])
    assert send(connection).status_code == 200


@pytest.mark.parametrize(
    ("address", "is_in"),
    [
        ("92.118.66.0", True),
        ("92.118.67.255", True),
        ("92.118.68.0", False),
        ("::ffff:92.118.66.5", True),
        ("", False),
        ("unknown", False),
    ],
)
def test_borders_of_a_network(address: str, is_in: bool) -> None:
    assert is_allowed(address, ["92.118.66.0/23"]) is is_in
    assert is_allowed(address, [])


def test_entries_that_are_no_networks_are_named() -> None:
    assert clean_networks([" 92.118.66.5 ", "", "2001:db8::/32"]) == [
        "92.118.66.5/32", "2001:db8::/32",
    ]  # fmt: skip
    with pytest.raises(ValidationError, match=r"92\.118\.66\.5/23, office"):
        clean_networks(["92.118.66.0/23", "92.118.66.5/23", "office"])


def test_outgoing_call_is_one_row_in_any_order() -> None:
    connection = CallConnectionFactory.create()
    for is_answered, seconds in [(True, 70), (False, None), (True, 30)]:
        record_outgoing(
            connection, external_id="o1", started_at=NOW, raw_callee="+79161234567",
            is_answered=is_answered, talk_seconds=seconds,
        )  # fmt: skip
    call = OutgoingCall.objects.get()
    assert (call.is_answered, call.talk_seconds, call.caller) == (True, 70, None)
    assert connection.client.callers.count() == 0


def test_outgoing_call_to_somebody_who_called_us_is_theirs() -> None:
    connection = CallConnectionFactory.create()
    from_us = find_or_make_caller(connection.client, "+79161234567")
    find_or_make_caller(ClientFactory.create(), "+79161234568")
    for number, key in [("8 916 123-45-67", "own"), ("+79161234568", "foreign")]:
        record_outgoing(
            connection, external_id=key, started_at=NOW, raw_callee=number,
            is_answered=False, talk_seconds=None,
        )  # fmt: skip
    found = OutgoingCall.objects.order_by("pk").values_list("external_id", "caller_id")
    assert list(found) == [("own", from_us.pk), ("foreign", None)]
