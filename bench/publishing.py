"""How long after its time a post goes out, when a thousand are due in the same second.

Beside the least that the networks' limits and the number of calls under way allow. Against the
simulator in a process of its own, which keeps the limits: a call too many is refused and counted
there. A call takes `CALL_SECONDS`; each key posts to many communities.
"""

import heapq
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from statistics import quantiles
from typing import Any, NamedTuple
from urllib.request import Request, urlopen

from django.db import connection

from bench.table import Line
from clients.models import Client, ClientStatus
from communities.models import AccessKey, Community, Profile
from content.models import Post, PostState, Publication, PublicationState, TextWork
from content.publishing import CALLS_AT_ONCE
from kpi.models import ProfileSnapshot
from strategy.models import ContentSource

VK_KEYS, BOTS = 40, 10
COMMUNITIES_OF_A_KEY = 20
CALL_SECONDS = 0.2
# What a second of each network permits: an administrator's key, a bot.
PER_SECOND = {"vk": 3, "telegram": 30}
WANTED = 1.2
# The workers have begun by then, and after so long all is over.
AHEAD_SECONDS, MOST_SECONDS = 6.0, 120.0
SLOW = {"method": "*", "fault": "slow", "seconds": CALL_SECONDS, "times": None}


class Round(NamedTuple):
    """Seconds from the time due to each call, as the networks saw it, in order."""

    delays: list[float]
    refused: int
    doubles: int
    missing: int
    read: int

    @property
    def half(self) -> float:
        return quantiles(self.delays, n=100)[49]

    @property
    def last(self) -> float:
        """99 of 100 are out by then."""
        return quantiles(self.delays, n=100)[98]


