"""Phone numbers: one normaliser for everything that calls, and the masks that people see.

A number that no rule accepts gives None and not an error: numbering plans change faster than the
library's tables, so a call is kept with its raw string either way.
"""

import re
import unicodedata
from typing import NamedTuple

import phonenumbers

_SCHEME = re.compile(r"(sips?|tel):", re.IGNORECASE)
_INTERNATIONAL_PREFIX = re.compile(r"\D*0\D*0")
_MAX_EXTENSION_DIGITS = 7
# A town's number without its code has five or six: those are told from counts by nobody.
_SHORTEST_NUMBER = 7
# As a town's number is written without its code, which the library takes for none.
_OF_A_TOWN = re.compile(r"\b\d{3}[-\u2010-\u2013 \u00a0]\d{2}[-\u2010-\u2013 \u00a0]\d{2}\b")
_LENIENT = phonenumbers.Leniency.VALID
_MOST_NUMBERS = 100
_HIDDEN_WORDS = frozenset(
    (
        "anonymous",
        "hidden",
        "private",
        "unknown",
        "unavailable",
        "restricted",
        "withheld",
        "аноним",
        "скрыт",
        "скрытый",
        "скрытый номер",
        "номер скрыт",
        "неизвестен",
        "неизвестный",
        "неизвестный номер",
    )
)


class Phone(NamedTuple):
    """A valid number: E.164 with its plus, and the extension dialled after it."""

    e164: str
    extension: str | None


def _bare(raw: str | None) -> str:
    """The raw string without scheme, host and foreign shapes of digits."""
    text = _SCHEME.sub("", (raw or "").strip(), count=1).partition("@")[0].strip()
    # Not NFKC, which would make digits of superscripts too.
    return "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in text)


def is_hidden(raw: str | None) -> bool:
    """Whether the caller's number was withheld: empty, or a word such as "anonymous"."""
    word = _bare(raw).casefold()
    return not word or word in _HIDDEN_WORDS


def _candidates(text: str) -> list[str]:
    """What the number may be, most explicit first; text without a plus is read in a region."""
    candidates = [text]
    prefix = _INTERNATIONAL_PREFIX.match(text)
    if prefix:
        candidates.insert(0, "+" + text[prefix.end() :])
    first_digit = re.search(r"\d", text)
    if first_digit and not re.search(r"[+＋]", text[: first_digit.start()]):
        candidates.append("+" + text[first_digit.start() :])
    return candidates


def _parse_valid(text: str, region: str) -> Phone | None:
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    # is_possible_number accepts 123-45-67 and 00375…: never the test.
    if not phonenumbers.is_valid_number(number):
        return None
    # "7916…;8916…" is read as an extension, yet it is two numbers.
    if len(number.extension or "") > _MAX_EXTENSION_DIGITS:
        return None
    e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return Phone(e164, number.extension or None)


def parse(raw: str | None, region: str) -> Phone | None:
    """The number of a raw string with its extension, or None when it is hidden or not valid.

    `region` is the client's, two capital letters (RU, KZ, BY); an unknown one is a ValueError.
    Two numbers in one string are not valid: the caller splits lists.
    """
    if region not in phonenumbers.SUPPORTED_REGIONS:
        raise ValueError(f"Unknown phone region: {region!r}")
    if is_hidden(raw):
        return None
    found = (_parse_valid(text, region) for text in _candidates(_bare(raw)))
    return next((phone for phone in found if phone), None)


def normalise(raw: str | None, region: str) -> str | None:
    """The E.164 number of a raw string (`+79161234567`), or None; see `parse`."""
    phone = parse(raw, region)
    return phone.e164 if phone else None


def country_prefix(e164: str) -> str:
    """The country's calling code with its plus: `+7`, `+375`. Not secret."""
    try:
        number = phonenumbers.parse(e164, None)
    except phonenumbers.NumberParseException:
        # "from None": the number is personal data and stays out of logs.
        raise ValueError("Not an E.164 number.") from None
    return f"+{number.country_code}"


def last_four(e164: str) -> str:
    """The last four digits, the part that is stored in the open."""
    return e164[-4:]


def mask(e164: str) -> str:
    """The number as people without the permission see it: `+7 ••• •••-12-34`."""
    return mask_last4(country_prefix(e164), last_four(e164))


def mask_last4(country_prefix: str, last4: str) -> str:
    """The same mask from what is stored in the open; an empty prefix is left out."""
    prefix = f"+{country_prefix.lstrip('+')} " if country_prefix else ""
    return f"{prefix}••• •••-{last4[:2]}-{last4[2:]}"


def hide_numbers(text: str, region: str) -> str:
    """The text without the telephone numbers that stand in it; `region` as in `parse`."""
    if sum(character.isdecimal() for character in text) < _SHORTEST_NUMBER:
        return text
    found = phonenumbers.PhoneNumberMatcher(text, region, _LENIENT, max_tries=_MOST_NUMBERS)
    parts, end = [], 0
    for match in found:
        parts += [text[end : match.start], "•••"]
        end = match.end
    return _OF_A_TOWN.sub("•••", "".join([*parts, text[end:]]))
