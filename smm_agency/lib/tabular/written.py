"""Values as people and other programs write them, read as it was stated that they are written.

Nothing is guessed: which of two numbers is the month, and which sign begins the decimals, comes
from outside. What a spreadsheet has spoilt is refused with the way to mend it.
"""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, tzinfo
from enum import StrEnum
from typing import Literal, NamedTuple

from django.utils.translation import gettext as _

from smm_agency.lib.tabular.cells import parse_datetime
from smm_agency.lib.tabular.errors import TableError

Mark = Literal[".", ","]
NOT_MEASURED = frozenset({"", "-", "–", "—", "n/a"})


class DateOrder(StrEnum):
    YMD = "ymd"
    DMY = "dmy"
    MDY = "mdy"
    WORDS = "words"


class Written(NamedTuple):
    """A moment in UTC; `is_day` where no time was written, then it is the day's last second."""

    moment: datetime
    is_day: bool


_MONTHS = (
    *("jan", "feb", "mar", "apr", "may", "jun"),
    *("jul", "aug", "sep", "oct", "nov", "dec"),
)
_RUSSIAN_MONTHS = (
    *("янв", "фев", "мар", "апр", "ма", "июн"),
    *("июл", "авг", "сен", "окт", "ноя", "дек"),
)
_WORD = r"(?P<word>[A-Za-zА-Яа-яЁё]{3,9})\.?"
_CLOCK = (
    r"(?:(?:T|,? +)(?P<clock>[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?)"
    r" ?(?P<half>[AaPp][Mm])?)?"
)
_OFFSET = r" ?(?P<offset>Z|UTC|GMT|[+-][0-9]{2}:?[0-9]{2})?"
_Y, _M, _D = r"(?P<year>(?:19|20)[0-9]{2})", r"(?P<month>[0-9]{1,2})", r"(?P<day>[0-9]{1,2})"
_SIGN = r"[-./]"
_DAYS: dict[str, tuple[str, ...]] = {
    DateOrder.YMD: (f"{_Y}{_SIGN}{_M}{_SIGN}{_D}",),
    DateOrder.DMY: (f"{_D}{_SIGN}{_M}{_SIGN}{_Y}",),
    # Nobody writes the month first with points.
    DateOrder.MDY: (f"{_M}[-/]{_D}[-/]{_Y}",),
    DateOrder.WORDS: (f"{_WORD} {_D}, {_Y}", rf"{_D} {_WORD} {_Y}(?: г\.)?"),
}
_PATTERNS = {
    order: [re.compile(day + _CLOCK + _OFFSET) for day in days] for order, days in _DAYS.items()
}
_EXAMPLES = {
    DateOrder.YMD: "2026-11-23",
    DateOrder.DMY: "23.11.2026",
    DateOrder.MDY: "11/23/2026",
    DateOrder.WORDS: "Nov 23, 2026",
}
_SERIAL = re.compile(r"[1-9][0-9]{4}(?:[.,][0-9]+)?")
_SHORTENED = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]+)?[eEеЕ][+-]?[0-9]+")
_HASHES = re.compile(r"#+|#[A-ZА-Я/]+[!?]?")
_WORDY_DATE = re.compile(r"[0-9]{1,2}[-. ][A-Za-zА-Яа-я]{3,}\.?|[A-Za-zА-Яа-я]{3,}[-. ][0-9]{1,4}")
_NUMERIC_DATE = re.compile(
    r"[0-9]{1,2}[./-][0-9]{1,2}[./-][0-9]{2,4}|[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[T ].*)?"
)
_PLAIN = re.compile(r"[+-]?[0-9]{1,18}")
_SPACES = re.compile("[\u0020\u00a0\u202f\u2009']")
_SHOWN_LENGTH = 40


def read_count(text: str, *, mark: Mark, row: int, field: str) -> int | None:
    """A whole number from 0; thousands may be parted by spaces or by the sign that is not `mark`.

    Empty or a dash is not measured. Raises TableError.
    """
    text = text.strip()
    if text.casefold() in NOT_MEASURED:
        return None
    _refuse_spoilt_number(text, row, field)
    number = _whole(text, mark)
    if number is None or not _PLAIN.fullmatch(number):
        raise _refusal(row, field, text, _("is not a whole number; write 1250"))
    if number.startswith("-"):
        raise TableError(row, field, _("A count cannot be negative."))
    return int(number)


