"""What an evaluation of one target found, and what a flag should say of it."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from kpi.freshness import Stale
from kpi.models import FlagKind, Light
from kpi.rules import Verdict
from kpi.subjects import Subject
from strategy.models import Metric
from strategy.models.target import WORK_METRICS

ALARMS: dict[str, tuple[str, ...]] = {
    # Amber is behind the plan without an alarm: the review asks about it.
    Metric.GROWTH: (Light.RED,),
    Metric.ER: (Light.RED,),
    # How the work goes is the agency's own to mend: the review asks about it, no strategy does.
    **dict.fromkeys(WORK_METRICS, ()),
}
DEFAULT_ALARMS = (Light.AMBER, Light.RED)


@dataclass(frozen=True, slots=True)
class Outcome:
    """`actual` and `expected` are of the month so far, over its `measured_days` of `days`.

    `series` are the judged days for the chart of a flag: (day, actual or None, expected). `chance`
    is the forecast that the month's target will be met, with its interval; never an alarm.
    """

    subject: Subject
    verdict: Verdict
    actual: float | None = None
    expected: float | None = None
    measured_days: int = 0
    days: int = 0
    stale: Stale | None = None
    facts: dict[str, Any] = field(default_factory=dict)
    series: Sequence[tuple[str, float | None, float]] = ()
    chance: float | None = None
    forecast_low: float | None = None
    forecast_high: float | None = None

    @property
    def is_alarm(self) -> bool:
        """Worth a flag: not for a version that ended with the day that was judged."""
        lights = ALARMS.get(self.subject.metric, DEFAULT_ALARMS)
        return self.verdict.light in lights and self.subject.ends_on >= self.subject.today

    @property
    def is_silent(self) -> bool:
        """Nothing has come for longer than chance explains: a number is to be tried."""
        return self.verdict.reason == "silence" and self.subject.ends_on >= self.subject.today

    def evidence(self) -> dict[str, Any]:
        """What the light stands on, as JSON: the judged window with its own sums."""
        verdict = self.verdict
        evidence: dict[str, Any] = {**self.facts, **verdict.evidence}
        if verdict.window:
            evidence |= {
                "first": verdict.window.first.isoformat(),
                "last": verdict.window.last.isoformat(),
            }
        if verdict.window and verdict.actual is not None:
            evidence |= {
                "actual": _rounded(verdict.actual),
                "expected": _rounded(verdict.expected),
            }
        if verdict.p_value is not None:
            evidence["p_value"] = round(verdict.p_value, 6)
        return evidence


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 5)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that a flag should say: `day` is the client's today.

    `others` are the counts in which the same cause is seen, as they stand in the flag's evidence.
    """

    client_id: int
    kind: FlagKind
    cause_key: str
    target_id: int | None
    severity: Light
    day: dt.date
    evidence: dict[str, Any]
    rule: str = ""
    others: Sequence[dict[str, Any]] = ()

    @property
    def key(self) -> tuple[int, str]:
        return self.client_id, self.cause_key
