"""Tax numbers of Russia (ИНН): ten digits of a company, twelve of a person."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

COMPANY, PERSON = 10, 12
# The order of the Federal Tax Service of 29.06.2012, MMV-7-6/435@: the last one or two digits.
WEIGHTS = {
    10: (2, 4, 10, 3, 5, 9, 4, 6, 8),
    11: (7, 2, 4, 10, 3, 5, 9, 4, 6, 8),
    12: (3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8),
}


def check_inn(value: str) -> None:
    """Raises ValidationError where this can be no tax number."""
    if not re.fullmatch(r"[0-9]{10}|[0-9]{12}", value):
        raise ValidationError(
            _("A tax number has 10 digits (of a company) or 12 (of a person), nothing else.")
        )
    places = (10,) if len(value) == COMPANY else (11, 12)
    if value == "0" * len(value) or any(value[at - 1] != check_digit(value, at) for at in places):
        raise ValidationError(
            _("The check digits of this tax number are wrong: compare it with the papers.")
        )


def check_digit(value: str, place: int) -> str:
    total = sum(int(digit) * weight for digit, weight in zip(value, WEIGHTS[place], strict=False))
    return str(total % 11 % 10)
