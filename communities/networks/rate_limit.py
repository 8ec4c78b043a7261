"""The limiter that all workers share: a key's calls are spread in Redis, before they are made.

Each window plans the moments of its calls: a call takes the next free one and sleeps up to it, and
a moment further off than `LONGEST_WAIT` is not taken. A plan is not kept to the millisecond: so a
call that is about to leave asks once more whether the window has room for it *now*, by the moments
at which the last ones really left; and one that took longer than usual may have arrived late (it
had to open a connection, say), so its moment is moved. Then the window need be little longer than
the network's. Where a network still finds calls too near to each other, the key's window grows for
an hour.

What is published or answered goes first: reads with the same key stand back until a second after
the last such call.

When a network says "wait", the key is parked for everybody. Redis sees the key's fingerprint, never
the key.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar
from uuid import uuid4

import redis
from django.utils.translation import gettext as _

from communities.networks import limiter_scripts
from communities.networks.keys import AccessToken, TokenKind
from communities.networks.outcomes import Kind, Outcome, RefusedForNow, Scope
from communities.networks.quotas import give_back, take_units
from communities.networks.shared_store import name_of, run, store

T = TypeVar("T")

logger = logging.getLogger(__name__)

LONGEST_WAIT = 20.0
LONGEST_PARKING = 2 * 86_400.0
TRIES = 3
# A second and what the way to the network may differ between two calls.
SECOND = 1.02
# By how much a call has to be slower than usual for its moment to be moved, in seconds.
LATE = 0.01
# How much a window grows when a network finds it too short, how far at most, and for how long.
WIDENING, WIDEST, WIDENED_SECONDS = 0.03, 0.3, 3_600
# How long reads stand back after a call that goes first.
STAND_BACK = 1.0
# A call that is put off so often gives up.
MOST_DELAYS = 100

# The parking place of reads, named as a method's is.
_READS = "#reads"
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


@dataclass(frozen=True, slots=True)
class _Turn:
    """One call's turn in its windows."""

    key: AccessToken
    method: str
    windows: list[Window]
    goes_first: bool = False
    name: str = field(default_factory=lambda: uuid4().hex)

    def ask(self, script: str, window: Window) -> float:
        """Seconds to wait, as the script says."""
        keys = [
            name_of(self.key, window.name),
            self._left(window),
            name_of(self.key, "widening"),
            _parking(self.key, ""),
            _parking(self.key, self.method),
        ]
        limits = [window.calls, _micro(window.seconds), _micro(LONGEST_WAIT)]
        return run(script, keys, [*limits, self.name]) / 1e6

    def move(self, seconds: float) -> None:
        """The call left later than was noted."""
        for window in self.windows:
            run(limiter_scripts.MOVE, [self._left(window)], [_micro(seconds), self.name])

    def _left(self, window: Window) -> str:
        return name_of(self.key, f"{window.name}:left")


def windows(key: AccessToken, *, chat: str = "") -> list[Window]:
    """The windows of one call: the chat's, where one is written to, then the key's."""
    found = [_KEY_WINDOWS.get((key.network, key.kind), Window("key", 1))]
    if chat and key.network in _CHAT_WINDOWS:
        found.insert(0, Window(f"chat:{chat}", _CHAT_WINDOWS[key.network]))
    return found


def under_limit(
    key: AccessToken,
    method: str,
    call: Callable[[], Outcome[T]],
    *,
    chat: str = "",
    cost: int = 1,
    goes_first: bool = False,
) -> Outcome[T]:
    """Make the call when the key's turn comes; a short "wait" of the network is waited out.

    Repeats only what the network surely refused for its rate. RefusedForNow without a call where
    the turn is too far off, the day's quota is used up or Redis does not answer. `cost` is in units
    of the quota.
    """
    for _attempt in range(TRIES):
        turn = _Turn(key, method, windows(key, chat=chat), goes_first)
        outcome = _turn_then_call(turn, call, cost)
        if not _is_short_wait(outcome):
            break
    return outcome


def park(key: AccessToken, seconds: float, *, method: str = "") -> None:
    """Leave the key (or one of its methods) alone for so long, in all workers."""
    milliseconds = int(min(max(seconds, 0.001), LONGEST_PARKING) * 1000)
    run(limiter_scripts.PARK, [_parking(key, method)], [milliseconds])


