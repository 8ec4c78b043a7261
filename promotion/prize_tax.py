"""From which worth on a prize is taxed, by country."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class PrizeTax:
    """A prize that is worth more than `free` is income of whoever wins it."""

    free: Decimal
    currency: str
    rule: str | Promise


# Read in November 2026; laws change: an accountant has the last word, and the pages say so.
TAXES: dict[str, PrizeTax] = {
    "RU": PrizeTax(
        Decimal(4_000),
        "RUB",
        _(
            "prizes of promo actions are free of income tax up to 4,000 roubles for a person in a"
            " calendar year, all together (Tax Code, article 217, paragraph 28)"
        ),
    ),
}


def is_taxed(country: str, value: Decimal | None, currency: str) -> bool | None:
    """None where nobody can tell: another country or currency, or a worth that is not stated."""
    tax = TAXES.get(country)
    if tax is None or value is None or currency != tax.currency:
        return None
    return value > tax.free
