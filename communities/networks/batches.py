"""Asking for many things in few calls: as many at once as the network takes.

A network that refuses a call for its size is asked for half as much, by all workers for a day; one
bad thing that spoils a whole call is found by halving too, but the size stays.
"""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeVar

import redis

from communities.networks.keys import AccessToken
from communities.networks.outcomes import KEY_WIDE, TOO_MANY, Failure, Kind, Ok, Outcome, Refused
from communities.networks.shared_store import name_of, store

logger = logging.getLogger(__name__)

REMEMBERED_SECONDS = 86_400

Item = TypeVar("Item", bound=str | tuple[str, ...])
Value = TypeVar("Value")
Ask = Callable[[Sequence[Item]], Outcome[dict[Item, Outcome[Value]]]]


def read_in_batches(
    key: AccessToken,
    method: str,
    items: Sequence[Item],
    *,
    most: int,
    ask: Ask[Item, Value],
    missing: Callable[[], Failure],
) -> dict[Item, Outcome[Value]]:
    """One outcome for each thing; what an answer leaves out is `missing`.

    A failure that every further call with this key would meet ends the calls.
    """
    wanted = list(dict.fromkeys(items))
    answers = _read_all(key, method, wanted, ask, most=most)
    return {each: answers.get(each) or missing() for each in wanted}


def batch_size(key: AccessToken, method: str, *, most: int) -> int:
    """What the network took the last time it refused a size, never more than `most`."""
    try:
        known = store().get(_size_name(key, method))
    except redis.RedisError:
        # The limiter will say so before any call.
        return most
    return max(1, min(most, int(known))) if known else max(1, most)


def _remember_size(key: AccessToken, method: str, size: int) -> None:
    if batch_size(key, method, most=size) < size:
        return
    logger.warning("%s takes fewer at once: %s of %s.", key.network, size, method)
    try:
        store().set(_size_name(key, method), size, ex=REMEMBERED_SECONDS)
    except redis.RedisError:
        logger.warning("The size could not be remembered: Redis does not answer.")


def _size_name(key: AccessToken, method: str) -> str:
    return name_of(key, f"size:{method}")


def _read_all(
    key: AccessToken, method: str, items: Sequence[Item], ask: Ask[Item, Value], *, most: int
) -> dict[Item, Outcome[Value]]:
    """The answers; what a call left out is not among them."""
    found: dict[Item, Outcome[Value]] = {}
    waiting = list(items)
    while waiting:
        size = batch_size(key, method, most=most)
        batch, waiting = waiting[:size], waiting[size:]
        answers = _read(key, method, batch, ask)
        found |= answers
        if stop := _key_failure(answers.values()):
            return found | dict.fromkeys(waiting, stop)
    return found


def _read(
    key: AccessToken, method: str, batch: Sequence[Item], ask: Ask[Item, Value]
) -> dict[Item, Outcome[Value]]:
    outcome = ask(batch)
    if isinstance(outcome, Ok):
        return outcome.value
    if len(batch) == 1 or outcome.kind is not Kind.INVALID_REQUEST:
        return dict.fromkeys(batch, outcome)
    half = (len(batch) + 1) // 2
    names_size = isinstance(outcome, Refused) and outcome.field == TOO_MANY
    if names_size:
        _remember_size(key, method, half)
    answers = _read_all(key, method, batch, ask, most=half)
    if not (names_size or _names_one(outcome) or _has_bad(answers)):
        # Nothing in it was bad by itself.
        _remember_size(key, method, half)
    return answers


def _names_one(failure: Failure) -> bool:
    """The network says that one of the things is bad."""
    return isinstance(failure, Refused) and failure.field is not None


def _has_bad(answers: Mapping[Item, Outcome[Value]]) -> bool:
    return any(not isinstance(each, Ok) for each in answers.values())


def _key_failure(outcomes: Iterable[Outcome[Value]]) -> Failure | None:
    failures = (each for each in outcomes if not isinstance(each, Ok))
    return next((each for each in failures if each.kind in KEY_WIDE), None)
