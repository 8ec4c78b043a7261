"""What a rule is: it turns numbers into a light. Whether growth and ER are behind their plan stands
here; the alarms in `kpi.alarm_rule`, `kpi.growth_chart` and `kpi.er_chart`.

A rule knows no database: it judges series that `kpi.evaluation` has laid out, many at once, and
says for each what the light is and why.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple, Protocol, TypeVar

import numpy as np
import numpy.typing as npt
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kpi.models import Light
from kpi.statistics import FloatArray

IntArray = npt.NDArray[np.intp]
BoolArray = npt.NDArray[np.bool_]

LOW_SHARE = 0.8
# A month is judged by itself from this day on; before, the trailing days are.
YOUNG_DAYS = 14
TRAILING_DAYS = 28

# Why a light is grey, by the code that is stored with the evaluation.
GREY_REASONS: dict[str, str | Promise] = {
    "too_early": _("Too few days are measured yet."),
    "no_target": _("This month has no target."),
    "no_data": _("Nothing has been measured yet."),
    "stale_calls": _("The calls are not up to date."),
    "stale_counts": _("The counts are not up to date."),
    "stale_metrics": _("The readings of the pages are not up to date."),
    "not_measured": _("This is not measured for this client."),
    "nothing_asked": _("Nobody has asked for a reply in this month."),
    "no_replies": _("Nobody has been answered yet in this month."),
    "nothing_planned": _("No publications were planned for these days."),
    "nothing_published": _("Nothing has been published in this month."),
    "unclassified": _("Posts on the wall are not classified yet."),
    "whole_client": _("This is measured of all communities together only."),
    "too_few": _("Too few to be judged."),
    "no_spend": _("No promotion money is known of this month."),
    "mixed_currency": _("Money of promotion is in several currencies, or not in the client's."),
    "vat_not_stated": _("It is not stated whether sums of promotion hold VAT."),
    "hanging_money": _("Some ad money is told for periods that this month holds in part only."),
    "stale_account": _("An ad account has not been read for days: its money is not up to date."),
    "calls_not_counted": _("Money went where no tracking number stood: its calls are not known."),
    "left_not_counted": _("It is not known how many of those who joined have stayed."),
    "none_stayed": _("Nobody who joined by promotion has stayed in this month."),
    "no_source": _("The program does not measure this yet: judge it at the review."),
    "not_taken": _("This client takes no phone calls."),
    "few_posts": _(
        "Too few posts to judge: 8 of the last 30 days, older than 72 hours, are needed."
    ),
    "silence": _("Nothing has come for longer than chance explains: make a test call."),
    "no_exposure": _("Nothing could be expected of these days."),
    "failed": _("The evaluation of this client failed; the agency's log says why."),
}


class Window(NamedTuple):
    """The days that were judged, both included."""

    first: dt.date
    last: dt.date


@dataclass(frozen=True)
class Verdict:
    """What a rule says. `reason` is a code of GREY_REASONS when the light is grey."""

    light: Light
    p_value: float | None = None
    actual: float | None = None
    expected: float | None = None
    window: Window | None = None
    reason: str = ""
    rule: str = ""
    evidence: dict[str, Any] = field(default_factory=dict)


def grey(reason: str) -> Verdict:
    return Verdict(Light.GREY, reason=reason)


Series = TypeVar("Series", contravariant=True)


class Rule(Protocol[Series]):
    """Judges a stack of series: one verdict for each, in the same order."""

    def judge(self, series: Series) -> list[Verdict]: ...


@dataclass(frozen=True)
class ChartSetup:
    """How the charts of many targets are made; all (targets,). `run_length` is in days.

    `silence` is how much may be expected without anything coming; `is_explained` where a test call
    has shown since that the numbers work.
    """

    ratio: FloatArray
    dispersion: FloatArray
    threshold: FloatArray
    silence: FloatArray
    is_explained: BoolArray
    run_length: FloatArray


@dataclass(frozen=True)
class CountSeries:
    """Counts of many targets on the same days: a row for each target, a column for each day.

    A column holds what the value that ends on its day says: `covered` is how many days that value
    covers (0: not measured, 1: a day, 7: a week's tally), `actual` what came on them, `expected`
    what the target expects of them. `starts` is the first column of the chart, `ends` the last
    column to judge.
    """

    first: dt.date
    actual: FloatArray
    expected: FloatArray
    covered: IntArray
    starts: IntArray
    ends: IntArray
    setup: ChartSetup

    @property
    def days(self) -> list[dt.date]:
        return [self.first + dt.timedelta(days=n) for n in range(self.actual.shape[1])]


class GrowthPace(NamedTuple):
    """Net growth over days of one month's target, which is shared out evenly.

    `actual` may be negative; None where it was not measured. `expected` belongs to the
    `measured_days` that `actual` covers.
    """

    actual: float | None
    expected: float | None
    measured_days: int
    window: Window


@dataclass(frozen=True)
class GrowthRule:
    """Net growth against its pace: amber below 80 %, which is behind the plan and no alarm.

    Followers come in waves, so nothing is said before `least_days`.
    """

    low_share: float = LOW_SHARE
    least_days: int = 14

    def judge(self, series: Sequence[GrowthPace]) -> list[Verdict]:
        return [self._verdict(pace) for pace in series]

    def _verdict(self, pace: GrowthPace) -> Verdict:
        if pace.actual is None:
            return grey("no_data")
        if pace.expected is None:
            return grey("no_target")
        early = pace.measured_days < self.least_days
        is_met = pace.actual >= self.low_share * pace.expected
        light = Light.GREEN if is_met else Light.AMBER
        return Verdict(
            light=Light.GREY if early else light,
            actual=pace.actual,
            expected=pace.expected,
            window=pace.window,
            reason="too_early" if early else "",
            evidence={"measured_days": pace.measured_days},
        )


class ErReading(NamedTuple):
    """ER of the last days by its formula, a share 0…1; None where it was not measured."""

    value: float | None
    target: float | None
    posts: int
    window: Window


@dataclass(frozen=True)
class ErRule:
    """ER against its target: amber below 80 %, which is behind the plan and no alarm."""

    low_share: float = LOW_SHARE

    def judge(self, series: Sequence[ErReading]) -> list[Verdict]:
        return [self._verdict(reading) for reading in series]

    def _verdict(self, reading: ErReading) -> Verdict:
        if reading.target is None:
            return grey("no_target")
        if reading.value is None:
            return grey("no_data")
        is_met = reading.value >= self.low_share * reading.target
        return Verdict(
            light=Light.GREEN if is_met else Light.AMBER,
            actual=reading.value,
            expected=reading.target,
            window=reading.window,
        )


def with_chart(plan: Verdict, chart: Verdict) -> Verdict:
    """A light of two questions: is it an alarm (the chart), and is the plan met?

    Red is the chart's alone, and grey is the first that cannot say; but a chart needs no rate of
    the period to see that posts fell. What was agreed stays beside.
    """
    is_unsaid = plan.light == Light.GREY and plan.reason != "no_data"
    if is_unsaid or chart.light == Light.GREEN:
        return replace(plan, rule=chart.rule, evidence=plan.evidence | chart.evidence)
    agreed = {} if plan.expected is None else {"agreed": round(plan.expected, 5)}
    return replace(chart, evidence=chart.evidence | agreed)