def read_moment(text: str, *, order: str, zone: tzinfo, row: int, field: str) -> Written | None:
    """A day or a moment; None where the cell is empty. A time without an offset is of `zone`.

    A local time that comes twice is the earlier one. Raises TableError.
    """
    text = text.strip()
    if not text:
        return None
    _refuse_spoilt_date(text, row, field)
    match = _match(order, text)
    day = _day(match) if match else None
    if match is None or day is None:
        example = _("is not a date of the form %(example)s") % {
            "example": _EXAMPLES[DateOrder(order)]
        }
        raise _refusal(row, field, text, example)
    clock = _clock(match)
    if clock is None:
        raise _refusal(row, field, text, _("has no such time of day"))
    is_day = match["clock"] is None
    plain = f"{day.isoformat()} {'23:59:59' if is_day else clock}{_offset_of(match)}"
    moment = parse_datetime(plain, tz=zone, row=row, field=field, ambiguous="earlier")
    return Written(moment or datetime.combine(day, time(), UTC), is_day)


def fitting_orders(texts: Iterable[str]) -> list[DateOrder]:
    """The orders by which most texts are dates: several where nothing tells them apart.

    Empty where less than half are dates by any of them; a few spoilt ones do not hide the rest.
    """
    told = [text.strip() for text in texts if text.strip()]
    fits = {order: sum(_fits(order, text) for text in told) for order in DateOrder}
    most = max(fits.values())
    return [order for order, count in fits.items() if told and count == most >= len(told) / 2]


def _fits(order: str, text: str) -> bool:
    match = _match(order, text)
    return match is not None and _day(match) is not None


def _match(order: str, text: str) -> re.Match[str] | None:
    patterns = _PATTERNS[DateOrder(order)]
    return next((match for each in patterns if (match := each.fullmatch(text))), None)


def _day(match: re.Match[str]) -> date | None:
    told = match.groupdict()
    month = _month(told["word"]) if told.get("word") else int(told["month"])
    try:
        return date(int(told["year"]), month, int(told["day"]))
    except ValueError:
        return None


def _month(word: str) -> int:
    """From 1; 0 for what is no month."""
    word = word.casefold()
    for names in (_MONTHS, _RUSSIAN_MONTHS):
        for number, name in sorted(enumerate(names, start=1), key=lambda each: -len(each[1])):
            if word.startswith(name):
                return number
    return 0


def _clock(match: re.Match[str]) -> str | None:
    """The time by 24 hours; None where there is no such time."""
    if match["clock"] is None:
        return "00:00"
    hour, colon, rest = match["clock"].partition(":")
    if match["half"]:
        if not 1 <= int(hour) <= 12:
            return None
        hour = str(int(hour) % 12 + (12 if match["half"].casefold() == "pm" else 0))
    return f"{hour}{colon}{rest}"


def _offset_of(match: re.Match[str]) -> str:
    offset = match["offset"] or ""
    return "Z" if offset in ("UTC", "GMT") else offset


def _whole(text: str, mark: Mark) -> str | None:
    """The number without marks of thousands and without `.0`; None where they stand wrongly."""
    thousands = "," if mark == "." else "."
    whole, _sign, rest = text.partition(mark)
    if rest.strip("0"):
        return None
    whole = _SPACES.sub(thousands, whole)
    head, *groups = whole.split(thousands)
    if groups and (not 1 <= len(head.lstrip("+-")) <= 3 or any(len(each) != 3 for each in groups)):
        return None
    return "".join([head, *groups])


def _refuse_spoilt_number(text: str, row: int, field: str) -> None:
    if _SHORTENED.fullmatch(text):
        reason = _(
            "was shortened by a spreadsheet, its last digits are lost: give the column the format"
            " “Number” in the first file and save it again"
        )
        raise _refusal(row, field, text, reason)
    if _WORDY_DATE.fullmatch(text) or _NUMERIC_DATE.fullmatch(text):
        reason = _(
            "is a date where a number belongs: a spreadsheet has turned it into one. Take the first"
            " file, open it with this column as text"
        )
        raise _refusal(row, field, text, reason)
    _refuse_hashes(text, row, field)


def _refuse_spoilt_date(text: str, row: int, field: str) -> None:
    if _SERIAL.fullmatch(text):
        reason = _(
            "is a day as a spreadsheet counts them: give the column the format “Date” and save the"
            " file again"
        )
        raise _refusal(row, field, text, reason)
    if _WORDY_DATE.fullmatch(text):
        reason = _("has no day, month or year: give the column the format 2026-11-23")
        raise _refusal(row, field, text, reason)
    _refuse_hashes(text, row, field)


def _refuse_hashes(text: str, row: int, field: str) -> None:
    if _HASHES.fullmatch(text):
        reason = _("is what a spreadsheet shows instead of a value: widen or mend the column")
        raise _refusal(row, field, text, reason)


def _refusal(row: int, field: str, text: str, reason: str) -> TableError:
    shown = text if len(text) <= _SHOWN_LENGTH else text[:_SHOWN_LENGTH] + "…"
    return TableError(row, field, _("“%(text)s” %(reason)s.") % {"text": shown, "reason": reason})
