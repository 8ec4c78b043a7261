"""What was decided, tried and concluded in the period, as far as the client may read it.

A flag without a published decision is not in here, nor is its cause.
"""

import datetime as dt
from collections.abc import Iterator

from django.db.models import Q

from kpi.chart_events import read_chart_events
from kpi.models import Decision, EffectCheck, PromotionAssessment
from kpi.report_span import DAY, Data, Span, iso
from strategy.models import StrategyVersion
from strategy.models.version import FROZEN_STATES

# What `kpi.portal_effect` says of an effect; the rest is the agency's.
EFFECT = ("verdict", "metric", "before", "after", "before_days", "after_days", "before_of_agreed",
          "after_of_agreed")  # fmt: skip


def read_decisions(span: Span) -> Data:
    """`until`: the day on which the period was reviewed; what came later is of the next report."""
    until = _reviewed_on(span)
    return {"rows": list(_decisions(span, until)), "until": iso(until)}


def _reviewed_on(span: Span) -> dt.date:
    """Not before the period was over; without a closed review the day of `at`."""
    today = span.client.day_of(span.at)
    closed_at = span.review.closed_at if span.review else None
    return min(max(span.client.day_of(closed_at), span.last), today) if closed_at else today


def _decisions(span: Span, until: dt.date) -> Iterator[Data]:
    """Of flags that stood in the period, made or checked in it; oldest first."""
    is_of_flag = Q(flag__opened_on__lte=span.last, flag__last_seen_on__gte=span.first)
    is_made = Q(decided_on__range=(span.first, span.last))
    is_checked = Q(checks__checked_at__range=span.moments)
    rows = Decision.objects.filter(
        is_of_flag | is_made | is_checked,
        client=span.client,
        is_published=True,
        decided_on__lte=until,
    )
    rows = rows.select_related("flag__target__community__profile").distinct()
    found = list(rows.order_by("decided_on", "pk"))
    checks = _checks(found, span, until)
    for row in found:
        target = row.flag.target
        community = target.community if target else None
        yield {
            "kind": row.flag.kind,
            "decision_kind": row.kind,
            "metric": target.metric if target else "",
            "formula": target.formula_code if target else "",
            "community": str(community) if community else "",
            "severity": row.flag.severity,
            "opened_on": iso(row.flag.opened_on),
            "decided_on": iso(row.decided_on),
            "text": row.client_text.strip(),
            "check_on": iso(row.check_on),
            "checks": checks.get(row.pk, []),
        }


def _checks(decisions: list[Decision], span: Span, until: dt.date) -> dict[int, list[Data]]:
    over = dt.datetime.combine(until + DAY, dt.time(), span.client.zone)
    rows = EffectCheck.objects.filter(
        decision__in=decisions, checked_at__lte=span.at, checked_at__lt=over
    )
    found: dict[int, list[Data]] = {}
    for check in rows.order_by("due_on"):
        effect = check.effect or {}
        found.setdefault(check.decision_id, []).append(
            {
                "due_on": iso(check.due_on),
                "effect": {"verdict": check.verdict}
                | {name: effect[name] for name in EFFECT if name in effect},
            }
        )
    return found


def read_learnt(span: Span) -> Data:
    """Assessments that are shown, and strategy versions that began, in the period."""
    shown = PromotionAssessment.objects.filter(
        client=span.client, is_shown=True, ends_on__range=(span.first, span.last)
    ).order_by("ends_on", "pk")
    columns = ("starts_on", "ends_on", "verdict", "repeated", "stopped", "changes")
    return {
        "assessments": [
            {**row, "starts_on": iso(row["starts_on"]), "ends_on": iso(row["ends_on"])}
            for row in shown.values(*columns)
        ],
        "versions": versions_from(span, span.first),
    }


def versions_from(span: Span, first: dt.date) -> list[Data]:
    """Approved versions that began from `first` to the last day, but the first one of all."""
    rows = StrategyVersion.objects.filter(
        client=span.client, state__in=FROZEN_STATES, starts_on__lte=span.last
    ).order_by("starts_on", "pk")
    corrections = list(rows.values("number", "title", "summary", "starts_on"))[1:]
    return [
        {**row, "starts_on": iso(row["starts_on"])}
        for row in corrections
        if row["starts_on"] >= first
    ]


def read_marks(span: Span) -> Data:
    """What charts show beside the numbers: published events, and later versions' first days."""
    happened = read_chart_events(span.client, span.trend_from, span.last, published_only=True)
    return {
        "events": [
            {"title": row.title, "starts_on": iso(row.starts_on), "ends_on": iso(row.ends_on)}
            for row in happened.events
        ],
        "versions": versions_from(span, span.trend_from),
    }
