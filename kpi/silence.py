"""No calls for longer than chance explains: a number is to be dialled before anybody is blamed.

A silence is about data, not about the strategy. It has a small share of the false alarms that the
agency can live with, and the chart the rest. Knows no database.
"""

import numpy as np

from kpi.statistics import FloatArray

# Of each chart's budget; docs/decisions/0002-cusum.md.
SHARE_OF_BUDGET = 0.1


def silence_limit(
    *, day_mean: FloatArray, dispersion: FloatArray, run_length: FloatArray
) -> FloatArray:
    """How much may be expected since the last call before the silence is more than chance: (n,).

    A silence may begin after each day with a call. It lasts through an expectation of m by chance
    exp(−m) for Poisson counts, φ^(−m / (φ − 1)) for a dispersion φ; the days with a call are
    1 − P(none) of all. `run_length` is the chart's, in days: a false silence comes once in
    `run_length` ÷ `SHARE_OF_BUDGET`.
    """
    spread = np.maximum(dispersion - 1, 1e-9)
    rate = np.where(dispersion > 1 + 1e-6, np.log1p(spread) / spread, 1.0)
    days_with = -np.expm1(-rate * day_mean)
    between = run_length / SHARE_OF_BUDGET
    return np.asarray(np.log(np.maximum(days_with * between, 2.0)) / rate)


def expected_since_last(actual: FloatArray, expected: FloatArray) -> FloatArray:
    """What was expected of the measured days after the last one with a count: (n, days) → (n,)."""
    columns = np.arange(actual.shape[1])
    last = np.where(actual > 0, columns, -1).max(axis=1)
    return np.asarray((expected * (columns > last[:, None])).sum(axis=1))
