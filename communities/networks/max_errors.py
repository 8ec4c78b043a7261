"""MAX's refusals in our taxonomy: the HTTP status, and a word in `code` that is narrower."""

import logging
from collections.abc import Mapping

from django.utils.translation import gettext as _

from communities.networks import secrets, shapes
from communities.networks.http import Answer, lost, status_failure
from communities.networks.outcomes import Failure, Kind, Refused, RefusedForNow, Scope

logger = logging.getLogger(__name__)

_STATUSES = {
    400: Kind.INVALID_REQUEST,
    401: Kind.TOKEN_INVALID,
    403: Kind.PERMISSION,
    404: Kind.NOT_FOUND,
    405: Kind.INVALID_REQUEST,
    429: Kind.RATE_LIMITED,
}
# The code says more than the status that it comes with.
_CODES = {
    "verify.token": Kind.TOKEN_INVALID,
    "access.denied": Kind.PERMISSION,
    "chat.denied": Kind.PERMISSION,
    "chat.not.found": Kind.NOT_FOUND,
    "not.found": Kind.NOT_FOUND,
    "too.many.requests": Kind.RATE_LIMITED,
    "attachment.not.ready": Kind.TEMPORARY,
    "service.unavailable": Kind.TEMPORARY,
}
RATE_PAUSE = 1.0


def failure(answer: Answer, *, secret: str, writes: bool) -> Failure | None:
    """What the answer refuses; None where it refuses nothing."""
    if answer.status == 200:
        return None
    body = shapes.mapping(answer.body)
    if body is None or not isinstance(body.get("code"), str):
        # Not the network's own envelope: a proxy speaks.
        return status_failure(answer, writes=writes)
    code = shapes.text(body.get("code"))
    kind, message = _kind(answer.status, code), _message(code, body, secret)
    if kind is Kind.RATE_LIMITED:
        return RefusedForNow(kind, message, answer.retry_after or RATE_PAUSE, Scope.SECOND)
    if kind is Kind.TEMPORARY:
        return lost(message, writes=writes)
    if kind is Kind.UNKNOWN:
        logger.warning("MAX's code %s with status %s has no meaning yet.", code, answer.status)
        return lost(message, writes=writes, kind=kind)
    return Refused(kind, message)


def _kind(status: int, code: str) -> Kind:
    if status >= 500:
        return Kind.TEMPORARY
    return _CODES.get(code) or _STATUSES.get(status, Kind.UNKNOWN)


def _message(code: str, body: Mapping[str, object], secret: str) -> str:
    text = shapes.text(body.get("message")) or _("no explanation")
    return secrets.scrub(_("MAX error %(code)s: %(text)s") % {"code": code, "text": text}, secret)
