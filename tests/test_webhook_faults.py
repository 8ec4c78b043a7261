"""One call, whatever happens to its webhook: repeated, disordered, rivals, a killed worker."""

import datetime as dt
import json
import os
import signal
import subprocess
import sys
import threading
import time
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection as database
from django.db import transaction
from django.test import Client as Browser
from django.utils import timezone

from kpi.call_entry import record_call
from kpi.callers import find_or_make_caller
from kpi.models import Call, CallConnection, Caller, RawCallEvent
from kpi.providers.generic import sign
from kpi.raw_events import LEASE, process_waiting, sweep
from tests.factories import CallConnectionFactory

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]
ROOT = Path(__file__).resolve().parent.parent

# Takes the event as a worker does, stands in the middle of the work, and waits to be killed.
WORKER = """
import time
import django
django.setup()
from django.db import connections
connections.databases["default"].update({settings})
from django.utils import timezone
from kpi import raw_events

def stand_still(event):
    call = record(event)
    print("recorded", call.pk, flush=True)
    time.sleep(600)
    return call

record = raw_events._record
raw_events._record = stand_still
raw_events.process_waiting(at=timezone.now())
"""


def started_at() -> str:
    return (timezone.now() - dt.timedelta(minutes=20)).replace(microsecond=0).isoformat()


def event(number: int, **changes: Any) -> bytes:
    said = {
        "event_id": f"e{number}",
        "call_id": "c1",
        "status": "answered",
        "caller": "+79161234567",
        "updated_at": (timezone.now() - dt.timedelta(minutes=10 - number)).isoformat(),
        **changes,
    }
    return json.dumps(said).encode()


def story() -> list[bytes]:
    """A call as a provider tells it: it rings, somebody talks, it ends."""
    start = started_at()
    return [
        event(1, started_at=start, status="missed"),
        event(2, started_at=start, talk_seconds=10),
        event(3, started_at=start, talk_seconds=75, wait_seconds=4),
    ]


def post(connection: CallConnection, body: bytes) -> int:
    stamp = str(int(time.time()))
    answer = Browser().post(
        f"/hooks/calls/generic/{connection.path_token}/",
        body,
        content_type="application/json",
        headers={"X-Timestamp": stamp, "X-Signature": sign("secret-of-connection", stamp, body)},
    )
    return answer.status_code


def the_call() -> tuple[str, int | None, int | None, bool | None]:
    """The only call there is."""
    call = Call.objects.get()
    return call.status, call.talk_seconds, call.wait_seconds, call.is_unique_target


ENDED = ("answered", 75, 4, True)


def test_same_webhook_three_times_makes_one_call() -> None:
    connection = CallConnectionFactory.create()
    body = story()[2]
    for _ in range(3):
        assert post(connection, body) == 200
        process_waiting(at=timezone.now())
    assert RawCallEvent.objects.count() == 1
    assert the_call() == ENDED


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_any_order_makes_the_same_call(order: tuple[int, ...]) -> None:
    connection = CallConnectionFactory.create()
    told = story()
    for number in order:
        assert post(connection, told[number]) == 200
        process_waiting(at=timezone.now())
    assert the_call() == ENDED


