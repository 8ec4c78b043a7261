"""What a review stands on: plan and fact month by month, flags, decisions, events. Plain JSON.

Read live while the review waits, and stored as it stood when the review is closed.
"""

import datetime as dt
from collections import defaultdict
from typing import Any

import numpy as np
from django.db.models import Q

from kpi.cusum import distribution_of
from kpi.models import AlarmChart, Evaluation, Event, Flag, FlagKind, KpiReview
from strategy.models import Metric
from strategy.models.target import COUNT_METRICS
from strategy.periods import month_of

Figure = dict[str, Any]
# What an engagement rate was made of, as the evaluation stored it.
ER_FACTS = ("numerator", "denominator", "parts", "posts", "posts_measured")


def figures_of(review: KpiReview) -> list[Figure]:
    """Each target in each month of the period, by the last evaluation of the month.

    `actual` is of `measured_days` of `days`; None was not measured. `odds` of a month below its
    target without an alarm: how often chance alone gives so few, or fewer, at the agreed rate.
    """
    newest: dict[tuple[int, dt.date], Evaluation] = {}
    rows = Evaluation.objects.filter(
        client=review.client_id, day__range=(review.starts_on, review.ends_on)
    ).select_related("target__community__profile")
    for row in rows.order_by("day"):
        newest[row.target_id, month_of(row.day)] = row
    alarmed = _alarmed_months(review)
    scatter = _dispersions(review)
    return [
        _figure(row, (key, month) in alarmed, scatter.get((key, month), 1.0))
        for (_target, month), row in sorted(
            newest.items(), key=lambda item: (not item[1].target.is_primary, item[0])
        )
        for key in [cause_key_of(row)]
    ]


def cause_key_of(row: Evaluation) -> str:
    return f"target:{row.target.metric}:{row.target.community_id or 'all'}"


def _figure(row: Evaluation, is_alarmed: bool, dispersion: float) -> Figure:
    target = row.target
    figure: Figure = {
        "metric": target.metric,
        "community": str(target.community) if target.community else "",
        "month": month_of(row.day).isoformat(),
        "plan": _number(row.target_value),
        "actual": _number(row.actual),
        "expected": _number(row.expected),
        "measured_days": row.measured_days,
        "days": row.days,
        "light": row.light,
        "alarm": is_alarmed,
        "formula": target.formula_code,
    }
    if target.metric == Metric.ER:
        figure |= {name: row.evidence[name] for name in ER_FACTS if name in row.evidence}
    if target.metric in COUNT_METRICS and not is_alarmed:
        figure["odds"] = odds_of(row, dispersion)
    return figure


def _number(value: Any) -> float | None:
    return None if value is None else float(value)


def odds_of(row: Evaluation, dispersion: float) -> float | None:
    """P(X ≤ actual) at the agreed rate over the measured days; None where the plan was met.

    Poisson, or the negative binomial of the chart's dispersion (variance = dispersion × mean).
    """
    if row.actual is None or not row.expected or row.actual >= row.expected:
        return None
    counts, chances = distribution_of(float(row.expected), dispersion)
    return round(float(np.sum(chances[counts <= float(row.actual)])), 4)


def _alarmed_months(review: KpiReview) -> set[tuple[str, dt.date]]:
    """By count, the months in which it was alarmed: by its flag, or by that of the same cause."""
    found = set()
    flags = Flag.objects.filter(client=review.client_id, kind=FlagKind.STRATEGY)
    for flag in flags.filter(_in_period(review)):
        stood = [(flag.cause_key, flag.opened_on, flag.last_seen_on)]
        for other in flag.evidence.get("others", ()):
            days = (dt.date.fromisoformat(other[name]) for name in ("seen_first", "seen_last"))
            stood.append((other["key"], *days))
        for key, first, last in stood:
            month = month_of(max(first, review.starts_on))
            while month <= min(last, review.ends_on):
                found.add((key, month))
                month = month_of(month + dt.timedelta(days=31))
    return found


def _in_period(review: KpiReview) -> Q:
    return Q(opened_on__lte=review.ends_on, last_seen_on__gte=review.starts_on)


def _dispersions(review: KpiReview) -> dict[tuple[str, dt.date], float]:
    rows = AlarmChart.objects.filter(
        client=review.client_id, month__range=(month_of(review.starts_on), review.ends_on)
    )
    return {
        (f"target:{row.metric}:{row.community_id or 'all'}", row.month): row.dispersion
        for row in rows
    }


def happened_in(review: KpiReview) -> dict[str, list[dict[str, Any]]]:
    """Flags that stood in the period with what was decided, and what was recorded as events."""
    happened: dict[str, list[dict[str, Any]]] = defaultdict(list)
    flags = Flag.objects.filter(_in_period(review), client=review.client_id)
    for flag in flags.select_related("target", "decision").order_by("opened_on", "pk"):
        decision = getattr(flag, "decision", None)
        happened["flags"].append(
            {
                "id": flag.pk,
                "kind": flag.kind,
                "metric": flag.target.metric if flag.target else "",
                "severity": flag.severity,
                "state": flag.state,
                "opened_on": flag.opened_on.isoformat(),
                "decision": decision.kind if decision else "",
                "decided_on": decision.decided_on.isoformat() if decision else None,
                "verdict": _verdict(decision) if decision else "",
            }
        )
    events = Event.objects.in_days(review.starts_on, review.ends_on).filter(client=review.client_id)
    for event in events.order_by("starts_on", "pk"):
        happened["events"].append(
            {
                "kind": event.kind,
                "title": event.title,
                "starts_on": event.starts_on.isoformat(),
                "ends_on": event.ends_on.isoformat() if event.ends_on else None,
                "is_excluded": event.is_excluded,
            }
        )
    return {"flags": happened["flags"], "events": happened["events"]}


def _verdict(decision: Any) -> str:
    made = decision.checks.exclude(checked_at=None).order_by("-due_on").first()
    return made.verdict if made else ""
