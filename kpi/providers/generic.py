"""Any sender that can sign what it sends; the format stands in docs/call_webhook.md."""

import datetime as dt
import hashlib
import hmac
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kpi.providers.bodies import read_json
from kpi.providers.protocol import Account, CredentialField, Provider
from kpi.providers.records import (
    LONGEST_ID,
    MAX_SECONDS,
    Delivery,
    Event,
    ProviderCall,
    ProviderError,
    Status,
)
from kpi.providers.values import checked, missing, text_of

TOLERANCE_SECONDS = 300
NAMES = {
    "event_id": "event_id",
    "external_id": "call_id",
    "started_at": "started_at",
    "status": "status",
    "caller": "caller",
    "tracked": "called_number",
    "talk_seconds": "talk_seconds",
    "wait_seconds": "wait_seconds",
    "updated_at": "updated_at",
}


def sign(secret: str, timestamp: str, body: bytes) -> str:
    """The value of X-Signature: HMAC-SHA256 over the time stamp, a full stop and the raw body."""
    message = timestamp.encode() + b"." + body
    return "sha256=" + hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()


class Generic(Provider):
    """Strict: the sender is told each mistake and mends it."""

    code = "generic"
    title = gettext_lazy("any, signed by us")
    instructions = gettext_lazy(
        "Send each call as JSON by POST, signed with the secret of this connection; the format is"
        " described in docs/call_webhook.md."
    )
    credentials = (CredentialField("secret", gettext_lazy("secret"), is_required=True),)
    mapping = {name: (theirs,) for name, theirs in NAMES.items()}
    headers = frozenset({"x-timestamp", "x-signature"})
    refusal_status = 401
    answers_mistakes = True

    def verify(self, delivery: Delivery, account: Account, *, at: dt.datetime) -> bool:
        timestamp = delivery.headers.get("x-timestamp", "")
        signature = delivery.headers.get("x-signature", "")
        expected = sign(account.credential("secret"), timestamp, delivery.body)
        is_same = hmac.compare_digest(expected.encode(), signature.encode("utf-8", "replace"))
        return _is_recent(timestamp, at) and is_same and bool(account.credential("secret"))

    def read(self, delivery: Delivery, account: Account, *, at: dt.datetime) -> Event:
        """Fields that are not known are let pass: senders grow."""
        values = read_json(delivery.body)
        names = NAMES | dict(account.mapping)
        fields = {ours: (values.get(theirs), theirs) for ours, theirs in names.items()}
        status = _status(*fields["status"])
        talk_seconds = _seconds(*fields["talk_seconds"])
        if status is Status.MISSED and talk_seconds:
            message = _("A missed call has no talk: send 0 or leave it out.")
            raise ProviderError(names["talk_seconds"], message)
        call = ProviderCall(
            text_of(*fields["external_id"], longest=LONGEST_ID) or missing(names["external_id"]),
            started_at=_moment(*fields["started_at"], at=at) or missing(names["started_at"]),
            status=status,
            caller=text_of(*fields["caller"], longest=100),
            tracked=text_of(*fields["tracked"], longest=100),
            talk_seconds=talk_seconds,
            wait_seconds=_seconds(*fields["wait_seconds"]),
            updated_at=_moment(*fields["updated_at"], at=at),
        )
        own_id = text_of(*fields["event_id"], longest=200)
        # A sender without ids of events repeats itself byte for byte.
        return Event(own_id or hashlib.sha256(delivery.body).hexdigest(), call)


def _is_recent(timestamp: str, at: dt.datetime) -> bool:
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
        return False
    return abs(at.timestamp() - int(timestamp)) <= TOLERANCE_SECONDS


def _status(value: Any, field: str) -> Status:
    status = text_of(value, field, longest=20) or missing(field)
    try:
        return Status(status)
    except ValueError:
        names = ", ".join(Status)
        raise ProviderError(field, _("Use one of: %(names)s.") % {"names": names}) from None


def _seconds(value: Any, field: str) -> int | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MAX_SECONDS:
        message = _("Send whole seconds from 0 to %(most)s, or leave the field out.")
        raise ProviderError(field, message % {"most": MAX_SECONDS})
    return value


def _moment(value: Any, field: str, *, at: dt.datetime) -> dt.datetime | None:
    text = text_of(value, field, longest=40)
    if text is None:
        return None
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None or "T" not in text:
        raise ProviderError(
            field, _("Send ISO 8601 with the offset from UTC, such as 2026-11-23T10:00:00+03:00.")
        )
    return checked(moment.astimezone(dt.UTC), field, at=at)
