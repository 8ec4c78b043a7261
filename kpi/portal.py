"""The portal's pages of measured figures: the overview and the list of calls."""

import datetime as dt
from typing import Any, NamedTuple

from django.core.paginator import Paginator
from django.utils import timezone

from clients.models import Client
from clients.portal import PortalView
from kpi import portal_calls
from kpi.portal_agreement import agreement_lists, agreement_of
from kpi.portal_forecast import forecasts_of
from kpi.portal_lists import Found, Lists, read_lists
from kpi.portal_month import Month, read_month
from kpi.portal_needs import Need, needs_in, needs_lists
from kpi.portal_overview import call_chart, read_figures
from kpi.portal_people import Link, links_about, manager_of, people_of, team_rows
from kpi.portal_replies import case_lists, read_care
from kpi.portal_strategy import strategy_in_force
from kpi.portal_work import done_lists, done_of, next_lists, next_of


class MonthView(PortalView):
    """A page about one month, `?month=2026-11`; the current one unless asked for."""

    month: Month

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        self.month, note = read_month(self.request.GET.get("month"), today=self.client.today())
        return super().get_context_data(month=self.month, month_note=note, **kwargs)


class Overview(MonthView):
    template_name = "portal/overview.html"
    section = "overview"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        client, month = self.client, self.month
        found = read_lists(client, overview_lists(client, month, at=timezone.now()))
        strategy = strategy_in_force(client, month)
        agreement = agreement_of(found, client)
        care = read_care(found, client, month)
        return context | {
            "asked": asked_of(found, client, on=month.today),
            "strategy": strategy,
            "agreement": agreement,
            "figures": read_figures(client, strategy, agreement.pages, month),
            "forecasts": forecasts_of(client, strategy, month),
            "care": care,
            "done": done_of(found, client, month, answered=care.answered),
            "next": next_of(found, client, on=month.today),
        }


def overview_lists(client: Client, month: Month, *, at: dt.datetime) -> Lists:
    """All that the overview lists, for one statement."""
    return {
        **needs_lists(),
        "team": team_rows(month.today),
        **agreement_lists(on=month.today),
        **case_lists(),
        **done_lists(client, month),
        **next_lists(month.today, at),
    }


class Asked(NamedTuple):
    """A need, and the ways to the manager with its code filled in."""

    need: Need
    links: list[Link]


def asked_of(found: Found, client: Client, *, on: dt.date) -> list[Asked]:
    manager = manager_of(people_of(found["team"]))
    needs = needs_in(found, client, on=on)
    return [Asked(need, links_about(manager, need, client)) for need in needs]


class Calls(MonthView):
    template_name = "portal/calls.html"
    section = "calls"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        rows = portal_calls.calls_in(self.client, self.month)
        page = Paginator(rows, portal_calls.PAGE_ROWS).get_page(self.request.GET.get("page"))
        tallies = portal_calls.tallies_in(self.client, self.month)
        return context | {
            "page": page,
            "lines": portal_calls.lines(page.object_list),
            "totals": portal_calls.totals_in(self.client, self.month),
            "tallies": tallies,
            "chart": call_chart(self.client, self.month, tallies),
        }
