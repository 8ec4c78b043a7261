"""Meta's error codes in our taxonomy; a subcode, where it is known, says it narrower."""

import logging
from collections.abc import Mapping

from django.utils.translation import gettext as _

from communities.networks import secrets, shapes
from communities.networks.http import lost
from communities.networks.outcomes import Failure, Kind, Refused, RefusedForNow, Scope

logger = logging.getLogger(__name__)

# What Meta counts over an hour is free again bit by bit; where it names no wait, look again then.
PAUSE = 600.0
BLOCKED_PAUSE = 86_400.0
# The field of a refusal that is about the name of a metric.
METRIC = "metric"

_CODES: dict[Kind, tuple[int, ...]] = {
    Kind.TOKEN_INVALID: (102, 190),
    Kind.PERMISSION: (3, 10, *range(200, 300)),
    Kind.RATE_LIMITED: (4, 17, 32, 341, 613, *range(80000, 80015)),
    Kind.TEMPORARY: (1, 2),
    Kind.INVALID_REQUEST: (36003, 551, 100),
    # 110: Instagram's business discovery finds no professional account of that name.
    Kind.NOT_FOUND: (110, 803),
    Kind.BLOCKED: (368,),
    Kind.DUPLICATE: (506,),
}
_SUBCODES: dict[Kind, tuple[int, ...]] = {
    # Someone has to sign in and pass a check.
    Kind.NEEDS_HUMAN: (459, 464),
    Kind.NOT_FOUND: (33,),
    Kind.TEMPORARY: (1363047, 1609010),
    Kind.DUPLICATE: (1366051,),
    Kind.RATE_LIMITED: (1390008,),
    Kind.QUOTA_EXHAUSTED: (2207042,),
    Kind.BLOCKED: (2207050, 2207051),
}
_KIND_OF = {code: kind for kind, codes in _CODES.items() for code in codes}
_KIND_OF_SUBCODE = {code: kind for kind, codes in _SUBCODES.items() for code in codes}
# No metric has this name (any more). That one is not told of this object reads otherwise.
_DEAD_NAME = ("must be a valid insights metric", "must be one of the following values")


def failure(error: object, *, secret: str, wait: float | None) -> Failure:
    """The outcome that Meta's error object means; any JSON may stand in its place.

    `wait` is in seconds, as the headers tell it.
    """
    body = shapes.mapping(error) or {}
    code = shapes.count(body.get("code"))
    subcode = shapes.count(body.get("error_subcode"))
    text = shapes.text(body.get("message")) or _("no explanation")
    name = f"{code}/{subcode}" if subcode else str(code)
    message = _("Meta error %(code)s: %(text)s") % {"code": name, "text": text}
    message = secrets.scrub(message, secret)
    kind = _kind(body, code, subcode)
    if for_now := _for_now(kind, message, wait):
        return for_now
    if kind in (Kind.TEMPORARY, Kind.UNKNOWN):
        if kind is Kind.UNKNOWN:
            logger.warning("Meta error code %s has no meaning here yet.", name)
        return lost(message, writes=False, kind=kind)
    is_name = kind is Kind.INVALID_REQUEST and any(words in text for words in _DEAD_NAME)
    return Refused(kind, message, field=METRIC if is_name else None)


def is_of_metric(outcome: Failure) -> bool:
    """Whether a name of a metric is at fault, which fails the whole call."""
    return isinstance(outcome, Refused) and outcome.field == METRIC


def _kind(error: Mapping[str, object], code: int | None, subcode: int | None) -> Kind:
    if kind := _KIND_OF_SUBCODE.get(subcode or 0):
        return kind
    if shapes.flag(error.get("is_transient")):
        return Kind.TEMPORARY
    return _KIND_OF.get(code or 0, Kind.UNKNOWN)


def _for_now(kind: Kind, message: str, wait: float | None) -> RefusedForNow | None:
    if kind is Kind.RATE_LIMITED:
        return RefusedForNow(kind, message, wait or PAUSE, Scope.HOUR)
    if kind is Kind.BLOCKED:
        return RefusedForNow(kind, message, BLOCKED_PAUSE, Scope.DAY)
    if kind is Kind.QUOTA_EXHAUSTED:
        return RefusedForNow(kind, message, wait or BLOCKED_PAUSE, Scope.DAY)
    return None
