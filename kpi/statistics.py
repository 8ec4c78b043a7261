"""Arithmetic of counts: tails, intervals, comparisons, weekday shares. Knows no database.

Arrays in, arrays out: one call serves a thousand clients. Published figures that these functions
are tested against: R's `poisson.test`, Gu's exact conditional test, Garwood's interval.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special, stats

FloatArray = npt.NDArray[np.float64]

# How strongly a client's weekdays are pulled together, in counts: the prior's spread of a
# weekday around the mean is 1/√10, about a third.
WEEKDAY_PRIOR_COUNT = 10.0


def poisson_tail(actual: FloatArray | float, expected: FloatArray | float) -> FloatArray:
    """P(X ≤ actual) for a Poisson count with this expectation; of the inputs' common shape."""
    return np.asarray(special.pdtr(actual, expected), dtype=np.float64)


def poisson_interval(count: float, *, confidence: float = 0.95) -> tuple[float, float]:
    """Garwood's exact interval for the mean of a Poisson count; of a part of one, its like."""
    tail = (1 - confidence) / 2
    low = float(special.gammaincinv(count, tail)) if count else 0.0
    return low, float(special.gammaincinv(count + 1, 1 - tail))


@dataclass(frozen=True)
class RateChange:
    """A rate after against the same rate before.

    `ratio` is after / before (None: nothing came before), `low` and `high` its interval (None:
    without bound). `p_value` belongs to the interval: it is below 1 − confidence exactly where the
    interval leaves 1 out. `p_exact` is the test in R, of the counts as if they were Poisson.
    """

    ratio: float | None
    low: float
    high: float | None
    p_value: float
    p_exact: float


def compare_rates(
    *,
    before: int,
    before_days: float,
    after: int,
    after_days: float,
    dispersion: float = 1.0,
    chosen: float = 0.0,
    confidence: float = 0.95,
) -> RateChange:
    """How the rate of a count changed between two exposures, both positive.

    Exact for Poisson counts (Clopper–Pearson of the share that came after). Where counts scatter by
    `dispersion` (variance ÷ mean) they weigh that much less: quasi-Poisson. `chosen` are counts
    that may be missing before only because these days were picked for being low; a rise has to
    stand with them added, a fall without them.
    """
    if before_days <= 0 or after_days <= 0:
        raise ValueError("A rate needs measured days on both sides.")
    if before + after == 0:
        return RateChange(None, 0.0, None, 1.0, 1.0)
    came, had, most = after / dispersion, before / dispersion, (before + chosen) / dispersion
    share, scale = after_days / (before_days + after_days), before_days / after_days
    tail = (1 - confidence) / 2
    low = float(stats.beta.ppf(tail, came, most + 1)) if after else 0.0
    high = float(stats.beta.ppf(1 - tail, came + 1, had)) if before else None
    rise = float(stats.beta.cdf(share, came, most + 1)) if after else 1.0
    fall = float(stats.beta.sf(share, came + 1, had)) if before else 1.0
    return RateChange(
        ratio=(after / after_days) / (before / before_days) if before else None,
        low=_odds(low) * scale,
        high=None if high is None else _odds(high) * scale,
        p_value=min(1.0, 2 * min(rise, fall)),
        p_exact=float(stats.binomtest(after, before + after, share).pvalue),
    )


def _odds(share: float) -> float:
    return float(share / (1 - share))


def weekday_weights(
    counts: FloatArray, days: FloatArray, *, prior_count: float = WEEKDAY_PRIOR_COUNT
) -> FloatArray:
    """Relative rates of the weekdays, Monday first: (n, 7) in and out, each row's mean is 1.

    `counts` came on `days` measured days of each weekday. Gamma–Poisson shrinkage: with few
    counts the weights stay near 1, with many they follow the client's own weekdays.
    """
    measured = days.sum(axis=1, keepdims=True)
    total = counts.sum(axis=1, keepdims=True)
    mean = np.divide(total, measured, out=np.zeros_like(total), where=measured > 0)
    prior_days = np.divide(prior_count, mean, out=np.ones_like(mean), where=mean > 0)
    prior = np.where(mean > 0, prior_count, 1.0)
    rates = (counts + prior) / (days + prior_days)
    weights: FloatArray = rates / rates.mean(axis=1, keepdims=True)
    return weights
