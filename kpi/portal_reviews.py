"""The portal's page of what was decided, and of the KPI reviews as they stood when closed.

Both only where they were published, with the text that was written for the client.
"""

from typing import Any, NamedTuple

from clients.models import Client
from kpi.models import KpiReview
from kpi.portal import MonthView
from kpi.portal_agreement import decision_line, decision_rows
from kpi.portal_lists import read_lists
from kpi.review_words import FigureLine, figure_lines


class PublishedReview(NamedTuple):
    starts_on: Any
    ends_on: Any
    closed_at: Any
    text: str
    figures: list[FigureLine]


def published_reviews(client: Client) -> list[PublishedReview]:
    columns = ("starts_on", "ends_on", "closed_at", "client_text", "figures")
    rows = KpiReview.objects.filter(client=client, is_published=True).order_by("-ends_on")
    return [
        PublishedReview(first, last, closed_at, text, figure_lines(figures))
        for first, last, closed_at, text, figures in rows.values_list(*columns)
    ]


class Reviews(MonthView):
    template_name = "portal/reviews.html"
    section = "reviews"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        found = read_lists(self.client, {"decisions": decision_rows()})
        return context | {
            "decisions": [decision_line(row) for row in found["decisions"]],
            "reviews": published_reviews(self.client),
        }
