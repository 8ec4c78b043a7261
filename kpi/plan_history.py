"""What the client's own history says for a reverse plan; what it does not say, a person enters."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Sum
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from clients.models import Client
from communities.models import Profile
from kpi.baselines import LEAST_COVERAGE, Window, count_baseline, window_before
from kpi.counts import counts_for_clients
from kpi.models import ProfileSnapshot
from strategy.models import Metric

HUNDREDTH = Decimal("0.01")


@dataclass(frozen=True)
class Known:
    """A figure with its source in a sentence; None: no history. `days` were measured."""

    value: Decimal | None
    source: str
    days: int = 0


@dataclass(frozen=True)
class PlanHistory:
    calls_a_month: Known
    call_to_deal: Known
    calls_per_1000: Known
    cpm: Known


def read_history(client: Client, *, on: dt.date, metric: str = Metric.CALLS) -> PlanHistory:
    """Of the last three whole months, by the calls that are counted: all, or unique-target ones.

    What the program does not record has no history.
    """
    window = window_before(on)
    return PlanHistory(
        calls_a_month=_calls_a_month(client, metric, window),
        call_to_deal=Known(None, _no_history(_("which calls ended in a deal is not recorded"))),
        calls_per_1000=_calls_per_1000(client, metric, window),
        cpm=Known(None, _no_history(_("what reaching people cost is not recorded"))),
    )


def _no_history(why: str) -> str:
    return _("No history, enter it: %(why)s.") % {"why": why}


def _calls_a_month(client: Client, metric: str, window: Window) -> Known:
    found = count_baseline(client, metric, window)
    if found.value is None:
        return Known(None, _no_history(found.reason))
    source = _("The mean of %(first)s – %(last)s: %(days)s days measured.") % {
        "first": date_format(window.first),
        "last": date_format(window.last),
        "days": found.days,
    }
    return Known(found.value, source, found.days)


def _calls_per_1000(client: Client, metric: str, window: Window) -> Known:
    """Calls ÷ reach × 1,000, of the communities and the days of which both are measured.

    Reach is that of the day, summed: who was reached on two days counts twice.
    """
    reached = _reach_by_day(client, window)
    counts = counts_for_clients([client.pk], metric, first=window.first, last=window.last)
    calls, reach, days = 0, 0, set()
    for (community, day), people in reached.items():
        came = counts[client.pk, community].by_day[day]
        if came is not None:
            calls, reach = calls + came, reach + people
            days.add(day)
    told = {"measured": len(days), "days": window.days}
    if len(days) < LEAST_COVERAGE * window.days:
        why = _("reach and calls together are measured on %(measured)s of %(days)s days") % told
        return Known(None, _no_history(why), len(days))
    if not calls or not reach:
        return Known(None, _no_history(_("no call came on the days on which reach is known")))
    rate = (Decimal(calls) / reach * 1000).quantize(HUNDREDTH)
    if not rate:
        return Known(None, _no_history(_("fewer than one call for 200,000 people reached")))
    source = _(
        "%(calls)s calls for %(reach)s people reached, summed by day: %(days)s days measured."
    ) % {"calls": calls, "reach": reach, "days": len(days)}
    return Known(rate, source, len(days))


def _reach_by_day(client: Client, window: Window) -> dict[tuple[int, dt.date], int]:
    rows = ProfileSnapshot.objects.filter(
        client=client,
        profile__relation=Profile.Relation.OWN,
        profile__community__isnull=False,
        date__range=window,
        reach__isnull=False,
    )
    sums = rows.order_by().values_list("profile__community__pk", "date").annotate(Sum("reach"))
    return {(community, day): people for community, day, people in sums}
