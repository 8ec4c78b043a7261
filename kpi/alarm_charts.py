"""The parameters of the charts: estimated once a month from the days before it, and kept; anew
where another target is agreed for the month, or the chart begins within it.

So a night's alarm does not move because the estimate did, and a past day that is judged again is
judged by what was known then.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from kpi.alarm_rule import ratio_for
from kpi.count_series import Wanted, lay_out_counts
from kpi.cusum import DAYS_A_MONTH, run_length_days, thresholds_for
from kpi.day_profile import learn_profile
from kpi.exposure import load_exposure
from kpi.models import AlarmChart, AlarmSettings
from kpi.rules import ChartSetup
from kpi.silence import silence_limit
from kpi.statistics import FloatArray
from kpi.subjects import Subject
from strategy.models import KpiTarget, StrategyVersion
from strategy.models.target import CALL_METRICS
from strategy.periods import month_of

HISTORY_DAYS = 365


class Key(NamedTuple):
    """What a chart's parameters are of. Where a chart began before the month is all one to them."""

    client_id: int
    community_id: int | None
    metric: str
    month: dt.date
    begun: dt.date
    target: float


@dataclass(frozen=True)
class Parameters:
    """Of many charts, in the order of their subjects: `weekdays` (n, 7), the others (n,).

    `holiday` is a public holiday as a share of its weekday.
    """

    weekdays: FloatArray
    holiday: FloatArray
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
    month = month_of(subject.day)
    return Key(
        subject.client_id, subject.community_id, subject.metric, month,
        max(subject.chart_from, month), month_mean(subject),
    )  # fmt: skip


def month_means(subjects: Iterable[Subject]) -> FloatArray:
    return np.array([month_mean(subject) for subject in subjects])


def month_mean(subject: Subject) -> float:
    """What a chart expects of a month: this month's target, or the newest that there is."""
    newest = max(subject.months, default=None)
    value = subject.value or (subject.months[newest] if newest else None)
    return value or 1.0


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
        holiday=np.array([chart.holiday for chart in charts]),
        dispersion=np.array([chart.dispersion for chart in charts]),
        ratio=np.array([chart.ratio for chart in charts]),
        threshold=np.array([chart.threshold for chart in charts]),
        run_length=np.array([chart.run_length_days for chart in charts]),
    )


def _key(row: AlarmChart) -> Key:
    begun = max(row.starts_on, row.month)
    return Key(row.client_id, row.community_id, row.metric, row.month, begun, row.month_target)


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
    first, last = month - dt.timedelta(days=HISTORY_DAYS), month - dt.timedelta(days=1)
    wanted = [Wanted(row.client_id, row.community_id, row.metric) for row in subjects]
    exposure = load_exposure(
        {row.client_id for row in subjects},
        first=first,
        last=last,
        known_on={row.client_id: row.today for row in subjects},
    )
    profile = learn_profile(wanted, lay_out_counts(wanted, first=first, last=last, at=at), exposure)
    means = month_means(subjects)
    ratio = ratio_for(means)
    threshold = thresholds_for(
        month_means=means, dispersions=profile.dispersion, ratios=ratio, run_length=run_length
    )
    return [
        AlarmChart(
            client_id=subject.client_id,
            community_id=subject.community_id,
            metric=subject.metric,
            month=month,
            starts_on=subject.chart_from,
            month_target=float(means[row]),
            weekdays=profile.weekdays[row].tolist(),
            holiday=float(profile.holiday[row]),
            dispersion=float(profile.dispersion[row]),
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
