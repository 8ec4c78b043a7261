"""Months of a period."""

import calendar
import datetime as dt
from collections.abc import Iterator


def month_of(day: dt.date) -> dt.date:
    return day.replace(day=1)


def last_of_month(day: dt.date) -> dt.date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def months_between(first: dt.date, last: dt.date) -> Iterator[dt.date]:
    """The first days of the months that hold some of these days."""
    month = month_of(first)
    while month <= last:
        yield month
        month = last_of_month(month) + dt.timedelta(days=1)
