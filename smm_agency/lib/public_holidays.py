"""Public holidays of countries, by their calendars."""

import datetime as dt
from collections.abc import Sequence
from functools import cache

import holidays


def holidays_between(country: str, first: dt.date, last: dt.date) -> Sequence[dt.date]:
    """Public holidays of a country; none where its calendar is not known."""
    return [
        day
        for year in range(first.year, last.year + 1)
        for day in sorted(holidays_of(country, year))
        if first <= day <= last
    ]


@cache
def holidays_of(country: str, year: int) -> frozenset[dt.date]:
    if country not in holidays.list_supported_countries():
        return frozenset()
    return frozenset(holidays.country_holidays(country, years=year))
