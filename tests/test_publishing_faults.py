"""Posts go out once, whatever dies: answers are dropped, both workers are killed ten times.

Nothing stands twice on a wall, and nothing is silently missing: what is not out is with a person.
"""

import datetime as dt
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection as database
from django.utils import timezone

from clients.models import Notice
from communities.models import AccessKey, Community
from communities.tests.pictures import picture
from content.models import PostState, Publication, PublicationState
from smm_agency.simulator.scenario import Json
from smm_agency.simulator.server import Simulator
from tests.factories import (
    AccessKeyFactory,
    ClientFactory,
    ClientFileFactory,
    CommunityFactory,
    PostFactory,
    PostFileFactory,
    PublicationFactory,
    TeamMemberFactory,
)

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]
ROOT = Path(__file__).resolve().parent.parent

VK_CLIENTS, TELEGRAM_CLIENTS, COMMUNITIES, POSTS = 6, 4, 3, 10
PICTURE_EACH = 10
WORKERS, KILLS = 2, 10
# How many posts go out between two kills at most, and how long they are waited for.
MOST_BETWEEN_KILLS, LONGEST_PAUSE = 25, 15.0
DUE_SECONDS = 12.0
LONGEST_SECONDS = 600.0

# Each answer takes a while, so that the workers die in the middle of calls.
FAULTS = [
    {"method": "wall.post", "fault": "drop", "times": None, "after": 3, "every": 7},
    {"method": "wall.post", "fault": "http502", "times": None, "after": 5, "every": 23},
    {"method": "sendMessage", "fault": "drop", "times": None, "after": 2, "every": 9},
    {"method": "sendPhoto", "fault": "half", "times": None, "after": 1, "every": 4},
    {"method": "upload.photo", "fault": "drop", "times": None, "after": 1, "every": 5},
    {"method": "wall.get", "fault": "http502", "times": None, "after": 2, "every": 11},
    {"method": "*", "fault": "slow", "seconds": 0.1, "times": None},
]
WAITING = (
    PublicationState.DUE,
    PublicationState.CLAIMED,
    PublicationState.SENDING,
)


def add_community(key: AccessKey, number: int) -> Community:
    page = f"-100{1_000_000_000 + number}" if key.network == "telegram" else str(5_000 + number)
    profile = {"client": key.client, "network": key.network, "external_id": page}
    return CommunityFactory.create(
        **{f"profile__{name}": value for name, value in profile.items()}, profile__access_key=key
    )


def add_posts(chance: random.Random) -> None:
    """Due within `DUE_SECONDS`, of ten clients, each with a key and three communities."""
    for client in range(VK_CLIENTS + TELEGRAM_CLIENTS):
        is_vk = client < VK_CLIENTS
        key = AccessKeyFactory.create(
            client=ClientFactory.create(),
            network="vk" if is_vk else "telegram",
            kind=AccessKey.Kind.USER if is_vk else AccessKey.Kind.BOT,
            capabilities=["publish", "publish_photo", "read_posts"],
            secret=f"vk1.a.user{client}" if is_vk else f"70000000{client}:AAfaults",
        )
        author = TeamMemberFactory.create(client=key.client, role="content_manager").user
        for number in range(COMMUNITIES):
            community = add_community(key, client * COMMUNITIES + number)
            for place in range(POSTS):
                due = timezone.now() + dt.timedelta(seconds=chance.uniform(0, DUE_SECONDS))
                add_post(community, place, due, author=author)


def add_post(community: Community, place: int, due: dt.datetime, **more: Any) -> None:
    post = PostFactory.create(
        client=community.client,
        text=f"Пост {place} сообщества {community.pk}",
        state=PostState.SCHEDULED,
        **more,
    )
    if place % PICTURE_EACH == 0:
        file = ClientFileFactory.create(client=post.client, content=picture(60, 40))
        PostFileFactory.create(post=post, file=file)
    PublicationFactory.create(
        post=post, community=community, state=PublicationState.DUE, planned_at=due, next_try_at=due
    )


# --- Workers -------------------------------------------------------------------------------------


class Workers:
    """Processes that publish; `kill` ends one at whatever line it is and starts another."""

    def __init__(self, nursery: "subprocess.Popen[str]") -> None:
        self._nursery = nursery
        self.pids = [self._start() for _ in range(WORKERS)]

    def kill(self, number: int) -> None:
        os.kill(self.pids[number], signal.SIGKILL)
        self.pids[number] = self._start()

    def stop(self) -> None:
        for pid in self.pids:
            os.kill(pid, signal.SIGKILL)

    def _start(self) -> int:
        assert self._nursery.stdin is not None
        assert self._nursery.stdout is not None
        self._nursery.stdin.write("start\n")
        self._nursery.stdin.flush()
        return int(self._nursery.stdout.readline())


