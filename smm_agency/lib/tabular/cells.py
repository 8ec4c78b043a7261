"""Strict values from a table's cells. Empty gives None; what is not clear is refused by name."""

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from typing import Literal, TypeVar

from django.utils.translation import gettext as _

from smm_agency.lib.tabular.errors import TableError

# [0-9] and not \d, which takes the digits of every script.
_INT = re.compile(r"[+-]?[0-9]{1,18}")
_DECIMAL = re.compile(r"([+-]?[0-9]{1,18})(?:([.,])([0-9]{1,18}))?")
_ISO_DAY = r"(?P<year>(?:19|20)[0-9]{2})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})"
_RUSSIAN_DAY = r"(?P<day>[0-9]{1,2})\.(?P<month>[0-9]{1,2})\.(?P<year>(?:19|20)[0-9]{2})"
_CLOCK = (
    r"(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})"
    r"(?::(?P<second>[0-9]{2})(?:\.(?P<fraction>[0-9]{1,6}))?)?"
)
_OFFSET = r"\s?(?P<offset>Z|[+-][0-9]{2}:?[0-9]{2})?"
_MIDNIGHT = r"(?:[T ]00:00(?::00)?)?"
_DATES = (re.compile(_ISO_DAY + _MIDNIGHT), re.compile(_RUSSIAN_DAY + _MIDNIGHT))
_DATETIMES = (
    re.compile(rf"{_ISO_DAY}[T ]{_CLOCK}{_OFFSET}"),
    re.compile(rf"{_RUSSIAN_DAY} {_CLOCK}{_OFFSET}"),
)
_WORDS = {
    "true": True,
    "yes": True,
    "1": True,
    "да": True,
    "false": False,
    "no": False,
    "0": False,
    "нет": False,
}
_SHOWN_LENGTH = 40

_T = TypeVar("_T")


def require(value: _T | None, *, row: int, field: str) -> _T:
    """The value; raises TableError where the cell was empty."""
    if value is None:
        raise TableError(row, field, _("The cell is empty."))
    return value


def parse_int(text: str, *, row: int, field: str) -> int | None:
    """A whole number of at most 18 digits; neither `12.0` nor `1 000`."""
    text = text.strip()
    if not text:
        return None
    if not _INT.fullmatch(text):
        raise _refusal(row, field, text, _("is not a whole number; write 1250"))
    return int(text)


def parse_decimal(
    text: str, *, row: int, field: str, mark: Literal[".", ","] = "."
) -> Decimal | None:
    """A number with one decimal mark, the one that is stated; thousands are not separated."""
    text = text.strip()
    if not text:
        return None
    match = _DECIMAL.fullmatch(text)
    if not match or (match[2] or mark) != mark:
        example = _("is not a number; write %(example)s") % {"example": f"1250{mark}50"}
        raise _refusal(row, field, text, example)
    return Decimal(f"{match[1]}.{match[3] or '0'}") if match[2] else Decimal(match[1])


def parse_bool(text: str, *, row: int, field: str) -> bool | None:
    """true, yes, 1, да or false, no, 0, нет in any case."""
    text = text.strip()
    if not text:
        return None
    value = _WORDS.get(text.casefold())
    if value is None:
        raise _refusal(row, field, text, _("is neither yes nor no; write 1 or 0"))
    return value


def parse_date(text: str, *, row: int, field: str) -> date | None:
    """`2026-11-23` or `23.11.2026`, years 1900 to 2099; a midnight beside it is let pass."""
    text = text.strip()
    if not text:
        return None
    match = _match(_DATES, text)
    if not match:
        raise _refusal(row, field, text, _("is not a date; write 2026-11-23 or 23.11.2026"))
    return _day(match, text, row, field)


def parse_datetime(
    text: str,
    *,
    tz: tzinfo,
    row: int,
    field: str,
    ambiguous: Literal["refuse", "earlier", "later"] = "refuse",
) -> datetime | None:
    """A moment in UTC: `2026-11-23T10:00`, `2026-11-23 10:00:00`, `23.11.2026 10:00`.

    An offset (`+03:00`, `Z`) decides; without it the time is local to `tz`. A local time that the
    clocks skip is refused, and so is one that comes twice, unless `ambiguous` says which is meant.
    """
    text = text.strip()
    if not text:
        return None
    match = _match(_DATETIMES, text)
    if not match:
        raise _refusal(
            row,
            field,
            text,
            _("is not a date with a time; write 2026-11-23 10:00 or 2026-11-23T10:00:00+03:00"),
        )
    naive = datetime.combine(_day(match, text, row, field), _clock(match, text, row, field))
    offset = match["offset"]
    if offset:
        return (naive - _offset(offset, text, row, field)).replace(tzinfo=UTC)
    return _localised(naive, tz, ambiguous, (row, field, text))


def _match(patterns: tuple[re.Pattern[str], ...], text: str) -> re.Match[str] | None:
    return next((match for pattern in patterns if (match := pattern.fullmatch(text))), None)


def _day(match: re.Match[str], text: str, row: int, field: str) -> date:
    try:
        return date(int(match["year"]), int(match["month"]), int(match["day"]))
    except ValueError:
        raise _refusal(row, field, text, _("is not a day of the calendar")) from None


def _clock(match: re.Match[str], text: str, row: int, field: str) -> time:
    micros = int((match["fraction"] or "").ljust(6, "0"))
    try:
        return time(int(match["hour"]), int(match["minute"]), int(match["second"] or 0), micros)
    except ValueError:
        raise _refusal(row, field, text, _("has no such time of day")) from None


def _offset(offset: str, text: str, row: int, field: str) -> timedelta:
    if offset == "Z":
        return timedelta(0)
    hours, minutes = int(offset[1:3]), int(offset[-2:])
    if hours > 14 or minutes > 59:
        raise _refusal(row, field, text, _("has no such offset from UTC"))
    return timedelta(hours=hours, minutes=minutes) * (-1 if offset[0] == "-" else 1)


def _localised(
    naive: datetime, tz: tzinfo, ambiguous: str, place: tuple[int, str, str]
) -> datetime:
    """The moment in UTC; PEP 495: fold=0 and fold=1 differ only in a gap or a repeated hour."""
    earlier = naive.replace(tzinfo=tz, fold=0).astimezone(UTC)
    later = naive.replace(tzinfo=tz, fold=1).astimezone(UTC)
    if earlier == later:
        return earlier
    if earlier.astimezone(tz).replace(tzinfo=None) != naive:
        raise _refusal(*place, _("does not exist: the clocks were put forward then"))
    if ambiguous == "refuse":
        raise _refusal(*place, _("came twice when the clocks were put back; write the UTC offset"))
    return later if ambiguous == "later" else earlier


def _refusal(row: int, field: str, text: str, reason: str) -> TableError:
    shown = text if len(text) <= _SHOWN_LENGTH else text[:_SHOWN_LENGTH] + "…"
    return TableError(row, field, _("“%(text)s” %(reason)s.") % {"text": shown, "reason": reason})