def _turn_then_call(turn: _Turn, call: Callable[[], Outcome[T]], cost: int) -> Outcome[T]:
    key, method = turn.key, turn.method
    try:
        if refusal := (
            _let_others_pass(turn) or take_units(key, method, cost) or _wait_for_turns(turn, cost)
        ):
            return refusal
    except redis.RedisError:
        return RefusedForNow(
            Kind.TEMPORARY,
            _("The rate limiter (Redis) does not answer, so the network was not called."),
            retry_after=30.0,
        )
    began = time.monotonic()
    outcome = call()
    _remember(turn, outcome, late=lateness(key.network, method, time.monotonic() - began))
    return outcome


def _let_others_pass(turn: _Turn) -> RefusedForNow | None:
    """A call that goes first says so; any other waits until none did for a while."""
    if turn.goes_first:
        park(turn.key, STAND_BACK, method=_READS)
        return None
    until = time.monotonic() + LONGEST_WAIT
    while (left := store().pttl(_parking(turn.key, _READS)) / 1000) > 0:
        if time.monotonic() + left > until:
            return _too_far(left)
        time.sleep(left)
    return None


def _wait_for_turns(turn: _Turn, cost: int) -> RefusedForNow | None:
    for window in turn.windows:
        if refusal := _wait_for_turn(turn, window):
            give_back(turn.key, turn.method, cost)
            return refusal
    return None


def _wait_for_turn(turn: _Turn, window: Window) -> RefusedForNow | None:
    """Sleep up to the call's moment; if the key was parked meanwhile, take another moment."""
    wait = turn.ask(limiter_scripts.TAKE, window)
    for _delay in range(MOST_DELAYS):
        if wait == 0:
            return None
        if wait < 0:
            return _too_far(-wait)
        time.sleep(wait)
        wait = turn.ask(limiter_scripts.LEAVE, window)
        if wait < 0:
            wait = turn.ask(limiter_scripts.TAKE, window)
    return _too_far(window.seconds)


def _remember(turn: _Turn, outcome: Outcome[T], *, late: float) -> None:
    """What the call taught. The outcome stands even if Redis is gone."""
    try:
        if late > LATE:
            turn.move(late)
        _note_limits(turn, outcome)
    except redis.RedisError:
        logger.warning(
            "Could not note a call of a %s key: Redis does not answer.", turn.key.network
        )


def _note_limits(turn: _Turn, outcome: Outcome[T]) -> None:
    """Park what the network asked to leave alone; a limit of the page's concerns no other call."""
    if not isinstance(outcome, RefusedForNow) or outcome.kind not in _PARKING_KINDS:
        return
    if outcome.scope is Scope.CALL:
        return
    whole_key = outcome.kind is Kind.RATE_LIMITED
    park(turn.key, outcome.retry_after, method="" if whole_key else turn.method)
    if whole_key and outcome.scope is Scope.SECOND:
        # Two calls arrived nearer to each other than they left.
        steps = [_micro(WIDENING), _micro(WIDEST), WIDENED_SECONDS]
        run(limiter_scripts.WIDEN, [name_of(turn.key, "widening")], steps)


_usual: dict[tuple[str, str], float] = {}


def lateness(network: str, method: str, took: float) -> float:
    """By how many seconds the call may have arrived late: what it took above the usual.

    Of a first call nothing is known, and all of it may have gone before the arrival. The usual
    follows the quickest calls at once, slower ones little by little.
    """
    usual = _usual.get((network, method))
    _usual[network, method] = took if usual is None else min(took, usual + 0.02 * (took - usual))
    return took - (usual or 0.0)


def _micro(seconds: float) -> int:
    return int(seconds * 1e6)


def _is_short_wait(outcome: Outcome[T]) -> bool:
    return (
        isinstance(outcome, RefusedForNow)
        and outcome.kind is Kind.RATE_LIMITED
        and outcome.retry_after <= LONGEST_WAIT
    )


def _too_far(seconds: float) -> RefusedForNow:
    message = _("This key's limit of calls is used up for now.")
    return RefusedForNow(Kind.RATE_LIMITED, message, retry_after=seconds, scope=Scope.SECOND)


def _parking(key: AccessToken, method: str) -> str:
    return name_of(key, f"parked:{method}")
