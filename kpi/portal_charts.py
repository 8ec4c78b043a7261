"""The charts of the portal: what Chart.js draws, and the same figures as a table."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import Any, Self

from django.utils.translation import gettext as _

from communities.networks.registry import network_name
from kpi.chart_events import ChartEvents
from kpi.count import Count
from kpi.portal_calls import TallyLine
from kpi.portal_pages import Readings
from kpi.portal_period import Period
from kpi.portal_strategy import Target, key_of, title_of
from smm_agency.lib.charts import FlagMark, Mark, Plot, Rule, Series
from smm_agency.lib.words import Number, as_count, as_share, short_day
from strategy.models import Metric
from strategy.periods import last_of_month

WEEK = dt.timedelta(days=6)


@dataclass(frozen=True)
class ChartBlock:
    """A chart with its title and a table of the same values for those who do not see it."""

    key: str
    title: str
    first_column: str
    labels: list[str]
    series: list[Series]
    note: str = ""
    is_share: bool = False
    is_from_zero: bool = True
    # What the labels stand for, where each is a day or a span of days; `until` ends the last one.
    days: Sequence[dt.date] = ()
    until: dt.date | None = None
    marks: Sequence[Mark] = ()
    rules: Sequence[Rule] = ()
    flags: Sequence[FlagMark] = ()
    # Flags of another metric are not marked; empty: all are.
    metric: str = ""

    def marked(self, happened: ChartEvents) -> Self:
        """The same chart with what happened on its days."""
        return replace(
            self,
            marks=happened.marks(self.days, until=self.until),
            rules=happened.rules(self.days, until=self.until),
            flags=happened.flag_marks(self.days, until=self.until, metric=self.metric),
        )

    @property
    def element_id(self) -> str:
        return f"chart-{self.key}"

    @property
    def is_empty(self) -> bool:
        """Whether nothing was measured: a target alone is no figure."""
        facts = [one for one in self.series if one.role != "target"]
        return all(value is None for one in facts for value in one.values)

    @property
    def plot(self) -> Plot:
        """The same chart for the screen and for paper."""
        return Plot(
            self.labels,
            self.series,
            self.is_share,
            self.is_from_zero,
            self.marks,
            self.rules,
            self.flags,
        )

    @property
    def config(self) -> dict[str, Any]:
        return self.plot.config

    @property
    def headers(self) -> list[str]:
        return [one.label for one in self.series]

    @property
    def rows(self) -> list[tuple[str, list[str]]]:
        write: Callable[[Number | None], str] = as_share if self.is_share else as_count
        return [
            (label, [write(one.values[position]) for one in self.series])
            for position, label in enumerate(self.labels)
        ]


def _so_far(by_day: Sequence[int | None]) -> list[int | None]:
    """The running total; a day without a count is a gap, and so is all before the first one."""
    totals = accumulate(value or 0 for value in by_day)
    return [
        total if value is not None else None for value, total in zip(by_day, totals, strict=True)
    ]


def _pace(target: Target, period: Period) -> list[float] | None:
    """Each month's plan spread evenly over its days, added up; None where there is no plan."""
    if target.in_period(period) is None:
        return None
    total, pace = 0.0, []
    for day in period.days:
        total += float(target.in_month(day) or 0) / last_of_month(day).day
        pace.append(round(total, 2))
    return pace


def target_note(target: Target, period: Period) -> str:
    wanted = target.in_period(period)
    if wanted is None:
        return ""
    message = (
        _("Target of the month: %(value)s")
        if period.is_month
        else _("Target of the period: %(value)s")
    )
    return message % {"value": as_count(wanted)}


def count_chart(count: Count, name: str, target: Target | None, period: Period) -> ChartBlock:
    """Each day of the period, and the running total against an even pace to the target."""
    days = period.days
    by_day = [count.by_day.get(day) for day in days]
    so_far = _("Month so far") if period.is_month else _("Period so far")
    series = [
        Series(_("That day"), by_day, "bar", "1"),
        Series(so_far, _so_far(by_day), "line", "2"),
    ]
    pace = _pace(target, period) if target else None
    if pace is not None:
        series.append(Series(_("Even pace to the target"), pace, role="target"))
    note = target_note(target, period) if target else ""
    labels = [short_day(day) for day in days]
    return ChartBlock("count", name, _("Day"), labels, series, note, days=days)


def tally_chart(
    tallies: Sequence[TallyLine], name: str, target: Target | None, period: Period
) -> ChartBlock:
    """The tallies as they were taken, oldest first, against an even share of the target."""
    rows = list(reversed(tallies))
    series = [Series(name, [row.total for row in rows], "bar", "1")]
    wanted = target.in_period(period) if target else None
    if wanted is not None:
        daily = float(wanted) / len(period.days)
        shares = [round(daily * row.length, 1) for row in rows]
        series.append(Series(_("Even share of the target"), shares, role="target"))
    return ChartBlock("count", name, _("Days"), [row.days for row in rows], series)


def subscribers_charts(readings: Readings, days: Sequence[dt.date]) -> list[ChartBlock]:
    """One for each own page that was measured: pages differ too much in size to share an axis."""
    charts = []
    for page in readings.pages:
        by_day = readings.followers(page.profile_id, days[0], days[-1])
        if by_day:
            series = [Series(_("Subscribers"), [by_day.get(day) for day in days], role="1")]
            charts.append(
                ChartBlock(
                    f"subscribers-{page.profile_id}",
                    _("Subscribers: %(page)s, %(network)s")
                    % {"page": page.title, "network": network_name(page.network)},
                    _("Day"),
                    [short_day(day) for day in days],
                    series,
                    is_from_zero=False,
                    days=days,
                    metric=Metric.GROWTH,
                )
            )
    return charts


def er_chart(
    readings: Readings, code: str, mondays: Sequence[dt.date], last: dt.date, target: Target | None
) -> ChartBlock:
    """ER of each week by its formula; a week whose posts were not measured is a gap."""
    community = target.community_id if target else None
    values = [
        readings.engagement_rate(
            code, first=monday, last=min(monday + WEEK, last), community_id=community
        )
        for monday in mondays
    ]
    series = [Series(str(values[0].formula.title), [value.value for value in values], role="1")]
    if target is not None:
        wanted = [target.in_month(monday + dt.timedelta(days=3)) for monday in mondays]
        numbers = [None if value is None else float(value) for value in wanted]
        series.append(Series(_("Target"), numbers, role="target"))
    return ChartBlock(
        key_of("er", target),
        title_of(_("Engagement rate by week"), target),
        _("Week from"),
        [short_day(monday) for monday in mondays],
        series,
        note=str(values[0].formula.title),
        is_share=True,
        days=mondays,
        until=last,
        metric=Metric.ER,
    )
