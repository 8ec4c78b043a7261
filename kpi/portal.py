"""The portal's pages of measured figures: the overview and the list of calls."""

from typing import Any

from django.core.paginator import Paginator

from clients.portal import PortalView
from kpi import portal_calls
from kpi.portal_agreement import read_agreement
from kpi.portal_month import Month, read_month
from kpi.portal_overview import call_chart, read_figures
from kpi.portal_replies import read_care
from kpi.portal_strategy import strategy_in_force


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
        strategy = strategy_in_force(self.client, self.month)
        agreement = read_agreement(self.client, on=self.month.today)
        figures = read_figures(self.client, strategy, agreement.pages, self.month)
        care = read_care(self.client, self.month)
        return context | {
            "strategy": strategy, "agreement": agreement, "figures": figures, "care": care,
        }  # fmt: skip


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