@contextmanager
def working(networks: Simulator) -> Iterator[Workers]:
    names = ("NAME", "USER", "HOST", "PORT", "PASSWORD")
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": settings.SETTINGS_MODULE,
        "PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path]),
        "TEST_DATABASE": json.dumps({name: database.settings_dict[name] for name in names}),
        "VK_API_URL": networks.vk_url,
        "TELEGRAM_API_URL": networks.telegram_url,
        "NETWORK_ALLOWED_HOSTS": "127.0.0.1",
    }
    nursery = subprocess.Popen(
        [sys.executable, "-m", "tests.publishing_worker"],
        cwd=ROOT, env=environment, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    with nursery:
        workers = Workers(nursery)
        try:
            yield workers
        finally:
            workers.stop()
            assert nursery.stdin is not None
            nursery.stdin.close()


def kill_at_random(workers: Workers, chance: random.Random) -> int:
    """Both workers, ten times; how many posts were out at the end.

    Each time after some more posts, not seconds: on a busy machine they die in the middle, too.
    """
    for _round in range(KILLS):
        wait_for_posts(count_sent() + chance.randint(1, MOST_BETWEEN_KILLS))
        for number in chance.sample(range(WORKERS), WORKERS):
            time.sleep(chance.uniform(0, 0.3))
            workers.kill(number)
    return count_sent()


def wait_for_posts(count: int) -> None:
    until = time.monotonic() + LONGEST_PAUSE
    while time.monotonic() < until and count_sent() < count:
        time.sleep(0.05)


def count_sent() -> int:
    return Publication.objects.filter(state=PublicationState.SENT).count()


def wait_until_settled() -> None:
    until = time.monotonic() + LONGEST_SECONDS
    while time.monotonic() < until and unsettled():
        time.sleep(0.2)
    states = Publication.objects.values_list("community__profile__network", "state")
    assert unsettled() == 0, Counter(states)


def unsettled() -> int:
    """What somebody still works at, or will."""
    working_at = Publication.objects.filter(state__in=WAITING).count()
    return (
        working_at
        + (
            Publication.objects.filter(state=PublicationState.UNKNOWN, next_try_at__isnull=False)
        ).count()
    )


# --- What came of it -----------------------------------------------------------------------------


def standing(networks: Simulator) -> dict[tuple[str, str], list[Json]]:
    """Posts by network and page; of an album the first message."""
    report = networks.world.walls.report()
    return {
        (network, page): posts for network, pages in report.items() for page, posts in pages.items()
    }


def test_posts_stand_once_and_none_is_silently_missing() -> None:
    seed = int(os.environ.get("FAULTS_SEED") or random.SystemRandom().randrange(10**6))
    print(f"FAULTS_SEED={seed}")  # noqa: T201
    began = time.monotonic()
    chance = random.Random(seed)
    add_posts(chance)
    with Simulator({"faults": FAULTS}) as networks:
        with working(networks) as workers:
            sent = kill_at_random(workers, chance)
            wait_until_settled()
        walls = standing(networks)
        refused = networks.world.refused
    rows = list(Publication.objects.select_related("post", "community__profile"))
    assert len(rows) == (VK_CLIENTS + TELEGRAM_CLIENTS) * COMMUNITIES * POSTS
    say(rows, sent, refused, time.monotonic() - began)

    # The kills fell into the middle of the work.
    assert 0 < sent < len(rows)
    texts = Counter((*place, each["text"]) for place, posts in walls.items() for each in posts)
    assert [each for each, count in texts.items() if count > 1] == []
    for row in rows:
        profile = row.community.profile
        stands = [
            each
            for each in walls.get((profile.network, profile.external_id), [])
            if each["text"] == row.post.text
        ]
        if row.state == PublicationState.SENT:
            assert [str(each["id"]) for each in stands] == [row.external_id]
        else:
            assert_a_person_was_told(row)
    # Nothing that was not planned.
    assert set(texts) <= {
        (row.community.profile.network, row.community.profile.external_id, row.post.text)
        for row in rows
    }


def assert_a_person_was_told(row: Publication) -> None:
    assert row.state in (PublicationState.UNKNOWN, PublicationState.FAILED)
    assert row.post.state in (PostState.NEEDS_CHECKING, PostState.FAILED)
    assert Notice.objects.filter(key__startswith=f"publication:{row.pk}:").exists()


def say(rows: list[Publication], sent: int, refused: int, seconds: float) -> None:
    states = Counter((row.community.profile.network, str(row.state)) for row in rows)
    print(  # noqa: T201
        f"{len(rows)} posts, {WORKERS} workers, {KILLS} kills each, {seconds:.0f} s;"
        f" out when the last one was killed: {sent}; calls too fast: {refused};"
        f" at the end: {dict(states)}; attempts: {Counter(row.attempts for row in rows)}"
    )
