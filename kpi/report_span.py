"""The period of a report, and the one it is compared with."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from clients.models import Client
from kpi.models import KpiReview
from strategy.periods import last_of_month, length_of, month_of

Data = dict[str, Any]
TREND_MONTHS = 6
DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Span:
    """`first` to `last`, both included, as it is known at `at`."""

    client: Client
    first: dt.date
    last: dt.date
    review: KpiReview | None
    at: dt.datetime

    @property
    def days(self) -> int:
        return length_of(self.first, self.last)

    @property
    def is_month(self) -> bool:
        return self.first == month_of(self.last) and self.last == last_of_month(self.last)

    @property
    def before(self) -> tuple[dt.date, dt.date]:
        """The month before a month; before anything else as many days."""
        last = self.first - DAY
        return (month_of(last) if self.is_month else self.first - self.days * DAY), last

    @property
    def trend_from(self) -> dt.date:
        first = month_of(self.last)
        for _number in range(TREND_MONTHS - 1):
            first = month_of(first - DAY)
        return min(first, self.first)

    @property
    def moments(self) -> tuple[dt.datetime, dt.datetime]:
        """The end is not included."""
        begin, end = (
            dt.datetime.combine(day, dt.time(), self.client.zone)
            for day in (self.first, self.last + DAY)
        )
        return begin, end


def text_of(value: Decimal | None) -> str | None:
    return None if value is None else str(value)


def iso(day: dt.date | None) -> str | None:
    return None if day is None else day.isoformat()
