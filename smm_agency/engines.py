"""The program's own PostgreSQL and Valkey: where they stand, how they start and stop."""

import hashlib
import tempfile
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit, urlunsplit

import environ


class RedisAddresses(NamedTuple):
    """One Redis server, three databases, so that clearing the cache cannot empty the queue."""

    broker: str
    cache: str
    limiter: str
