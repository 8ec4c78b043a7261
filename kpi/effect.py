"""Did the correction help? The same indicator before and after, once its day has come.

A count is compared as a rate by measured day, with an interval and a test; growth and ER only by
their size, and said so. What cannot be said is said too, and never guessed.
"""

import datetime as dt
from dataclasses import asdict
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from clients.models import ClientStatus
from kpi.count_series import Wanted, lay_out_counts
from kpi.engagement_rate import er_for_clients
from kpi.flags import close_flags
from kpi.growth import GrowthValue, growth_for_clients
from kpi.models import Decision, DecisionKind
from kpi.statistics import compare_rates
from strategy.models import KpiTarget, Metric, VersionState

BEFORE_DAYS = 60
LEAST_DAYS = 14
# A correction that has not begun yet, or data that are late: the check waits this long, not longer.
WAIT_DAYS = 60
SIGNIFICANT = 0.05
# Without a test, a change of a fifth is called one.
NOTABLE = 0.2
DAY = dt.timedelta(days=1)

HELPED, NO_DIFFERENCE, WORSE, UNKNOWN = "helped", "no_difference", "worse", "unknown"


def check_effects(*, on: dt.date, at: dt.datetime | None = None) -> int:
    """Check the decisions whose day has come; how many were checked and their flags closed."""
    at = at or timezone.now()
    return sum(
        check_effect(decision, on=day, at=at)
        for decision in waiting(on=on)
        # Where it is still the day before, the agency's yesterday is not over.
        if (day := min(on, decision.client.day_of(at))) >= decision.check_on
    )


def waiting(*, on: dt.date) -> QuerySet[Decision]:
    """Decisions to check by the agency's day; of a client who has left nothing is checked."""
    return (
        Decision.objects.filter(effect__isnull=True, check_on__lte=on)
        .exclude(client__status=ClientStatus.ENDED)
        .select_related("client", "flag__target", "next_version")
        .order_by("pk")
    )


def check_effect(decision: Decision, *, on: dt.date, at: dt.datetime | None = None) -> bool:
    """Store the effect once and close the flag; False while it has to wait for data."""
    at = at or timezone.now()
    effect = measure_effect(decision, on=on, at=at)
    patient_until = decision.check_on + dt.timedelta(days=WAIT_DAYS)
    if effect.get("reason") == "too_few_days" and on < patient_until:
        return False
    with transaction.atomic():
        first = Decision.objects.filter(pk=decision.pk, effect__isnull=True).update(effect=effect)
        if first:
            close_flags([decision.flag_id], why="checked", at=at)
    return bool(first)


def measure_effect(decision: Decision, *, on: dt.date, at: dt.datetime) -> dict[str, Any]:
    """What the decision changed, as JSON: the days compared, the numbers, and a verdict."""
    target = decision.flag.target
    if target is None:
        return {"verdict": UNKNOWN, "reason": "no_target"}
    pivot = turning_point(decision)
    before = (pivot - dt.timedelta(days=BEFORE_DAYS), pivot - DAY)
    after = (pivot, on - DAY)
    frame: dict[str, Any] = {
        "metric": target.metric,
        "pivot": pivot.isoformat(),
        "is_corrected": is_corrected(decision),
    }
    if after[1] < after[0]:
        return frame | {"verdict": UNKNOWN, "reason": "too_few_days"}
    if target.metric == Metric.GROWTH:
        return frame | _growth_effect(target, before, after)
    if target.metric == Metric.ER:
        return frame | _er_effect(target, before, after)
    return frame | _count_effect(target, pivot, before[0], after[1], at)


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
        and version.state != VersionState.DRAFT
    )


def _count_effect(
    target: KpiTarget, pivot: dt.date, first: dt.date, last: dt.date, at: dt.datetime
) -> dict[str, Any]:
    wanted = Wanted(target.client_id, target.community_id, target.metric)
    layout = lay_out_counts([wanted], first=first, last=last, at=at)
    actual, covered = (array[0] for array in layout.merged(layout.actual, layout.covered))
    actual = actual * (covered > 0)
    turn = (pivot - first).days
    numbers = {
        "before": int(actual[:turn].sum()),
        "before_days": int(covered[:turn].sum()),
        "after": int(actual[turn:].sum()),
        "after_days": int(covered[turn:].sum()),
    }
    if min(numbers["before_days"], numbers["after_days"]) < LEAST_DAYS:
        return numbers | {"verdict": UNKNOWN, "reason": "too_few_days"}
    change = compare_rates(**numbers)
    rose = numbers["after"] * numbers["before_days"] > numbers["before"] * numbers["after_days"]
    verdict = NO_DIFFERENCE
    if change.p_value < SIGNIFICANT:
        verdict = HELPED if rose else WORSE
    return numbers | asdict(change) | {"verdict": verdict, "test": "poisson"}


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
            return {"verdict": UNKNOWN, "reason": "too_few_days"}
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
            return {"verdict": UNKNOWN, "reason": "too_few_days"}
        values.append(value)
    return _by_size(*values) | {"formula": target.formula_code}


def _by_size(before: float, after: float) -> dict[str, Any]:
    """No test fits here: the sizes are compared, and the verdict says that it is only that."""
    change = after - before
    verdict = NO_DIFFERENCE
    if abs(change) >= NOTABLE * abs(before) and change:
        verdict = HELPED if change > 0 else WORSE
    return {
        "before": round(before, 6),
        "after": round(after, 6),
        "verdict": verdict,
        "test": "size",
    }
