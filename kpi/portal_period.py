"""The days that a page of the portal shows, and the earlier ones that they are compared with."""

import datetime as dt
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import urlencode

from django.db import models
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from strategy.periods import days_between, last_of_month, length_of, month_of, months_between

DAY = dt.timedelta(days=1)
YEAR_MONTHS = 12
QUARTER_MONTHS = 3
FIRST_DAY = dt.date(2000, 1, 1)


class Compare(models.TextChoices):
    """What the figures are compared with."""

    NONE = "", gettext_lazy("do not compare")
    BEFORE = "before", gettext_lazy("with the same length before")
    YEAR = "year", gettext_lazy("with the same days a year earlier")


class Span(NamedTuple):
    first: dt.date
    last: dt.date

    @property
    def title(self) -> str:
        return days_title(self.first, self.last)


@dataclass(frozen=True)
class Period:
    """Days of the client's calendar, both ends included; `last` may lie ahead where it runs.

    `code` is what the address carries: a preset's name, `2026-11`, `2026-q4` or
    `2026-11-01_2026-11-20`.
    """

    first: dt.date
    last: dt.date
    today: dt.date
    code: str
    compare: str = Compare.NONE

    @property
    def until(self) -> dt.date:
        """The last day that has begun."""
        return min(self.last, self.today)

    @property
    def runs(self) -> bool:
        return self.last >= self.today

    @property
    def is_unfinished(self) -> bool:
        """Whether days of it lie ahead."""
        return self.until < self.last

    @property
    def is_current(self) -> bool:
        """Whether it is the month that runs now."""
        return self.is_month and self.first == month_of(self.today)

    @property
    def days(self) -> list[dt.date]:
        return days_between(self.first, self.last)

    @property
    def months(self) -> list[dt.date]:
        """The first days of its months; none where it is not made of whole ones."""
        is_whole = self.first.day == 1 and self.last == last_of_month(self.last)
        return list(months_between(self.first, self.last)) if is_whole else []

    @property
    def is_month(self) -> bool:
        return len(self.months) == 1

    @property
    def title(self) -> str:
        return days_title(self.first, self.last)

    @property
    def query(self) -> str:
        """For the links of a page, which keep the period and the comparison."""
        asked = {"period": self.code, "compare": self.compare}
        return urlencode({name: value for name, value in asked.items() if value})

    @property
    def month_code(self) -> str:
        """The month that it ends in, for pages of one month."""
        return f"{self.until:%Y-%m}"

    @property
    def previous(self) -> str:
        """The code of the same length before; nothing where that is before all days."""
        if self.months:
            first = months_later(self.first, -len(self.months))
            return code_of(first, self.first - DAY) if first >= FIRST_DAY else ""
        first = self.first - dt.timedelta(days=len(self.days))
        return code_of(first, self.first - DAY) if first >= FIRST_DAY else ""

    @property
    def next(self) -> str:
        """The code of the same length after, or nothing where it has not begun."""
        first = self.last + DAY
        if first > self.today:
            return ""
        if self.months:
            return code_of(first, months_later(first, len(self.months)) - DAY)
        last = min(first + dt.timedelta(days=len(self.days) - 1), self.today)
        return code_of(first, last)

    @property
    def earlier(self) -> Span | None:
        """The days that its own, as far as they have begun, are compared with."""
        if self.compare == Compare.YEAR:
            return self._year_before()
        return self._before() if self.compare == Compare.BEFORE else None

    def _year_before(self) -> Span:
        last = months_later(self.until, -YEAR_MONTHS)
        if self.months and not self.is_unfinished:
            last = last_of_month(last)
        return Span(months_later(self.first, -YEAR_MONTHS), last)

    def _before(self) -> Span:
        length = dt.timedelta(days=length_of(self.first, self.until))
        if not self.months:
            return Span(self.first - length, self.first - DAY)
        first = months_later(self.first, -len(self.months))
        last = first + length - DAY if self.is_unfinished else self.first - DAY
        return Span(first, min(last, self.first - DAY))

    @property
    def comparison_note(self) -> str:
        """What it is compared with, and that an unfinished period is held to as many days."""
        earlier = self.earlier
        if earlier is None:
            return ""
        notes = [_("Compared with %(days)s") % {"days": earlier.title}]
        if self.is_unfinished:
            notes.append(_("the period is not over, so as many days of the earlier one count"))
        days, then = length_of(self.first, self.until), length_of(*earlier)
        if days != then:
            counts = {"now": days, "then": then}
            notes.append(_("the lengths differ: %(now)d days and %(then)d then") % counts)
        # A day may end with a full stop of its own.
        return " · ".join(notes)


def months_later(day: dt.date, months: int) -> dt.date:
    """The same day of another month, or that month's last one where it is shorter."""
    year, month = divmod(day.year * YEAR_MONTHS + day.month - 1 + months, YEAR_MONTHS)
    last = last_of_month(dt.date(year, month + 1, 1))
    return last.replace(day=min(day.day, last.day))


def quarter_of(day: dt.date) -> dt.date:
    """The first day of its quarter."""
    return months_later(month_of(day), -((day.month - 1) % QUARTER_MONTHS))


def is_quarter(first: dt.date, months: list[dt.date]) -> bool:
    return len(months) == QUARTER_MONTHS and quarter_of(first) == first


def code_of(first: dt.date, last: dt.date) -> str:
    is_whole = first.day == 1 and last == last_of_month(last)
    months = list(months_between(first, last)) if is_whole else []
    if len(months) == 1:
        return f"{first:%Y-%m}"
    if is_quarter(first, months):
        return f"{first.year}-q{quarter_number(first)}"
    return f"{first}_{last}"


def quarter_number(day: dt.date) -> int:
    return (day.month - 1) // QUARTER_MONTHS + 1


def quarter_title(first: dt.date) -> str:
    return _("Q%(number)d %(year)d") % {"number": quarter_number(first), "year": first.year}


def days_title(first: dt.date, last: dt.date) -> str:
    if first == last:
        return date_format(first)
    if first.day == 1 and last == last_of_month(first):
        return date_format(first, "F Y")
    if quarter_of(first) == first and last == months_later(first, QUARTER_MONTHS) - DAY:
        return quarter_title(first)
    return f"{date_format(first)} – {date_format(last)}"
