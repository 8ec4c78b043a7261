"""Months of a plan by their code, such as `2026-12`; a plan looks ahead as well as back."""

import datetime as dt
import re
from dataclasses import dataclass

from strategy.periods import last_of_month, month_of

YEAR_MONTH = re.compile(r"(20[0-9]{2})-(0?[1-9]|1[0-2])")
DAY = dt.timedelta(days=1)


def read_month(raw: str) -> dt.date | None:
    """The first day of the month; None for anything else."""
    found = YEAR_MONTH.fullmatch(raw.strip())
    return dt.date(int(found[1]), int(found[2]), 1) if found else None


def month_after(month: dt.date) -> dt.date:
    return last_of_month(month) + DAY


def month_before(month: dt.date) -> dt.date:
    return month_of(month_of(month) - DAY)


@dataclass(frozen=True)
class PlanMonth:
    """The month that a page shows, and its neighbours' codes."""

    first: dt.date

    @property
    def last(self) -> dt.date:
        return last_of_month(self.first)

    @property
    def code(self) -> str:
        return f"{self.first:%Y-%m}"

    @property
    def previous(self) -> str:
        return f"{month_before(self.first):%Y-%m}"

    @property
    def next(self) -> str:
        return f"{month_after(self.first):%Y-%m}"
