"""The rules that turn numbers into a light. The first of them; a CUSUM replaces `CountRule` later.

A rule knows no database: it judges series that `kpi.evaluation` has laid out, many at once, and
says for each what the light is and why. Which rule was chosen, and how often it cries wolf:
docs/decisions/0001-first-rule.md.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol, TypeVar

import numpy as np
import numpy.typing as npt
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kpi.models import Light
from kpi.statistics import FloatArray, poisson_tail

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
    "not_taken": _("This client takes no phone calls."),
    "few_posts": _("Too few posts in the last 30 days."),
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
    evidence: dict[str, Any] = field(default_factory=dict)


def grey(reason: str) -> Verdict:
    return Verdict(Light.GREY, reason=reason)


Series = TypeVar("Series", contravariant=True)


class Rule(Protocol[Series]):
    """Judges a stack of series: one verdict for each, in the same order."""

    def judge(self, series: Series) -> list[Verdict]: ...


@dataclass(frozen=True)
class CountSeries:
    """Counts of many targets on the same days: a row for each target, a column for each day.

    A column holds what the value that ends on its day says: `covered` is how many days that value
    covers (0: not measured, 1: a day, 7: a week's tally), `actual` what came on them, `expected`
    what the target expects of them. `starts` is the first column of the strategy version, `ends`
    the last column to judge.
    """

    first: dt.date
    actual: FloatArray
    expected: FloatArray
    covered: IntArray
    starts: IntArray
    ends: IntArray

    @property
    def days(self) -> list[dt.date]:
        return [self.first + dt.timedelta(days=n) for n in range(self.actual.shape[1])]


@dataclass(frozen=True)
class Windows:
    """The window that is judged at the end of each column, with its sums; all (targets, days)."""

    first: IntArray
    actual: FloatArray
    expected: FloatArray
    measured: FloatArray


@dataclass(frozen=True)
class CountRule:
    """Too few to be chance, and too few to be near: below 80 % of what was expected *and* rarer
    than `amber_p` under Poisson, for `held_days` days running, is amber. Rarer than `red_p`, amber
    a week ago as well, or a month that closes like this, is red.

    The month to date is judged; while the month is young, the last `trailing_days`.
    """

    low_share: float = LOW_SHARE
    amber_p: float = 0.05
    red_p: float = 0.02
    held_days: int = 3
    young_days: int = YOUNG_DAYS
    trailing_days: int = TRAILING_DAYS
    least_days: int = 7

    def judge(self, series: CountSeries) -> list[Verdict]:
        windows = self.windows(series)
        tails = poisson_tail(windows.actual, windows.expected)
        low = windows.actual < self.low_share * windows.expected
        enough = windows.measured >= self.least_days
        rare = enough & low & (tails < self.amber_p)
        very_rare = enough & low & (tails < self.red_p)
        closing = rare & self._month_ends(series)
        amber = self._held(rare) | very_rare | closing
        red = very_rare | closing | (amber & self._week_ago(amber))
        return [
            self._verdict(series, windows, row, int(column), enough, amber, red, tails)
            for row, column in enumerate(series.ends)
        ]

    def windows(self, series: CountSeries) -> Windows:
        """Month to date, or the trailing days; never before the version began."""
        days = series.days
        columns = np.arange(len(days))
        day_of_month = np.array([day.day for day in days])
        start = np.where(
            day_of_month >= self.young_days,
            columns - day_of_month + 1,
            columns - self.trailing_days + 1,
        )
        first = np.maximum(start[None, :], series.starts[:, None]).clip(0)
        first = np.minimum(first, columns[None, :])
        return Windows(
            first,
            _sums(series.actual, first),
            _sums(series.expected, first),
            _sums(series.covered.astype(np.float64), first),
        )

    def _held(self, condition: BoolArray) -> BoolArray:
        held = condition.copy()
        for back in range(1, self.held_days):
            held &= _shifted(condition, back)
        return held

    def _week_ago(self, condition: BoolArray) -> BoolArray:
        return _shifted(condition, 7)

    def _month_ends(self, series: CountSeries) -> BoolArray:
        return np.array([(day + dt.timedelta(days=1)).day == 1 for day in series.days])

    def _verdict(
        self,
        series: CountSeries,
        windows: Windows,
        row: int,
        column: int,
        enough: BoolArray,
        amber: BoolArray,
        red: BoolArray,
        tails: FloatArray,
    ) -> Verdict:
        light = Light.GREEN
        if not enough[row, column]:
            light = Light.GREY
        elif red[row, column]:
            light = Light.RED
        elif amber[row, column]:
            light = Light.AMBER
        first = series.first + dt.timedelta(days=int(windows.first[row, column]))
        last = series.first + dt.timedelta(days=int(column))
        return Verdict(
            light=light,
            p_value=float(tails[row, column]),
            actual=float(windows.actual[row, column]),
            expected=float(windows.expected[row, column]),
            window=Window(first, last),
            reason="" if enough[row, column] else "too_early",
            evidence={"measured_days": int(windows.measured[row, column])},
        )


def _sums(values: FloatArray, first: IntArray) -> FloatArray:
    """Sums of each row from column `first` to each column, both included."""
    running = np.concatenate([np.zeros((len(values), 1)), values.cumsum(axis=1)], axis=1)
    sums: FloatArray = running[:, 1:] - np.take_along_axis(running, first, axis=1)
    return sums


def _shifted(condition: BoolArray, days: int) -> BoolArray:
    """The condition as it stood so many days before; False before the first column."""
    before = np.zeros_like(condition)
    before[:, days:] = condition[:, :-days]
    return before


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
    """Net growth against its pace: below 80 % amber, below half red.

    Followers come in waves, so nothing is said before `least_days`.
    """

    low_share: float = LOW_SHARE
    far_share: float = 0.5
    least_days: int = 14

    def judge(self, series: Sequence[GrowthPace]) -> list[Verdict]:
        return [self._verdict(pace) for pace in series]

    def _verdict(self, pace: GrowthPace) -> Verdict:
        if pace.actual is None:
            return grey("no_data")
        if pace.expected is None:
            return grey("no_target")
        early = pace.measured_days < self.least_days
        light = Light.GREY if early else self._light(pace.actual, pace.expected)
        return Verdict(
            light=light,
            actual=pace.actual,
            expected=pace.expected,
            window=pace.window,
            reason="too_early" if early else "",
            evidence={"measured_days": pace.measured_days},
        )

    def _light(self, actual: float, expected: float) -> Light:
        if actual >= self.low_share * expected:
            return Light.GREEN
        return Light.AMBER if actual >= self.far_share * expected else Light.RED


class ErReading(NamedTuple):
    """ER of the last days by its formula, a share 0…1; None where it was not measured."""

    value: float | None
    target: float | None
    posts: int
    formula: str
    window: Window


@dataclass(frozen=True)
class ErRule:
    """ER against its target: below 80 % amber, below half red; grey with too few posts."""

    low_share: float = LOW_SHARE
    far_share: float = 0.5
    least_posts: int = 5

    def judge(self, series: Sequence[ErReading]) -> list[Verdict]:
        return [self._verdict(reading) for reading in series]

    def _verdict(self, reading: ErReading) -> Verdict:
        if reading.target is None:
            return grey("no_target")
        if reading.posts < self.least_posts:
            return grey("few_posts")
        if reading.value is None:
            return grey("no_data")
        share = reading.value / reading.target if reading.target else 1.0
        light = Light.GREEN if share >= self.low_share else Light.AMBER
        return Verdict(
            light=light if share >= self.far_share else Light.RED,
            actual=reading.value,
            expected=reading.target,
            window=reading.window,
            evidence={"posts": reading.posts, "formula": reading.formula},
        )
