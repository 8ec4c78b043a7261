"""The parameters of the charts: estimated once a month from the days before it, and kept.

So a night's alarm does not move because the estimate did, and a past day that is judged again is
judged by what was known then.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from kpi.alarm_rule import ratio_for
from kpi.count_series import Wanted, lay_out_counts
from kpi.cusum import DAYS_A_MONTH, run_length_days, thresholds_for
from kpi.dispersion import dispersion_of
from kpi.models import AlarmChart, AlarmSettings
from kpi.rules import ChartSetup
from kpi.silence import silence_limit
from kpi.statistics import FloatArray, weekday_weights
from kpi.subjects import Subject
from strategy.models import KpiTarget, StrategyVersion
from strategy.models.target import CALL_METRICS
from strategy.periods import month_of

HISTORY_DAYS = 365
Key = tuple[int, int | None, str, dt.date]


@dataclass(frozen=True)
class Parameters:
    """Of many charts, in the order of their subjects: `weekdays` (n, 7), the others (n,)."""

    weekdays: FloatArray
    dispersion: FloatArray
    ratio: FloatArray
    threshold: FloatArray
    run_length: FloatArray

    def silence(self, subjects: Sequence[Subject]) -> FloatArray:
        """How much may be expected without anything coming; of counts that are no calls too."""
        return silence_limit(
            day_mean=month_means(subjects) / DAYS_A_MONTH,
            dispersion=self.dispersion,
            run_length=self.run_length,
        )

    def setup(self, subjects: Sequence[Subject]) -> ChartSetup:
        """No silence is explained yet; only of calls can one be heard."""
        limit = self.silence(subjects)
        is_called = np.array([subject.metric in CALL_METRICS for subject in subjects])
        return ChartSetup(
            ratio=self.ratio,
            dispersion=self.dispersion,
            threshold=self.threshold,
            silence=np.where(is_called, limit, np.inf),
            is_explained=np.zeros(len(subjects), dtype=bool),
            run_length=self.run_length,
        )


def key_of(subject: Subject) -> Key:
    return subject.client_id, subject.community_id, subject.metric, month_of(subject.day)


def month_means(subjects: Iterable[Subject]) -> FloatArray:
    """What each chart expects of a month: this month's target, or the newest that there is."""
    values = []
    for subject in subjects:
        newest = max(subject.months, default=None)
        value = subject.value or (subject.months[newest] if newest else None)
        values.append(value or 1.0)
    return np.array(values)


def parameters_of(subjects: Sequence[Subject], *, at: dt.datetime) -> Parameters:
    """One query; in the first night of a month, or of a target, the estimation as well."""
    known = _stored(subjects)
    missing = {key_of(subject): subject for subject in subjects if key_of(subject) not in known}
    if missing:
        rows = estimate(list(missing.values()), at=at)
        AlarmChart.objects.bulk_create(rows, ignore_conflicts=True, batch_size=2000)
        known |= {_key(row): row for row in rows}
    charts = [known[key_of(subject)] for subject in subjects]
    return Parameters(
        weekdays=np.array([chart.weekdays for chart in charts]),
        dispersion=np.array([chart.dispersion for chart in charts]),
        ratio=np.array([chart.ratio for chart in charts]),
        threshold=np.array([chart.threshold for chart in charts]),
        run_length=np.array([chart.run_length_days for chart in charts]),
    )


def _key(row: AlarmChart) -> Key:
    return row.client_id, row.community_id, row.metric, row.month


def _stored(subjects: Sequence[Subject]) -> dict[Key, AlarmChart]:
    rows = AlarmChart.objects.filter(
        client__in={subject.client_id for subject in subjects},
        month__in={month_of(subject.day) for subject in subjects},
    )
    return {_key(row): row for row in rows.order_by()}


def estimate(subjects: Sequence[Subject], *, at: dt.datetime) -> list[AlarmChart]:
    """Weekdays and scatter of the year before the month; thresholds from the agency's budget."""
    charts = []
    run_length = agency_run_length(on=max(subject.day for subject in subjects))
    for month in sorted({month_of(subject.day) for subject in subjects}):
        same = [subject for subject in subjects if month_of(subject.day) == month]
        charts += _estimate_month(same, month, run_length, at=at)
    return charts


def _estimate_month(
    subjects: Sequence[Subject], month: dt.date, run_length: float, *, at: dt.datetime
) -> list[AlarmChart]:
    first = month - dt.timedelta(days=HISTORY_DAYS)
    wanted = [Wanted(row.client_id, row.community_id, row.metric) for row in subjects]
    layout = lay_out_counts(wanted, first=first, last=month - dt.timedelta(days=1), at=at)
    single = layout.covered.copy()
    for row, begin, end in layout.spans:
        # The days of a weekly tally say nothing about weekdays.
        single[row, begin : end + 1] = 0
    weekday = (np.arange(single.shape[1]) + first.weekday()) % 7
    days = np.eye(7)[weekday]
    weekdays = weekday_weights((layout.actual * single) @ days, single @ days)
    dispersion = dispersion_of(layout.actual, single, weekday)
    means = month_means(subjects)
    ratio = ratio_for(means)
    threshold = thresholds_for(
        month_means=means, dispersions=dispersion, ratios=ratio, run_length=run_length
    )
    return [
        AlarmChart(
            client_id=subject.client_id,
            community_id=subject.community_id,
            metric=subject.metric,
            month=month,
            starts_on=subject.chart_from,
            weekdays=weekdays[row].tolist(),
            dispersion=float(dispersion[row]),
            ratio=float(ratio[row]),
            threshold=float(threshold[row]),
            run_length_days=run_length,
        )
        for row, subject in enumerate(subjects)
    ]


def agency_run_length(*, on: dt.date) -> float:
    """From "false alarms a month of the whole agency": each target that is judged is a chart."""
    running = StrategyVersion.objects.running(on=on)
    charts = KpiTarget.objects.filter(version__in=running).count()
    budget = AlarmSettings.objects.values_list("false_alarms_a_month", flat=True).first()
    return run_length_days(charts=charts, false_alarms_a_month=float(budget or 1))
