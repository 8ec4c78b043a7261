"""How the publication plan of this month and the next one stands, for the block of management."""

import datetime as dt
from typing import NamedTuple
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clients.models import AT_REST, Client
from content.admin.plan_step import plan_url
from content.fulfilment import count_up
from smm_agency.block_rows import BlockRows, months_of
from smm_agency.lib.words import as_count
from strategy.periods import last_of_month

DAY = dt.timedelta(days=1)
# The next month's plan is wanted so long before it begins.
AHEAD_DAYS = 7


class Lack(NamedTuple):
    text: str
    url: str


class PlanStanding(NamedTuple):
    facts: list[str]
    lacks: list[Lack]


def plan_standing(rows: BlockRows, *, on: dt.date) -> PlanStanding:
    """What is kept of the plan is told of the days that are over."""
    months, planned_rows = months_of(on), rows.publications
    facts = [
        _fact(month, planned)
        for month in months
        if (planned := count_up(planned_rows, rows.client, month, last_of_month(month)).planned)
    ]
    kept = count_up(planned_rows, rows.client, months[0], on - DAY)
    if kept.planned:
        facts.append(
            _("Published on time this month: %(kept)s, of what was planned up to yesterday.")
            % {"kept": kept}
        )
    return PlanStanding(facts, [*_unplanned(rows, months, on=on), *_not_out(rows, kept.not_out)])


def _fact(month: dt.date, planned: int) -> str:
    return ngettext(
        "The plan of %(month)s: %(count)s publication.",
        "The plan of %(month)s: %(count)s publications.",
        planned,
    ) % {"month": date_format(month, "F Y"), "count": as_count(planned)}


def _unplanned(rows: BlockRows, months: tuple[dt.date, dt.date], *, on: dt.date) -> list[Lack]:
    """Months that a strategy rules and nobody has planned; the next one a week ahead."""
    if rows.client.status in AT_REST:
        return []
    days = (months[1] - on).days
    wanted = [
        month
        for month in months
        if month not in rows.planned_months and month <= on + DAY * AHEAD_DAYS
    ]
    ruled = [month for month in wanted if rows.version_on(max(month, on))]
    return [Lack(_lack(month, days, on), _url(rows.client, month)) for month in ruled]


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


def _not_out(rows: BlockRows, count: int) -> list[Lack]:
    if not count:
        return []
    text = ngettext(
        "%(count)d publication of this month has not gone out.",
        "%(count)d publications of this month have not gone out.",
        count,
    ) % {"count": count}
    url = f"{reverse('content_calendar')}?{urlencode({'client': rows.client.pk})}"
    return [Lack(text, url)]
