"""Telegram's refusals in our taxonomy: `error_code` is the HTTP status, the rest is in words."""

import logging
from collections.abc import Mapping

from django.utils.translation import gettext as _

from communities.networks import secrets, shapes
from communities.networks.http import lost
from communities.networks.outcomes import Failure, Kind, Refused, RefusedForNow, Scope

logger = logging.getLogger(__name__)

_KINDS = {
    400: Kind.INVALID_REQUEST,
    401: Kind.TOKEN_INVALID,
    403: Kind.PERMISSION,
    404: Kind.TOKEN_INVALID,
    413: Kind.INVALID_REQUEST,
    429: Kind.RATE_LIMITED,
}
# (code, words in the description, kind): narrower than the code alone.
_WORDS = (
    (400, "chat not found", Kind.NOT_FOUND),
    (400, "message to delete not found", Kind.NOT_FOUND),
    (400, "upgraded to a supergroup", Kind.NOT_FOUND),
    (400, "not enough rights", Kind.PERMISSION),
    (400, "need administrator rights", Kind.PERMISSION),
    (400, "chat_write_forbidden", Kind.PERMISSION),
    (400, "chat_admin_required", Kind.PERMISSION),
    (400, "member list is inaccessible", Kind.PERMISSION),
    (404, "method not found", Kind.INVALID_REQUEST),
    (409, "webhook is active", Kind.NEEDS_HUMAN),
    (409, "terminated by other", Kind.TEMPORARY),
)
_LONGEST_WAIT = 86_400


def failure(body: Mapping[str, object], *, secret: str, writes: bool) -> Failure:
    """The outcome that an envelope with `ok: false` means."""
    code = shapes.count(body.get("error_code"))
    text = shapes.text(body.get("description")) or _("no explanation")
    message = _("Telegram error %(code)s: %(text)s") % {"code": code, "text": text}
    message = secrets.scrub(message, secret)
    kind = _kind(code, text.lower())
    if kind is Kind.RATE_LIMITED:
        return RefusedForNow(kind, message, _retry_after(body), Scope.SECOND)
    if kind is Kind.TEMPORARY:
        # A 409 was surely not done, a 5xx may have been.
        return RefusedForNow(kind, message) if code == 409 else lost(message, writes=writes)
    if kind is Kind.UNKNOWN:
        logger.warning("Telegram error code %s has no meaning here yet.", code)
        return lost(message, writes=writes, kind=kind)
    return Refused(kind, message)


def _kind(code: int | None, text: str) -> Kind:
    for each, words, kind in _WORDS:
        if code == each and words in text:
            return kind
    if code is not None and code >= 500:
        return Kind.TEMPORARY
    return _KINDS.get(code, Kind.UNKNOWN) if code is not None else Kind.UNKNOWN


def _retry_after(body: Mapping[str, object]) -> float:
    parameters = shapes.mapping(body.get("parameters")) or {}
    seconds = shapes.count(parameters.get("retry_after"))
    return float(min(seconds or 1, _LONGEST_WAIT))
