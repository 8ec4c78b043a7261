"""How good the alarm on calls is: false flags, and days to the alarm, on simulated clients.

Everything goes through the functions of the nightly evaluation: weekdays and dispersion are
estimated from a simulated year, thresholds computed, charts run: in control for three years, after
a fall until all have alarmed, each night through the days that the evaluation looks back. Beside
them the chart that knows the true parameters and looks back for ever, and the rule of dashboards
that flags whoever is below 85 % of a linear pace.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import stats

from bench.delays import BLOCK_DAYS, days_to_alarm, days_to_pace_flag
from kpi.alarm_rule import chart_steps, ratio_for
from kpi.cusum import DAYS_A_MONTH, run_length_days, threshold_of, thresholds_for
from kpi.dispersion import dispersion_of
from kpi.rules import ChartSetup, CountSeries
from kpi.silence import silence_limit
from kpi.statistics import FloatArray, weekday_weights
from kpi.subjects import JUDGED_DAYS

CHARTS, FALSE_ALARMS_A_MONTH = 30, 1.0
YEAR = 365
RUN_DAYS = 3 * YEAR
MEASURED_SHARE = 0.9
WEEKDAYS = np.array([1.5, 1.3, 1.2, 1.1, 1.0, 0.6, 0.3])
PACE_SHARE, PACE_FROM_DAY = 0.85, 7
WANTED = 1.1
MONDAY = dt.date(2024, 1, 1)

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Case:
    """Clients that are alike: calls a month, and how they scatter."""

    name: str
    month: float
    dispersion: float


CASES = [
    Case(name, month, dispersion)
    for dispersion in (1.0, 2.0)
    for name, month in [
        *((f"{calls} a month", float(calls)) for calls in (5, 10, 20, 40)),
        *((f"{calls} a week", calls * DAYS_A_MONTH / 7) for calls in (20, 50)),
    ]
]


@dataclass(frozen=True)
class Quality:
    """Rates by client-year, delays in days; `pace_…` of the dashboards' rule."""

    case: Case
    set_rate: float
    false_rate: float
    false_most: float
    pace_false_rate: float
    delays: dict[float, "Delay"]
    silence_days: float


@dataclass(frozen=True)
class Delay:
    mean: float
    median: float
    optimum: float
    pace_mean: float
    pace_median: float

    @property
    def ratio(self) -> float:
        return self.mean / self.optimum


def simulate(
    rng: np.random.Generator, case: Case, clients: int, days: int, factor: float = 1.0
) -> tuple[FloatArray, FloatArray]:
    """Counts, and which days are measured: (clients, days) each."""
    weekday = np.arange(days) % 7
    mean = factor * case.month / DAYS_A_MONTH * (WEEKDAYS / WEEKDAYS.mean())[weekday]
    mean = np.broadcast_to(mean, (clients, days))
    if case.dispersion > 1:
        size = np.maximum(mean / (case.dispersion - 1), 1e-12)
        counts = rng.negative_binomial(size, 1 / case.dispersion) if factor else np.zeros_like(mean)
    else:
        counts = rng.poisson(mean)
    measured = rng.random((clients, days)) < MEASURED_SHARE
    return counts.astype(np.float64), measured.astype(np.float64)


@dataclass(frozen=True)
class Known:
    """Weekdays (clients, 7) and the charts' setup, estimated or true."""

    weights: FloatArray
    setup: ChartSetup


def learn(case: Case, counts: FloatArray, measured: FloatArray, run_length: float) -> Known:
    """What the evaluation would know of these clients after a year."""
    weekday = np.arange(counts.shape[1]) % 7
    days = np.eye(7)[weekday]
    weights = weekday_weights((counts * measured) @ days, measured @ days)
    dispersion = dispersion_of(counts, measured, weekday)
    months = np.full(len(counts), case.month)
    ratio = ratio_for(months)
    threshold = thresholds_for(
        month_means=months, dispersions=dispersion, ratios=ratio, run_length=run_length
    )
    return Known(weights, setup_of(case, ratio, dispersion, threshold, run_length))


def truth(case: Case, clients: int, run_length: float) -> Known:
    """What the best chart of this run length knows."""
    weights = np.broadcast_to(WEEKDAYS / WEEKDAYS.mean(), (clients, 7))
    ratio = ratio_for(np.full(clients, case.month))
    threshold = threshold_of(
        weekdays=weights[0] * case.month / DAYS_A_MONTH,
        dispersion=case.dispersion,
        ratio=float(ratio[0]),
        run_length=run_length,
    )
    dispersion = np.full(clients, case.dispersion)
    return Known(
        weights, setup_of(case, ratio, dispersion, np.full(clients, threshold), run_length)
    )


