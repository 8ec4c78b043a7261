"""The month that a page of the portal shows."""

import datetime as dt
import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

from strategy.periods import last_of_month, month_of

YEAR_MONTH = re.compile(r"([0-9]{4})-([0-9]{1,2})")
FIRST_YEAR = 2000


@dataclass(frozen=True)
class Month:
    """A calendar month in the client's days; `until` is its last day that has begun."""

    first: dt.date
    today: dt.date

    @property
    def last(self) -> dt.date:
        return last_of_month(self.first)

    @property
    def until(self) -> dt.date:
        return min(self.last, self.today)

    @property
    def is_current(self) -> bool:
        return self.first == month_of(self.today)

    @property
    def code(self) -> str:
        return f"{self.first:%Y-%m}"

    @property
    def previous(self) -> str:
        return f"{self.first - dt.timedelta(days=1):%Y-%m}"

    @property
    def next(self) -> str:
        """The month after, or nothing while this one runs."""
        return "" if self.is_current else f"{self.last + dt.timedelta(days=1):%Y-%m}"


def _first_day(raw: str) -> dt.date | None:
    found = YEAR_MONTH.fullmatch(raw.strip())
    if not found:
        return None
    year, month = map(int, found.groups())
    return dt.date(year, month, 1) if year >= FIRST_YEAR and 1 <= month <= 12 else None


def read_month(raw: str | None, *, today: dt.date) -> tuple[Month, str]:
    """The month asked for, or the current one with a note that says why."""
    current = Month(month_of(today), today)
    if not raw:
        return current, ""
    first = _first_day(raw)
    if first is None:
        return current, _(
            "“%(raw)s” is not a month, so this is the current one. Months are written as 2026-11."
        ) % {"raw": raw[:20]}
    if first > current.first:
        return current, _("That month has not begun: this is the current one.")
    return Month(first, today), ""
