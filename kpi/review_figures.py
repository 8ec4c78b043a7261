"""What a review stands on: plan and fact month by month, flags, decisions, events. Plain JSON.

Read live while the review waits, and stored as it stood when the review is closed.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from django.db.models import Q
from django.utils import timezone

from kpi.count import Count
from kpi.count_verdicts import judge_counts
from kpi.counts import counts_for_clients
from kpi.cusum import distribution_of
from kpi.findings import Outcome
from kpi.models import AlarmChart, Evaluation, Event, Flag, FlagKind, KpiReview, Light
from kpi.review_results import add_results
from kpi.subjects import Subject, subjects_of
from strategy.models import KpiTarget, Metric, StrategyVersion
from strategy.models.target import COUNT_METRICS
from strategy.models.version import FROZEN_STATES
from strategy.periods import last_of_month, month_of, months_between

Figure = dict[str, Any]
# What an engagement rate was made of, as the evaluation stored it.
ER_FACTS = ("numerator", "denominator", "parts", "posts", "posts_measured")


def figures_of(review: KpiReview, *, at: dt.datetime | None = None) -> list[Figure]:
    """Each target in each month of the period, as far as the period and its version go.

    A count is counted now, with whatever came in late: `actual` is all that came, on
    `measured_days` of `days`; None was not measured. Growth and ER are those of the month's last
    evaluation. `odds` of a month below its target without an alarm: how often chance alone gives
    so few, or fewer, at the agreed rate; said of the `judged` counts against the `expected` ones,
    which are those of days that were neither closed nor left out. `result` is whether a month that
    is over held its target (`kpi.review_results`).
    """
    at = at or timezone.now()
    subjects = subjects_of(review.client_id, days=last_days(review, at=at))
    targets = KpiTarget.objects.select_related("community__profile").in_bulk(
        [subject.target_id for subject in subjects]
    )
    alarmed, scatter = _alarmed_months(review), _dispersions(review)
    figures, rows = [], []
    for subject, fact in zip(subjects, _facts(review, subjects, at=at), strict=True):
        key = subject.cause_key, month_of(subject.day)
        target = targets[subject.target_id]
        figure = _figure(target, subject, fact, is_alarmed=key in alarmed)
        if target.metric in COUNT_METRICS and key not in alarmed:
            figure["odds"] = _odds_of_figure(figure, scatter.get(key, 1.0))
        rows.append((target, subject, figure))
        figures.append((not target.is_primary, target.pk, subject.day, figure))
    add_results(rows)
    return [figure for *_order, figure in sorted(figures, key=lambda row: row[:3])]


def last_days(review: KpiReview, *, at: dt.datetime) -> set[dt.date]:
    """The last whole day of each month of the period, and of each version that ended in it."""
    today = review.client.day_of(at)
    until = min(review.ends_on, today - dt.timedelta(days=1))
    versions = StrategyVersion.objects.filter(
        client=review.client_id,
        state__in=FROZEN_STATES,
        starts_on__lte=until,
        ends_on__gte=review.starts_on,
    )
    return {
        min(last_of_month(month), ends_on, until)
        for starts_on, ends_on in versions.values_list("starts_on", "ends_on")
        for month in months_between(
            max(starts_on, review.starts_on), max(min(ends_on, until), starts_on)
        )
    }


class Fact(NamedTuple):
    """What is known of one target in one month; `judged` and `expected` of the days that count."""

    actual: float | None
    judged: float | None
    expected: float | None
    measured_days: int
    days: int
    light: str
    # What an engagement rate was made of, as the evaluation stored it.
    made: Mapping[str, Any] = {}


def _facts(review: KpiReview, subjects: Sequence[Subject], *, at: dt.datetime) -> list[Fact]:
    counted = [subject for subject in subjects if subject.metric in COUNT_METRICS]
    outcomes = iter(judge_counts(counted, at=at))
    counts: dict[tuple[str, dt.date, dt.date], dict[Any, Count]] = {}
    facts = []
    for subject in subjects:
        if subject.metric not in COUNT_METRICS:
            facts.append(_fact_of_evaluation(review, subject))
            continue
        first = max(month_of(subject.day), subject.starts_on)
        window = (subject.metric, first, subject.day)
        if window not in counts:
            counts[window] = counts_for_clients(
                [review.client_id], subject.metric, first=first, last=subject.day, at=at
            )
        facts.append(
            _fact_of_count(counts[window][subject.client_id, subject.community_id], next(outcomes))
        )
    return facts


def _fact_of_count(count: Count, outcome: Outcome) -> Fact:
    return Fact(
        count.total,
        outcome.actual,
        outcome.expected,
        count.measured_days,
        count.days,
        outcome.verdict.light.value,
    )


def _fact_of_evaluation(review: KpiReview, subject: Subject) -> Fact:
    """Growth and ER, as the month's last evaluation found them."""
    days = (max(month_of(subject.day), review.starts_on), subject.day)
    rows = Evaluation.objects.filter(target=subject.target_id, day__range=days)
    row = rows.order_by("-day").first()
    if row is None:
        return Fact(None, None, None, 0, (days[1] - days[0]).days + 1, Light.GREY.value)
    actual, expected = _number(row.actual), _number(row.expected)
    names = ER_FACTS if subject.metric == Metric.ER else ()
    made = {name: row.evidence[name] for name in names if name in row.evidence}
    return Fact(actual, actual, expected, row.measured_days, row.days, row.light, made)


def _figure(target: KpiTarget, subject: Subject, fact: Fact, *, is_alarmed: bool) -> Figure:
    told = fact._asdict()
    made = told.pop("made")
    return {
        "metric": target.metric,
        "community": str(target.community) if target.community else "",
        "month": month_of(subject.day).isoformat(),
        "plan": subject.value,
        "alarm": is_alarmed,
        "formula": target.formula_code,
        **{
            name: round(value, 5) if isinstance(value, float) else value
            for name, value in told.items()
        },
        **made,
    }


def _number(value: Any) -> float | None:
    return None if value is None else float(value)


def _odds_of_figure(figure: Figure, dispersion: float) -> float | None:
    """None where the month's plan was met, be it on days that do not count."""
    plan, actual = figure["plan"], figure["actual"]
    if plan is not None and actual is not None and actual >= plan:
        return None
    return odds_of(figure["judged"], figure["expected"], dispersion)


def odds_of(actual: float | None, expected: float | None, dispersion: float) -> float | None:
    """P(X ≤ actual) at the agreed rate over the measured days; None where the plan was met.

    Poisson, or the negative binomial of the chart's dispersion (variance = dispersion × mean).
    """
    if actual is None or not expected or actual >= expected:
        return None
    counts, chances = distribution_of(expected, dispersion)
    return round(float(np.sum(chances[counts <= actual])), 4)


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
