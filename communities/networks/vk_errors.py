"""VK's error codes in our taxonomy. VK sends errors with HTTP 200 and an `error` object."""

import logging
import re
from collections.abc import Callable

from django.utils.translation import gettext as _

from communities.networks import secrets, shapes, vk_posting_errors
from communities.networks.clocks import MOSCOW
from communities.networks.http import lost
from communities.networks.outcomes import TOO_MANY, Failure, Kind, Refused, RefusedForNow, Scope
from communities.networks.quotas import used_up_today

logger = logging.getLogger(__name__)

FLOOD_PAUSE = 3600.0

_CODES: dict[Kind, tuple[int, ...]] = {
    Kind.TEMPORARY: (1, 10),
    Kind.TOKEN_INVALID: (5, 3609),
    Kind.TOKEN_EXPIRED: (1117,),
    Kind.RATE_LIMITED: (6,),
    Kind.PERMISSION: (7, 15, 20, 21, 30, 203, 204, 210, 212, 213, 260, 900, 901, 902),
    Kind.INVALID_REQUEST: (
        *(3, 8, 12, 13, 100, 113, 125),
        *(219, 220, 222, 223, 224, 225, 914, 950, 2000),
    ),
    Kind.BLOCKED: (9,),
    Kind.NEEDS_HUMAN: (14, 17, 24),
    Kind.NOT_FOUND: (18, 19, 40, 104),
    Kind.WRONG_TOKEN_KIND: (27, 28, 1051),
    Kind.QUOTA_EXHAUSTED: (29,),
}
KIND_OF_CODE = {code: kind for kind, codes in _CODES.items() for code in codes}

# One of the ids is bad, whatever their number.
_BAD_GROUP = 125
_BAD_PARAMETER = 100
_SIZE_WORDS = re.compile(r"at most|too (?:many|long|big|large)|no more than|exceed|maximum", re.I)


def failure(error: object, *, secret: str, writes: bool) -> Failure:
    """The outcome that VK's error object means; any JSON may stand in its place.

    `request_params` may echo the key, so nothing of it is used.
    """
    body = shapes.mapping(error) or {}
    code = shapes.count(body.get("error_code"))
    text = shapes.text(body.get("error_msg")) or _("no explanation")
    message = secrets.scrub(_("VK error %(code)s: %(text)s") % {"code": code, "text": text}, secret)
    if code in vk_posting_errors.CODES:
        return vk_posting_errors.failure(text, message)
    kind, field = _kind(code, text)
    if build := _FOR_NOW.get(kind):
        return build(message)
    if kind is Kind.TEMPORARY:
        return lost(message, writes=writes)
    if kind is Kind.UNKNOWN:
        logger.warning("VK error code %s has no meaning here yet.", code)
        return lost(message, writes=writes, kind=kind)
    return Refused(kind, message, field=field, url=_page(body))


def _kind(code: int | None, text: str) -> tuple[Kind, str | None]:
    if code == _BAD_GROUP:
        return Kind.INVALID_REQUEST, "group_id"
    if code == _BAD_PARAMETER and _SIZE_WORDS.search(text):
        return Kind.INVALID_REQUEST, TOO_MANY
    return (KIND_OF_CODE.get(code, Kind.UNKNOWN) if code is not None else Kind.UNKNOWN), None


def _page(error: dict[str, object]) -> str | None:
    """The page where a person passes the captcha or the validation."""
    address = shapes.text(error.get("redirect_uri")) or shapes.text(error.get("captcha_img"))
    return address if address.startswith("https://") else None


_FOR_NOW: dict[Kind, Callable[[str], RefusedForNow]] = {
    Kind.RATE_LIMITED: lambda text: RefusedForNow(Kind.RATE_LIMITED, text, 1.0, Scope.SECOND),
    Kind.BLOCKED: lambda text: RefusedForNow(Kind.BLOCKED, text, FLOOD_PAUSE, Scope.HOUR),
    Kind.QUOTA_EXHAUSTED: lambda text: used_up_today(text, MOSCOW),
}
