"""On which days a recurring task comes again; knows no database."""

import calendar
import datetime as dt
from collections.abc import Iterator

from clients.models import RecurrenceRule, RecurringTask

DAY = dt.timedelta(days=1)
WEEK = 7


def days_of(rule: RecurringTask, first: dt.date, last: dt.date) -> list[dt.date]:
    """The days of the rule from `first` to `last`, both within its own."""
    first = max(first, rule.starts_on)
    last = min(last, rule.ends_on) if rule.ends_on else last
    if last < first:
        return []
    days = _weekly(rule, first) if rule.rule == RecurrenceRule.WEEKLY else _monthly(rule, first)
    found = []
    for day in days:
        if day > last:
            break
        found.append(day)
    return found


def _weekly(rule: RecurringTask, first: dt.date) -> Iterator[dt.date]:
    day = first + DAY * (((rule.weekday or 0) - first.weekday()) % WEEK)
    while True:
        yield day
        day += DAY * WEEK


def _monthly(rule: RecurringTask, first: dt.date) -> Iterator[dt.date]:
    """Months are counted from that of `starts_on`; the 31st of a short month is its last day."""
    step = rule.every_months or 1 if rule.rule == RecurrenceRule.MONTHS else 1
    began = month_number(rule.starts_on)
    month = began + (month_number(first) - began) // step * step
    while True:
        day = day_in_month(month, rule.month_day or 1)
        if day >= first:
            yield day
        month += step


def month_number(day: dt.date) -> int:
    return day.year * 12 + day.month - 1


def day_in_month(number: int, day: int) -> dt.date:
    year, month = divmod(number, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return dt.date(year, month + 1, min(day, last))
