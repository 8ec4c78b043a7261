"""What VK Реклама refuses, in our taxonomy: the code stands at the top or inside `error`.

Calls are limited a second, an hour and a day, for each user and method; what is left is told in
headers only, and a 429 does not say which of the three is used up. The windows are the calendar's.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from django.utils.translation import gettext as _

from communities.networks import http, secrets, shapes
from communities.networks.clocks import MOSCOW, next_midnight
from communities.networks.outcomes import (
    TOO_MANY,
    Failure,
    Kind,
    Refused,
    RefusedForNow,
    Scope,
)

OK, UNAUTHORISED, FORBIDDEN, NOT_FOUND, RATE_LIMITED = 200, 401, 403, 404, 429
INVALID = frozenset({400, 405})
# The network has its own word for each fault of a key; only the first mends itself by a refresh.
_KEY_KINDS = {
    "expired_token": Kind.TOKEN_EXPIRED,
    "invalid_token": Kind.TOKEN_INVALID,
    "revoked_token": Kind.NEEDS_HUMAN,
    "invalid_client": Kind.NEEDS_HUMAN,
    "invalid_user": Kind.NEEDS_HUMAN,
}


def failure(answer: http.Answer, *, writes: bool, secret: str = "") -> Failure | None:
    """None where the answer refuses nothing."""
    status = answer.status
    if status == OK:
        return None
    code, text = told(answer.body)
    if status == UNAUTHORISED:
        return _key_refused(code or _code_in(answer.headers), text, secret)
    if status == RATE_LIMITED:
        return _wait(answer)
    if status in (*INVALID, FORBIDDEN, NOT_FOUND):
        kinds = {FORBIDDEN: Kind.PERMISSION, NOT_FOUND: Kind.NOT_FOUND}
        message = _("VK Реклама refused (%(code)s): %(text)s")
        words = {"code": code or status, "text": text or _("no explanation")}
        field = TOO_MANY if code == "ERR_LIMIT_EXCEEDED" else None
        return Refused(
            kinds.get(status, Kind.INVALID_REQUEST), secrets.scrub(message % words, secret), field
        )
    return http.status_failure(answer, writes=writes)


def told(body: object) -> tuple[str, str]:
    """(code, text with the fields that it complains of), "" for what is not told."""
    whole = shapes.mapping(body) or {}
    inner = shapes.mapping(whole.get("error")) or whole
    code = shapes.text(inner.get("code")) or shapes.text(whole.get("error"))
    text = shapes.text(inner.get("message")) or shapes.text(whole.get("error_description"))
    fields = shapes.mapping(inner.get("fields")) or {}
    complaints = [f"{name}: {_text_of(each)}" for name, each in fields.items()]
    return code, "; ".join([text, *complaints] if text else complaints)


def _text_of(complaint: object) -> str:
    inner = shapes.mapping(complaint) or {}
    return shapes.text(inner.get("message")) or shapes.text(inner.get("code"))


def _code_in(headers: Mapping[str, str]) -> str:
    """From `WWW-Authenticate: Bearer realm="api", error="expired_token"`."""
    header = headers.get("WWW-Authenticate", "")
    return next((code for code in _KEY_KINDS if f'error="{code}"' in header), "")


def _key_refused(code: str, text: str, secret: str) -> Refused:
    sentences = {
        "expired_token": _("The token of VK Реклама ran out."),
        "invalid_token": _("VK Реклама does not know this token (any more)."),
        "revoked_token": _(
            "The owner of the account took the access back: ask the client to give it again."
        ),
        "invalid_client": _(
            "VK Реклама does not know this client_id with this client_secret: enter them again."
        ),
        "invalid_user": _(
            "VK Реклама does not know this user: ask the client whether the account is alive."
        ),
    }
    other = _("VK Реклама refuses the key: %(text)s") % {"text": text or _("no explanation")}
    kind = _KEY_KINDS.get(code, Kind.TOKEN_INVALID)
    return Refused(kind, secrets.scrub(sentences.get(code, other), secret))


def _wait(answer: http.Answer) -> RefusedForNow:
    """Until the window that is used up begins anew; a second where the headers name none."""
    now = datetime.now(UTC)
    if _is_used_up(answer, "Daily"):
        until, scope = next_midnight(now, MOSCOW), Scope.DAY
    elif _is_used_up(answer, "Hourly"):
        until = now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
        scope = Scope.HOUR
    else:
        message = _("VK Реклама asks to wait.")
        return RefusedForNow(Kind.RATE_LIMITED, message, answer.retry_after or 1.0, Scope.SECOND)
    message = _("The calls to VK Реклама of this hour or day are used up.")
    return RefusedForNow(
        Kind.QUOTA_EXHAUSTED, message, max(1.0, (until - now).total_seconds()), scope
    )


def _is_used_up(answer: http.Answer, window: str) -> bool:
    return answer.headers.get(f"X-RateLimit-{window}-Remaining", "").strip() == "0"
