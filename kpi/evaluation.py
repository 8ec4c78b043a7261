"""The nightly evaluation: every target of every running strategy against what was expected of it.

Each client is judged on its own last whole day. Few queries whatever the number of clients, no
model instance on the way, one upsert at the end; running twice, or two at once, changes nothing.
"""

import datetime as dt
import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from kpi.count_verdicts import judge_counts
from kpi.findings import Outcome
from kpi.flags import follow_up
from kpi.metric_verdicts import judge_metrics
from kpi.subjects import find_subjects
from strategy.models.target import COUNT_METRICS

UPSERT = """
INSERT INTO kpi_evaluation (client_id, target_id, day, light, actual, expected, target_value,
    p_value, measured_days, days, reason, evidence, evaluated_at)
SELECT incoming.*, %s
FROM json_to_recordset(%s::json) AS incoming (client_id bigint, target_id bigint, day date,
    light text, actual numeric, expected numeric, target_value numeric, p_value float8,
    measured_days int, days int, reason text, evidence jsonb)
ON CONFLICT (target_id, day) DO UPDATE SET
    light = excluded.light, actual = excluded.actual, expected = excluded.expected,
    target_value = excluded.target_value, p_value = excluded.p_value,
    measured_days = excluded.measured_days, days = excluded.days, reason = excluded.reason,
    evidence = excluded.evidence, evaluated_at = excluded.evaluated_at
WHERE kpi_evaluation.evaluated_at <= excluded.evaluated_at
"""


@dataclass(frozen=True)
class Evaluated:
    """How many targets were judged, and how many flags opened and closed."""

    targets: int
    opened: int
    closed: int


def evaluate(*, at: dt.datetime, client_ids: Collection[int] | None = None) -> Evaluated:
    """Judge all running strategies, or those of some clients, as things stand at that moment."""
    subjects = find_subjects(at=at, client_ids=client_ids)
    counted = [subject for subject in subjects if subject.metric in COUNT_METRICS]
    outcomes = [*judge_counts(counted, at=at), *judge_metrics(subjects)]
    outcomes.sort(key=lambda outcome: outcome.subject.target_id)
    with transaction.atomic():
        _wait_for_turn()
        store_evaluations(outcomes, at=at)
        opened, closed = follow_up(outcomes, at=at)
    return Evaluated(len(outcomes), opened, closed)


def _wait_for_turn() -> None:
    """One run writes at a time, so that two never wait for each other's rows in a circle."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('kpi.evaluation'))")


def store_evaluations(outcomes: Sequence[Outcome], *, at: dt.datetime) -> None:
    """One statement. An older moment never overwrites what a newer one has found."""
    if not outcomes:
        return
    rows = json.dumps([_row(outcome) for outcome in outcomes])
    with connection.cursor() as cursor:
        cursor.execute(UPSERT, [at, rows])


def _row(outcome: Outcome) -> dict[str, Any]:
    subject, verdict = outcome.subject, outcome.verdict
    return {
        "client_id": subject.client_id,
        "target_id": subject.target_id,
        "day": subject.day.isoformat(),
        "light": verdict.light.value,
        "actual": _rounded(outcome.actual),
        "expected": _rounded(outcome.expected),
        "target_value": _rounded(subject.value),
        "p_value": verdict.p_value,
        "measured_days": outcome.measured_days,
        "days": outcome.days,
        "reason": verdict.reason,
        "evidence": outcome.evidence(),
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 5)
