"""The alarm on ER: the posts of the last thirty days against those of the six months before.

Each post is held against the median of its own page, in logarithms. Where the competitors' posts of
the same days fell too, a post is excused by as much; where theirs rose, ours is not accused. The
agreed target has no part in it: whether that is met is the light's other question. Why:
docs/decisions/0004-robust-charts.md. Knows no database.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import log
from typing import Any, NamedTuple

import numpy as np

from kpi.chart_steps import Charts, last_step
from kpi.models import Light
from kpi.robust_chart import (
    CUT,
    History,
    chart_shift,
    normal_gains,
    thresholds_for,
)
from kpi.rules import Verdict, Window, grey
from kpi.statistics import FloatArray

LEAST_POSTS, MOST_POSTS = 8, 20
# A fall of less than a fifth is not worth a person.
LOW_SHARE = 0.8
# The fall that a chart is made for; where posts scatter widely a smaller one cannot be found.
SMALL_FALL, LARGE_FALL = log(1 / 0.7), log(2.0)
WIDE_SCATTER = 0.4
# Differences of a tenth between posts are nothing.
SCATTER_FLOOR = 0.1
# Of a ratio of zero, which has no logarithm: far enough to be cut off.
TINY = 1e-6
# A competitor's post counts as of the same date within so many days, if there are so many.
NEAR_DAYS, NEAR_POSTS = 10, 5
LEAST_MARKET_POSTS = 8
STOOD_SHARE = 0.9


class Market(NamedTuple):
    """Competitors' posts of the same days: `logs` over their own pages' medians, oldest first."""

    days: Sequence[dt.date]
    logs: FloatArray
    now: float
    before: float
    pages: int

    def change_on(self, day: dt.date) -> float:
        """The market's logarithm around that day, of the whole window where few posts are near."""
        away = np.array([abs((other - day).days) for other in self.days])
        near = self.logs[away <= NEAR_DAYS]
        return float(np.median(near if len(near) >= NEAR_POSTS else self.logs))


@dataclass(frozen=True)
class PostSeries:
    """Posts of one target that are old enough, the newest `MOST_POSTS`, oldest first.

    `logs` are over the posts' pages' medians; `now` and `before` the medians of the posts and of
    their pages. `history` is None where the pages have too little of it.
    """

    window: Window
    days: Sequence[dt.date]
    logs: FloatArray
    now: float
    before: float
    formula: str
    history: History | None = None
    run_length_days: float = 0.0
    history_days: int = 1
    market: Market | None = None

    @property
    def run_length(self) -> float:
        """In posts: as many as go out in those days."""
        posts = self.history.size if self.history else 1
        return self.run_length_days * posts / self.history_days

    @property
    def excused(self) -> FloatArray:
        """The posts once the market's fall is taken out; its rise never accuses."""
        if self.market is None:
            return self.logs
        fallen = [min(self.market.change_on(day), 0.0) for day in self.days]
        excused: FloatArray = self.logs - np.array(fallen)
        return excused


def over_median(ratios: FloatArray, medians: FloatArray) -> FloatArray:
    """Logarithms of posts' ratios over what is usual on their pages."""
    return np.asarray(np.log(np.maximum(ratios / medians, TINY)), dtype=np.float64)


def fall_for(scale: FloatArray) -> FloatArray:
    fall: FloatArray = np.where(scale > WIDE_SCATTER, LARGE_FALL, SMALL_FALL)
    return fall


@dataclass(frozen=True)
class ErChartRule:
    """Red where ER fell; grey with too few posts; green is no more than "no fall"."""

    code: str = "er_chart"

    def judge(self, series: Sequence[PostSeries]) -> list[Verdict]:
        found = {row: one for row, one in enumerate(series) if _is_judged(one)}
        verdicts = [self._unjudged(one) for one in series]
        if found:
            charts, shift, threshold = run_charts(list(found.values()))
            for place, (row, one) in enumerate(found.items()):
                evidence = _evidence(one) | {
                    "statistic": round(float(charts.statistic[place]), 3),
                    "threshold": round(float(threshold[place]), 3),
                    "shift": round(float(shift[place]), 2),
                    "run_length_days": round(one.run_length_days),
                }
                verdicts[row] = self._verdict(one, charts, place, evidence)
        return verdicts

    def _unjudged(self, series: PostSeries) -> Verdict:
        if len(series.logs) < LEAST_POSTS:
            return replace(grey("few_posts"), evidence={"chart_posts": len(series.logs)})
        evidence = {
            "chart_posts": len(series.logs),
            "median_now": _share(series.now),
            "history": "short",
        }
        return Verdict(Light.GREEN, rule=self.code, evidence=evidence)

    def _verdict(
        self, series: PostSeries, charts: Charts, place: int, evidence: dict[str, Any]
    ) -> Verdict:
        left = float(np.exp(np.median(series.excused)))
        if not charts.is_alarmed[place] or left > LOW_SHARE:
            return Verdict(Light.GREEN, rule=self.code, evidence=evidence)
        first = _day_of(series, int(charts.first[place]))
        raised = _day_of(series, int(charts.raised[place]))
        return Verdict(
            Light.RED,
            window=Window(first, series.window.last),
            rule=self.code,
            evidence=evidence | {"raised_on": raised.isoformat()},
        )


def run_charts(series: Sequence[PostSeries]) -> tuple[Charts, FloatArray, FloatArray]:
    """The charts of series with a history, their shifts and their thresholds."""
    histories = [one.history for one in series if one.history]
    scale = np.array([history.scale for history in histories])
    standard = np.zeros((len(series), MOST_POSTS))
    covered, starts = np.zeros_like(standard), np.zeros(len(series), dtype=np.intp)
    for row, (one, history) in enumerate(zip(series, histories, strict=True)):
        starts[row] = MOST_POSTS - len(one.logs)
        standard[row, starts[row] :] = (one.excused - history.centre) / history.scale
        covered[row, starts[row] :] = 1
    shift = chart_shift(fall_for(scale) / scale)
    threshold = thresholds_for(
        shift=shift,
        history=np.array([float(history.size) for history in histories]),
        run_length=np.array([one.run_length for one in series]),
        window=np.full(len(series), float(MOST_POSTS)),
    )
    gains = normal_gains(standard, shift=shift, covered=covered)
    return last_step(gains, threshold, starts), shift, threshold


def _is_judged(series: PostSeries) -> bool:
    return len(series.logs) >= LEAST_POSTS and series.history is not None


def _day_of(series: PostSeries, column: int) -> dt.date:
    """The day of the post in a column of the chart."""
    place = min(max(column - (MOST_POSTS - len(series.days)), 0), len(series.days) - 1)
    return series.days[place]


def _evidence(series: PostSeries) -> dict[str, Any]:
    history, market = series.history, series.market
    evidence: dict[str, Any] = {
        "chart_posts": len(series.logs),
        "median_now": _share(series.now),
        "median_before": _share(series.before),
        "posts_before": history.size if history else 0,
        "mad": round(history.mad, 3) if history else None,
        "scatter": round(history.scale, 3) if history else None,
        "cut": CUT,
        "formula": series.formula,
    }
    if market is not None:
        evidence |= {
            "market_now": _share(market.now),
            "market_before": _share(market.before),
            "market_posts": len(market.logs),
            "market_pages": market.pages,
        }
    return evidence


def _share(value: float) -> float:
    return round(value, 6)
