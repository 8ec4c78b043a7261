"""Working days of a country: Monday to Friday without its public holidays."""

import datetime as dt

from clients.models import DayShift
from smm_agency.lib.public_holidays import holidays_of

SATURDAY = 5
ONE = dt.timedelta(days=1)
# The longest public holidays are a fortnight: a calendar without working days must end, too.
MOST_SHIFTED = 31


def is_working(day: dt.date, *, country: str) -> bool:
    return day.weekday() < SATURDAY and day not in holidays_of(country, day.year)


def shifted(day: dt.date, *, country: str, by: str = DayShift.AFTER) -> dt.date:
    """The day itself where it is a working one, or is to stay."""
    if by == DayShift.NONE:
        return day
    step = -ONE if by == DayShift.BEFORE else ONE
    near = (day + step * count for count in range(MOST_SHIFTED))
    return next((each for each in near if is_working(each, country=country)), day)