def measure_publishing(*, posts: int) -> list[Line]:
    """Two rounds on the empty database, the second with a sweep of measurement beside it."""
    each = max(2, posts // (VK_KEYS + BOTS))
    communities = add_communities(each)
    floor = sorted(least_delays(each))
    least = Round(floor, 0, 0, 0, 0)
    alone = measure(communities, number=1, with_sweep=False)
    beside = measure(communities, number=2, with_sweep=True)
    what = f"{len(communities):,} posts of {VK_KEYS + BOTS} keys due at once"
    return [
        line(f"{what}: half are out after", alone, alone.half, least.half),
        line("99 of 100 after", alone, alone.last, least.last, wanted=WANTED),
        line(f"half, while {beside.read:,} pages are read", beside, beside.half, least.half),
        line("99 of 100, meanwhile", beside, beside.last, least.last, wanted=WANTED),
    ]


def line(
    what: str, done: Round, measured: float, least: float, *, wanted: float | None = None
) -> Line:
    ratio = measured / least if least else None
    is_whole = (done.refused, done.doubles, done.missing) == (0, 0, 0)
    is_quick = wanted is None or ratio is None or ratio <= wanted
    lost = f"{done.refused} refused, {done.doubles} twice, {done.missing} not out"
    return Line(
        what,
        f"{measured:.2f} s, {lost}",
        "stated" if wanted is None else f"≤ {wanted:.1f}",
        is_whole and is_quick,
        baseline=f"{least:.2f} s (permitted)",
        ratio=ratio,
    )


def least_delays(each: int) -> Iterator[float]:
    """When calls could leave at the earliest: in each second so many of a key, in all so many."""
    permitted = sorted(
        float(number // PER_SECOND[network])
        for network, keys in (("vk", VK_KEYS), ("telegram", BOTS))
        for _key in range(keys)
        for number in range(each)
    )
    free = [0.0] * CALLS_AT_ONCE
    for moment in permitted:
        begins = max(moment, heapq.heappop(free))
        heapq.heappush(free, begins + CALL_SECONDS)
        yield begins


# --- What is due ---------------------------------------------------------------------------------


def add_communities(each: int) -> list[Community]:
    """A client with one key and `each` pages for each key; the pages are read with it, too."""
    communities: list[Community] = []
    for number in range(VK_KEYS + BOTS):
        client = Client.objects.create(name=f"Client {number}", status=ClientStatus.ACTIVE)
        is_vk = number < VK_KEYS
        key = AccessKey.objects.create(
            client=client,
            network="vk" if is_vk else "telegram",
            kind=AccessKey.Kind.USER if is_vk else AccessKey.Kind.BOT,
            capabilities=["publish", "publish_photo", "read_posts", "read_followers"],
            label="Key",
            secret=f"vk1.a.user{os.getpid()}{number}" if is_vk else f"{7 * 10**9 + number}:AAbench",
            state=AccessKey.State.WORKS,
        )
        communities += add_pages(client, key, first=number * each, count=each)
    return communities


def add_pages(client: Client, key: AccessKey, *, first: int, count: int) -> list[Community]:
    pages = Profile.objects.bulk_create(
        Profile(
            client=client,
            network=key.network,
            external_id=f"-100{10**9 + number}" if key.network == "telegram" else str(1 + number),
            title=f"Page {number}",
            access_key=key,
        )
        for number in range(first, first + count)
    )
    return Community.objects.bulk_create(
        Community(client=client, profile=page, state=Community.State.RUNNING) for page in pages
    )


def add_posts(communities: list[Community], *, due: datetime, number: int) -> None:
    posts = Post.objects.bulk_create(
        Post(
            client_id=community.client_id,
            title=f"Post {number}",
            text=f"Round {number}, community {community.pk}",
            source=ContentSource.OWN,
            text_work=TextWork.WRITTEN,
            state=PostState.SCHEDULED,
        )
        for community in communities
    )
    Publication.objects.bulk_create(
        Publication(
            client_id=post.client_id,
            post=post,
            community=community,
            state=PublicationState.DUE,
            planned_at=due,
            next_try_at=due,
        )
        for post, community in zip(posts, communities, strict=True)
    )


# --- A round -------------------------------------------------------------------------------------


def measure(communities: list[Community], *, number: int, with_sweep: bool) -> Round:
    with simulated() as url:
        due = time.time() + AHEAD_SECONDS
        add_posts(communities, due=datetime.fromtimestamp(due, UTC), number=number)
        names = ["publish", *(["sweep"] if with_sweep else [])]
        workers = [start(name, url) for name in names]
        for worker in workers:
            assert worker.stdout
            worker.stdout.readline()
        due = time.time() + AHEAD_SECONDS
        set_due(datetime.fromtimestamp(due, UTC))
        for worker in workers:
            assert worker.stdin
            worker.stdin.write("go\n")
            worker.stdin.flush()
        read = wait_for(url, len(communities), due, workers)
        told = report(url)
    delays, doubles = [], 0
    for pages in told["walls"].values():
        for posts in pages.values():
            delays += [post["arrived"] - due for post in posts]
            doubles += len(posts) - len({post["text"] for post in posts})
    missing = len(communities) - len(delays) + doubles
    return Round(sorted(delays), told["refused"], doubles, missing, read)


def set_due(due: datetime) -> None:
    """The workers have begun: what is due in a moment is what they meet in their stride."""
    Publication.objects.filter(state=PublicationState.DUE).update(planned_at=due, next_try_at=due)


def wait_for(url: str, count: int, due: float, workers: "list[subprocess.Popen[str]]") -> int:
    """Until all are out; how many pages the sweep has read by then."""
    while time.time() < due + MOST_SECONDS and count_posts(url) < count:
        time.sleep(0.5)
    read = ProfileSnapshot.objects.count()
    ProfileSnapshot.objects.all().delete()
    for worker in workers:
        worker.kill()
        worker.communicate()
    return read


def start(what: str, url: str) -> "subprocess.Popen[str]":
    environment = {
        **os.environ,
        "BENCH_DATABASE": str(connection.settings_dict["NAME"]),
        "VK_API_URL": f"{url}/vk/method",
        "TELEGRAM_API_URL": f"{url}/telegram",
        "NETWORK_ALLOWED_HOSTS": "127.0.0.1",
    }
    command = [sys.executable, "-m", "bench.publishing_worker", what, str(MOST_SECONDS)]
    pipe = subprocess.PIPE
    return subprocess.Popen(  # noqa: S603 - our own
        command, stdin=pipe, stdout=pipe, text=True, env=environment
    )


@contextmanager
def simulated() -> Iterator[str]:
    """The simulator's address; each of its answers takes a while."""
    command = [sys.executable, "-m", "bench.network_server", "limits"]
    pipe = subprocess.PIPE
    server = subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True)  # noqa: S603 - our own
    assert server.stdin
    assert server.stdout
    url = f"http://127.0.0.1:{server.stdout.readline().strip()}"
    try:
        put_scenario(url, {"faults": [SLOW]})
        yield url
    finally:
        server.stdin.close()
        server.wait()
        server.stdout.close()


def put_scenario(url: str, scenario: dict[str, Any]) -> None:
    body = json.dumps(scenario).encode()
    with urlopen(Request(f"{url}/__scenario__", body, method="PUT")):  # noqa: S310 - our own
        return


def report(url: str) -> dict[str, Any]:
    with urlopen(f"{url}/__scenario__") as answer:  # noqa: S310 - our own
        told: dict[str, Any] = json.load(answer)
        return told


def count_posts(url: str) -> int:
    return sum(len(posts) for pages in report(url)["walls"].values() for posts in pages.values())