def setup_of(
    case: Case, ratio: FloatArray, dispersion: FloatArray, threshold: FloatArray, run_length: float
) -> ChartSetup:
    limit = silence_limit(
        day_mean=np.full(len(ratio), case.month / DAYS_A_MONTH),
        dispersion=dispersion,
        run_length=np.full(len(ratio), run_length),
    )
    return ChartSetup(
        ratio, dispersion, threshold, limit, np.zeros(len(ratio), bool),
        np.full(len(ratio), run_length),
    )  # fmt: skip


def series_of(case: Case, known: Known, counts: FloatArray, measured: FloatArray) -> CountSeries:
    clients, days = counts.shape
    expected = case.month / DAYS_A_MONTH * known.weights[:, np.arange(days) % 7]
    return CountSeries(
        first=MONDAY,
        actual=counts * measured,
        expected=expected * measured,
        covered=measured.astype(np.intp),
        starts=np.zeros(clients, dtype=np.intp),
        ends=np.full(clients, days - 1),
        setup=known.setup,
    )


def delay_of(case: Case, known: Known, best: Known, factor: float, seed: int) -> Delay:
    """Of a fall on the first day. All charts see the same clients, day by day."""
    clients = len(known.weights)

    def fallen() -> Iterator[tuple[FloatArray, FloatArray]]:
        rng = np.random.default_rng(seed)
        while True:
            yield simulate(rng, case, clients, BLOCK_DAYS, factor)

    mine = days_to_alarm(
        (series_of(case, known, *block) for block in fallen()), clients=clients, window=JUDGED_DAYS
    )
    optimum = days_to_alarm((series_of(case, best, *block) for block in fallen()), clients=clients)
    pace = days_to_pace_flag((pace_flags(case, *block) for block in fallen()), clients=clients)
    return Delay(
        float(mine.mean()), float(np.median(mine)), float(optimum.mean()),
        float(pace.mean()), float(np.median(pace)),
    )  # fmt: skip


def pace_flags(case: Case, counts: FloatArray, measured: FloatArray) -> Flags:
    """By day: below 85 % of the linear pace of the month, from the seventh day on."""
    flags = np.zeros(counts.shape, dtype=bool)
    for start in range(0, counts.shape[1], 30):
        came = (counts * measured)[:, start : start + 30].cumsum(axis=1)
        day = np.arange(1, came.shape[1] + 1)
        low = came < PACE_SHARE * case.month / 30 * day
        flags[:, start : start + 30] = low & (day >= PACE_FROM_DAY)
    return flags


def episodes(flags: Flags) -> int:
    """A month that is flagged once or more counts once."""
    months = [flags[:, start : start + 30].any(axis=1) for start in range(0, flags.shape[1], 30)]
    return int(np.sum(months))


def assess(case: Case, *, clients: int, seed: int) -> Quality:
    """One case: on target, −30 %, −50 %, silence."""
    rng = np.random.default_rng(seed)
    run_length = run_length_days(charts=CHARTS, false_alarms_a_month=FALSE_ALARMS_A_MONTH)
    known = learn(case, *simulate(rng, case, clients, YEAR), run_length)
    best = truth(case, clients, run_length)
    calm = simulate(rng, case, clients, RUN_DAYS)
    false = sum(int(step.raised.sum()) for step in chart_steps(series_of(case, known, *calm)))
    years = clients * RUN_DAYS / YEAR
    delays = {
        factor: delay_of(case, known, best, factor, 1_000 * seed + round(100 * factor))
        for factor in (0.7, 0.5)
    }
    return Quality(
        case,
        YEAR / run_length,
        false / years,
        float(stats.chi2.isf(0.05, 2 * (false + 1)) / 2 / years),
        episodes(pace_flags(case, *calm)) / years,
        delays,
        silence_days(case, known),
    )


def silence_days(case: Case, known: Known) -> float:
    """The median day on which a silence is told apart from chance, every day measured."""
    days = np.arange(120)
    expected = case.month / DAYS_A_MONTH * known.weights[:, days % 7]
    reached = expected.cumsum(axis=1) >= known.setup.silence[:, None]
    return float(np.median(np.where(reached.any(axis=1), reached.argmax(axis=1) + 1, np.inf)))


def assess_all(scale: float = 1.0) -> Iterator[Quality]:
    for number, case in enumerate(CASES):
        yield assess(case, clients=max(40, round(1_600 * scale)), seed=number)
