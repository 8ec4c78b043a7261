"""The portal's pages of measured figures: the overview and the list of calls."""

import datetime as dt
from functools import cached_property, partial
from typing import Any, NamedTuple

from django.utils import timezone

from clients.models import Client
from clients.portal import PortalView
from clients.portal_tables import Table, TablesView
from kpi import portal_calls
from kpi.period_form import DaysForm, NamedPeriodForm
from kpi.period_reading import read_period
from kpi.portal_agreement import agreement_lists, agreement_of
from kpi.portal_cards import partly_note
from kpi.portal_forecast import forecasts_of
from kpi.portal_lists import Found, Lists, read_lists
from kpi.portal_needs import Need, needs_in, needs_lists
from kpi.portal_overview import Counts, call_chart, count_for, read_figures
from kpi.portal_people import Link, links_about, manager_of, people_of, team_rows
from kpi.portal_period import Period, Span
from kpi.portal_replies import case_lists, read_care
from kpi.portal_strategy import start_of_strategy, strategy_in_force
from kpi.portal_work import done_lists, done_of, next_lists, next_of
from strategy.models import Metric


class PeriodView(PortalView):
    """A page about some days, `?period=2026-11`; the current month unless asked for.

    `?month=2026-11` means the same, as it did before there were other periods.
    """

    # Whether its figures stand beside those of an earlier time, where that is asked for.
    compares = False

    @cached_property
    def asked(self) -> tuple[Period, str]:
        """The period, and a note where another one was asked for."""
        return read_period(
            self.request.GET.dict(),
            today=self.client.today(),
            strategy_start=partial(start_of_strategy, self.client),
        )

    @property
    def period(self) -> Period:
        return self.asked[0]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        period, note = self.asked
        return super().get_context_data(
            period=period,
            period_note=note,
            compares=self.compares,
            period_form=NamedPeriodForm(period, compares=self.compares),
            days_form=DaysForm(period),
            **kwargs,
        )


class Overview(PeriodView):
    template_name = "portal/overview.html"
    section = "overview"
    compares = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        client, period = self.client, self.period
        found = read_lists(client, overview_lists(client, period, at=timezone.now()))
        strategy = strategy_in_force(client, period)
        agreement = agreement_of(found, client)
        care = read_care(found, client, period)
        return context | {
            "asked": asked_of(found, client, on=period.today),
            "strategy": strategy,
            "agreement": agreement,
            "figures": read_figures(client, strategy, agreement.pages, period),
            "forecasts": forecasts_of(client, strategy, period),
            "care": care,
            "done": done_of(found, client, period, answered=care.answered),
            "next": next_of(found, client, on=period.today),
        }


def overview_lists(client: Client, period: Period, *, at: dt.datetime) -> Lists:
    """All that the overview lists, for one statement."""
    return {
        **needs_lists(),
        "team": team_rows(period.today),
        **agreement_lists(on=period.today),
        **case_lists(),
        **done_lists(client, period),
        **next_lists(period.today, at),
    }


class Asked(NamedTuple):
    """A need, and the ways to the manager with its code filled in."""

    need: Need
    links: list[Link]


def asked_of(found: Found, client: Client, *, on: dt.date) -> list[Asked]:
    manager = manager_of(people_of(found["team"]))
    needs = needs_in(found, client, on=on)
    return [Asked(need, links_about(manager, need, client)) for need in needs]


class Calls(TablesView, PeriodView):
    template_name = "portal/calls.html"
    section = "calls"
    compares = True

    @cached_property
    def tallies(self) -> list[portal_calls.TallyLine]:
        return portal_calls.tallies_in(self.client, self.period)

    def tables(self) -> list[Table]:
        return portal_calls.call_tables(self.client, self.period, self.tallies)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        client, period = self.client, self.period
        totals = portal_calls.totals_in(client, Span(period.first, period.last))
        counts = count_for(client, Metric.CALLS, period)
        return super().get_context_data(
            totals=totals,
            coverage=partly_note(counts.now.measured_days, counts.now.days),
            earlier=self.earlier(totals, counts),
            chart=call_chart(client, counts.now, period, self.tallies),
            **kwargs,
        )

    def earlier(self, totals: dict[str, int], counts: Counts) -> portal_calls.Earlier | None:
        span = self.period.earlier
        if span is None or counts.then is None:
            return None
        return portal_calls.earlier_in(
            self.client, totals, span=span, now=counts.now, then=counts.then
        )
