"""Plan and fact of each KPI, month by month, for the report."""

import datetime as dt
from typing import Any

from clients.models import Engagement
from kpi.models import KpiReview
from kpi.report_span import Data, Span
from kpi.review_figures import figures_of
from strategy.models import Metric


def read_kpi(span: Span) -> Data:
    """The months of the period and those before it, six in all.

    What the closed review says of a month stands: late counts do not change what was agreed upon.
    """
    stored = _stored(span)
    told = {(line_of(row), row["month"]) for row in stored}
    live = figures_of(_looking_back(span), at=span.at)
    return {"rows": [*stored, *(row for row in live if (line_of(row), row["month"]) not in told)]}


def _looking_back(span: Span) -> KpiReview:
    """Of the months of the trend; it is never saved."""
    return KpiReview(client=span.client, starts_on=span.trend_from, ends_on=span.last)


def _stored(span: Span) -> list[dict[str, Any]]:
    """What the review says of the period; nothing where it covers only a part of what we work."""
    review = span.review
    if review is None:
        return []
    begin, end = _worked(span)
    if review.starts_on > begin or review.ends_on < end:
        return []
    first, last = span.first.isoformat(), span.last.isoformat()
    return [row for row in review.figures or () if is_in(row, first, last)]


def _worked(span: Span) -> tuple[dt.date, dt.date]:
    """The days of the period from the first engagement's start to the last one's end."""
    rows = Engagement.objects.filter(client=span.client, starts_on__lte=span.last)
    rows = rows.exclude(ends_on__lt=span.first)
    days = list(rows.values_list("starts_on", "ends_on"))
    if not days:
        return span.first, span.last
    begin = min(starts_on for starts_on, _ends_on in days)
    end = max(ends_on or span.last for _starts_on, ends_on in days)
    return max(begin, span.first), min(end, span.last)


def is_in(row: Data, first: str, last: str) -> bool:
    """Whether the row's month lies in the period, given as ISO days."""
    return first[:7] <= str(row["month"])[:7] <= last[:7]


def line_of(row: Data) -> tuple[str, str, str]:
    """Rows of one line are the same indicator in other months."""
    return row["metric"], row["community"], row["formula"] if row["metric"] == Metric.ER else ""


def month_before(month: str) -> str:
    day = dt.date.fromisoformat(month).replace(day=1) - dt.timedelta(days=1)
    return day.replace(day=1).isoformat()
