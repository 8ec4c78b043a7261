"""The nightly evaluation: every target of every running strategy against what was expected of it.

Each client is judged on its own last whole day. Few queries whatever the number of clients, no
model instance on the way, one upsert at the end; running twice, or two at once, changes nothing.
"""

import datetime as dt
import json
import logging
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from kpi.count_verdicts import judge_counts
from kpi.failures import EVALUATION, tell_failures
from kpi.findings import Outcome
from kpi.flags import follow_up
from kpi.metric_verdicts import ER_DAYS, judge_metrics
from kpi.models import Evaluation
from kpi.past_days import unjudged_days, without_answer
from kpi.rules import grey
from kpi.subjects import Subject, find_subjects, last_whole_days, without_a_day
from kpi.thinning import first_whole_day
from kpi.work_verdicts import judge_work
from strategy.models import Metric
from strategy.models.target import COUNT_METRICS, WORK_METRICS

logger = logging.getLogger(__name__)

# So many clients at once keep the memory small, and the statements few.
CHUNK = 500

UPSERT = """
INSERT INTO kpi_evaluation (client_id, target_id, day, light, actual, expected, target_value,
    p_value, rule, statistic, threshold, chance, forecast_low, forecast_high, measured_days, days,
    reason, evidence, evaluated_at)
SELECT incoming.*, %s
FROM json_to_recordset(%s::json) AS incoming (client_id bigint, target_id bigint, day date,
    light text, actual numeric, expected numeric, target_value numeric, p_value float8, rule text,
    statistic float8, threshold float8, chance float8, forecast_low numeric,
    forecast_high numeric, measured_days int, days int, reason text, evidence jsonb)
ON CONFLICT (target_id, day) DO UPDATE SET
    light = excluded.light, actual = excluded.actual, expected = excluded.expected,
    target_value = excluded.target_value, p_value = excluded.p_value, rule = excluded.rule,
    statistic = excluded.statistic, threshold = excluded.threshold, chance = excluded.chance,
    forecast_low = excluded.forecast_low, forecast_high = excluded.forecast_high,
    measured_days = excluded.measured_days, days = excluded.days, reason = excluded.reason,
    evidence = excluded.evidence, evaluated_at = excluded.evaluated_at
WHERE kpi_evaluation.evaluated_at <= excluded.evaluated_at
"""


@dataclass(frozen=True)
class Evaluated:
    """How many targets were judged, how many flags opened and closed, how many clients failed, and
    of how many targets the answer that stood was kept. Of days so
    long ago that their readings are thinned, ER is kept whatever is asked.
    """

    targets: int
    opened: int
    closed: int
    failed: int = 0
    kept: int = 0

    def __add__(self, other: "Evaluated") -> "Evaluated":
        return Evaluated(
            self.targets + other.targets,
            self.opened + other.opened,
            self.closed + other.closed,
            self.failed + other.failed,
            self.kept + other.kept,
        )


def evaluate_due(*, at: dt.datetime) -> Evaluated:
    """What the clock does: days that an outage left out, the oldest first, then the last one."""
    done = Evaluated(0, 0, 0)
    for day, client_ids in unjudged_days(at=at).items():
        done += evaluate(at=at, client_ids=client_ids, on=day)
    return done + evaluate(at=at)


def evaluate(
    *,
    at: dt.datetime,
    client_ids: Collection[int] | None = None,
    on: dt.date | None = None,
    anew: bool = False,
) -> Evaluated:
    """Judge all running strategies, or those of some clients, as things stand at that moment.

    `on` judges that day instead of each client's last whole one, where nothing stands for it yet;
    `anew` whatever stands. A day that is past opens and closes no flags. A client whose evaluation
    fails is told in the log and by a flag, and the others go on.
    """
    subjects, lost = _find_subjects(at=at, client_ids=client_ids, on=on)
    kept = 0
    if on is not None and not anew:
        found = len(subjects)
        subjects = without_answer(subjects, on=on)
        kept = found - len(subjects)
    by_client: dict[int, list[Subject]] = defaultdict(list)
    for subject in subjects:
        by_client[subject.client_id].append(subject)
    clients = sorted(by_client)
    opened = tell_failures(lost, job=EVALUATION, at=at)
    done = Evaluated(0, opened, 0, failed=len(lost), kept=kept)
    for start in range(0, len(clients), CHUNK):
        done += _evaluate_clients(clients[start : start + CHUNK], by_client, at=at, on=on)
    return done


