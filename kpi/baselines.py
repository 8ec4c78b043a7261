"""What a month brought before: the starting point of a target, from the client's own history.

The window is the last three whole months. A mean is over the measured days only, brought to the
length of a month; where less than half of the window is measured, there is a reason instead.
"""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from clients.models import Client, User
from clients.rights import may
from communities.models import Community
from kpi.count import Reason
from kpi.counts import count_metric
from kpi.engagement_rate import measure_er
from kpi.growth import measure_growth
from strategy.models import KpiTarget, Metric, StrategyVersion, VersionState
from strategy.models.target import COUNT_METRICS
from strategy.periods import length_of, month_of

MONTHS = 3
LEAST_COVERAGE = 0.5
DAY = dt.timedelta(days=1)
# Money and minutes, curated shares and plans: other blocks will measure them.
PLACES = {Metric.ER: Decimal("0.00001")}
TENTH = Decimal("0.1")


class Window(NamedTuple):
    first: dt.date
    last: dt.date

    @property
    def days(self) -> int:
        return length_of(self.first, self.last)


@dataclass(frozen=True)
class Baseline:
    """A month's usual value, or why there is none. `days` were measured, the last is `until`."""

    value: Decimal | None
    until: dt.date | None = None
    days: int = 0
    reason: str = ""


class Filled(NamedTuple):
    """What became of one target; `is_kept` where somebody's own value stands."""

    target: KpiTarget
    baseline: Baseline
    is_kept: bool = False


def window_before(on: dt.date) -> Window:
    """The last three whole months before this day's."""
    last = month_of(on) - DAY
    first = month_of(last)
    for _month in range(MONTHS - 1):
        first = month_of(first - DAY)
    return Window(first, last)


def measure_baseline(target: KpiTarget, *, on: dt.date) -> Baseline:
    """The target's own metric, of its community or of all of them, before the month of this day."""
    window = window_before(on)
    if target.metric in COUNT_METRICS:
        client = target.version.client
        return count_baseline(client, target.metric, window, community=target.community)
    if target.metric == Metric.GROWTH:
        return _growth_baseline(target, window)
    if target.metric == Metric.ER:
        return _er_baseline(target, window)
    return Baseline(None, reason=_("not measured yet"))


def count_baseline(
    client: Client, metric: str, window: Window, *, community: Community | None = None
) -> Baseline:
    """The mean per month over the measured days."""
    count = count_metric(client, metric, first=window.first, last=window.last, community=community)
    if count.total is None:
        return Baseline(None, reason=str(Reason(count.reason).label))
    until = min(window.last, count.known_until or window.last)
    per_month = Decimal(count.total) / max(count.measured_days, 1) * _month_days(window)
    return _covered(per_month.quantize(TENTH), until, count.measured_days, window)


def _growth_baseline(target: KpiTarget, window: Window) -> Baseline:
    """Net growth per month between the first and the last reading."""
    growth = measure_growth(
        target.version.client,
        # The first day grows from the evening before.
        first=window.first - DAY,
        last=window.last,
        community=target.community,
    )
    if growth.net is None or growth.end_on is None:
        return Baseline(None, reason=_("not measured"))
    per_month = Decimal(growth.net) / growth.grown_days * _month_days(window)
    return _covered(
        per_month.quantize(TENTH), growth.end_on, min(growth.measured_days, window.days), window
    )


def _er_baseline(target: KpiTarget, window: Window) -> Baseline:
    """The ER of the whole window by the target's own formula."""
    rate = measure_er(
        target.version.client,
        target.formula_code,
        first=window.first,
        last=window.last,
        community=target.community,
    )
    if rate.value is None:
        return Baseline(None, reason=_("not measured"))
    if (rate.coverage or 0) < LEAST_COVERAGE:
        told = {"measured": rate.posts_measured, "posts": rate.posts}
        return Baseline(None, reason=_("%(measured)s of %(posts)s posts are measured") % told)
    value = Decimal(rate.value).quantize(PLACES[Metric.ER])
    return _covered(value, window.last, rate.measured_days, window)


def _covered(value: Decimal, until: dt.date, days: int, window: Window) -> Baseline:
    if days < LEAST_COVERAGE * window.days:
        told = {"measured": days, "days": window.days}
        return Baseline(None, reason=_("only %(measured)s of %(days)s days are measured") % told)
    return Baseline(value, until, days)


def _month_days(window: Window) -> Decimal:
    return Decimal(window.days) / MONTHS


@transaction.atomic
def fill_baselines(
    version: StrategyVersion, *, by: User, on: dt.date, overwrite: bool = False
) -> list[Filled]:
    """Measure the baseline of each target of a draft; what somebody typed stays unless asked.

    A value that was measured before is measured anew. Raises ValidationError.
    """
    version = StrategyVersion.objects.select_for_update(of=("self",)).get(pk=version.pk)
    problems = []
    if version.state != VersionState.DRAFT:
        problems.append(_("Only a draft is changed: take this version back, or make the next one."))
    if not may(by, "strategy.change_kpitarget", client=version.client_id):
        problems.append(_("You may not work on strategies; ask a strategist or a director."))
    if not version.targets.exists():
        problems.append(_("There is no target yet: add one first."))
    if problems:
        raise ValidationError(problems)
    targets = version.targets.select_related("version__client", "community__profile")
    return [_fill(target, on=on, overwrite=overwrite) for target in targets.order_by("pk")]


def _fill(target: KpiTarget, *, on: dt.date, overwrite: bool) -> Filled:
    is_typed = target.baseline_value is not None and target.baseline_days is None
    baseline = measure_baseline(target, on=on)
    if baseline.value is None or (is_typed and not overwrite):
        return Filled(target, baseline, is_kept=is_typed)
    target.baseline_value = baseline.value
    target.baseline_on = baseline.until
    target.baseline_days = baseline.days
    target.save(update_fields=["baseline_value", "baseline_on", "baseline_days"])
    return Filled(target, baseline)
