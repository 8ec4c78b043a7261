"""One message to the workers for however many events that come in together.

A door that has just asked for a worker asks for none for a moment (`GATHER_SECONDS`); a worker that
is woken waits as long before it looks. So whatever was stored without a message of its own is there
when the worker looks: it was stored before the moment was over, and the worker looks after it.
"""

import logging
import time
from collections.abc import Callable

from django.core.cache import cache
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

# How long a message is taken to be under way; short, should it be lost.
WAKE_SECONDS = 10
GATHER_SECONDS = 0.05


class Waker:
    """Of one process; call it when the event is stored.

    `key` names the mark in the cache that stands while a message is under way.
    """

    def __init__(self, key: str, send: Callable[[], object]) -> None:
        self.key = key
        self.send = send
        self.forget()

    def forget(self) -> None:
        self.asked_at = float("-inf")

    def __call__(self) -> None:
        """Without a broker or a cache the sweep finds the event within a minute."""
        now = time.monotonic()
        if now - self.asked_at < GATHER_SECONDS:
            return
        self.asked_at = now
        try:
            if cache.add(self.key, 1, timeout=WAKE_SECONDS):
                self.send()
        except (OperationalError, RedisError):
            self.forget()
            logger.warning("No broker: the raw event waits for the sweep.")


def gather(key: str) -> None:
    """What a woken worker does first: from now on events send a message of their own."""
    try:
        cache.delete(key)
    except RedisError:
        logger.warning("No cache: the mark of the message stays until it runs out.")
    time.sleep(GATHER_SECONDS)
