"""What a target can see: how soon the chart of a count notices that calls have halved.

From the chart itself (`kpi.cusum`): the threshold by the agency's budget of false alarms, the
scatter of the client's own counts where a chart has estimated it, else what is usual. Days are
measured days; the figures of docs/decisions/0002-cusum.md, where each tenth is not, are longer.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from math import ceil

import numpy as np
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from kpi.alarm_charts import agency_run_length
from kpi.alarm_rule import ratio_for
from kpi.cusum import DAYS_A_MONTH, days_to_alarm, thresholds_for
from kpi.dispersion import USUAL
from kpi.models import AlarmChart
from smm_agency.lib.roomy_thread import call_with_room
from smm_agency.lib.words import as_count
from strategy.models import KpiTarget, Metric, StrategyVersion
from strategy.models.target import CALL_METRICS, COUNT_METRICS

HALVED = 0.5
MOST_DAYS = 730
# A halving that takes longer than this to notice has cost more than two months of calls.
SLOW_WEEKS = 8


@dataclass(frozen=True)
class Sight:
    """Weeks until a halving of `per_month` is noticed: in half of cases, and in nine of ten.

    None where that takes longer than two years.
    """

    per_month: float
    half_weeks: int | None
    most_weeks: int | None

    @property
    def is_slow(self) -> bool:
        return self.half_weeks is None or self.half_weeks > SLOW_WEEKS


@dataclass(frozen=True)
class TargetSight:
    target: KpiTarget
    sight: Sight

    @property
    def sentence(self) -> str:
        return sight_sentence(self.target, self.sight)


@lru_cache(maxsize=512)
def sight_of_count(*, per_month: float, dispersion: float, run_length: float) -> Sight:
    """Of a count of so many a month, by its scatter and the days between false alarms."""
    # Asked for by pages: the chart's matrices are larger than the stack of a web server's thread.
    return call_with_room(partial(_sight, per_month, dispersion, run_length))


def _sight(per_month: float, dispersion: float, run_length: float) -> Sight:
    mean = np.array([per_month])
    ratio = ratio_for(mean)
    threshold = thresholds_for(
        month_means=mean, dispersions=np.array([dispersion]), ratios=ratio, run_length=run_length
    )
    chances = days_to_alarm(
        day_mean=per_month / DAYS_A_MONTH,
        fall=HALVED,
        dispersion=dispersion,
        ratio=float(ratio[0]),
        threshold=float(threshold[0]),
        most=MOST_DAYS,
    )
    half, most = (int(np.searchsorted(chances, share)) + 1 for share in (0.5, 0.9))
    return Sight(per_month, _weeks(half), _weeks(most))


def _weeks(days: int) -> int | None:
    return ceil(days / 7) if days <= MOST_DAYS else None


def sights_of_version(version: StrategyVersion, *, on: dt.date) -> list[TargetSight]:
    """Of each count with months; four queries however many targets."""
    targets = version.targets.filter(metric__in=COUNT_METRICS).exclude(months=None)
    rows = targets.select_related("version__client", "community__profile").distinct()
    return sights_of(list(rows.prefetch_related("months").order_by("pk")), on=on)


def sights_of(targets: Sequence[KpiTarget], *, on: dt.date) -> list[TargetSight]:
    """Those of these targets that are counts and have a value for some month."""
    means = {target: mean for target in targets if (mean := _mean(target))}
    if not means:
        return []
    run_length = agency_run_length(on=on)
    scatter = _scatter(means)
    return [
        TargetSight(
            target,
            sight_of_count(
                per_month=round(mean, 1),
                dispersion=round(scatter.get(_place(target), USUAL), 2),
                run_length=run_length,
            ),
        )
        for target, mean in means.items()
    ]


def _mean(target: KpiTarget) -> float | None:
    """The mean of its months; None where it is no count, or nothing is expected."""
    if target.metric not in COUNT_METRICS:
        return None
    values = [float(month.value) for month in target.months.all()]
    return sum(values) / len(values) if any(values) else None


Place = tuple[int, int | None, str]


def _place(row: KpiTarget | AlarmChart) -> Place:
    return row.client_id, row.community_id, row.metric


def _scatter(targets: Iterable[KpiTarget]) -> dict[Place, float]:
    """By place, what the newest chart there has estimated."""
    clients = {target.client_id for target in targets}
    rows = AlarmChart.objects.filter(client__in=clients).order_by("month", "starts_on")
    return {_place(row): row.dispersion for row in rows}


def sight_sentence(target: KpiTarget, sight: Sight) -> str:
    """What the target can see, and what would see more where that is little."""
    told = {
        "target": capfirst(str(target)),
        "count": as_count(sight.per_month),
        "half": sight.half_weeks,
        "most": sight.most_weeks,
    }
    if sight.half_weeks is None:
        sentence = _("%(target)s: at %(count)s a month a halving is not noticed within two years.")
    elif sight.most_weeks is None:
        sentence = _(
            "%(target)s: at %(count)s a month a halving is noticed in about %(half)s weeks (the"
            " median; one in ten takes longer than two years)."
        )
    else:
        sentence = _(
            "%(target)s: at %(count)s a month a halving is noticed in about %(half)s weeks (the"
            " median; nine of ten within %(most)s)."
        )
    said = sentence % told
    return f"{said} {_advice(target)}" if sight.is_slow else said


def _advice(target: KpiTarget) -> str:
    if target.metric in CALL_METRICS:
        return _("Widen to leads (calls + messages + forms), or agree on a quarter?")
    if target.metric == Metric.LEADS:
        return _("Agree on a quarter?")
    return _("Agree on a quarter, or watch another count beside it?")
