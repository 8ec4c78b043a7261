"""How the portal writes numbers: a count, a change with its sign, a share as percent."""

from decimal import Decimal

from django.utils.formats import number_format
from django.utils.translation import gettext as _

Number = int | float | Decimal

NOT_MEASURED = "—"


def as_count(value: Number | None) -> str:
    """`1 234` or `12.5`; a dash where it was not measured."""
    if value is None:
        return NOT_MEASURED
    rounded = round(float(value), 1)
    places = 0 if rounded == int(rounded) else 1
    return number_format(rounded, decimal_pos=places, force_grouping=True)


def as_change(value: Number | None) -> str:
    """`+12`, `−3` or `0`."""
    if value is None:
        return NOT_MEASURED
    sign = "+" if value > 0 else "−" if value < 0 else ""
    size: Number = -value if value < 0 else value
    return sign + as_count(size)


def as_share(value: Number | None) -> str:
    """A share 0…1 as percent: small ones with two decimals, as ER is compared."""
    if value is None:
        return NOT_MEASURED
    percent = float(value) * 100
    number = number_format(round(percent, 2 if abs(percent) < 10 else 1), force_grouping=True)
    return _("%(number)s %%") % {"number": number}
