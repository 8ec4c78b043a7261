"""Norm hours of a client's month: what the agreed services are planned to take."""

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from clients.models import Client, EngagementService, Performer
from clients.working_days import SATURDAY
from smm_agency.lib.months import last_of_month

OURS = (Performer.AGENCY, Performer.THIRD_PARTY)
# Of a month; a week is seven of its days, and a day is a working one: nights and weekends are a
# service apart, and public holidays, which differ by country, are not taken out. "For each post"
# depends on how many there are: not known.
MONTHS = {"month": Decimal(1), "quarter": Decimal(1) / 3}


def norm_hours(client: Client, month: dt.date) -> Decimal | None:
    """None: no norm is set, which is not a norm of zero hours."""
    return norms_of([client], month).get(client.pk)


def norms_of(clients: Iterable[Client], month: dt.date) -> dict[int, Decimal]:
    """By client, where one is set: the sum of services of engagements that run in the month.

    What the client or nobody does takes none of the team's hours.
    """
    rows: Any = EngagementService.objects.filter(
        client__in=list(clients),
        engagement__starts_on__lte=last_of_month(month),
        performer__in=OURS,
    ).exclude(engagement__ends_on__lt=month)
    columns = ("client", "norm_hours", "period", "service__period", "engagement__starts_on")
    found: dict[int, Decimal] = {}
    for client, norm, period, usual, starts_on in rows.order_by().values_list(*columns):
        share = of_month(norm, period or usual, month, starts_on=starts_on)
        if share is not None:
            found[client] = found.get(client, Decimal(0)) + share
    return found


def of_month(
    norm: Decimal | None, period: str, month: dt.date, *, starts_on: dt.date
) -> Decimal | None:
    """The part of a service's norm that falls into the month; None where nobody can say.

    What is done once falls into the month in which the engagement starts.
    """
    if norm is None:
        return None
    if period == "once":
        is_first = (starts_on.year, starts_on.month) == (month.year, month.month)
        return norm if is_first else None
    days = last_of_month(month).day
    if period == "day":
        return norm * weekdays_of(month, days)
    if period == "week":
        return norm * days / 7
    share = MONTHS.get(period or "month")
    return None if share is None else norm * share


def weekdays_of(month: dt.date, days: int) -> int:
    return sum(month.replace(day=number).weekday() < SATURDAY for number in range(1, days + 1))
