"""What the webhook missed comes in by the provider's list, once, and never in a circle."""

import datetime as dt
import json
from typing import Any

import httpx
import pytest
import respx
from django.conf import settings
from django.db import IntegrityError, transaction

from clients.client_status import change_status
from clients.models import ClientStatus, Task
from kpi import reconciliation
from kpi.call_coverage import call_coverage
from kpi.call_entry import change_call
from kpi.connection_setup import store_credentials
from kpi.models import Call, CallConnection, CallPull, OutgoingCall
from kpi.provider_calls import take_call
from kpi.providers.records import ProviderCall, Status
from kpi.reconciliation import FURTHEST, LEASE, LOOK_BACK, give_up_dead, reconcile
from tests.factories import CallConnectionFactory, CallPullFactory, UserFactory

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 3, 11, 12, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
State = CallPull.State


def row(number: int = 1, **changes: Any) -> dict[str, Any]:
    said = {
        "id": number, "start_time": "2026-03-11 12:00:00", "direction": "in", "is_lost": False,
        "virtual_phone_number": "74951234567", "contact_phone_number": f"7916123456{number}",
        "wait_duration": 5, "talk_duration": 60,
    }  # fmt: skip
    return said | changes


def listed(*rows: Any) -> httpx.Response:
    metadata = {"total_items": len(rows)}
    return httpx.Response(200, json={"result": {"data": list(rows), "metadata": metadata}})


def refusal(mnemonic: str) -> httpx.Response:
    return httpx.Response(200, json={"error": {"code": -1, "data": {"mnemonic": mnemonic}}})


@pytest.fixture
def connection() -> CallConnection:
    made: CallConnection = CallConnectionFactory.create(provider="uis")
    store_credentials(made, {"access_token": "key"})
    return made


@pytest.fixture
def api() -> Any:
    with respx.mock(assert_all_called=False) as mock:
        yield mock.post(settings.UIS_API_URL)


def pull_states() -> list[str]:
    return list(CallPull.objects.order_by("pk").values_list("state", flat=True))


def test_call_that_the_webhook_missed_comes_in(connection: CallConnection, api: Any) -> None:
    take_call(
        connection,
        ProviderCall("1", started_at=NOW - dt.timedelta(hours=3), status=Status.ANSWERED,
                     talk_seconds=60, wait_seconds=5, caller="79161234561", tracked="74951234567"),
    )  # fmt: skip
    api.mock(return_value=listed(row(1), row(2)))
    assert reconcile(at=NOW) == 1
    assert list(Call.objects.order_by("pk").values_list("external_id", "talk_seconds")) == [
        ("1", 60), ("2", 60),
    ]  # fmt: skip
    pull = CallPull.objects.get()
    assert (pull.state, pull.seen, pull.new, pull.error) == (State.DONE, 2, 1, "")
    connection.refresh_from_db()
    assert connection.pulled_until is not None
    assert connection.pulled_until - NOW < dt.timedelta(seconds=5)


def test_same_list_again_makes_and_changes_nothing(connection: CallConnection, api: Any) -> None:
    api.mock(return_value=listed(row(1), row(2, is_lost=True, talk_duration=0)))
    for hour in range(3):
        reconcile(at=NOW + hour * HOUR)
    assert Call.objects.count() == 2
    told = CallPull.objects.order_by("pk").values_list("seen", "new", "changed")
    assert list(told) == [(2, 2, 0), (2, 0, 0), (2, 0, 0)]


def test_list_mends_what_an_event_said_and_leaves_what_a_person_said(
    connection: CallConnection, api: Any
) -> None:
    api.mock(return_value=listed(row(1, talk_duration=10)))
    reconcile(at=NOW)
    change_call(Call.objects.get(), by=UserFactory.create(), status="spam")
    api.mock(return_value=listed(row(1, talk_duration=75)))
    reconcile(at=NOW + HOUR)
    call = Call.objects.get()
    assert (call.status, call.talk_seconds) == ("spam", 75)
    assert CallPull.objects.order_by("-pk")[0].changed == 1


def test_outgoing_calls_of_the_list_are_kept_beside(connection: CallConnection, api: Any) -> None:
    api.mock(return_value=listed(row(1, direction="out")))
    reconcile(at=NOW)
    assert (Call.objects.count(), OutgoingCall.objects.count()) == (0, 1)


def asked_since(api: Any) -> str:
    return str(json.loads(api.calls.last.request.content)["params"]["date_from"])


@pytest.mark.parametrize(
    ("pulled_until", "since"),
    [
        (None, NOW - LOOK_BACK),
        (NOW - HOUR, NOW - LOOK_BACK),
        (NOW - dt.timedelta(days=9), NOW - dt.timedelta(days=9)),
        (NOW - dt.timedelta(days=99), NOW - FURTHEST),
    ],
)
def test_list_reaches_back_to_where_the_last_one_ended(
    connection: CallConnection, api: Any, pulled_until: dt.datetime | None, since: dt.datetime
) -> None:
    CallConnection.objects.update(pulled_until=pulled_until)
    api.mock(return_value=listed())
    reconcile(at=NOW)
    assert asked_since(api) == (since + dt.timedelta(hours=3)).strftime("%Y-%m-%d %H:%M:%S")


def test_each_connection_is_asked_once_an_hour(connection: CallConnection, api: Any) -> None:
    api.mock(return_value=listed())
    for minutes in (0, 10, 50, 60, 70, 110):
        reconcile(at=NOW + dt.timedelta(minutes=minutes))
    assert api.call_count == 2


