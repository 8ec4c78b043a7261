"""Words of the cells as values of the program: nothing is guessed, each refusal says the mend."""

import datetime as dt
import re
import zoneinfo
from collections.abc import Callable, Iterable
from decimal import Decimal
from functools import cache

import phonenumbers
from babel import Locale
from babel.numbers import is_currency
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from clients.client_import_columns import LANGUAGES, Choice, code_of, plain
from clients.client_import_rows import CellRefusedError, near_words, shown
from smm_agency.lib.phones import normalise
from smm_agency.lib.tabular import parse_bool, parse_date

_NUMBER = re.compile(r"[0-9]{1,12}(?:[.,][0-9]{1,6})?")
MOST_LISTED = 8
_SPACES = re.compile("[\\s\u00a0\u202f\u2009']")
# "1,250" is a thousand for one reader and one and a quarter for another.
_UNCLEAR = re.compile(r"[0-9]{1,3}[.,][0-9]{3}")


def words(most: int) -> Callable[[str], str]:
    def read(text: str) -> str:
        if len(text) > most:
            message = _("Longer than %(most)s characters: shorten it.")
            raise CellRefusedError(message % {"most": most})
        return text

    return read


def one_of(choices: Iterable[Choice]) -> Callable[[str], str]:
    known = list(choices)

    def read(text: str) -> str:
        code = code_of(text, known)
        if code is None:
            raise CellRefusedError(_not_a_choice(text, known))
        return code

    return read


def _not_a_choice(text: str, known: list[Choice]) -> str:
    place = 2 if get_language() == "ru" else 1
    if len(known) <= MOST_LISTED:
        message = _("“%(text)s” is not known. Write one of: %(names)s.")
        names = ", ".join(choice[place] for choice in known) or "—"
        return message % {"text": shown(text), "names": names}
    message = _("“%(text)s” is not known. Choose from the list.")
    every = [name for choice in known for name in choice[1:]]
    return message % {"text": shown(text)} + near_words(text, every)


def read_country(text: str) -> str:
    code = text.upper() if len(text) == 2 else _territories().get(plain(text), "")
    if code not in phonenumbers.SUPPORTED_REGIONS:
        message = _("“%(text)s” is no country: write its two letters, such as RU or DE.")
        raise CellRefusedError(message % {"text": shown(text)})
    return code


@cache
def _territories() -> dict[str, str]:
    return {
        plain(name): code
        for language in LANGUAGES
        for code, name in Locale(language).territories.items()
        if len(code) == 2
    }


def read_time_zone(text: str) -> str:
    known = {name.casefold(): name for name in zoneinfo.available_timezones()}
    zone = known.get(text.casefold())
    if zone is None:
        message = _("“%(text)s” is no time zone: write it such as Europe/Moscow.")
        raise CellRefusedError(message % {"text": shown(text)} + near_words(text, known.values()))
    return zone


def read_currency(text: str) -> str:
    if not is_currency(text.upper()):
        message = _("“%(text)s” is no currency: write its three letters, such as RUB.")
        raise CellRefusedError(message % {"text": shown(text)})
    return text.upper()


def read_number(text: str) -> Decimal:
    """Zero or more, at most two decimals."""
    bare = _SPACES.sub("", text)
    if not _NUMBER.fullmatch(bare) or _UNCLEAR.fullmatch(bare):
        message = _("“%(text)s” is not a clear number of zero or more: write 1250 or 12.5.")
        raise CellRefusedError(message % {"text": shown(text)})
    number = Decimal(bare.replace(",", "."))
    if number != round(number, 2):
        raise CellRefusedError(_("More than two decimals: round it."))
    return number


def number_below(most: int) -> Callable[[str], Decimal]:
    def read(text: str) -> Decimal:
        number = read_number(text)
        if number >= most:
            message = _("Too large: write less than %(most)s.")
            raise CellRefusedError(message % {"most": most})
        return number

    return read


def read_email(text: str) -> str:
    try:
        validate_email(text)
    except ValidationError:
        message = _("“%(text)s” is no e-mail address: write one, such as anna@example.com.")
        raise CellRefusedError(message % {"text": shown(text)}) from None
    return words(254)(text)


def phone_of(country: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        number = normalise(text, country)
        if number is None:
            message = _(
                "“%(text)s” is no phone number of %(country)s: write one number with its code,"
                " such as +7 495 123-45-67."
            )
            raise CellRefusedError(message % {"text": shown(text), "country": country})
        return number

    return read


def read_day(text: str) -> dt.date | None:
    return parse_date(text, row=0, field="")


def read_yes(text: str) -> bool | None:
    return parse_bool(text, row=0, field="")
