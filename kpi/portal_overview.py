"""The figures of the overview, put together: which metric counts, what came, what was wanted."""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from django.utils import timezone

from clients.models import Client
from kpi.chart_events import read_chart_events
from kpi.count import Count
from kpi.counts import counts_in_spans
from kpi.engagement_rate import ErValue
from kpi.growth import GrowthValue
from kpi.portal_calls import TallyLine, tallies_in
from kpi.portal_cards import (
    Card,
    count_card,
    er_card,
    growth_card,
    with_earlier_count,
    with_earlier_growth,
    with_earlier_rate,
)
from kpi.portal_charts import (
    ChartBlock,
    count_chart,
    er_chart,
    subscribers_charts,
    tally_chart,
)
from kpi.portal_pages import OwnPage, Readings, read_readings, weeks_until
from kpi.portal_period import DAY, Period, Span
from kpi.portal_strategy import Strategy, Target
from strategy.models import FormulaCode, Metric
from strategy.periods import days_between

# Where the strategy names no formula: the one that needs no reach and no views.
DEFAULT_FORMULA = FormulaCode.ER_POST


class Figures(NamedTuple):
    cards: list[Card]
    charts: list[ChartBlock]


class Counts(NamedTuple):
    """A count of the period, and of the days it is compared with: None where it is with none."""

    now: Count
    then: Count | None


def count_for(
    client: Client, metric: Metric, period: Period, community_id: int | None = None
) -> Counts:
    """Of one community, or of all; the earlier days cost no statement more."""
    earlier = period.earlier
    found = counts_in_spans(
        [client.pk],
        metric,
        [(period.first, period.until), *([earlier] if earlier else [])],
        at=timezone.now(),
        communities=[(client.pk, community_id)] if community_id else [],
    )
    now, then, *_rest = [*(counts[client.pk, community_id] for counts in found), None]
    return Counts(now, then)


def is_by_tally(count: Count) -> bool:
    """Whether whole weeks were counted at once, so that no day has a figure of its own."""
    return count.tallied is not None and all(value is None for value in count.by_day.values())


def chart_of(
    count: Count,
    metric: Metric,
    target: Target | None,
    period: Period,
    tallies: Sequence[TallyLine],
) -> ChartBlock:
    name = str(metric.label).capitalize()
    if is_by_tally(count):
        return tally_chart(tallies, name, target, period)
    return replace(count_chart(count, name, target, period), metric=metric)


def read_figures(
    client: Client, strategy: Strategy | None, pages: Sequence[OwnPage], period: Period
) -> Figures:
    """The period's cards and the charts; `pages` are the client's own on networks."""
    primary = strategy.primary if strategy else None
    metric = primary.metric if primary else Metric.CALLS
    counts = count_for(client, metric, period, primary.community_id if primary else None)
    tallies = tallies_in(client, period) if is_by_tally(counts.now) else []
    card = count_card(client, counts.now, metric, primary, period)
    if period.earlier and counts.then:
        card = with_earlier_count(card, period.earlier, counts.now, counts.then)
    charts = [chart_of(counts.now, metric, primary, period, tallies)]
    more_cards, more_charts = page_figures(client, strategy, pages, period)
    first = min(period.first, weeks_until(period.until)[0])
    happened = read_chart_events(client, first, period.last, published_only=True)
    marked = [chart.marked(happened) for chart in (*charts, *more_charts)]
    return Figures([card, *more_cards], marked)


def page_figures(
    client: Client, strategy: Strategy | None, pages: Sequence[OwnPage], period: Period
) -> Figures:
    """Growth and ER: of the period on the cards, of its weeks, or the last ones, in the charts."""
    growth = targets_of(strategy, Metric.GROWTH)
    rates = targets_of(strategy, Metric.ER)
    codes = {formula_of(target) for target in rates}
    weeks = weeks_until(period.until, since=period.first)
    # Growth opens on the evening before the first day.
    first = min(weeks[0], period.earlier.first - DAY) if period.earlier else weeks[0]
    readings = read_readings(client, pages, codes, first=first, last=period.until)
    cards = [
        *(growth_of(readings, target, period) for target in growth),
        *(rate_of(readings, target, period) for target in rates),
    ]
    charts = [
        er_chart(readings, formula_of(target), weeks, period.until, target) for target in rates
    ]
    days = days_between(weeks[0], period.until)
    return Figures(cards, [*charts, *subscribers_charts(readings, days)])


def growth_of(readings: Readings, target: Target | None, period: Period) -> Card:
    now = grown_in(Span(period.first, period.until), readings, target)
    card = growth_card(now, target, period)
    if period.earlier is None:
        return card
    then = grown_in(period.earlier, readings, target)
    return with_earlier_growth(card, period.earlier, now, then)


def rate_of(readings: Readings, target: Target | None, period: Period) -> Card:
    now = rate_in(Span(period.first, period.until), readings, target)
    card = er_card(now, target, period)
    if period.earlier is None:
        return card
    then = rate_in(period.earlier, readings, target)
    return with_earlier_rate(card, period.earlier, now, then)


def targets_of(strategy: Strategy | None, metric: Metric) -> list[Target] | list[None]:
    """What the strategy wants of a metric; [None] where it wants nothing."""
    return (strategy.targets_of(metric) if strategy else []) or [None]


def formula_of(target: Target | None) -> str:
    return target.formula if target else DEFAULT_FORMULA


def grown_in(span: Span, readings: Readings, target: Target | None) -> GrowthValue:
    community = target.community_id if target else None
    return readings.net_growth(first=span.first, last=span.last, community_id=community)


def rate_in(span: Span, readings: Readings, target: Target | None) -> ErValue:
    return readings.engagement_rate(
        formula_of(target),
        first=span.first,
        last=span.last,
        community_id=target.community_id if target else None,
    )


def call_chart(
    client: Client, count: Count, period: Period, tallies: Sequence[TallyLine]
) -> ChartBlock:
    """The calls page's chart: calls, whatever the strategy counts."""
    happened = read_chart_events(client, period.first, period.last, published_only=True)
    return chart_of(count, Metric.CALLS, None, period, tallies).marked(happened)
