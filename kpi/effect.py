"""Did the correction help? The same indicator before and after, each time its day has come.

A count is compared twice: with the days of the fall, as a rate by exposed day, and with what was
agreed. Growth and ER are compared only by their size, and said so. What cannot be said is said too,
and never guessed.
"""

import datetime as dt
from dataclasses import asdict, dataclass
from math import log
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from clients.models import ClientStatus
from kpi.effect_counts import Side, lay_out_days
from kpi.engagement_rate import er_for_clients
from kpi.failures import EFFECTS, do_each
from kpi.flags import close_flags
from kpi.growth import GrowthValue, growth_for_clients
from kpi.models import Decision, DecisionKind, EffectCheck, Flag
from kpi.statistics import RateChange, compare_rates, poisson_interval
from strategy.models import KpiTarget, Metric
from strategy.models.version import FROZEN_STATES

BEFORE_DAYS = 60
LEAST_DAYS = 14
# Each weekday once: more would mix days from before the fall into a short one.
LEAST_FALL_DAYS = 7
# A fall is not looked at for longer than its chart looks back.
MOST_DAYS = 182
# An alarm picks low days: chance alone leaves as many counts out as the chart's statistic stands
# for, and this much more. Measured: docs/decisions/0005-effect.md.
CHOSEN = 1.25
# A correction that has not begun yet, or data that are late: the check waits this long, not longer.
WAIT_DAYS = 60
LATER_CHECKS = (60, 90)
# Without a test, a change of a fifth is called one.
NOTABLE = 0.2
DAY = dt.timedelta(days=1)

# A rise by a quarter would be worth the correction: until it is ruled out, it may still come.
WORTHWHILE = 1.25

Verdict = EffectCheck.Verdict


def check_effects(*, on: dt.date, at: dt.datetime | None = None) -> int:
    """Make the checks whose day has come, and close the flags; how many were made."""
    at = at or timezone.now()

    def check(row: EffectCheck) -> bool:
        # Where it is still the day before, the agency's yesterday is not over.
        day = min(on, row.client.day_of(at))
        return day >= row.due_on and make_check(row, on=day, at=at)

    rows = waiting(on=on)
    return sum(do_each(rows, check, job=EFFECTS, client_of=lambda row: row.client_id, at=at))


def plan_checks(decision: Decision) -> None:
    """The first check on the day that was agreed, then after 60 and 90 days."""
    days = {decision.check_on} | {
        day
        for after in LATER_CHECKS
        if (day := decision.decided_on + dt.timedelta(days=after)) > decision.check_on
    }
    EffectCheck.objects.bulk_create(
        EffectCheck(client_id=decision.client_id, decision=decision, due_on=day)
        for day in sorted(days)
    )


def waiting(*, on: dt.date) -> QuerySet[EffectCheck]:
    """Checks to make by the agency's day; of a client who has left nothing is checked, and of wrong
    data neither: nothing was changed.
    """
    return (
        EffectCheck.objects.filter(checked_at=None, due_on__lte=on)
        .exclude(client__status=ClientStatus.ENDED)
        .exclude(decision__kind=DecisionKind.DATA_ERROR)
        .select_related("client", "decision__flag__target", "decision__next_version")
        .order_by("due_on", "pk")
    )


def make_check(check: EffectCheck, *, on: dt.date, at: dt.datetime) -> bool:
    """Store the effect once and close the flag; False while it has to wait for data.

    A check is of the days up to its own, however late it is made.
    """
    effect = measure_effect(check.decision, on=min(on, latest_day(check)), at=at)
    patient_until = check.due_on + dt.timedelta(days=WAIT_DAYS)
    if effect.get("reason") == "too_few_days" and on < patient_until:
        return False
    with transaction.atomic():
        first = EffectCheck.objects.filter(pk=check.pk, checked_at=None).update(
            effect=effect, verdict=effect["verdict"], checked_at=at
        )
        if first:
            close_flags([check.decision.flag_id], why="checked", at=at)
    return bool(first)


def latest_day(check: EffectCheck) -> dt.date:
    """A check that waits for data may look at as many days more as it may wait."""
    return check.due_on + dt.timedelta(days=WAIT_DAYS)


def measure_effect(decision: Decision, *, on: dt.date, at: dt.datetime) -> dict[str, Any]:
    """What the decision changed, as JSON: the days compared, the numbers, and a verdict."""
    target = decision.flag.target
    if target is None:
        return {"verdict": Verdict.UNKNOWN.value, "reason": "no_target"}
    pivot = turning_point(decision)
    before = (pivot - dt.timedelta(days=BEFORE_DAYS), pivot - DAY)
    after = (pivot, on - DAY)
    frame: dict[str, Any] = {
        "metric": target.metric,
        "pivot": pivot.isoformat(),
        "is_corrected": is_corrected(decision),
    }
    if after[1] < after[0]:
        return frame | {"verdict": Verdict.UNKNOWN.value, "reason": "too_few_days"}
    if target.metric == Metric.GROWTH:
        return frame | _growth_effect(target, before, after)
    if target.metric == Metric.ER:
        return frame | _er_effect(target, before, after)
    return frame | _count_effect(decision, target, pivot, after[1], at)


def turning_point(decision: Decision) -> dt.date:
    """The first day of the corrected strategy, or the day after the decision."""
    if is_corrected(decision) and decision.next_version:
        return decision.next_version.starts_on
    return decision.decided_on + DAY


