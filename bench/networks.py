"""What reading the networks costs: calls, the use that is made of a permitted rate, time a call.

Against the simulator, which keeps VK's limits: a call too many is refused and counted there.
"""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from statistics import median
from typing import NamedTuple
from unittest.mock import patch
from urllib.request import urlopen
from uuid import uuid4

import httpx
from django.conf import settings

from bench.table import Line
from communities.networks import rate_limit
from communities.networks.keys import AccessToken, TokenKind
from communities.networks.outcomes import Ok
from communities.networks.vk import VkAdapter
from communities.networks.vk_call import call

COMMUNITIES, MOST_CALLS = 10_000, 20
WORKERS, WANTED_SHARE = 4, 0.95
# Kind of key, calls a second that VK permits it, calls to make.
SHARED = ((TokenKind.SERVICE, 3, 300), (TokenKind.COMMUNITY, 20, 600))
COST_CALLS, ROUNDS = 60, 5
NO_LIMIT = rate_limit.Window("key", 1_000_000)


class Together(NamedTuple):
    """What several workers did with one key."""

    answered: int
    seconds: float
    refused: int


def measure_networks() -> list[Line]:
    """About two and a half minutes, most of them waiting for VK's leave."""
    with simulated("limits") as url:
        lines = [*measure_subscribers(url)]
        for kind, per_second, calls in SHARED:
            lines += measure_shared_key(url, kind, per_second, calls)
    with simulated("no limits") as url:
        return [*lines, *measure_cost(url)]


@contextmanager
def simulated(limits: str) -> Iterator[str]:
    """The simulator's address, here and in what is called from here."""
    command = [sys.executable, "-m", "bench.network_server", limits]
    pipe = subprocess.PIPE
    server = subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True)  # noqa: S603 - our own
    assert server.stdin
    assert server.stdout
    url = f"http://127.0.0.1:{server.stdout.readline().strip()}/vk/method"
    try:
        hosts = ["127.0.0.1"]
        with patch.multiple(settings, VK_API_URL=url, NETWORK_ALLOWED_HOSTS=hosts, create=True):
            yield url
    finally:
        server.stdin.close()
        server.wait()


def refused_by(url: str) -> int:
    """How many calls came too fast so far."""
    with urlopen(url.replace("/vk/method", "/__scenario__")) as answer:  # noqa: S310 - our own
        return int(json.load(answer)["refused"])


def new_key(kind: TokenKind) -> AccessToken:
    """Its kind stands in its text, by which the simulator knows it."""
    return AccessToken("vk", kind, f"vk1.a.{kind.value}{uuid4().hex}")


def measure_subscribers(url: str) -> list[Line]:
    ids = [str(number) for number in range(1, COMMUNITIES + 1)]
    began = time.monotonic()
    with counting() as calls:
        answers = VkAdapter().read_profiles(new_key(TokenKind.SERVICE), ids)
    seconds = time.monotonic() - began
    told = sum(
        isinstance(each, Ok) and each.value.followers is not None for each in answers.values()
    )
    return [
        Line(
            f"subscribers of {told:,} VK communities",
            f"{len(calls)} calls, {seconds:.1f} s",
            f"≤ {MOST_CALLS} calls",
            told == COMMUNITIES and len(calls) <= MOST_CALLS and refused_by(url) == 0,
            baseline=f"{MOST_CALLS / 3 - 1:.1f} s (permitted)",
        )
    ]


@contextmanager
def counting() -> Iterator[list[str]]:
    """The addresses of the requests that are sent meanwhile."""
    sent: list[str] = []
    send = httpx.Client.send

    def noting(client: httpx.Client, request: httpx.Request, **how: object) -> httpx.Response:
        sent.append(str(request.url))
        return send(client, request, **how)  # type: ignore[arg-type] # passed on as it came

    with patch.object(httpx.Client, "send", noting):
        yield sent


def measure_shared_key(url: str, kind: TokenKind, per_second: int, calls: int) -> list[Line]:
    """The first calls may leave at once; the others have to wait for the rate."""
    done = work_together(url, kind, calls)
    permitted = (calls - per_second) / per_second
    share = permitted / done.seconds
    what = f"{calls} calls of {WORKERS} workers with one {kind.value} key, {per_second} /s"
    return [
        Line(
            what,
            f"{done.seconds:.1f} s, {done.refused} refused",
            f"≥ {WANTED_SHARE:.2f}, 0 refused",
            done.answered == calls and share >= WANTED_SHARE and done.refused == 0,
            baseline=f"{permitted:.1f} s (permitted)",
            ratio=share,
        )
    ]


def work_together(url: str, kind: TokenKind, calls: int) -> Together:
    before, key = refused_by(url), new_key(kind)
    command = [
        sys.executable, "-m", "bench.network_worker",
        url, str(settings.REDIS.limiter), kind.value, key.secret, str(calls // WORKERS),
    ]  # fmt: skip
    pipe = subprocess.PIPE
    workers = [
        subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True)  # noqa: S603 - our own
        for _ in range(WORKERS)
    ]
    for worker in workers:
        assert worker.stdout
        worker.stdout.readline()
    told = [worker.communicate()[0].split() for worker in start_all(workers)]
    seconds = max(float(each[2]) for each in told) - min(float(each[1]) for each in told)
    answered = sum(int(each[0]) for each in told)
    return Together(answered, seconds, refused_by(url) - before)


def start_all(workers: "list[subprocess.Popen[str]]") -> "list[subprocess.Popen[str]]":
    """All of them at once, before anybody waits for the first."""
    for worker in workers:
        assert worker.stdin
        worker.stdin.write("go\n")
        worker.stdin.flush()
    return workers


def measure_cost(url: str) -> list[Line]:
    """Our call, with limiter and typed outcome, against the bare kept client; in turns."""
    lines = []
    for ids in (1, 500):
        names = ",".join(str(number) for number in range(1, ids + 1))
        bare, ours = [], []
        with httpx.Client() as client, unlimited():
            key = new_key(TokenKind.SERVICE)
            for _ in range(ROUNDS):
                bare.append(timed(lambda: call_bare(client, url, key, names)))  # noqa: B023
                ours.append(timed(lambda: call_ours(key, names)))  # noqa: B023
        ratio = median(ours) / median(bare)
        lines.append(
            Line(
                f"a call for {ids} communities",
                f"{median(ours) * 1e3:.2f} ms",
                "stated",
                is_ok=True,
                baseline=f"{median(bare) * 1e3:.2f} ms (bare client)",
                ratio=ratio,
            )
        )
    return lines


@contextmanager
def unlimited() -> Iterator[None]:
    """The limiter is asked, and never says "wait"."""
    with patch.dict(rate_limit._KEY_WINDOWS, {("vk", TokenKind.SERVICE): NO_LIMIT}):
        yield


def timed(do: Callable[[], None]) -> float:
    """Seconds a call."""
    began = time.perf_counter()
    for _ in range(COST_CALLS):
        do()
    return (time.perf_counter() - began) / COST_CALLS


def call_bare(client: httpx.Client, url: str, key: AccessToken, names: str) -> None:
    form = {"group_ids": names, "fields": "members_count,screen_name", "v": "5.199"}
    headers = {"Authorization": f"Bearer {key.secret}"}
    assert client.post(f"{url}/groups.getById", data=form, headers=headers).json()["response"]


def call_ours(key: AccessToken, names: str) -> None:
    asked = {"group_ids": names, "fields": "members_count,screen_name"}
    assert isinstance(call(key, "groups.getById", asked), Ok)
