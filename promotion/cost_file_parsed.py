"""A file of costs as it would be taken, whatever its rows are."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Protocol

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from clients.models import User
from promotion.ad_figures import Taken, days_text
from promotion.cost_file_table import CostTable

Sums = list[tuple[str, Decimal, str]]


class Take(Protocol):
    """Write all that is good. Raises ValidationError, and then nothing was written."""

    def __call__(self, *, by: User | None, at: dt.datetime) -> Taken: ...


@dataclass
class ParsedCosts:
    """`head` and `rows` are shown; `sums`: (month or period, sum, currency).

    `has_fee`: it tells what the agency earns, so that not everybody may look at it.
    """

    table: CostTable
    good: int
    head: Sequence[str]
    rows: Sequence[Sequence[Any]]
    take: Take
    sums: Sums = field(default_factory=list)
    has_fee: bool = False


def sums_by_month(told: Iterable[tuple[dt.date, dt.date, Decimal | None, str]]) -> Sums:
    """Of (first day, last day, sum, currency); days of two months are a period of their own."""
    sums: dict[tuple[dt.date, dt.date, str], Decimal] = defaultdict(Decimal)
    for first, last, amount, currency in told:
        is_month = (first.year, first.month) == (last.year, last.month)
        days = (first.replace(day=1), first.replace(day=1)) if is_month else (first, last)
        sums[(*days, currency)] += amount or 0
    return [
        (_period(first, last), amount, currency)
        for (first, last, currency), amount in sorted(sums.items())
    ]


def _period(first: dt.date, last: dt.date) -> str:
    return date_format(first, "YEAR_MONTH_FORMAT") if first == last else days_text(first, last)


def say_rounded(table: CostTable) -> None:
    """Once all sums have been read."""
    if table.rounded:
        message = _("Sums with parts of a hundredth were rounded to hundredths: %(count)d.")
        table.notes.append(message % {"count": table.rounded})
