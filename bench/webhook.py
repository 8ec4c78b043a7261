"""A signed call event at the program's door against a bare Django view that only inserts it."""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from http.client import HTTPConnection
from statistics import median, quantiles
from typing import NamedTuple

from django.utils import timezone

from bench.serving import HOST, serving
from bench.table import Line
from clients.models import Client
from kpi.connection_setup import new_secret
from kpi.models import CallConnection
from kpi.providers.generic import sign

WANTED_SHARE = 0.8
WANTED_MS = 100.0
SENDERS, ROUNDS = 4, 7


class Door(NamedTuple):
    port: int
    address: str


class Round(NamedTuple):
    rate: float
    waits: list[float]


def measure_webhook(*, requests: int) -> list[Line]:
    """Rounds in turns, each of `requests` new events; whatever is made here must be committed."""
    door = CallConnection.objects.create(
        client=Client.objects.create(name="Sender"), label="Sender", secret=new_secret()
    )
    address = f"/hooks/calls/generic/{door.path_token}/"
    variables = {"BENCH_CONNECTION": f"{door.client_id}:{door.pk}"}
    with serving("bench.webhook_server:application", variables) as port:
        measure(Door(port, "/bare/"), door, requests, "warm bare")
        measure(Door(port, address), door, requests, "warm ours")
        bare, ours = [], []
        for number in range(ROUNDS):
            bare.append(measure(Door(port, "/bare/"), door, requests, f"bare {number}"))
            ours.append(measure(Door(port, address), door, requests, f"ours {number}"))
    share = median(mine.rate / theirs.rate for mine, theirs in zip(ours, bare, strict=True))
    slowest = quantiles([wait for mine in ours for wait in mine.waits], n=100)[98] * 1000
    return [
        Line(
            "call events at the door",
            f"{median(mine.rate for mine in ours):,.0f} /s",
            f"≥ {WANTED_SHARE:.2f}",
            share >= WANTED_SHARE,
            baseline=f"{median(theirs.rate for theirs in bare):,.0f} /s (bare view)",
            ratio=share,
        ),
        Line(
            "answer to a call event, 99 of 100 within",
            f"{slowest:.0f} ms", f"≤ {WANTED_MS:.0f} ms", slowest <= WANTED_MS,
        ),
    ]  # fmt: skip


def measure(place: Door, door: CallConnection, requests: int, name: str) -> Round:
    """Events are made before the clock starts; each sender keeps its connection."""
    shares = [
        [prepared(door, f"{name}-{sender}-{number}") for number in range(requests // SENDERS)]
        for sender in range(SENDERS)
    ]
    with ThreadPoolExecutor(SENDERS) as pool:
        began = time.perf_counter()
        waits = [wait for share in pool.map(lambda share: send(place, share), shares)
                 for wait in share]  # fmt: skip
        seconds = time.perf_counter() - began
    return Round(len(waits) / seconds, waits)


def prepared(door: CallConnection, event_id: str) -> tuple[bytes, dict[str, str]]:
    now = timezone.now()
    body = json.dumps(
        {
            "event_id": event_id, "call_id": event_id, "started_at": now.isoformat(),
            "status": "answered", "caller": "+79161234567", "called_number": "+74951234567",
            "talk_seconds": 60, "wait_seconds": 5, "updated_at": now.isoformat(),
        }
    ).encode()  # fmt: skip
    stamp = str(int(now.timestamp()))
    return body, {
        "Content-Type": "application/json",
        "X-Timestamp": stamp,
        "X-Signature": sign(door.secret, stamp, body),
    }


def send(place: Door, share: list[tuple[bytes, dict[str, str]]]) -> list[float]:
    """Seconds until each answer; anything but a stored event ends the bench."""
    waits = []
    with closing(HTTPConnection(HOST, place.port, timeout=30)) as asked:
        for body, headers in share:
            began = time.perf_counter()
            asked.request("POST", place.address, body, headers)
            answer = asked.getresponse()
            said = answer.read()
            waits.append(time.perf_counter() - began)
            if (answer.status, b"stored" in said) != (200, True):
                raise RuntimeError(f"{place.address} answered {answer.status}: {said[:200]!r}")
    return waits
