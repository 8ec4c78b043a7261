"""Values as providers write them, read strictly: what has not the expected shape is refused with
the field's name, since the raw event is kept and nothing may be guessed.
"""

import datetime as dt
import math
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import Any, Never
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from kpi.providers.records import CLOCK_SKEW, FIRST_YEAR, LONGEST_ID, MAX_SECONDS, ProviderError

# Providers write these where they know nothing.
NOTHING = frozenset(
    {"", "null", "none", "<не указано>", "<не заполнено>", "(not set)", "(none)", "не определено"}
)
TRUE, FALSE = frozenset({"1", "true", "yes", "да"}), frozenset({"0", "false", "no", "нет"})
LONGEST_TEXT = 500


def missing(field: str) -> Never:
    raise ProviderError(field, _("The field is required."))


def text_of(value: object, field: str, *, longest: int = LONGEST_TEXT) -> str | None:
    """Numbers come as text and as numbers."""
    if value is None:
        return None
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        raise ProviderError(field, _("Send a string."))
    value = value.strip()
    if len(value) > longest:
        raise ProviderError(field, _("Send at most %(longest)s characters.") % {"longest": longest})
    # Half of a surrogate pair is no text, and the database holds no NUL.
    if any(c == "\x00" or "\ud800" <= c <= "\udfff" for c in value):
        raise ProviderError(field, _("Send text without control or broken characters."))
    return None if value.lower() in NOTHING else value


def id_of(value: object, field: str) -> str:
    return text_of(value, field, longest=LONGEST_ID) or missing(field)


def seconds_of(value: object, field: str) -> int | None:
    """Whole seconds; parts of a second are cut off."""
    text = str(value) if isinstance(value, float) else text_of(value, field)
    if text is None:
        return None
    number = number_of(text, field)
    if not 0 <= number <= MAX_SECONDS:
        message = _("Send whole seconds from 0 to %(most)s, or leave the field out.")
        raise ProviderError(field, message % {"most": MAX_SECONDS})
    return int(number)


def number_of(text: str, field: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise ProviderError(field, _("Send a number."))
    return number


def flag_of(value: object, field: str) -> bool | None:
    if isinstance(value, bool):
        return value
    text = (text_of(value, field) or "").lower()
    if not text:
        return None
    if text not in TRUE | FALSE:
        raise ProviderError(field, _("Send true or false."))
    return text in TRUE


def epoch_of(value: object, field: str, *, at: dt.datetime) -> dt.datetime | None:
    """Unix seconds; zero is what providers write of a moment that never was."""
    text = str(value) if isinstance(value, float) else text_of(value, field)
    if text is None:
        return None
    number = number_of(text, field)
    if not number:
        return None
    try:
        moment = dt.datetime.fromtimestamp(number, tz=dt.UTC)
    except (OverflowError, OSError, ValueError):
        raise ProviderError(field, _("This is no moment in Unix seconds.")) from None
    return checked(moment, field, at=at)


def moment_of(value: object, field: str, *, at: dt.datetime, zone: ZoneInfo) -> dt.datetime | None:
    """ISO 8601 or `dd.mm.yyyy HH:MM:SS`; without an offset it is the account's time."""
    text = text_of(value, field)
    if text is None:
        return None
    moment = _parsed(text)
    if moment is None:
        raise ProviderError(field, _("Send the time as 2026-11-23 10:00:00 or in ISO 8601."))
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=zone)
    return checked(moment.astimezone(dt.UTC), field, at=at)


def _parsed(text: str) -> dt.datetime | None:
    if len(text) > len("2026-11-23") and text[:4].isdigit():
        try:
            return dt.datetime.fromisoformat(text)
        except ValueError:
            return None
    for pattern in ("%d.%m.%Y %H:%M:%S", "%d/%m/%Y %H:%M:%S", "%d.%m.%Y %H:%M"):
        try:
            return dt.datetime.strptime(text, pattern)  # noqa: DTZ007 - the zone follows
        except ValueError:
            continue
    return None


def mail_date_of(value: object, field: str, *, at: dt.datetime) -> dt.datetime | None:
    """RFC 2822: `Thu, 01 Jan 2026 09:00:00 +0000`."""
    text = text_of(value, field)
    if text is None:
        return None
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        raise ProviderError(field, _("Send the time as in an e-mail's date.")) from None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=dt.UTC)
    return checked(moment.astimezone(dt.UTC), field, at=at)


def checked(moment: dt.datetime, field: str, *, at: dt.datetime) -> dt.datetime:
    if moment.year < FIRST_YEAR:
        raise ProviderError(field, _("This moment is too long ago to be a call."))
    if moment > at + CLOCK_SKEW:
        raise ProviderError(field, _("This moment has not come yet; set the sender's clock."))
    return moment


class Fields:
    """A provider's fields by our names: `pick("caller")` takes the first that says something.

    The account's own name for a field comes before the provider's; a dot goes inside an object.
    """

    def __init__(
        self,
        values: Mapping[str, Any],
        names: Mapping[str, tuple[str, ...]],
        own: Mapping[str, str],
    ) -> None:
        self.values = values
        self.names = names
        self.own = own

    def pick(self, name: str) -> tuple[object, str]:
        """The value and under which name it stood; None and the first name where nothing is."""
        names = (*((self.own[name],) if name in self.own else ()), *self.names.get(name, (name,)))
        for known in names:
            value = self._inside(known)
            if value is not None and not (isinstance(value, str) and value.lower() in NOTHING):
                return value, known
        return None, names[0]

    def _inside(self, path: str) -> object:
        if path in self.values:
            found: object = self.values[path]
            return found
        value: object = self.values
        for part in path.split("."):
            value = value.get(part) if isinstance(value, Mapping) else None
        return value

    def text(self, name: str, *, longest: int = LONGEST_TEXT) -> str | None:
        value, field = self.pick(name)
        return text_of(value, field, longest=longest)

    def phone(self, name: str) -> str | None:
        return self.text(name, longest=100)

    def id(self, name: str = "external_id") -> str:
        return id_of(*self.pick(name))

    def seconds(self, name: str) -> int | None:
        return seconds_of(*self.pick(name))

    def flag(self, name: str) -> bool | None:
        return flag_of(*self.pick(name))

    def epoch(self, name: str, *, at: dt.datetime) -> dt.datetime | None:
        return epoch_of(*self.pick(name), at=at)

    def moment(self, name: str, *, at: dt.datetime, zone: ZoneInfo) -> dt.datetime | None:
        return moment_of(*self.pick(name), at=at, zone=zone)

    def visit(self) -> dict[str, str]:
        """Source, medium, campaign, content, term, landing page and referrer, where told."""
        found = {name: self.text(name, longest=100_000) for name in VISIT}
        return {name: value[:LONGEST_TEXT] for name, value in found.items() if value}


VISIT = ("source", "medium", "campaign", "content", "term", "landing_url", "referrer")
