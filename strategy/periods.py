"""Days and months of a period."""

import datetime as dt
from collections.abc import Iterator

from smm_agency.lib.months import last_of_month as last_of_month


def days_between(first: dt.date, last: dt.date) -> list[dt.date]:
    """Every day from first to last, both included; empty where last is before first."""
    return [first + dt.timedelta(days=n) for n in range(length_of(first, last))]


def length_of(first: dt.date, last: dt.date) -> int:
    """How many days from first to last, both included."""
    return (last - first).days + 1


def month_of(day: dt.date) -> dt.date:
    return day.replace(day=1)


def months_between(first: dt.date, last: dt.date) -> Iterator[dt.date]:
    """The first days of the months that hold some of these days."""
    month = month_of(first)
    while month <= last:
        yield month
        month = last_of_month(month) + dt.timedelta(days=1)
