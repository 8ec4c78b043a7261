"""Odnoklassniki's error codes in our taxonomy. Errors come with HTTP 200 and a flat object."""

import logging
from collections.abc import Callable, Mapping

from django.utils.translation import gettext as _

from communities.networks import secrets, shapes
from communities.networks.clocks import MOSCOW
from communities.networks.http import Answer, lost
from communities.networks.outcomes import Failure, Kind, Refused, RefusedForNow, Scope
from communities.networks.quotas import used_up_today

logger = logging.getLogger(__name__)

FLOOD_PAUSE = 3600.0
# The network publishes no rate and says no time to wait: short, so that it is waited out.
RATE_PAUSE = 2.0
# Sent with every refusal; in a broken envelope it is all that is left of it.
HEADER = "Invocation-Error"

_CODES: dict[Kind, tuple[int, ...]] = {
    Kind.TEMPORARY: (1, 2, 704, 9999),
    Kind.INVALID_REQUEST: (
        *(3, 4, 100, 101, 104, 210, 454),
        *range(110, 160),
        *range(161, 200),
        *range(201, 210),
        *range(211, 221),
        *range(500, 506),
        *(600, 601, 602, 603, 604, 607),
    ),
    Kind.BLOCKED: (7, 8, 9),
    Kind.PERMISSION: (10, 24, 50, 200, 455, 456, 457, 458),
    Kind.RATE_LIMITED: (11,),
    Kind.QUOTA_EXHAUSTED: (26,),
    Kind.TOKEN_EXPIRED: (102,),
    Kind.TOKEN_INVALID: (103,),
    Kind.NOT_FOUND: (160, 300, 700, 705),
    Kind.NEEDS_HUMAN: (401, 402, 403),
    Kind.WRONG_TOKEN_KIND: (451, 453),
}
KIND_OF_CODE = {code: kind for kind, codes in _CODES.items() for code in codes}
# Which setting or parameter a code complains of.
_FIELDS = {
    101: "OK_APPLICATION_KEY",
    104: "OK_APPLICATION_SECRET",
    210: "OK_APPLICATION_KEY",
    454: "text",
    601: "text",
}


def failure(answer: Answer, *, secret: str, writes: bool) -> Failure | None:
    """What the answer refuses; None where it refuses nothing."""
    body = shapes.mapping(answer.body) or {}
    code = shapes.count(body.get("error_code"))
    code = _code_of(answer.headers) if code is None else code
    if code is None and "error_code" not in body:
        return None
    return _failure(code, shapes.text(body.get("error_msg")), secret=secret, writes=writes)


def _code_of(headers: Mapping[str, str]) -> int | None:
    text = headers.get(HEADER, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else None


def _failure(code: int | None, text: str, *, secret: str, writes: bool) -> Failure:
    values = {"code": code, "text": text or _("no explanation")}
    message = secrets.scrub(_("Odnoklassniki error %(code)s: %(text)s") % values, secret)
    kind = KIND_OF_CODE.get(code, Kind.UNKNOWN) if code is not None else Kind.UNKNOWN
    if build := _FOR_NOW.get(kind):
        return build(message)
    if kind is Kind.TEMPORARY:
        return lost(message, writes=writes)
    if kind is Kind.UNKNOWN:
        logger.warning("Odnoklassniki's error code %s has no meaning here yet.", code)
        return lost(message, writes=writes, kind=kind)
    return Refused(kind, message, field=_FIELDS.get(code or 0))


_FOR_NOW: dict[Kind, Callable[[str], RefusedForNow]] = {
    Kind.RATE_LIMITED: lambda text: RefusedForNow(
        Kind.RATE_LIMITED, text, RATE_PAUSE, Scope.SECOND
    ),
    Kind.BLOCKED: lambda text: RefusedForNow(Kind.BLOCKED, text, FLOOD_PAUSE, Scope.HOUR),
    Kind.QUOTA_EXHAUSTED: lambda text: used_up_today(text, MOSCOW),
}
