"""Sums and decimals as people and exports write them: "1 234,56 ₽", "$1,234.56", "—"."""

import re
from collections.abc import Iterable
from decimal import Decimal

from django.utils.translation import gettext as _

from smm_agency.lib.tabular.errors import TableError
from smm_agency.lib.tabular.written import NOT_MEASURED, Mark

# A sign of several currencies names none.
CURRENCY_SIGNS = {
    "₽": "RUB", "руб": "RUB", "рублей": "RUB", "р": "RUB", "rub": "RUB",
    "€": "EUR", "eur": "EUR", "£": "GBP", "gbp": "GBP", "₸": "KZT", "kzt": "KZT",
    "₴": "UAH", "uah": "UAH", "usd": "USD", "byn": "BYN", "$": "",
}  # fmt: skip
_WORD = r"(?:[^\W\d_]{1,7}\.?|[$€£₽₸₴])"
_AMOUNT = re.compile(
    rf"(?P<sign>[+\-\u2212]?)\s*(?P<before>{_WORD})?\s*(?P<inner>[+\-\u2212]?)"
    rf"(?P<number>[0-9](?:[0-9., '\u00a0\u202f\u2009]*[0-9])?)\s*(?P<after>%|{_WORD})?"
)
_SPACES = re.compile("[ '\u00a0\u202f\u2009]")
_SHOWN_LENGTH = 40
_LONGEST = 18


def read_amount(text: str, *, mark: Mark, row: int, field: str) -> Decimal | None:
    """Signs of currencies and of per cent are let pass; empty or a dash is not measured.

    Raises TableError for what is no number.
    """
    text = text.strip()
    if text.casefold() in NOT_MEASURED:
        return None
    match = _match(text)
    number = _decimal(match["number"], mark) if match else None
    if match is None or number is None:
        shown = text if len(text) <= _SHOWN_LENGTH else text[:_SHOWN_LENGTH] + "…"
        message = _("“%(text)s” is not a number: write %(example)s.")
        values = {"text": shown, "example": f"1250{mark}50"}
        raise TableError(row, field, message % values)
    return -number if {match["sign"], match["inner"]} & {"-", "\u2212"} else number


def currency_in(text: str) -> str | None:
    """The code of the currency that stands beside a sum; "" for the dollar, which may be of many
    countries; None where there is none.
    """
    match = _match(text.strip())
    words = (match["before"], match["after"]) if match else ()
    for word in words:
        if word and (code := CURRENCY_SIGNS.get(word.casefold().rstrip("."))) is not None:
            return code
    return None


def fitting_marks(texts: Iterable[str]) -> list[Mark]:
    """The decimal marks by which most of the numbers can be read; both where they differ by it.

    A single point where nothing depends on it; empty where nothing is a number.
    """
    marks: tuple[Mark, Mark] = (".", ",")
    fits = dict.fromkeys(marks, 0)
    differs = False
    for text in texts:
        if not (match := _match(text.strip())):
            continue
        read = {mark: _decimal(match["number"], mark) for mark in marks}
        for mark, number in read.items():
            fits[mark] += number is not None
        differs = differs or (None not in read.values() and read["."] != read[","])
    most = max(fits.values())
    found = [mark for mark in marks if most and fits[mark] == most]
    return found if len(found) < 2 or differs else ["."]


def _match(text: str) -> re.Match[str] | None:
    match = _AMOUNT.fullmatch(text)
    if match is None:
        return None
    words = [word for word in (match["before"], match["after"]) if word and word != "%"]
    is_known = all(word.casefold().rstrip(".") in CURRENCY_SIGNS for word in words)
    return match if is_known else None


def _decimal(text: str, mark: Mark) -> Decimal | None:
    """None where the marks of thousands and decimals stand wrongly."""
    thousands = "," if mark == "." else "."
    whole, _sign, rest = text.partition(mark)
    head, *groups = _SPACES.sub(thousands, whole).split(thousands)
    is_grouped = not groups or (len(head) <= 3 and all(len(each) == 3 for each in groups))
    digits = "".join([head, *groups])
    if not is_grouped or not digits.isdecimal() or (rest and not rest.isdecimal()):
        return None
    return Decimal(f"{digits}.{rest or 0}") if len(digits) + len(rest) <= _LONGEST else None
