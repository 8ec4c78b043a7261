"""Which month a report is due for, and which KPI review it is made from.

A review belongs to an engagement and keeps its rhythm, a report is of a calendar month:

- rhythm of a month: the month's own review;
- of a quarter: the quarter's review is that of all its three months, so the reports of the first
  two wait until the quarter is reviewed;
- of two weeks: the review over the month's end is not over on the set day as a rule, so the last
  one that ended within the month does as well: with its fellows it has looked at all but the last
  days, which the next one does.
"""

import datetime as dt
from typing import NamedTuple

from clients.models import Client, Engagement
from kpi.models import KpiReview
from kpi.reviews import DAY, FORTNIGHT
from strategy.periods import last_of_month, month_of


class Days(NamedTuple):
    first: dt.date
    last: dt.date


def days_of(month: dt.date) -> Days:
    return Days(month_of(month), last_of_month(month))


def month_before(day: dt.date) -> dt.date:
    """The first day of the month before."""
    return month_of(month_of(day) - DAY)


def month_due(client: Client, *, day: int, at: dt.datetime) -> dt.date | None:
    """The last month, from the set day of this one on, by the client's calendar; None before."""
    today = client.day_of(at)
    return month_before(today) if today.day >= day else None


def has_work_in(client: Client, month: dt.date) -> bool:
    """Whether an engagement ran on any day of the month: without one there is nothing to tell."""
    first, last = days_of(month)
    rows = Engagement.objects.filter(client=client, starts_on__lte=last)
    return rows.exclude(ends_on__lt=first).exists()


def review_of(client: Client, month: dt.date) -> KpiReview | None:
    """The closed review that the month's report is made from; None: it waits."""
    last = days_of(month).last
    closed = KpiReview.objects.filter(client=client, closed_at__isnull=False, starts_on__lte=last)
    over_the_end = closed.filter(ends_on__gte=last).order_by("ends_on", "pk")
    within = closed.filter(ends_on__gt=last - FORTNIGHT, ends_on__lt=last).order_by("-ends_on")
    return over_the_end.first() or within.first()


def review_to_come(client: Client, month: dt.date) -> KpiReview | None:
    """The one that is waited for, where it is made already."""
    last = days_of(month).last
    rows = KpiReview.objects.waiting().filter(client=client, starts_on__lte=last)
    return rows.filter(ends_on__gt=last - FORTNIGHT).order_by("ends_on", "pk").first()
