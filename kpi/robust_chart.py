"""Robust charts: what to measure growth and ER by, and how high a threshold has to be.

An observation is standardised by the middle and the scatter of a history (median, MAD), cut off at
`CUT` scatters, so that one viral post or one purge of bots cannot raise or hide an alarm, and
summed up as the log-likelihood ratio of a normal value `shift` scatters lower. The run length of
such a chart is Siegmund's, in closed form (Siegmund 1985; within 2 % of the Markov chain for the
charts used here): cut-off values only make it longer. A history is short, so its middle is known
badly: the threshold is made for the mean rate of false alarms over that error. Knows no database.
"""

from typing import NamedTuple

import numpy as np
from scipy import special

from kpi.statistics import FloatArray

# MAD × this is the standard deviation of a normal value.
NORMAL_MAD = 1.4826
CUT = 2.0
# A smaller shift cannot be found in one window, a larger one needs no finer chart.
LEAST_SHIFT, MOST_SHIFT = 0.25, 2.0
# What a threshold of discrete steps is short of a continuous one (Siegmund).
OVERSHOOT = 1.166
# The median's standard error in scatters, × √n.
MEDIAN_ERROR = 1.2533
NODES, WEIGHTS = np.polynomial.hermite_e.hermegauss(15)
HUBER_STEPS = 12
# The standard deviation of a normal value cut off at `CUT`.
CUT_SPREAD = 0.9594


class History(NamedTuple):
    """What observations were like: their middle with far ones cut off, MAD, scatter, number."""

    centre: float
    mad: float
    scale: float
    size: int


def history_of(values: FloatArray, *, floor: float) -> History:
    """`scale` is the MAD's, never below `floor`; wider where the values have heavy tails (by their
    scatter once cut off), and by 1/√n, for a MAD of few values is often too small.

    The centre is the mean with values cut off at `CUT` scatters (Huber's): that, and not the
    median, is where cut-off observations of a skew distribution average out.
    """
    middle = float(np.median(values))
    mad = float(np.median(np.abs(values - middle)))
    scale = max(NORMAL_MAD * mad, floor)
    cut = np.clip(values - middle, -CUT * scale, CUT * scale)
    scale = max(scale, float(cut.std()) / CUT_SPREAD) * (1 + 1 / float(np.sqrt(len(values))))
    centre = middle
    for _step in range(HUBER_STEPS):
        centre += float(np.clip(values - centre, -CUT * scale, CUT * scale).mean())
    return History(centre, mad, scale, len(values))


def chart_shift(fall: FloatArray) -> FloatArray:
    """The fall that a chart is made for, in scatters, within what a chart can be made for."""
    return np.clip(fall, LEAST_SHIFT, MOST_SHIFT)


def normal_gains(standard: FloatArray, *, shift: FloatArray, covered: FloatArray) -> FloatArray:
    """Log-likelihood ratios of a fall by `shift` (rows,); `standard` and `covered` (rows, columns).

    `standard` is an observation's distance from what is expected in its own scatters: of
    `covered` days together, √covered days' scatters. Nothing where nothing is covered.
    """
    fall = shift[:, None]
    cut = np.clip(standard, -CUT, CUT)
    gains = -fall * (np.sqrt(covered) * cut + covered * fall / 2)
    return np.where(covered > 0, gains, 0.0)


def run_length(*, reference: FloatArray, threshold: FloatArray, shift: FloatArray) -> FloatArray:
    """Siegmund's mean number of normal observations to the alarm of a lower chart begun at zero.

    S grows by −z − reference and alarms at `threshold`; z is normal around `shift`. Shapes
    broadcast.
    """
    drift = np.asarray(reference + shift, dtype=np.float64)
    safe = np.where(np.abs(drift) < 1e-4, 1e-4, drift)
    bound = threshold + OVERSHOOT
    power = np.minimum(2 * safe * bound, 600.0)
    return np.asarray((np.expm1(power) - power) / (2 * safe**2), dtype=np.float64)


def window_chance(
    *, reference: FloatArray, threshold: FloatArray, shift: FloatArray, window: FloatArray
) -> FloatArray:
    """How likely a chart that looks back `window` observations alarms within as many.

    By its run length, where that is long; where the middle is so wrong that S climbs by itself,
    by the chance that a walk with that drift (reflected: at most twice) gets so far in the window.
    """
    length = run_length(reference=reference, threshold=threshold, shift=shift)
    bound, climb, spread = threshold + OVERSHOOT, -(reference + shift), np.sqrt(window)
    passed = special.ndtr((climb * window - bound) / spread) + np.exp(
        np.minimum(2 * climb * bound, 600.0) + special.log_ndtr((-bound - climb * window) / spread)
    )
    by_length = -np.expm1(-window / length)
    chance = np.where(climb > 0, np.minimum(by_length, 2 * passed), by_length)
    return np.asarray(chance, dtype=np.float64)


def thresholds_for(
    *, shift: FloatArray, history: FloatArray, run_length: FloatArray, window: FloatArray
) -> FloatArray:
    """Thresholds of the log-likelihood ratio, all (n,): as many false alarms as one in
    `run_length` observations, on average over how wrong the middle of `history` values may be.
    """
    error = MEDIAN_ERROR / np.sqrt(history)[:, None] * NODES[None, :]
    weights = WEIGHTS / WEIGHTS.sum()
    reference, looking = shift[:, None] / 2, window[:, None]
    wanted = np.minimum(window / run_length, 0.5)
    low, high = np.zeros(len(shift)), np.full(len(shift), 80.0)
    for _step in range(30):
        middle = (low + high) / 2
        chance = window_chance(
            reference=reference, threshold=middle[:, None], shift=error, window=looking
        )
        too_low = (chance * weights).sum(axis=1) > wanted
        low, high = np.where(too_low, middle, low), np.where(too_low, high, middle)
    return np.asarray(high * shift, dtype=np.float64)
