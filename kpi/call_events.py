"""The generic webhook's event: read strictly, every refusal naming the field and the mend."""

import datetime as dt
import hashlib
import json
from dataclasses import dataclass
from typing import Any, Never

from django.utils.translation import gettext as _

from kpi.call_entry import MAX_SECONDS
from kpi.models import CallStatus
from kpi.models.calls import FIRST_YEAR

CLOCK_SKEW = dt.timedelta(minutes=5)


class EventError(Exception):
    """A body that cannot be a call; `field` is empty when the whole body is meant."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(field, message)
        self.field = field
        self.message = message

    def __str__(self) -> str:
        return f"{self.field}: {self.message}" if self.field else self.message


@dataclass(frozen=True)
class CallEvent:
    """One event about one call; None is what the sender did not say."""

    event_id: str
    call_id: str
    started_at: dt.datetime
    status: str
    caller: str | None
    called_number: str | None
    talk_seconds: int | None
    wait_seconds: int | None
    updated_at: dt.datetime | None


def parse_event(body: bytes, *, received_at: dt.datetime) -> CallEvent:
    """Raises EventError. Fields that are not known are let pass: senders grow."""
    fields = _object(body)
    status = _status(fields)
    talk_seconds = _seconds(fields, "talk_seconds")
    if status == CallStatus.MISSED and talk_seconds:
        raise EventError("talk_seconds", _("A missed call has no talk: send 0 or leave it out."))
    return CallEvent(
        # A sender without ids of events repeats itself byte for byte.
        event_id=_text(fields, "event_id", 200) or hashlib.sha256(body).hexdigest(),
        call_id=_text(fields, "call_id", 120) or _missing("call_id"),
        started_at=_moment(fields, "started_at", received_at) or _missing("started_at"),
        status=status,
        caller=_text(fields, "caller", 100),
        called_number=_text(fields, "called_number", 100),
        talk_seconds=talk_seconds,
        wait_seconds=_seconds(fields, "wait_seconds"),
        updated_at=_moment(fields, "updated_at", received_at),
    )


def _object(body: bytes) -> dict[str, Any]:
    try:
        parsed = json.loads(body.decode("utf-8"))
    except (ValueError, RecursionError):
        raise EventError("", _("The body is not JSON in UTF-8.")) from None
    if not isinstance(parsed, dict):
        raise EventError("", _("The body must be one JSON object."))
    return parsed


def _missing(field: str) -> Never:
    raise EventError(field, _("The field is required."))


def _text(fields: dict[str, Any], field: str, longest: int) -> str | None:
    value = fields.get(field)
    if value is None:
        return None
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        raise EventError(field, _("Send a string."))
    value = value.strip()
    if len(value) > longest:
        raise EventError(field, _("Send at most %(longest)s characters.") % {"longest": longest})
    # Half of a surrogate pair is no text, and the database holds no NUL.
    if any(c == "\x00" or "\ud800" <= c <= "\udfff" for c in value):
        raise EventError(field, _("Send text without control or broken characters."))
    return value or None


def _status(fields: dict[str, Any]) -> str:
    status = _text(fields, "status", 20) or _missing("status")
    if status not in CallStatus.values:
        names = ", ".join(CallStatus.values)
        raise EventError("status", _("Use one of: %(names)s.") % {"names": names})
    return status


def _seconds(fields: dict[str, Any], field: str) -> int | None:
    value = fields.get(field)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MAX_SECONDS:
        message = _("Send whole seconds from 0 to %(most)s, or leave the field out.")
        raise EventError(field, message % {"most": MAX_SECONDS})
    return value


def _moment(fields: dict[str, Any], field: str, received_at: dt.datetime) -> dt.datetime | None:
    text = _text(fields, field, 40)
    if text is None:
        return None
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None or "T" not in text:
        raise EventError(
            field, _("Send ISO 8601 with the offset from UTC, such as 2026-11-23T10:00:00+03:00.")
        )
    if moment.year < FIRST_YEAR:
        raise EventError(field, _("This moment is too long ago to be a call."))
    if moment > received_at + CLOCK_SKEW:
        raise EventError(field, _("This moment has not come yet; set the sender's clock."))
    return moment.astimezone(dt.UTC)
