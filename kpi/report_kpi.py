"""Plan and fact of each KPI, month by month, for the report."""

import datetime as dt
from typing import Any

from kpi.models import KpiReview
from kpi.report_span import Data, Span
from kpi.review_figures import figures_of
from strategy.models import Metric


def read_kpi(span: Span) -> Data:
    """The months of the period and those before it, six in all.

    What the closed review says of a month stands: late counts do not change what was agreed upon.
    """
    live = figures_of(_looking_back(span), at=span.at)
    stored = {key_of(row): row for row in _stored(span)}
    rows = [stored.pop(key_of(row), row) for row in live]
    return {"rows": [*rows, *stored.values()]}


def _looking_back(span: Span) -> KpiReview:
    """Of the months of the trend; it is never saved."""
    return KpiReview(client=span.client, starts_on=span.trend_from, ends_on=span.last)


def _stored(span: Span) -> list[dict[str, Any]]:
    return list((span.review.figures if span.review else None) or ())


def key_of(row: Data) -> tuple[str, ...]:
    """A version that ends within a month leaves it to the next one: each says its days."""
    names = ("metric", "community", "formula", "month", "plan", "days")
    return tuple(str(row.get(name)) for name in names)


def is_in(row: Data, first: str, last: str) -> bool:
    """Whether the row's month lies in the period, given as ISO days."""
    return first[:7] <= str(row["month"])[:7] <= last[:7]


def line_of(row: Data) -> tuple[str, str, str]:
    """Rows of one line are the same indicator in other months."""
    return row["metric"], row["community"], row["formula"] if row["metric"] == Metric.ER else ""


def month_before(month: str) -> str:
    day = dt.date.fromisoformat(month).replace(day=1) - dt.timedelta(days=1)
    return day.replace(day=1).isoformat()
