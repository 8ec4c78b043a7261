"""The figures of the overview, put together: which metric counts, what came, what was wanted."""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from django.utils import timezone

from clients.models import Client
from kpi.call_counts import count_calls
from kpi.chart_events import read_chart_events
from kpi.count import Count
from kpi.counts import counts_for_clients
from kpi.engagement_rate import ErValue
from kpi.growth import GrowthValue
from kpi.portal_calls import TallyLine, tallies_in
from kpi.portal_cards import Card, count_card, er_card, growth_card
from kpi.portal_charts import (
    ChartBlock,
    count_chart,
    er_chart,
    subscribers_charts,
    tally_chart,
)
from kpi.portal_month import Month
from kpi.portal_pages import OwnPage, Readings, read_readings, weeks_until
from kpi.portal_strategy import Strategy, Target
from strategy.models import FormulaCode, Metric
from strategy.models.target import CALL_METRICS
from strategy.periods import days_between

# Where the strategy names no formula: the one that needs no reach and no views.
DEFAULT_FORMULA = FormulaCode.ER_POST


class Figures(NamedTuple):
    cards: list[Card]
    charts: list[ChartBlock]


def count_for(
    client: Client, metric: Metric, month: Month, community_id: int | None = None
) -> Count:
    """The month's count of one community, or of all; calls need no list of the communities."""
    ids = [client.pk]
    if metric in CALL_METRICS:
        places = [(client.pk, community_id)] if community_id else []
        counts = count_calls(
            ids, places, metric, first=month.first, last=month.until, at=timezone.now()
        )
    else:
        counts = counts_for_clients(ids, metric, first=month.first, last=month.until)
    return counts[client.pk, community_id]


def is_by_tally(count: Count) -> bool:
    """Whether whole weeks were counted at once, so that no day has a figure of its own."""
    return count.tallied is not None and all(value is None for value in count.by_day.values())


def chart_of(
    count: Count, metric: Metric, target: Target | None, month: Month, tallies: Sequence[TallyLine]
) -> ChartBlock:
    name = str(metric.label).capitalize()
    if is_by_tally(count):
        return tally_chart(tallies, name, target, month)
    return replace(count_chart(count, name, target, month), metric=metric)


def read_figures(
    client: Client, strategy: Strategy | None, pages: Sequence[OwnPage], month: Month
) -> Figures:
    """The month's cards and the charts; `pages` are the client's own on networks."""
    primary = strategy.primary if strategy else None
    metric = primary.metric if primary else Metric.CALLS
    count = count_for(client, metric, month, primary.community_id if primary else None)
    tallies = tallies_in(client, month) if is_by_tally(count) else []
    cards = [count_card(client, count, metric, primary, month)]
    charts = [chart_of(count, metric, primary, month, tallies)]
    more_cards, more_charts = page_figures(client, strategy, pages, month)
    first = min(month.first, weeks_until(month.until)[0])
    happened = read_chart_events(client, first, month.last, published_only=True)
    marked = [chart.marked(happened) for chart in (*charts, *more_charts)]
    return Figures([*cards, *more_cards], marked)


def page_figures(
    client: Client, strategy: Strategy | None, pages: Sequence[OwnPage], month: Month
) -> Figures:
    """Growth and ER: of the month on the cards, of the last weeks in the charts."""
    growth = targets_of(strategy, Metric.GROWTH)
    rates = targets_of(strategy, Metric.ER)
    codes = {formula_of(target) for target in rates}
    days = days_between(weeks_until(month.until)[0], month.until)
    readings = read_readings(client, pages, codes, first=days[0], last=month.until)
    cards = [
        *(growth_card(grown_in(month, readings, target), target, month) for target in growth),
        *(er_card(rate_in(month, readings, target), target, month) for target in rates),
    ]
    charts = [er_chart(readings, formula_of(target), month.until, target) for target in rates]
    return Figures(cards, [*charts, *subscribers_charts(readings, days)])


def targets_of(strategy: Strategy | None, metric: Metric) -> list[Target] | list[None]:
    """What the strategy wants of a metric; [None] where it wants nothing."""
    return (strategy.targets_of(metric) if strategy else []) or [None]


def formula_of(target: Target | None) -> str:
    return target.formula if target else DEFAULT_FORMULA


def grown_in(month: Month, readings: Readings, target: Target | None) -> GrowthValue:
    community = target.community_id if target else None
    return readings.net_growth(first=month.first, last=month.until, community_id=community)


def rate_in(month: Month, readings: Readings, target: Target | None) -> ErValue:
    return readings.engagement_rate(
        formula_of(target),
        first=month.first,
        last=month.until,
        community_id=target.community_id if target else None,
    )


def call_chart(client: Client, month: Month, tallies: Sequence[TallyLine]) -> ChartBlock:
    """The calls page's chart: calls, whatever the strategy counts."""
    count = count_for(client, Metric.CALLS, month)
    happened = read_chart_events(client, month.first, month.last, published_only=True)
    return chart_of(count, Metric.CALLS, None, month, tallies).marked(happened)
