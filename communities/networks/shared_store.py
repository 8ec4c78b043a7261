"""What all workers know together: a small store in Redis, beside the queue and the cache."""

import os
from collections.abc import Sequence
from functools import lru_cache

import redis

from communities.networks import configuration
from communities.networks.keys import AccessToken


def store() -> redis.Redis:
    """One connection pool per process and address."""
    return _server(os.getpid(), configuration.limiter_url())


def run(script: str, keys: Sequence[str], argv: Sequence[int | str]) -> int:
    """A Lua script, which Redis runs undivided."""
    return int(store().register_script(script)(keys=keys, args=argv))


def name_of(key: AccessToken, what: str) -> str:
    """A name in the store: the key's fingerprint, never the key."""
    return f"limiter:{key.network}:{key.fingerprint}:{what}"


@lru_cache(maxsize=4)
def _server(_process: int, url: str) -> redis.Redis:
    return redis.Redis.from_url(url, socket_timeout=5, socket_connect_timeout=2)
