"""Cumulative sum charts of counts: run lengths of Poisson charts, and the daily likelihood chart.

Published figures that `average_run_length` is tested against: Lucas (1985) as quoted in the manual
of R's `spc`, Lawson's `arl`, `arlCusum` of R's `surveillance`. The chart of likelihood ratios is
Page's, with the reference value that is optimal for a known fall (Moustakides 1986); its
over-dispersed form follows Höhle & Paul (2008). Knows no database.
"""

from fractions import Fraction
from functools import lru_cache
from math import ceil, exp, floor, log

import numpy as np
from scipy import special, stats

from kpi.statistics import FloatArray

# A reference that is no short fraction is rounded to this denominator.
MOST_DENOMINATOR = 200
# Steps of the daily chart from zero to its threshold; run lengths change by less than 1 % beyond.
STEPS = 120
TAIL = 1e-9
# Thresholds are worked out at the knots of a grid and interpolated between them, in logarithms.
KNOTS_PER_E = 2.0
DISPERSION_KNOTS = (1.0, 1.2, 1.5, 2.0, 3.0, 5.0)
RUN_LENGTH_STEP = 0.05


def average_run_length(
    *, mean: float, reference: float, threshold: float, side: str, start: float = 0
) -> float:
    """How many observations a Poisson chart takes on average to its alarm.

    `side` is "upper" (S grows by x − reference) or "lower" (by reference − x); S stays at or above
    zero, begins at `start` (a head start) and alarms when it reaches `threshold`. All in counts.
    Exact for a reference, threshold and start with a common denominator up to 200.
    """
    if side not in ("upper", "lower"):
        raise ValueError("side is “upper” or “lower”.")
    if mean <= 0 or threshold <= 0 or not 0 <= start < threshold:
        raise ValueError("Give a positive mean and threshold, and a start from 0 below it.")
    scale = _denominator(reference, threshold, start)
    step, size = round(reference * scale), ceil(round(threshold * scale, 6))
    counts = np.arange(int(stats.poisson.isf(TAIL, mean)) + 2)
    chances = stats.poisson.pmf(counts, mean)
    grown = counts.astype(np.float64) * scale - step
    moves = grown if side == "upper" else -grown
    return float(_run_lengths([_moved(moves, chances, size)])[round(start * scale)])


def _denominator(*values: float) -> int:
    fractions = [Fraction(str(value)).limit_denominator(MOST_DENOMINATOR) for value in values]
    common = 1
    for fraction in fractions:
        common = common * fraction.denominator // np.gcd(common, fraction.denominator)
    return int(min(common, MOST_DENOMINATOR))


def _moved(moves: FloatArray, chances: FloatArray, size: int) -> FloatArray:
    """Transitions between the steps 0 … size − 1; moves between steps are shared out to both.

    What reaches `size` has alarmed and leaves the chart.
    """
    states = np.arange(size)
    target = np.maximum(states[:, None] + moves[None, :], 0.0)
    below = np.floor(target).astype(np.intp)
    above_share = target - below
    stays = below < size
    places = (states[:, None] * (size + 1) + below)[stays]
    above = (chances * above_share)[stays]
    below_weight = np.broadcast_to(chances, target.shape)[stays] - above
    chain = np.bincount(
        np.concatenate([places, places + 1]),
        weights=np.concatenate([below_weight, above]),
        minlength=size * (size + 1),
    )
    return np.asarray(chain.reshape(size, size + 1)[:, :size], dtype=np.float64)


def _run_lengths(cycle: list[FloatArray]) -> FloatArray:
    """Observations to the alarm from each step at the beginning of a cycle of transitions."""
    size = len(cycle[0])
    passed, ahead = np.eye(size), np.zeros(size)
    for chain in cycle:
        ahead += passed.sum(axis=1)
        passed = passed @ chain
    return np.asarray(np.linalg.solve(np.eye(size) - passed, ahead), dtype=np.float64)


def log_likelihood_ratio(
    actual: FloatArray, expected: FloatArray, *, ratio: FloatArray, dispersion: FloatArray
) -> FloatArray:
    """How much more likely each count is at `ratio` × expected than at expected, in logarithms.

    Counts have variance = dispersion × mean (Poisson at 1, else the negative binomial whose sums
    keep the dispersion, so that a week's tally weighs as its days would). Zero where nothing is
    expected. Shapes broadcast.
    """
    poisson = expected * (1 - ratio) + actual * np.log(ratio)
    spread = np.maximum(dispersion - 1, 1e-9)
    size = np.maximum(expected, 1e-12) / spread
    negative = (
        special.gammaln(actual + ratio * size)
        - special.gammaln(ratio * size)
        - special.gammaln(actual + size)
        + special.gammaln(size)
        + (1 - ratio) * size * np.log(np.maximum(dispersion, 1 + 1e-9))
    )
    chosen = np.where(dispersion > 1 + 1e-6, negative, poisson)
    return np.asarray(np.where(expected > 0, chosen, 0.0), dtype=np.float64)


def run_length_days(*, charts: int, false_alarms_a_month: float, least: float = 182.0) -> float:
    """Days between false alarms of one chart, from what the whole agency can live with a month.

    Few charts would share out so much that each cried wolf all the time: never below `least`.
    """
    return max(least, charts / false_alarms_a_month * DAYS_A_MONTH)


DAYS_A_MONTH = 30.4375


