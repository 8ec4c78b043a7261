"""A network at the edge of HTTP that tests tell what to answer, and publications that are due."""

import datetime as dt
import threading
import time
from typing import Any

from communities.networks.keys import AccessToken
from communities.networks.outcomes import Ok, Outcome
from communities.networks.publishing import Draft, Published
from content.models import PostState, Publication, PublicationState
from tests.factories import NOON, AccessKeyFactory, PublicationFactory

LATER = NOON + dt.timedelta(seconds=1)


class FakeNetwork:
    """Keeps what stands on its walls; `answers` are given out one by one, then everything is Ok."""

    network = "vk"

    def __init__(self, *, can_look_up: bool = True) -> None:
        self.can_look_up = can_look_up
        self.answers: list[Outcome[Published] | Exception] = []
        self.looks: list[Outcome[Published | None]] = []
        self.walls: list[tuple[str, Draft]] = []
        self.keys: list[str] = []
        self.asked = 0
        self.lock = threading.Lock()

    def publish(self, key: AccessToken, page: str, draft: Draft) -> Outcome[Published]:
        with self.lock:
            self.keys.append(key.secret)
            if self.answers:
                answer = self.answers.pop(0)
                if isinstance(answer, Exception):
                    raise answer
                return answer
            self.walls.append((page, draft))
            return Ok(self.published(len(self.walls)))

    def find_published(
        self, key: AccessToken, page: str, draft: Draft, *, since: dt.datetime
    ) -> Outcome[Published | None]:
        self.asked += 1
        return self.looks.pop(0)

    def published(self, number: int = 1) -> Published:
        return Published(str(number), f"https://vk.com/wall-1_{number}", LATER)


class SlowNetwork(FakeNetwork):
    """Counts how many calls are under way at once."""

    def __init__(self) -> None:
        super().__init__()
        self.at_once = self.most_at_once = 0

    def publish(self, key: AccessToken, page: str, draft: Draft) -> Outcome[Published]:
        with self.lock:
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
        time.sleep(0.1)
        with self.lock:
            self.at_once -= 1
        return super().publish(key, page, draft)


def due(**values: Any) -> Publication:
    """Scheduled for NOON, in a community with a key of its own that may publish."""
    values = {"state": PublicationState.DUE, "next_try_at": NOON, **values}
    publication = PublicationFactory.create(
        post__state=values.pop("post_state", PostState.SCHEDULED), **values
    )
    give_key(publication)
    return publication


def give_key(publication: Publication) -> None:
    profile = publication.community.profile
    if profile.access_key is None:
        profile.access_key = AccessKeyFactory.create(
            client=profile.client,
            network=profile.network,
            kind="community",
            capabilities=["publish", "publish_photo", "publish_video", "read_posts"],
        )
        profile.save()
