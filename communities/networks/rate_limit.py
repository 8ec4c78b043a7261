"""The limiter that all workers share: a key's calls are spread in Redis, before they are made.

Each window keeps the moments of its last N calls; a call takes the next free moment and sleeps up
to it. A moment further off than `LONGEST_WAIT` is not taken. When a network says "wait", the key
is parked for everybody. Redis sees the key's fingerprint, never the key.
"""

import logging
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

import redis
from django.utils.translation import gettext as _

from communities.networks import configuration
from communities.networks.keys import AccessToken, TokenKind
from communities.networks.outcomes import Kind, Outcome, RefusedForNow, Scope

T = TypeVar("T")

logger = logging.getLogger(__name__)

LONGEST_WAIT = 20.0
LONGEST_PARKING = 2 * 86_400.0
TRIES = 3
# Calls leave evenly but arrive with jitter: the window is a little longer than the network's.
SECOND = 1.1

# KEYS: the window's list of moments, then parking places. ARGV: calls, period µs, longest wait µs.
# Returns µs to wait; negative: parked or full for so long that nothing was taken.
_TAKE = """
local clock = redis.call('TIME')
local now = clock[1] * 1000000 + clock[2]
local slot = now
for i = 2, #KEYS do
  local left = redis.call('PTTL', KEYS[i])
  if left > 0 then slot = math.max(slot, now + left * 1000) end
end
local calls, period, longest = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local nth = redis.call('LINDEX', KEYS[1], calls - 1)
if nth then slot = math.max(slot, tonumber(nth) + period) end
if slot - now > longest then return now - slot end
redis.call('LPUSH', KEYS[1], string.format('%.0f', slot))
redis.call('LTRIM', KEYS[1], 0, calls - 1)
redis.call('PEXPIRE', KEYS[1], math.ceil((slot - now + period) / 1000) + 1000)
return slot - now
"""

_PARKED = "return redis.call('EXISTS', KEYS[1], KEYS[2])"

# Only ever lengthens a parking: two workers may hear different waits.
_PARK = """
if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[1]) then
  redis.call('SET', KEYS[1], '1', 'PX', ARGV[1])
end
return 1
"""


_PARKING_KINDS = frozenset({Kind.RATE_LIMITED, Kind.QUOTA_EXHAUSTED, Kind.BLOCKED})


@dataclass(frozen=True, slots=True)
class Window:
    """At most `calls` within `seconds`; `name` tells a key's windows apart."""

    name: str
    calls: int
    seconds: float = SECOND


_KEY_WINDOWS = {
    ("vk", TokenKind.SERVICE): Window("key", 3),
    ("vk", TokenKind.USER): Window("key", 3),
    ("vk", TokenKind.COMMUNITY): Window("key", 20),
    ("telegram", TokenKind.BOT): Window("key", 30),
    ("ok", TokenKind.USER): Window("key", 3),
    ("ok", TokenKind.COMMUNITY): Window("key", 3),
    ("max", TokenKind.BOT): Window("key", 30),
    ("youtube", TokenKind.SERVICE): Window("key", 10),
    ("youtube", TokenKind.USER): Window("key", 10),
    # Meta states no rate: its headers tell how much is used.
    ("facebook", TokenKind.PAGE): Window("key", 10),
    ("instagram", TokenKind.PAGE): Window("key", 10),
}
# Telegram's "one message a second" concerns what is sent to one chat, not what is read from it.
_CHAT_WINDOWS = {"telegram": 1}


def windows(key: AccessToken, *, chat: str = "") -> list[Window]:
    """The windows of one call: the chat's, where one is written to, then the key's."""
    found = [_KEY_WINDOWS.get((key.network, key.kind), Window("key", 1))]
    if chat and key.network in _CHAT_WINDOWS:
        found.insert(0, Window(f"chat:{chat}", _CHAT_WINDOWS[key.network]))
    return found


def under_limit(
    key: AccessToken, method: str, call: Callable[[], Outcome[T]], *, chat: str = ""
) -> Outcome[T]:
    """Make the call when the key's turn comes; a short "wait" of the network is waited out.

    Repeats only what the network surely refused for its rate. RefusedForNow without a call where
    the turn is too far off or Redis does not answer.
    """
    outcome = _turn_then_call(key, method, call, chat)
    for _attempt in range(TRIES - 1):
        if not _is_short_wait(outcome):
            break
        outcome = _turn_then_call(key, method, call, chat)
    return outcome


def park(key: AccessToken, seconds: float, *, method: str = "") -> None:
    """Leave the key (or one of its methods) alone for so long, in all workers."""
    milliseconds = int(min(max(seconds, 0.001), LONGEST_PARKING) * 1000)
    _run(_PARK, [_parking(key, method)], [milliseconds])


def _turn_then_call(
    key: AccessToken, method: str, call: Callable[[], Outcome[T]], chat: str
) -> Outcome[T]:
    try:
        for window in windows(key, chat=chat):
            if refusal := _wait_for_turn(key, window, method):
                return refusal
    except redis.RedisError:
        return RefusedForNow(
            Kind.TEMPORARY,
            _("The rate limiter (Redis) does not answer, so the network was not called."),
            retry_after=30.0,
        )
    outcome = call()
    _remember(key, method, outcome)
    return outcome


def _wait_for_turn(key: AccessToken, window: Window, method: str) -> RefusedForNow | None:
    """Sleep up to the call's moment; if the key was parked meanwhile, take another moment."""
    wait = _take(key, window, method)
    while wait > 0:
        time.sleep(wait)
        if not _run(_PARKED, [_parking(key, ""), _parking(key, method)], []):
            return None
        wait = _take(key, window, method)
    return _too_far(-wait) if wait < 0 else None


def _take(key: AccessToken, window: Window, method: str) -> float:
    keys = [_name(key, window.name), _parking(key, ""), _parking(key, method)]
    argv = [window.calls, int(window.seconds * 1e6), int(LONGEST_WAIT * 1e6)]
    return _run(_TAKE, keys, argv) / 1e6


def _remember(key: AccessToken, method: str, outcome: Outcome[T]) -> None:
    """Park what the network asked to leave alone. The outcome stands even if Redis is gone."""
    if not isinstance(outcome, RefusedForNow) or outcome.kind not in _PARKING_KINDS:
        return
    whole_key = outcome.kind is Kind.RATE_LIMITED
    try:
        park(key, outcome.retry_after, method="" if whole_key else method)
    except redis.RedisError:
        logger.warning("Could not park a %s key: Redis does not answer.", key.network)


def _is_short_wait(outcome: Outcome[T]) -> bool:
    return (
        isinstance(outcome, RefusedForNow)
        and outcome.kind is Kind.RATE_LIMITED
        and outcome.retry_after <= LONGEST_WAIT
    )


def _too_far(seconds: float) -> RefusedForNow:
    message = _("This key's limit of calls is used up for now.")
    return RefusedForNow(Kind.RATE_LIMITED, message, retry_after=seconds, scope=Scope.SECOND)


def _name(key: AccessToken, what: str) -> str:
    return f"limiter:{key.network}:{key.fingerprint}:{what}"


def _parking(key: AccessToken, method: str) -> str:
    return _name(key, f"parked:{method}")


def _run(script: str, keys: list[str], argv: list[int]) -> int:
    server = _server(os.getpid(), configuration.limiter_url())
    return int(server.register_script(script)(keys=keys, args=argv))


@lru_cache(maxsize=4)
def _server(_process: int, url: str) -> redis.Redis:
    return redis.Redis.from_url(url, socket_timeout=5, socket_connect_timeout=2)