def in_threads(*jobs: Any) -> list[Any]:
    start = threading.Barrier(len(jobs))
    results: list[Any] = []

    def run(job: Any) -> None:
        start.wait()
        try:
            results.append(job())
        finally:
            database.close()

    threads = [threading.Thread(target=run, args=[job]) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_deliveries_and_workers_at_once_make_one_call() -> None:
    connection = CallConnectionFactory.create()
    told = story() * 3
    answers = in_threads(*[lambda body=body: post(connection, body) for body in told])
    assert answers == [200] * 9
    assert RawCallEvent.objects.count() == 3
    done = in_threads(*[lambda: process_waiting(at=timezone.now()) for _ in range(4)])
    assert sum(done) == 3
    assert the_call() == ENDED
    assert Caller.objects.count() == 1
    assert list(RawCallEvent.objects.values_list("attempts", flat=True)) == [1, 1, 1]


def test_neighbouring_calls_of_one_caller_at_once_leave_one_unique() -> None:
    connection = CallConnectionFactory.create()
    start = timezone.now() - dt.timedelta(hours=5)
    for number in range(6):
        moment = (start + dt.timedelta(minutes=number)).isoformat()
        body = event(number, call_id=f"c{number}", started_at=moment, talk_seconds=60)
        assert post(connection, body) == 200
    in_threads(*[lambda: process_waiting(at=timezone.now()) for _ in range(4)])
    calls = Call.objects.order_by("started_at").values_list("is_unique", "is_unique_target")
    assert list(calls) == [(True, True)] + [(False, False)] * 5


def test_call_of_a_caller_waits_for_the_one_that_is_being_written() -> None:
    connection = CallConnectionFactory.create()
    caller = find_or_make_caller(connection.client, "+79161234567")
    now = timezone.now()

    def record(number: int) -> None:
        record_call(
            connection.client, source=Call.Source.WEBHOOK, connection=connection,
            external_id=str(number), started_at=now - dt.timedelta(hours=number),
            status="answered", talk_seconds=60, wait_seconds=0, raw_caller=caller.phone,
            called_number=None,
        )  # fmt: skip

    def record_apart() -> None:
        record(2)
        database.close()

    rival = threading.Thread(target=record_apart)
    with transaction.atomic():
        record(1)
        rival.start()
        rival.join(timeout=1)
        assert rival.is_alive()
    rival.join()
    flags = Call.objects.order_by("started_at").values_list("is_unique", flat=True)
    assert list(flags) == [True, False]


def start_worker() -> "subprocess.Popen[str]":
    """A process of its own on the tests' database, stopped in the middle of an event."""
    database_settings = {
        name: database.settings_dict[name] for name in ("NAME", "USER", "HOST", "PORT")
    }
    code = WORKER.replace("{settings}", repr(database_settings))
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path])}
    environment.setdefault("DJANGO_SETTINGS_MODULE", settings.SETTINGS_MODULE)
    return subprocess.Popen(  # noqa: S603
        [sys.executable, "-c", code], cwd=ROOT, env=environment, text=True, stdout=subprocess.PIPE
    )


def kill_in_the_middle() -> None:
    worker = start_worker()
    assert worker.stdout is not None
    try:
        assert worker.stdout.readline().startswith("recorded ")
    finally:
        os.kill(worker.pid, signal.SIGKILL)
        worker.wait()
        worker.stdout.close()


def test_worker_killed_in_the_middle_leaves_nothing_half_done() -> None:
    connection = CallConnectionFactory.create()
    post(connection, story()[2])
    kill_in_the_middle()
    waiting = RawCallEvent.objects.get()
    assert (waiting.attempts, waiting.processed_at, Call.objects.count()) == (1, None, 0)
    # Its lease still lives: nobody else takes the event.
    assert sweep(at=timezone.now()) == 0
    # The provider, unanswered or not, sends it all again meanwhile.
    for body in story():
        post(connection, body)
    assert sweep(at=timezone.now() + LEASE + dt.timedelta(minutes=1)) == 3
    assert the_call() == ENDED
    assert not RawCallEvent.objects.filter(processed_at=None).exists()


def test_event_that_kills_every_worker_is_given_to_a_person() -> None:
    connection = CallConnectionFactory.create()
    post(connection, story()[2])
    for _ in range(RawCallEvent.MAX_ATTEMPTS):
        kill_in_the_middle()
        RawCallEvent.objects.update(leased_until=timezone.now() - dt.timedelta(seconds=1))
    assert sweep(at=timezone.now()) == 0
    waiting = RawCallEvent.objects.get()
    assert (waiting.attempts, waiting.error, Call.objects.count()) == (3, "WorkerDied", 0)
    assert connection.client.tasks.count() == 1
