"""The portal's pages of measured figures: the overview and the list of calls."""

from typing import Any

from django.core.paginator import Paginator

from clients.portal import PortalView
from kpi import portal_agreement, portal_calls
from kpi.portal_month import Month, read_month


class MonthView(PortalView):
    """A page about one month, `?month=2026-11`; the current one unless asked for."""

    def month(self) -> tuple[Month, str]:
        return read_month(self.request.GET.get("month"), today=self.client.today())


class Overview(MonthView):
    template_name = "portal/overview.html"
    section = "overview"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        month, note = self.month()
        strategy = portal_agreement.strategy_in_force(self.client, on=month.until)
        return super().get_context_data(
            month=month,
            month_note=note,
            tasks=portal_agreement.tasks_of_client(self.client, on=month.today),
            strategy=strategy,
            decisions=portal_agreement.published_decisions(self.client),
            communities=portal_agreement.communities_of(self.client),
            responsibility=portal_agreement.who_does_what(self.client, on=month.until),
            **kwargs,
        )


class Calls(MonthView):
    template_name = "portal/calls.html"
    section = "calls"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        month, note = self.month()
        rows = portal_calls.calls_in(self.client, month)
        page = Paginator(rows, portal_calls.PAGE_ROWS).get_page(self.request.GET.get("page"))
        return super().get_context_data(
            month=month,
            month_note=note,
            page=page,
            lines=portal_calls.lines(page.object_list),
            totals=portal_calls.totals_in(self.client, month),
            tallies=portal_calls.tallies_in(self.client, month),
            **kwargs,
        )
