"""How numbers are written: a count, a change with its sign, a share as percent, money; days."""

import datetime as dt
from decimal import Decimal

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

Number = int | float | Decimal

NOT_MEASURED = "—"


def as_count(value: Number | None) -> str:
    """`1 234` or `12.5`; a dash where it was not measured."""
    return NOT_MEASURED if value is None else _rounded(float(value), 1)


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
    number = _rounded(percent, 2 if abs(percent) < 10 else 1)
    return _("%(number)s %%") % {"number": number}


def as_points(value: Number) -> str:
    """A change of a share: `+0.35 percentage points`. Percents of percents are read wrongly."""
    sign = "+" if value > 0 else "−" if value < 0 else ""
    number = _rounded(abs(float(value)) * 100, 2)
    return _("%(number)s percentage points") % {"number": sign + number}


def as_money(value: Number | None, currency: str) -> str:
    """`12 500 RUB`; with both digits of the kopecks where there are any: `12 500.50 RUB`."""
    if value is None:
        return NOT_MEASURED
    amount = round(Decimal(value), 2)
    places = 0 if amount == amount.to_integral_value() else 2
    return f"{number_format(amount, decimal_pos=places, force_grouping=True)} {currency}".strip()


def _rounded(value: float, most_places: int) -> str:
    """As many decimals as it takes, `most_places` at most, in the language's way."""
    text = f"{value:.{most_places}f}".rstrip("0").rstrip(".")
    places = len(text.partition(".")[2])
    return number_format(round(value, places), decimal_pos=places, force_grouping=True)


def as_duration(value: dt.timedelta | None) -> str:
    """`2 h 05 min`, `40 min`, `less than a minute`; a dash where it was not measured."""
    if value is None:
        return NOT_MEASURED
    minutes = round(value.total_seconds()) // 60
    if minutes < 1:
        return _("less than a minute")
    hours, rest = divmod(minutes, 60)
    if not hours:
        return _("%(minutes)d min") % {"minutes": rest}
    count = number_format(hours, force_grouping=True)
    return _("%(hours)s h %(minutes)02d min") % {"hours": count, "minutes": rest}


def coverage_note(measured_days: int, days: int) -> str:
    return _("%(measured)d of %(days)d days measured") % {"measured": measured_days, "days": days}


def short_day(day: dt.date) -> str:
    """`22 Nov`, `22 ноя`: Django's M begins with a capital in every language."""
    return date_format(day, pgettext("format of a short day", "j M"))
