"""Answers of the brief: as people write them, as the program keeps them, as they are shown."""

import re
from decimal import Decimal, InvalidOperation

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from clients.models import AnswerKind, BriefQuestion
from smm_agency.lib.phones import normalise
from smm_agency.lib.tabular import TableError, parse_bool
from smm_agency.lib.tabular import parse_date as read_date

LONGEST = {AnswerKind.TEXT: 500, AnswerKind.LONG: 4_000, AnswerKind.FILES: 4_000}
LONGEST_LINK = 500
_NUMBER = re.compile(r"-?[0-9]{1,12}(?:[.,][0-9]{1,4})?")
_SPACES = re.compile("[\\s\u00a0\u202f\u2009']")
# "1,250" is a thousand for one reader and one and a quarter for another; "0,125" is no thousand.
_UNCLEAR = re.compile(r"[1-9][0-9]{0,2}[.,][0-9]{3}")
_BETWEEN = re.compile(r"[;,\n]")
# Most addresses are written without it.
_HAS_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)


def read_answer(question: BriefQuestion, text: str, *, country: str) -> str:
    """The answer as the program keeps it; "" for none. Raises ValidationError with the mend."""
    text = text.replace("\r\n", "\n").strip()
    if not text:
        return ""
    readers = {
        AnswerKind.NUMBER: _read_number,
        AnswerKind.DATE: _read_date,
        AnswerKind.YES_NO: _read_yes_no,
        AnswerKind.LINK: _read_link,
    }
    if question.kind == AnswerKind.PHONE:
        return _read_phone(text, country)
    if question.is_list:
        return _read_options(question, text)
    if question.kind in readers:
        return readers[AnswerKind(question.kind)](text)
    return _read_words(text, LONGEST[AnswerKind(question.kind)])


def _read_words(text: str, most: int) -> str:
    if len(text) > most:
        message = _("Longer than %(most)s characters: shorten it, or give a file.")
        raise ValidationError(message % {"most": most})
    if "\x00" in text:
        raise ValidationError(_("A character here cannot be stored: write it anew."))
    return text


def _read_number(text: str) -> str:
    bare = _SPACES.sub("", text)
    if not _NUMBER.fullmatch(bare) or _UNCLEAR.fullmatch(bare):
        raise ValidationError(_("This is not a clear number: write 1250 or 12.5, without words."))
    number = Decimal(bare.replace(",", ".")).normalize()
    return format(number, "f")


def _read_date(text: str) -> str:
    try:
        day = read_date(text, row=0, field="")
    except TableError as refused:
        raise ValidationError(refused.message) from None
    return day.isoformat() if day else ""


def _read_yes_no(text: str) -> str:
    try:
        return "yes" if parse_bool(text, row=0, field="") else "no"
    except TableError:
        raise ValidationError(_("Write yes or no.")) from None


def _read_link(text: str) -> str:
    link = text if _HAS_SCHEME.match(text) else f"https://{text}"
    try:
        URLValidator(["http", "https"])(link)
    except ValidationError:
        message = _("This is no address of a page: write it such as https://example.com/page.")
        raise ValidationError(message) from None
    return _read_words(link, LONGEST_LINK)


def _read_phone(text: str, country: str) -> str:
    number = normalise(text, country)
    if number is None:
        message = _("This is no phone number: write one with its code, such as +7 495 123-45-67.")
        raise ValidationError(message)
    return number


def _read_options(question: BriefQuestion, text: str) -> str:
    """Codes, a line each, in the order of the question; names are read in both languages."""
    options = question.option_list()
    codes = {_plain(name): option.code for option in options for name in option}
    whole = codes.get(_plain(text))
    parts = [text] if whole else [part for part in _BETWEEN.split(text) if part.strip()]
    # A name may hold a comma itself: what is not known by parts may be known by lines.
    if any(_plain(part) not in codes for part in parts):
        parts = [part for part in re.split(r"[;\n]", text) if part.strip()]
    unknown = [part.strip() for part in parts if _plain(part) not in codes]
    if unknown:
        message = _("“%(text)s” is not in the list: %(names)s.")
        names = "; ".join(option.name for option in options)
        raise ValidationError(message % {"text": unknown[0][:60], "names": names})
    chosen = {codes[_plain(part)] for part in parts}
    if question.kind == AnswerKind.CHOICE and len(chosen) > 1:
        raise ValidationError(_("Choose one of them."))
    return "\n".join(option.code for option in options if option.code in chosen)


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def answer_in_words(question: BriefQuestion, value: str) -> str:
    """As a person reads it; "" for none."""
    if not value:
        return ""
    if question.kind == AnswerKind.YES_NO:
        return _("yes") if value == "yes" else _("no")
    if question.kind == AnswerKind.DATE:
        day = parse_date(value)
        return date_format(day, "SHORT_DATE_FORMAT") if day else value
    if question.is_list:
        names = {option.code: option.name for option in question.option_list()}
        return "; ".join(names.get(code, code) for code in value.splitlines())
    return value


def answer_to_send(question: BriefQuestion, value: str) -> str:
    """As it is written where it may be sent back: read again, it is the same."""
    if question.kind == AnswerKind.DATE and get_language() != "ru":
        # 05/11 is a day of May for one reader and of November for another.
        return value
    if question.kind == AnswerKind.NUMBER and _UNCLEAR.fullmatch(value):
        return f"{value}0"
    return answer_in_words(question, value)


def number_of(value: str) -> Decimal | None:
    """The number that an answer holds; None where there is none."""
    try:
        return Decimal(value)
    except InvalidOperation:
        return None