def test_who_is_told_to_wait_waits(connection: CallConnection, api: Any) -> None:
    api.mock(return_value=refusal("limit_exceeded"))
    reconcile(at=NOW)
    assert pull_states() == [State.WAITING]
    api.mock(return_value=listed())
    reconcile(at=NOW + dt.timedelta(minutes=59))
    assert api.call_count == 1
    reconcile(at=NOW + dt.timedelta(minutes=61))
    assert pull_states() == [State.WAITING, State.DONE]
    assert not Task.objects.exists()


def test_who_is_refused_is_not_asked_again_before_a_person_mends_it(
    connection: CallConnection, api: Any
) -> None:
    api.mock(return_value=refusal("access_token_expired"))
    for hour in range(3):
        reconcile(at=NOW + hour * HOUR)
    assert api.call_count == 1
    assert pull_states() == [State.REFUSED]
    task = Task.objects.get()
    assert (task.origin, task.client) == (connection, connection.client)
    connection.refresh_from_db()
    assert connection.pull_error
    store_credentials(connection, {"access_token": "another"})
    api.mock(return_value=listed())
    reconcile(at=NOW + 4 * HOUR)
    assert pull_states() == [State.REFUSED, State.DONE]


def test_unreadable_rows_are_counted_and_hinder_nobody(
    connection: CallConnection, api: Any
) -> None:
    future = row(3, start_time="2099-01-01 00:00:00")
    api.mock(return_value=listed({"start_time": "?"}, "no row", future, row(1)))
    reconcile(at=NOW)
    assert [call.external_id for call in Call.objects.all()] == ["1"]
    pull = CallPull.objects.get()
    assert (pull.state, pull.error) == (State.DONE, "3 rows of the list cannot be read as calls.")
    reconcile(at=NOW + HOUR)
    assert Task.objects.count() == 1


def test_one_broken_connection_does_not_stop_the_others(
    connection: CallConnection, api: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = CallConnectionFactory.create(provider="uis")
    store_credentials(other, {"access_token": "key"})
    api.mock(side_effect=[RuntimeError("bug"), listed(row(1))])
    assert reconcile(at=NOW) == 1
    assert pull_states() == [State.RUNNING, State.DONE]


def test_worker_that_died_is_found_and_three_deaths_are_a_persons(
    connection: CallConnection, api: Any
) -> None:
    api.mock(side_effect=RuntimeError("killed"))
    moment = NOW
    for death in range(3):
        reconcile(at=moment)
        assert CallPull.objects.filter(state=State.RUNNING).count() == 1
        assert give_up_dead(at=moment + LEASE) == 0
        moment += LEASE + dt.timedelta(hours=1)
        assert (give_up_dead(at=moment), Task.objects.count()) == (1, death // 2)
    reconcile(at=moment)
    assert api.call_count == 3


def test_two_workers_never_pull_one_connection_at_once(connection: CallConnection) -> None:
    CallPullFactory.create(connection=connection, state=State.RUNNING)
    with pytest.raises(IntegrityError), transaction.atomic():
        CallPullFactory.create(connection=connection, state=State.RUNNING)
    assert reconciliation.pull_connection(connection, at=NOW) is None


@pytest.mark.parametrize("how", ["inactive", "ended", "no credentials", "generic"])
def test_nobody_is_asked_for(connection: CallConnection, api: Any, how: str) -> None:
    if how == "inactive":
        CallConnection.objects.update(is_active=False)
    elif how == "ended":
        change_status(connection.client, to=ClientStatus.ENDED, by=UserFactory.create())
    elif how == "generic":
        CallConnection.objects.update(provider="generic")
    else:
        store_credentials(connection, {"token": "word"})
        CallConnection.objects.update(credentials=json.dumps({"token": "word"}))
    reconcile(at=NOW)
    assert (api.call_count, CallPull.objects.count()) == (0, 0)


def test_list_that_came_makes_a_silent_day_a_measured_zero(
    connection: CallConnection, api: Any
) -> None:
    """Lists have not come for long: nobody knows; with the next one the zeros are known."""
    for day in range(20, 80):
        take_call(
            connection,
            ProviderCall(f"d{day}", started_at=NOW - dt.timedelta(days=day), status=Status.MISSED),
        )
    long_ago = NOW - dt.timedelta(days=20)
    CallConnection.objects.update(last_event_at=long_ago, pulled_until=long_ago)
    client = connection.client
    assert call_coverage([client.pk], at=NOW)[client.pk].until == dt.date(2026, 2, 19)
    api.mock(return_value=listed())
    reconcile(at=NOW)
    assert call_coverage([client.pk], at=NOW)[client.pk].until == dt.date(2026, 3, 11)


def test_list_mends_a_talk_downwards(connection: CallConnection, api: Any) -> None:
    """Of two words without an order the longer talk would stand: a list is the later word."""
    event = ProviderCall(
        "1",
        started_at=NOW - dt.timedelta(hours=3),
        status=Status.ANSWERED,
        talk_seconds=75,
        updated_at=NOW - dt.timedelta(hours=2),
    )
    take_call(connection, event)
    api.mock(return_value=listed(row(1, talk_duration=60)))
    reconcile(at=NOW)
    # What is told late is older than the list all the same.
    take_call(connection, event)
    assert Call.objects.get().talk_seconds == 60
