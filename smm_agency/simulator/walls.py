"""What was posted on the simulated networks, as it stands there; shared by the server's threads."""

import threading
import time
from collections import defaultdict
from dataclasses import dataclass, field

from smm_agency.simulator.scenario import Json

FIRST_ID = 500_001


@dataclass
class Standing:
    """One post. `item` is what the network shows; `arrived` is when the call came (Unix time)."""

    id: int
    text: str
    item: Json
    guid: str = ""
    arrived: float = field(default_factory=time.time)


@dataclass
class Walls:
    """By (network, page). Whoever changes something holds the lock for all of it."""

    lock: threading.RLock = field(default_factory=threading.RLock)
    posts: dict[tuple[str, str], list[Standing]] = field(default_factory=lambda: defaultdict(list))
    # Ids of posts by (network, page, guid).
    guids: dict[tuple[str, str, str], int] = field(default_factory=dict)
    # Pictures and videos that were uploaded, by the name that posts call them.
    uploads: dict[str, Json] = field(default_factory=dict)
    # What waits for a bot, by its key.
    updates: dict[str, list[Json]] = field(default_factory=lambda: defaultdict(list))
    _last_id: int = FIRST_ID - 1

    def next_id(self) -> int:
        with self.lock:
            self._last_id += 1
            return self._last_id

    def add(self, network: str, page: str, post: Standing) -> None:
        with self.lock:
            self.posts[network, page].append(post)

    def on(self, network: str, page: str) -> list[Standing]:
        with self.lock:
            return list(self.posts.get((network, page), []))

    def remove(self, network: str, page: str, post: str) -> bool:
        """Whether it stood there."""
        with self.lock:
            standing = self.posts.get((network, page), [])
            left = [each for each in standing if str(each.id) != post]
            removed = len(left) < len(standing)
            standing[:] = left
            return removed

    def report(self) -> Json:
        """{network: {page: [{"id", "text", "guid", "arrived", "album"}]}}, in order of arrival.

        Messages of one album bear one `album`; of other posts it is "".
        """
        told: Json = {}
        with self.lock:
            for (network, page), posts in self.posts.items():
                told.setdefault(network, {})[page] = [_told(each) for each in posts]
        return told


def _told(post: Standing) -> Json:
    return {
        "id": post.id,
        "text": post.text,
        "guid": post.guid,
        "arrived": post.arrived,
        "album": post.item.get("media_group_id", ""),
    }
