"""The alarm on growth: net subscribers day by day against what the target asks of a usual day.

A day is held against the target by the page's own scatter of the six months before. Waves (a
giveaway, an advertisement) are cut off like any far day, so the share that they used to bring on
top of usual days is taken off the target too. Why: docs/decisions/0004-robust-charts.md.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from kpi.chart_steps import Charts, last_step
from kpi.models import Light
from kpi.robust_chart import CUT, History, chart_shift, history_of, normal_gains, thresholds_for
from kpi.rules import IntArray, Verdict, Window
from kpi.statistics import FloatArray

LEAST_DAYS = 14
LEAST_HISTORY_DAYS = 28
WEEK = 7
# The chart is made for half of what was agreed.
FALL = 0.5
LOW_SHARE = 0.8
# A page that hardly moves scatters by a subscriber a day at least.
SCATTER_FLOOR = 1.0


@dataclass(frozen=True)
class GrowthSeries:
    """Growth of many targets on the same days; a row for each target, a column for each day.

    A column holds the growth since the last measured day before it: `covered` days of it (0: not
    measured), `actual` what came in them, `expected` what the target asks of them. `waves` is the
    share that waves used to bring on top of usual days. `histories` are None where there is too
    little.
    """

    first: dt.date
    actual: FloatArray
    expected: FloatArray
    covered: IntArray
    starts: IntArray
    ends: IntArray
    histories: Sequence[History | None]
    waves: FloatArray
    run_length: FloatArray

    def day_of(self, column: int) -> dt.date:
        return self.first + dt.timedelta(days=column)


@dataclass(frozen=True)
class GrowthHistory:
    history: History
    mean: float


def growth_history(actual: FloatArray, covered: IntArray) -> GrowthHistory | None:
    """Of one row: the usual day, and how far days and weeks are from it, in days' scatters.

    Where growth comes in waves, weeks scatter more than √7 days: then theirs counts.
    """
    days = covered > 0
    if covered[days].sum() < LEAST_HISTORY_DAYS:
        return None
    grown, long = actual[days], covered[days].astype(np.float64)
    usual = float(np.median(grown / long))
    away = (grown - usual * long) / np.sqrt(long)
    floor = max(SCATTER_FLOOR, float(np.sqrt(abs(usual))))
    history = history_of(away, floor=max(floor, _weekly_scatter(actual, covered)))
    mean = float(grown.sum() / long.sum())
    return GrowthHistory(
        history._replace(centre=usual + history.centre, size=int(long.sum())), mean
    )


def _weekly_scatter(actual: FloatArray, covered: IntArray) -> float:
    whole = len(actual) // WEEK * WEEK
    grown = actual[:whole].reshape(-1, WEEK).sum(axis=1)
    days = covered[:whole].reshape(-1, WEEK).sum(axis=1)
    told = days >= WEEK - 2
    if told.sum() < 4:
        return 0.0
    rates = grown[told] / days[told]
    away = (rates - np.median(rates)) * np.sqrt(days[told])
    return float(np.median(np.abs(away)) * 1.4826)


@dataclass(frozen=True)
class GrowthChartRule:
    """Red where growth fell below what was agreed; green is no more than "no alarm"."""

    code: str = "growth_chart"

    def judge(self, series: GrowthSeries) -> list[Verdict]:
        charts, shift, threshold = run_charts(series)
        return [
            self._verdict(series, charts, row, float(shift[row]), float(threshold[row]))
            for row in range(len(series.ends))
        ]

    def _verdict(
        self, series: GrowthSeries, charts: Charts, row: int, shift: float, threshold: float
    ) -> Verdict:
        history = series.histories[row]
        if history is None:
            return Verdict(Light.GREEN, rule=self.code, evidence={"history": "short"})
        measured = int(series.covered[row].sum())
        evidence: dict[str, Any] = {
            "chart_days": measured,
            "usual_day": round(history.centre, 2),
            "mad": round(history.mad, 2),
            "scatter": round(history.scale, 2),
            "days_before": history.size,
            "cut": CUT,
            "statistic": round(float(charts.statistic[row]), 3),
            "threshold": round(threshold, 3),
            "shift": round(shift, 2),
            "run_length_days": round(float(series.run_length[row])),
        }
        first = min(int(charts.first[row]), int(series.ends[row]))
        days = slice(first, int(series.ends[row]) + 1)
        actual, expected = (
            float(values[row, days].sum()) for values in (series.actual, series.expected)
        )
        is_low = actual < LOW_SHARE * expected
        if measured < LEAST_DAYS or not charts.is_alarmed[row] or not is_low:
            return Verdict(Light.GREEN, rule=self.code, evidence=evidence)
        return Verdict(
            Light.RED,
            actual=actual,
            expected=expected,
            window=Window(_begin(series, row, first), series.day_of(int(series.ends[row]))),
            rule=self.code,
            evidence=evidence | {"raised_on": series.day_of(int(charts.raised[row])).isoformat()},
        )


def _begin(series: GrowthSeries, row: int, first: int) -> dt.date:
    """The first day that the first measured value from that column on covers."""
    told = np.flatnonzero(series.covered[row, first:] > 0)
    column = first + int(told[0]) if told.size else first
    return series.day_of(column - max(int(series.covered[row, column]), 1) + 1)


def run_charts(series: GrowthSeries) -> tuple[Charts, FloatArray, FloatArray]:
    """All charts, their shifts and thresholds; rows without a history say nothing."""
    known = np.array([history is not None for history in series.histories])
    scale = np.array([history.scale if history else 1.0 for history in series.histories])
    count = np.array([float(history.size) if history else 1.0 for history in series.histories])
    covered = series.covered * known[:, None]
    days = np.maximum(covered.sum(axis=1), 1)
    asked = np.where(covered > 0, series.expected, 0.0).sum(axis=1) / days
    shift = chart_shift(asked * (1 - FALL) / scale)
    threshold = thresholds_for(
        shift=shift,
        history=count,
        run_length=series.run_length,
        window=np.full(len(scale), float(series.actual.shape[1])),
    )
    usual = series.expected * (1 - series.waves[:, None])
    away = (series.actual - usual) / (scale[:, None] * np.sqrt(np.maximum(covered, 1)))
    gains = normal_gains(away, shift=shift, covered=covered.astype(np.float64))
    return last_step(gains, threshold, series.starts), shift, threshold