def chart_run_length(
    *, weekdays: FloatArray, dispersion: float, ratio: float, threshold: float
) -> float:
    """Days to the alarm of the daily chart, begun at zero on a Monday; in control.

    `weekdays` are the expected counts of Monday … Sunday.
    """
    days = [_gains_of_day(float(mean), float(mean), dispersion, ratio) for mean in weekdays]
    return _run_length(days, threshold)


# What each count of a day says for the fall, and how often it comes.
DayGains = tuple[FloatArray, FloatArray]


def _gains_of_day(mean: float, expected: float, dispersion: float, ratio: float) -> DayGains:
    """Of counts that come at `mean` a day where `expected` are agreed."""
    counts, chances = distribution_of(mean, dispersion)
    gains = log_likelihood_ratio(
        counts,
        np.full_like(counts, expected),
        ratio=np.array(ratio),
        dispersion=np.array(dispersion),
    )
    return gains, chances


def _run_length(days: list[DayGains], threshold: float) -> float:
    step = threshold / STEPS
    return float(_run_lengths([_moved(gains / step, chances, STEPS) for gains, chances in days])[0])


def days_to_alarm(
    *, day_mean: float, fall: float, dispersion: float, ratio: float, threshold: float, most: int
) -> FloatArray:
    """P(alarm by the day), for the days 1 … `most` after a fall to `fall` × what was agreed.

    Of a flat week; the chart stands at zero when the fall begins, which is the slowest start.
    """
    gains, chances = _gains_of_day(day_mean * fall, day_mean, dispersion, ratio)
    chain = _moved(gains / (threshold / STEPS), chances, STEPS)
    state, waiting = np.eye(1, STEPS), np.empty(most)
    for day in range(most):
        state = state @ chain
        waiting[day] = state.sum()
    return 1 - waiting


def distribution_of(mean: float, dispersion: float) -> tuple[FloatArray, FloatArray]:
    """Counts 0, 1, … and their chances, as far as they matter; variance = dispersion × mean."""
    if dispersion <= 1 + 1e-6:
        counts = np.arange(float(stats.poisson.isf(TAIL, mean)) + 2)
        return counts, stats.poisson.pmf(counts, mean)
    size, share = mean / (dispersion - 1), 1 / dispersion
    counts = np.arange(float(stats.nbinom.isf(TAIL, size, share)) + 2)
    return counts, stats.nbinom.pmf(counts, size, share)


def thresholds_for(
    *, month_means: FloatArray, dispersions: FloatArray, ratios: FloatArray, run_length: float
) -> FloatArray:
    """The thresholds of many charts by their in-control run length in days; all of one shape.

    Interpolated between exact thresholds of a flat week. A client's weekdays move the run length
    by less than 3 % (docs/decisions/0002-cusum.md).
    """
    length = exp(round(log(run_length) / RUN_LENGTH_STEP) * RUN_LENGTH_STEP)
    place = np.log(np.clip(month_means, 0.5, 20_000)) * KNOTS_PER_E
    knots = np.array(DISPERSION_KNOTS)
    spread = np.clip(dispersions, knots[0], knots[-1])
    upper = np.clip(np.searchsorted(knots, spread), 1, len(knots) - 1)
    share = (spread - knots[upper - 1]) / (knots[upper] - knots[upper - 1])
    found = np.empty(len(place))
    for row, (where, column, part) in enumerate(zip(place, upper, share, strict=True)):
        low = floor(where)
        corners = [
            [knot_threshold(low + n, DISPERSION_KNOTS[column - 1 + m], float(ratios[row]), length)
             for m in (0, 1)]
            for n in (0, 1)
        ]  # fmt: skip
        edge = [a + (b - a) * part for a, b in corners]
        found[row] = edge[0] + (edge[1] - edge[0]) * (where - low)
    return found


@lru_cache(maxsize=4096)
def knot_threshold(knot: int, dispersion: float, ratio: float, run_length: float) -> float:
    """The exact threshold at a knot of the grid; twenty milliseconds, once a process.

    A week whose days are all alike is one day over and over.
    """
    day = np.array([exp(knot / KNOTS_PER_E) / DAYS_A_MONTH])
    return threshold_of(weekdays=day, dispersion=dispersion, ratio=ratio, run_length=run_length)


def threshold_of(
    *, weekdays: FloatArray, dispersion: float, ratio: float, run_length: float
) -> float:
    """The threshold at which the chart's in-control run length is `run_length` days, to 0.5 %."""

    days = [_gains_of_day(float(mean), float(mean), dispersion, ratio) for mean in weekdays]

    def excess(threshold: float) -> float:
        return log(_run_length(days, threshold) / run_length)

    low, high = 0.02, 4.0
    while excess(high) < 0:
        low, high = high, high * 1.5
    at_low = excess(low)
    if at_low >= 0:
        return low
    at_high = excess(high)
    for _step in range(40):
        # Regula falsi, held inside by halving: the logarithm is nearly a straight line.
        guess = low - at_low * (high - low) / (at_high - at_low)
        guess = min(max(guess, low + 0.05 * (high - low)), high - 0.05 * (high - low))
        at_guess = excess(guess)
        if abs(at_guess) < 0.005:
            return guess
        if at_guess < 0:
            low, at_low = guess, at_guess
        else:
            high, at_high = guess, at_guess
    return high
