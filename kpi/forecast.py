"""Will the month's target be met? A forecast with an interval, and never an alarm.

Gamma–Poisson: what is known of the rate before the month and what came in it give a gamma
distribution of the rate, and the rest of the month is negative binomial. Knows no database.
"""

from dataclasses import dataclass

import numpy as np
from scipy import stats

from kpi.statistics import FloatArray

# A target is agreed with some knowledge: it weighs as much as this many counts.
TARGET_COUNTS = 4.0
# Of what came before the month, each count weighs half of one that came in it, up to this many.
PAST_SHARE, PAST_COUNTS = 0.5, 20.0
INTERVAL = 0.8


@dataclass(frozen=True)
class Forecast:
    """By target: P(target met), and the month's total with 80 % between `low` and `high`."""

    chance: FloatArray
    low: FloatArray
    high: FloatArray


def forecast_month(
    *,
    so_far: FloatArray,
    elapsed: FloatArray,
    remaining: FloatArray,
    past: FloatArray,
    past_expected: FloatArray,
    target: FloatArray,
    dispersion: FloatArray,
) -> Forecast:
    """All arrays (n,): counts and expectations of the measured days of the month, what is still
    expected of the rest, and both of the weeks before. NaN in, NaN out.
    """
    unknown = np.isnan(so_far + elapsed + remaining + target)
    weight = PAST_SHARE * np.minimum(1.0, PAST_COUNTS / np.maximum(PAST_SHARE * past_expected, 1.0))
    # Scattered counts tell less: each is worth 1 ÷ dispersion of an independent one.
    counts = TARGET_COUNTS + (weight * past + so_far) / dispersion
    exposure = TARGET_COUNTS + (weight * past_expected + elapsed) / dispersion
    rest = np.where(unknown, 0.0, remaining) * counts / exposure
    is_over = rest <= 1e-9
    mean = np.where(is_over, 1.0, rest)
    # At least as wide as a Poisson count with a rate that is not known for sure.
    size = mean**2 / ((dispersion - 1) * mean + mean**2 / counts)
    law = stats.nbinom(size, size / (size + mean))
    needed = np.ceil(np.where(unknown, 0.0, target - so_far) - 1e-9)
    chance = np.where(is_over, needed <= 0, law.sf(needed - 1))
    tail = (1 - INTERVAL) / 2
    low, high = (so_far + np.where(is_over, 0.0, law.ppf(share)) for share in (tail, 1 - tail))
    return Forecast(*(np.where(unknown, np.nan, value) for value in (chance, low, high)))
