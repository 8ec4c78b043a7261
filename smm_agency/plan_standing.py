"""How the publication plan of this month and the next one stands, for the block of management."""

import datetime as dt
from typing import NamedTuple
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clients.models import Client
from content.admin.plan_step import plan_url
from content.fulfilment import count_up
from content.models import Publication, PublicationPlan
from content.months import month_after
from content.plan_days import AT_REST
from smm_agency.lib.words import as_count
from strategy.models import StrategyVersion
from strategy.periods import last_of_month, month_of

DAY = dt.timedelta(days=1)
# The next month's plan is wanted so long before it begins.
AHEAD_DAYS = 7


class Lack(NamedTuple):
    text: str
    url: str


class PlanStanding(NamedTuple):
    facts: list[str]
    lacks: list[Lack]


def plan_standing(client: Client, *, on: dt.date) -> PlanStanding:
    """Three statements. What is kept of the plan is told of the days that are over."""
    months = (month_of(on), month_after(on))
    rows = list(_publications(client, months))
    facts = [
        _fact(month, planned)
        for month in months
        if (planned := count_up(rows, client, month, last_of_month(month)).planned)
    ]
    kept = count_up(rows, client, months[0], on - DAY)
    if kept.planned:
        facts.append(
            _("Published on time this month: %(kept)s, of what was planned up to yesterday.")
            % {"kept": kept}
        )
    return PlanStanding(
        facts, [*_unplanned(client, months, on=on), *_not_out(client, kept.not_out)]
    )


def _publications(client: Client, months: tuple[dt.date, dt.date]) -> list[Publication]:
    begin = dt.datetime.combine(months[0], dt.time(), tzinfo=client.zone)
    end = dt.datetime.combine(month_after(months[1]), dt.time(), tzinfo=client.zone)
    rows = Publication.objects.filter(client=client).promised_within(begin, end)
    columns = ("planned_at", "promised_at", "sent_at", "state", "post__state")
    return list(rows.select_related("post").only(*columns))


def _fact(month: dt.date, planned: int) -> str:
    return ngettext(
        "The plan of %(month)s: %(count)s publication.",
        "The plan of %(month)s: %(count)s publications.",
        planned,
    ) % {"month": date_format(month, "F Y"), "count": as_count(planned)}


def _unplanned(client: Client, months: tuple[dt.date, dt.date], *, on: dt.date) -> list[Lack]:
    """Months that a strategy rules and nobody has planned; the next one a week ahead."""
    if client.status in AT_REST:
        return []
    known = set(
        PublicationPlan.objects.filter(client=client, month__in=months).values_list(
            "month", flat=True
        )
    )
    days = (months[1] - on).days
    wanted = [month for month in months if month not in known and month <= on + DAY * AHEAD_DAYS]
    ruled = [month for month in wanted if _is_ruled(client, max(month, on))]
    return [Lack(_lack(month, days, on), _url(client, month)) for month in ruled]


def _is_ruled(client: Client, day: dt.date) -> bool:
    return StrategyVersion.objects.in_force(on=day).filter(client=client).exists()


def _lack(month: dt.date, days: int, on: dt.date) -> str:
    words = {"month": date_format(month, "F Y"), "days": days}
    if month <= on:
        return _("There is no publication plan of %(month)s: make it.") % words
    return (
        ngettext(
            "%(month)s begins in %(days)d day and has no publication plan: make it.",
            "%(month)s begins in %(days)d days and has no publication plan: make it.",
            days,
        )
        % words
    )


def _url(client: Client, month: dt.date) -> str:
    return f"{plan_url(client)}?{urlencode({'month': f'{month:%Y-%m}'})}"


def _not_out(client: Client, count: int) -> list[Lack]:
    if not count:
        return []
    text = ngettext(
        "%(count)d publication of this month has not gone out.",
        "%(count)d publications of this month have not gone out.",
        count,
    ) % {"count": count}
    url = f"{reverse('content_calendar')}?{urlencode({'client': client.pk})}"
    return [Lack(text, url)]
