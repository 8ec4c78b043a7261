"""How fast a budget is spent, and when it will run out: arithmetic without a database.

Pacing = spent to date ÷ (budget × elapsed share of the days). 1 is on plan; within a tenth of it
is green. Days on which the spend was not measured are not days without spend.
"""

import datetime as dt
from collections.abc import Mapping
from decimal import ROUND_CEILING, Decimal
from typing import Literal

Light = Literal["green", "under", "over", ""]

TOLERANCE = Decimal("0.10")
MEAN_OVER = 7
FEWEST_DAYS = 3
# Older days say nothing of how it is spent now.
LOOK_BACK = 14


def days_between(first: dt.date, last: dt.date) -> int:
    """Both of them counted; 0 where the last is before the first."""
    return max((last - first).days + 1, 0)


def elapsed_share(first: dt.date, last: dt.date, *, on: dt.date) -> Decimal | None:
    """0…1 of the days that are over with `on`; None where there are no days."""
    days = days_between(first, last)
    if not days:
        return None
    return Decimal(days_between(first, min(on, last))) / days


def pacing(spent: Decimal, budget: Decimal | None, elapsed: Decimal | None) -> Decimal | None:
    """None without a budget, and before the first day is over."""
    if not budget or not elapsed:
        return None
    return spent / (budget * elapsed)


def light_of(pace: Decimal | None) -> Light:
    """Green within ±10 %, the borders included; empty where there is no pacing."""
    if pace is None:
        return ""
    if pace < 1 - TOLERANCE:
        return "under"
    return "over" if pace > 1 + TOLERANCE else "green"


def mean_spend(by_day: Mapping[dt.date, Decimal | None], *, on: dt.date) -> Decimal | None:
    """Of the last seven measured days of the two weeks up to `on`; None where fewer than three."""
    earliest = on - dt.timedelta(days=LOOK_BACK - 1)
    known = [
        spend
        for day, spend in sorted(by_day.items(), reverse=True)
        if spend is not None and earliest <= day <= on
    ][:MEAN_OVER]
    return sum(known, Decimal(0)) / len(known) if len(known) >= FEWEST_DAYS else None


def runs_out_on(left: Decimal, mean: Decimal | None, *, on: dt.date) -> dt.date | None:
    """The day that the rest is gone on, if the days after `on` cost the mean; None: never, or
    nobody knows.
    """
    if left <= 0:
        return on
    if not mean:
        return None
    days = (left / mean).to_integral_value(ROUND_CEILING)
    furthest = (dt.date.max - on).days
    return on + dt.timedelta(days=int(days)) if days <= furthest else None


def expected_spend(
    spent: Decimal, mean: Decimal | None, last: dt.date, *, on: dt.date
) -> Decimal | None:
    """By the end of the last day, if each day after `on` costs the mean."""
    if mean is None:
        return None
    return spent + mean * days_between(on + dt.timedelta(days=1), last)
