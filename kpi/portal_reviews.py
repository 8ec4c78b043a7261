"""The portal's page of what was decided, and of the KPI reviews as they stood when closed.

Both only where they were published, with the text that was written for the client.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from functools import cached_property
from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy

from clients.models import Client
from clients.portal_tables import Column, Shown, ShownTable, Table, TablesView
from kpi.models import KpiReview
from kpi.portal import PeriodView
from kpi.portal_agreement import decision_line, decision_rows
from kpi.portal_lists import read_lists
from kpi.review_words import FigureLine, figure_line


class Figured(NamedTuple):
    """An indicator of a month: as it was stored, and as the page writes it."""

    stored: Mapping[str, Any]
    line: FigureLine


class PublishedReview(NamedTuple):
    pk: int
    starts_on: Any
    ends_on: Any
    closed_at: Any
    text: str
    figures: list[Figured]

    @property
    def table_name(self) -> str:
        return f"review-{self.pk}"


def published_reviews(client: Client) -> list[PublishedReview]:
    columns = ("pk", "starts_on", "ends_on", "closed_at", "client_text", "figures")
    rows = KpiReview.objects.filter(client=client, is_published=True).order_by("-ends_on")
    return [
        PublishedReview(pk, first, last, closed_at, text, figured(figures))
        for pk, first, last, closed_at, text, figures in rows.values_list(*columns)
    ]


def figured(figures: Iterable[Mapping[str, Any]] | None) -> list[Figured]:
    return [Figured(one, figure_line(one)) for one in figures or ()]


def number(name: str) -> Any:
    def read(found: Figured) -> Decimal | None:
        value = found.stored[name]
        return None if value is None else Decimal(str(value))

    return read


def measured_share(found: Figured) -> float | None:
    days = found.stored["days"]
    return found.stored["measured_days"] / days if days else None


COLUMNS: Sequence[Column] = (
    Column(
        "month",
        gettext_lazy("month"),
        lambda found: found.line.month,
        lambda found: dt.date.fromisoformat(found.stored["month"]),
        order=lambda found: found.stored["month"],
    ),
    Column(
        "metric",
        gettext_lazy("indicator"),
        lambda found: found.line.metric,
        order=lambda found: found.line.metric.casefold(),
    ),
    Column(
        "plan",
        gettext_lazy("plan"),
        lambda found: found.line.plan,
        number("plan"),
        order=number("plan"),
        is_number=True,
    ),
    Column(
        "fact",
        gettext_lazy("fact"),
        lambda found: found.line.actual,
        number("actual"),
        order=number("actual"),
        is_number=True,
    ),
    Column(
        "measured",
        gettext_lazy("days measured"),
        lambda found: found.line.measured,
        order=measured_share,
        is_number=True,
    ),
    Column(
        "result",
        gettext_lazy("result"),
        lambda found: Shown(
            found.line.result_label, notes=[found.line.note] if found.line.note else ()
        ),
        lambda found: ". ".join(
            part for part in (found.line.result_label, found.line.note) if part
        ),
        order=lambda found: found.line.result_label,
    ),
)


class Reviews(TablesView, PeriodView):
    template_name = "portal/reviews.html"
    section = "reviews"

    @cached_property
    def reviews(self) -> list[PublishedReview]:
        return published_reviews(self.client)

    def tables(self) -> list[Table]:
        title = gettext_lazy("Figures of the review")
        return [
            Table(one.table_name, title, COLUMNS, one.figures, f"review_{one.ends_on}")
            for one in self.reviews
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        found = read_lists(self.client, {"decisions": decision_rows()})
        tables: dict[str, ShownTable] = context["tables"]
        return context | {
            "decisions": [decision_line(row) for row in found["decisions"]],
            "reviews": [(one, tables[one.table_name]) for one in self.reviews],
        }
