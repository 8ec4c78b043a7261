"""How often somebody may try: sign-in and mails, counted by account and address in the cache."""

import hashlib
import logging

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from redis.exceptions import RedisError

ATTEMPTS = 10
# Whatever the accounts: an office behind one address stays below, who sprays many does not.
ADDRESS_ATTEMPTS = 50
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


def _address_key(action: str, address: str) -> str:
    return f"attempts:{action}:address:{hashlib.sha256(address.encode()).hexdigest()}"


def count_attempt(action: str, *, account: str, address: str) -> bool:
    """Count one more attempt; False once there are too many in WINDOW_SECONDS.

    That is more than ATTEMPTS for the account from this address, or ADDRESS_ATTEMPTS from the
    address for any accounts. Counted before the work, so that attempts made at the same moment do
    not slip through. While the cache cannot be reached people still sign in.
    """
    of_account = _count(_key(action, account, address))
    of_address = _count(_address_key(action, address)) if address else 0
    return of_account <= ATTEMPTS and of_address <= ADDRESS_ATTEMPTS


def _count(key: str) -> int:
    """How many now; 0 where nobody can tell."""
    try:
        cache.add(key, 0, WINDOW_SECONDS)
        return int(cache.incr(key))
    except ValueError:  # The window ended between the two calls.
        return 0
    except (RedisError, OSError):
        logger.warning("The cache does not answer: attempts are not counted.")
        return 0


def forget_attempts(action: str, *, account: str, address: str) -> None:
    """The account's; the address keeps its count, or one own account would buy tries at others."""
    try:
        cache.delete(_key(action, account, address))
    except (RedisError, OSError):
        logger.warning("The cache does not answer: attempts are not forgotten.")
