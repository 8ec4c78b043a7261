"""How often somebody may try: sign-in and mails, counted by account and address in the cache."""

import hashlib
import logging

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from redis.exceptions import RedisError

ATTEMPTS = 10
WINDOW_SECONDS = 15 * 60

logger = logging.getLogger(__name__)


def address_of(request: HttpRequest) -> str:
    """The sender's address; of a forwarded one only the last hop, which our own proxy wrote."""
    if settings.SECURE_PROXY_SSL_HEADER:
        forwarded = request.headers.get("X-Forwarded-For", "").split(",")[-1].strip()
        if forwarded:
            return forwarded
    return str(request.META.get("REMOTE_ADDR", ""))


def _key(action: str, account: str, address: str) -> str:
    digest = hashlib.sha256(f"{account.strip().casefold()}\n{address}".encode()).hexdigest()
    return f"attempts:{action}:{digest}"


def count_attempt(action: str, *, account: str, address: str) -> bool:
    """Count one more attempt; False once there are more than ATTEMPTS in WINDOW_SECONDS.

    Counted before the work, so that attempts made at the same moment do not slip through. While
    the cache cannot be reached people still sign in.
    """
    key = _key(action, account, address)
    try:
        cache.add(key, 0, WINDOW_SECONDS)
        return cache.incr(key) <= ATTEMPTS
    except ValueError:  # The window ended between the two calls.
        return True
    except (RedisError, OSError):
        logger.warning("The cache does not answer: attempts are not counted.")
        return True


def forget_attempts(action: str, *, account: str, address: str) -> None:
    try:
        cache.delete(_key(action, account, address))
    except (RedisError, OSError):
        logger.warning("The cache does not answer: attempts are not forgotten.")