def is_corrected(decision: Decision) -> bool:
    """The draft that the decision made was approved."""
    version = decision.next_version
    return (
        decision.kind == DecisionKind.CORRECT
        and version is not None
        and version.state in FROZEN_STATES
    )


def _count_effect(
    decision: Decision, target: KpiTarget, pivot: dt.date, last: dt.date, at: dt.datetime
) -> dict[str, Any]:
    """Against the days of the fall, and against what was agreed: both are told."""
    fall = fall_of(decision.flag)
    first = days_before(fall, pivot)
    days = lay_out_days(target, before=first, last=last, at=at)
    least = LEAST_FALL_DAYS if fall else LEAST_DAYS
    first = min(first, days.reach_back(pivot, days=least))
    before, after = days.side(first, pivot - DAY), days.side(pivot, last)
    numbers: dict[str, Any] = {
        "before_first": first.isoformat(),
        "before": before.count,
        "before_days": before.days,
        "after": after.count,
        "after_days": after.days,
    }
    if before.days < least or after.days < LEAST_DAYS:
        return numbers | {"verdict": Verdict.UNKNOWN.value, "reason": "too_few_days"}
    chosen = fall.chosen(days.dispersion) if fall else 0.0
    change = compare_rates(
        before=before.count,
        before_days=before.days,
        after=after.count,
        after_days=after.days,
        dispersion=days.dispersion,
        chosen=chosen,
    )
    return (
        numbers
        | asdict(change)
        | _of_agreed(before, after, days.dispersion)
        | {
            "dispersion": round(days.dispersion, 2),
            "chosen": round(chosen, 1),
            "verdict": verdict_of(change).value,
            "test": "quasi_poisson" if days.dispersion > 1 else "poisson",
        }
    )


@dataclass(frozen=True)
class Fall:
    """The days on which an alarm saw a fall, and where its chart stood when the flag opened."""

    first: dt.date
    statistic: float
    ratio: float

    def chosen(self, dispersion: float) -> float:
        """Calls that may be missing on these days only because the alarm picked them."""
        return CHOSEN * dispersion * self.statistic / log(1 / self.ratio)


def fall_of(flag: Flag) -> Fall | None:
    """None where no chart raised the flag."""
    opened = flag.evidence.get("opened", {})
    if not {"first", "statistic", "ratio"} <= opened.keys():
        return None
    return Fall(dt.date.fromisoformat(opened["first"]), opened["statistic"], opened["ratio"])


def days_before(fall: Fall | None, pivot: dt.date) -> dt.date:
    """The first day to compare with: where the fall began."""
    if fall is None:
        return pivot - dt.timedelta(days=BEFORE_DAYS)
    return max(min(fall.first, pivot - DAY), pivot - dt.timedelta(days=MOST_DAYS))


def verdict_of(change: RateChange) -> Verdict:
    """By the interval alone, so that it never says another thing than the figures beside it."""
    if change.low > 1:
        return Verdict.HELPED
    if change.high is not None and change.high < 1:
        return Verdict.WORSE
    may_come = change.high is None or change.high > WORTHWHILE
    return Verdict.NOT_YET if may_come else Verdict.NO_DIFFERENCE


def _of_agreed(before: Side, after: Side, dispersion: float) -> dict[str, Any]:
    """Shares of what the target expected of the same days, with the interval of the later one."""
    told: dict[str, Any] = {}
    if before.expected:
        told["before_of_agreed"] = round(before.count / before.expected, 4)
    if after.expected:
        low, high = poisson_interval(after.count / dispersion)
        told |= {
            "after_of_agreed": round(after.count / after.expected, 4),
            "agreed_low": round(low * dispersion / after.expected, 4),
            "agreed_high": round(high * dispersion / after.expected, 4),
        }
    return told


def _growth_effect(
    target: KpiTarget, before: tuple[dt.date, dt.date], after: tuple[dt.date, dt.date]
) -> dict[str, Any]:
    """Net growth by day on both sides."""
    rates = []
    for first, last in (before, after):
        key = (target.client_id, target.community_id)
        value = growth_for_clients([target.client_id], first=first - DAY, last=last).get(key)
        days = _days_of(value)
        if value is None or value.net is None or days < LEAST_DAYS:
            return {"verdict": Verdict.UNKNOWN.value, "reason": "too_few_days"}
        rates.append(value.net / days)
    return _by_size(*rates)


def _days_of(value: GrowthValue | None) -> int:
    if value is None or value.start_on is None or value.end_on is None:
        return 0
    return (value.end_on - value.start_on).days


def _er_effect(
    target: KpiTarget, before: tuple[dt.date, dt.date], after: tuple[dt.date, dt.date]
) -> dict[str, Any]:
    values = []
    for first, last in (before, after):
        key = (target.client_id, target.community_id)
        er = er_for_clients([target.client_id], target.formula_code, first=first, last=last)
        value = er[key].value if key in er else None
        if value is None or (last - first).days + 1 < LEAST_DAYS:
            return {"verdict": Verdict.UNKNOWN.value, "reason": "too_few_days"}
        values.append(value)
    return _by_size(*values) | {"formula": target.formula_code}


def _by_size(before: float, after: float) -> dict[str, Any]:
    """No test fits here: the sizes are compared, and the verdict says that it is only that."""
    change = after - before
    verdict = Verdict.NO_DIFFERENCE
    if abs(change) >= NOTABLE * abs(before) and change:
        verdict = Verdict.HELPED if change > 0 else Verdict.WORSE
    return {
        "before": round(before, 6),
        "after": round(after, 6),
        "verdict": verdict.value,
        "test": "size",
    }
