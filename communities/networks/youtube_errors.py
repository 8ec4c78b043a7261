"""Google's refusals in our taxonomy: the HTTP status says little, a word in the envelope says it.

The word stands in `errors[0].reason`; where Google explains itself further, in `details`.
"""

import logging
from collections.abc import Callable, Iterator, Mapping

from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from communities.networks import secrets, shapes
from communities.networks.clocks import PACIFIC
from communities.networks.http import Answer, lost
from communities.networks.outcomes import Failure, Kind, Refused, RefusedForNow, Scope
from communities.networks.quotas import used_up_today

logger = logging.getLogger(__name__)

PAUSE = 2.0

_REASONS: dict[Kind, tuple[str, ...]] = {
    Kind.TOKEN_EXPIRED: ("authError", "authorizationRequired", "UNAUTHENTICATED"),
    Kind.TOKEN_INVALID: ("keyInvalid", "keyExpired", "API_KEY_INVALID", "youtubeSignupRequired"),
    Kind.QUOTA_EXHAUSTED: ("quotaExceeded", "dailyLimitExceeded"),
    Kind.RATE_LIMITED: ("rateLimitExceeded", "userRateLimitExceeded", "RATE_LIMIT_EXCEEDED"),
    Kind.PERMISSION: (
        *("forbidden", "insufficientPermissions", "commentsDisabled", "accessNotConfigured"),
        *("SERVICE_DISABLED", "API_KEY_SERVICE_BLOCKED", "ACCESS_TOKEN_SCOPE_INSUFFICIENT"),
        *("channelClosed", "channelSuspended"),
    ),
    Kind.NOT_FOUND: (
        *("videoNotFound", "channelNotFound", "playlistNotFound", "commentNotFound", "notFound"),
    ),
    Kind.INVALID_REQUEST: (
        *("badRequest", "invalid", "required", "missingRequiredParameter", "invalidPageToken"),
        *("invalidParameter", "invalidVideoMetadata", "invalidPublishAt", "invalidTitle"),
        *("processingFailure", "uploadLimitExceeded"),
    ),
    Kind.TEMPORARY: ("backendError", "internalError"),
}
_KIND_OF = {reason: kind for kind, reasons in _REASONS.items() for reason in reasons}
_KIND_OF_STATUS = {
    400: Kind.INVALID_REQUEST,
    401: Kind.TOKEN_EXPIRED,
    403: Kind.PERMISSION,
    404: Kind.NOT_FOUND,
    429: Kind.RATE_LIMITED,
}


def failure(answer: Answer, error: object, *, secret: str, can_refresh: bool) -> Failure:
    """The outcome that Google's error object means; any JSON may stand in its place.

    An access token that Google does not take has run out where a new one can be got, else it is
    of no use any more.
    """
    body = shapes.mapping(error) or {}
    reason, kind = _kind(body, answer.status)
    text = strip_tags(shapes.text(body.get("message"))) or _("no explanation")
    message = _("YouTube error %(reason)s: %(text)s") % {"reason": reason, "text": text}
    message = secrets.scrub(message, secret)
    if build := _FOR_NOW.get(kind):
        return build(message, answer)
    if kind is Kind.UNKNOWN:
        logger.warning("YouTube error reason %s has no meaning here yet.", reason)
        return lost(message, writes=False, kind=kind)
    if kind is Kind.TOKEN_EXPIRED and not can_refresh:
        kind = Kind.TOKEN_INVALID
    return Refused(kind, message)


def _kind(error: Mapping[str, object], status: int) -> tuple[str, Kind]:
    """The first word that is known, else what the status says."""
    reasons = list(_reasons(error))
    for reason in reasons:
        if kind := _KIND_OF.get(reason):
            return reason, kind
    is_theirs = status >= 500
    kind = Kind.TEMPORARY if is_theirs else _KIND_OF_STATUS.get(status, Kind.UNKNOWN)
    return next(iter(reasons), str(status)), kind


def _reasons(error: Mapping[str, object]) -> Iterator[str]:
    """The narrower words first: a wrong key is a plain "badRequest" but for its details."""
    for name in ("details", "errors"):
        for each in shapes.sequence(error.get(name)) or []:
            if reason := shapes.text((shapes.mapping(each) or {}).get("reason")):
                yield reason


_FOR_NOW: dict[Kind, Callable[[str, Answer], RefusedForNow]] = {
    Kind.RATE_LIMITED: lambda text, answer: RefusedForNow(
        Kind.RATE_LIMITED, text, answer.retry_after or PAUSE, Scope.SECOND
    ),
    Kind.QUOTA_EXHAUSTED: lambda text, _answer: used_up_today(text, PACIFIC),
    Kind.TEMPORARY: lambda text, _answer: RefusedForNow(Kind.TEMPORARY, text),
}
