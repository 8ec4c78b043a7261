"""The alarm on counts: a likelihood-ratio CUSUM of each target, day by day.

S grows by what a day says for a fall to `ratio` of what was agreed, and never falls below zero; an
alarm is raised when S reaches the threshold. It lasts until the days since then speak as clearly
for the agreed rate (`RECOVERED` to one); then the chart begins anew at zero. So two false alarms of
a chart are at least its in-control run length apart, on average. Why, and how well it does:
docs/decisions/0002-cusum.md. Knows no database.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from kpi.chart_steps import Charts, Step, follow, last_step
from kpi.cusum import log_likelihood_ratio
from kpi.models import Light
from kpi.rules import CountSeries, Verdict, Window, grey
from kpi.silence import expected_since_last
from kpi.statistics import FloatArray

LEAST_DAYS = 7
# A chart that nothing was expected of for so long does not say how things are.
LATELY_DAYS = 14
# Below this share of what was expected since the fall began, the alarm is red.
FAR_SHARE = 0.5
# Above so many counts a month a fall of 30 % is looked for, below a halving.
MANY_A_MONTH = 20.0


def ratio_for(month_means: FloatArray) -> FloatArray:
    """The fall that a chart is made to find: with few counts a smaller one cannot be found."""
    return np.where(month_means < MANY_A_MONTH, 0.5, 0.7)


def gains_of(series: CountSeries) -> FloatArray:
    """What each day says for the fall; days that are not measured say nothing."""
    setup = series.setup
    gains = log_likelihood_ratio(
        series.actual,
        series.expected,
        ratio=setup.ratio[:, None],
        dispersion=setup.dispersion[:, None],
    )
    places = np.arange(gains.shape[1])
    counted = (series.covered > 0) & (places >= series.starts[:, None])
    return np.where(counted & (places <= series.ends[:, None]), gains, 0.0)


def chart_steps(series: CountSeries) -> Iterator[Step]:
    """Follow all charts through their days."""
    return follow(gains_of(series), series.setup.threshold)


def run_charts(series: CountSeries) -> Charts:
    """Where the charts stand at the end of their days."""
    return last_step(gains_of(series), series.setup.threshold, series.starts)


@dataclass(frozen=True)
class CusumRule:
    """Green or alarmed; grey while too few days are measured, while nothing was expected of any day
    lately, or while there is a silence that nobody has explained: then it is not known whether
    calls fell or their counting did.
    """

    code: str = "cusum"

    def judge(self, series: CountSeries) -> list[Verdict]:
        charts = run_charts(series)
        silent_for = expected_since_last(series.actual, _judged(series.expected, series))
        judged = _judged(series.covered.astype(np.float64), series)
        measured = judged.sum(axis=1)
        late = np.arange(judged.shape[1]) > series.ends[:, None] - LATELY_DAYS
        lately = (judged * (series.expected > 0) * late).sum(axis=1)
        return [
            self._verdict(
                series, charts, row, float(silent_for[row]), int(measured[row]), int(lately[row])
            )
            for row in range(len(series.ends))
        ]

    def _verdict(
        self,
        series: CountSeries,
        charts: Charts,
        row: int,
        silent_for: float,
        measured: int,
        lately: int,
    ) -> Verdict:
        setup = series.setup
        evidence: dict[str, Any] = {
            "measured_days": measured,
            "measured_lately": lately,
            "statistic": round(float(charts.statistic[row]), 3),
            "threshold": round(float(setup.threshold[row]), 3),
            "ratio": float(setup.ratio[row]),
            "dispersion": round(float(setup.dispersion[row]), 2),
            "run_length_days": round(float(setup.run_length[row])),
        }
        is_old = series.ends[row] - series.starts[row] >= LATELY_DAYS
        if lately == 0 and is_old:
            return grey("no_exposure")
        if measured < LEAST_DAYS:
            return grey("too_early")
        if silent_for >= setup.silence[row] and not setup.is_explained[row]:
            return self._silence(series, row, silent_for, evidence)
        if not charts.is_alarmed[row]:
            return Verdict(Light.GREEN, rule=self.code, evidence=evidence)
        return self._alarm(series, charts, row, evidence)

    def _alarm(
        self, series: CountSeries, charts: Charts, row: int, evidence: dict[str, Any]
    ) -> Verdict:
        first, last = int(charts.first[row]), int(series.ends[row])
        actual, expected = _sums(series, row, first, last)
        is_far = actual < FAR_SHARE * expected
        raised = series.first + dt.timedelta(days=int(charts.raised[row]))
        return Verdict(
            Light.RED if is_far else Light.AMBER,
            actual=actual,
            expected=expected,
            window=_window(series, first, last),
            rule=self.code,
            evidence=evidence | {"raised_on": raised.isoformat()},
        )

    def _silence(
        self, series: CountSeries, row: int, silent_for: float, evidence: dict[str, Any]
    ) -> Verdict:
        last = int(series.ends[row])
        came = np.flatnonzero(series.actual[row, : last + 1] > 0)
        first = max(int(came[-1]) + 1 if came.size else 0, int(series.starts[row]))
        return Verdict(
            Light.GREY,
            actual=0.0,
            expected=silent_for,
            window=_window(series, first, last),
            reason="silence",
            rule="silence",
            evidence=evidence | {"limit": round(float(series.setup.silence[row]), 2)},
        )


def _judged(values: FloatArray, series: CountSeries) -> FloatArray:
    """Zero before a chart begins, after its last day, and on days that are not measured."""
    places = np.arange(values.shape[1])
    inside = (places >= series.starts[:, None]) & (places <= series.ends[:, None])
    return np.where(inside & (series.covered > 0), values, 0.0)


def _sums(series: CountSeries, row: int, first: int, last: int) -> tuple[float, float]:
    days = slice(first, last + 1)
    counted = series.covered[row, days] > 0
    return (
        float(series.actual[row, days][counted].sum()),
        float(series.expected[row, days][counted].sum()),
    )


def _window(series: CountSeries, first: int, last: int) -> Window:
    return Window(series.first + dt.timedelta(days=first), series.first + dt.timedelta(days=last))
