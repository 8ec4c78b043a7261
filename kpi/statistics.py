"""Arithmetic of counts: tails, intervals, comparisons, weekday shares. Knows no database.

Arrays in, arrays out: one call serves a thousand clients. Published figures that these functions
are tested against: R's `poisson.test`, Krishnamoorthy & Thomson's E-test, Garwood's interval.
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


def poisson_interval(count: int, *, confidence: float = 0.95) -> tuple[float, float]:
    """Garwood's exact interval for the mean of a Poisson count."""
    tail = (1 - confidence) / 2
    low = float(special.gammaincinv(count, tail)) if count else 0.0
    return low, float(special.gammaincinv(count + 1, 1 - tail))


@dataclass(frozen=True)
class RateChange:
    """A rate after against the same rate before.

    `ratio` is after / before (None: nothing came before), `low` and `high` its exact interval
    (None: without bound), `p_value` of the E-test, `p_exact` of the conditional test in R.
    """

    ratio: float | None
    low: float
    high: float | None
    p_value: float
    p_exact: float


def compare_rates(
    *, before: int, before_days: float, after: int, after_days: float, confidence: float = 0.95
) -> RateChange:
    """How the rate of a count changed between two exposures, both positive."""
    if before_days <= 0 or after_days <= 0:
        raise ValueError("A rate needs measured days on both sides.")
    if before + after == 0:
        return RateChange(None, 0.0, None, 1.0, 1.0)
    share = after_days / (before_days + after_days)
    test = stats.binomtest(after, before + after, share)
    interval = test.proportion_ci(confidence)
    e_test = stats.poisson_means_test(after, after_days, before, before_days)
    return RateChange(
        ratio=(after / after_days) / (before / before_days) if before else None,
        low=_odds(interval.low) * before_days / after_days,
        high=_odds(interval.high) * before_days / after_days if before else None,
        p_value=min(float(e_test.pvalue), 1.0),
        p_exact=float(test.pvalue),
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
