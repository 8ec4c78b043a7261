"""Rows by the address that senders know, remembered for a second by each process.

A burst of events reads its row once; in return a door that was switched off, or whose secret was
renewed, answers by what it was for a second more.
"""

import time
from collections.abc import Callable
from typing import Any

REMEMBERED_SECONDS = 1.0
MOST_REMEMBERED = 1000


class Doors:
    """Only rows that are there are remembered: guessing fills nothing."""

    def __init__(self, read: Callable[..., Any], seconds: float = REMEMBERED_SECONDS) -> None:
        self.read = read
        self.seconds = seconds
        self.known: dict[tuple[str, ...], tuple[float, Any]] = {}

    def find(self, *key: str) -> Any:
        """What `read` finds for the key; None where there is none."""
        now = time.monotonic()
        until, found = self.known.get(key, (0.0, None))
        if until > now:
            return found
        found = self.read(*key)
        self._remember(key, found, now)
        return found

    def _remember(self, key: tuple[str, ...], found: Any, now: float) -> None:
        if len(self.known) >= MOST_REMEMBERED:
            self.known.clear()
        if found is None:
            self.known.pop(key, None)
        elif self.seconds:
            self.known[key] = (now + self.seconds, found)