def _find_subjects(
    *, at: dt.datetime, client_ids: Collection[int] | None, on: dt.date | None
) -> tuple[list[Subject], list[int]]:
    """All at once; where that fails, client by client. With the clients that cannot be judged."""
    lost = without_a_day(at, client_ids)
    try:
        with transaction.atomic():
            return find_subjects(at=at, client_ids=client_ids, on=on), lost
    except Exception:
        logger.exception("The targets were not found at once: they are asked for one by one.")
    subjects: list[Subject] = []
    for client_id in sorted(last_whole_days(at, client_ids)):
        try:
            with transaction.atomic():
                subjects += find_subjects(at=at, client_ids=[client_id], on=on)
        except Exception:
            logger.exception("The targets of client %s were not found.", client_id)
            lost.append(client_id)
    return subjects, lost


def _evaluate_clients(
    clients: Sequence[int],
    by_client: Mapping[int, Sequence[Subject]],
    *,
    at: dt.datetime,
    on: dt.date | None,
) -> Evaluated:
    """All at once; where that fails, each half by itself, down to the client that is to blame."""
    subjects = [subject for client_id in clients for subject in by_client[client_id]]
    try:
        with transaction.atomic():
            return _evaluate(subjects, at=at, on=on)
    except Exception:
        if len(clients) == 1:
            logger.exception("The evaluation of client %s failed.", clients[0])
            _store_failure(subjects, at=at)
            flags = tell_failures(clients, job=EVALUATION, at=at)
            return Evaluated(0, flags, 0, failed=1)
    half = len(clients) // 2
    parts = (clients[:half], clients[half:])
    first, second = (_evaluate_clients(part, by_client, at=at, on=on) for part in parts)
    return first + second


def _store_failure(subjects: Sequence[Subject], *, at: dt.datetime) -> None:
    """Grey where nothing stands for the day yet.

    What an earlier run has found stays: it was judged then, and this run judged nothing.
    """
    try:
        with transaction.atomic():
            rows = Evaluation.objects.filter(
                target__in=[subject.target_id for subject in subjects],
                day__in={subject.day for subject in subjects},
            )
            standing = set(rows.values_list("target_id", "day"))
            missing = [row for row in subjects if (row.target_id, row.day) not in standing]
            store_evaluations([Outcome(row, grey("failed")) for row in missing], at=at)
    except Exception:
        logger.exception("Not even the failure of client %s was stored.", subjects[0].client_id)


def _evaluate(subjects: Sequence[Subject], *, at: dt.datetime, on: dt.date | None) -> Evaluated:
    known = _still_known(subjects, on)
    counted = [subject for subject in known if subject.metric in COUNT_METRICS]
    worked = [subject for subject in known if subject.metric in WORK_METRICS]
    outcomes = [
        *judge_counts(counted, at=at),
        *judge_metrics(known),
        *judge_work(worked, at=at),
    ]
    outcomes.sort(key=lambda outcome: outcome.subject.target_id)
    _wait_for_turn()
    store_evaluations(outcomes, at=at)
    if on is not None:
        newest = last_whole_days(at, {subject.client_id for subject in subjects})
        fresh = [row for row in outcomes if newest.get(row.subject.client_id) == on]
    else:
        fresh = outcomes
    opened, closed = follow_up(fresh, at=at)
    return Evaluated(len(outcomes), opened, closed, kept=len(subjects) - len(known))


def _still_known(subjects: Sequence[Subject], on: dt.date | None) -> Sequence[Subject]:
    """Without the ER of days so long ago that it would come out differently: that stays."""
    whole = first_whole_day(ER_DAYS) if on is not None else None
    if on is None or whole is None or on >= whole:
        return subjects
    return [subject for subject in subjects if subject.metric != Metric.ER]


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
        "rule": verdict.rule,
        "statistic": verdict.evidence.get("statistic"),
        "threshold": verdict.evidence.get("threshold"),
        "chance": _rounded(outcome.chance),
        "forecast_low": outcome.forecast_low,
        "forecast_high": outcome.forecast_high,
        "measured_days": outcome.measured_days,
        "days": outcome.days,
        "reason": verdict.reason,
        "evidence": outcome.evidence(),
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 5)
