"""How much more a client's counts scatter than chance alone explains. Knows no database.

Calls come in bunches: after a post, with a campaign. A chart that took them for Poisson would cry
wolf two to three times as often at a dispersion of 1.5.
"""

import numpy as np
import numpy.typing as npt

from kpi.statistics import FloatArray, weekday_weights

IntArray = npt.NDArray[np.intp]

# Within eight weeks the level is taken to be one; slower changes are no scatter.
BLOCK_DAYS = 56
# Short histories are drawn to what is usual, as if this many days had been seen of it.
USUAL, USUAL_DAYS = 1.1, 30.0
LEAST_TOTAL = 2
# Too small an estimate costs more false alarms than one too large by as much saves.
CAUTION = 1.1
MOST = 5.0


def dispersion_of(actual: FloatArray, measured: FloatArray, weekday: IntArray) -> FloatArray:
    """Variance ÷ mean of daily counts, by client: (n, days) twice in, (n,) from 1 up out.

    `measured` is 1 where the day counts, `weekday` (days,) is 0 for Monday. Pearson's statistic of
    each block given the block's total, whose expectation is exact for Poisson counts and known for
    the negative binomial (Dirichlet–multinomial), so that few counts do not hide the scatter. The
    weekdays of a block are learnt from the other blocks: learnt from itself, they would follow it.
    """
    days = np.eye(7)[weekday]
    counts = actual * measured
    all_counts, all_days = counts @ days, measured @ days
    chi, freedom, totals, blocks = (np.zeros(len(actual)) for _ in range(4))
    for start in range(0, actual.shape[1], BLOCK_DAYS):
        block = slice(start, start + BLOCK_DAYS)
        came, seen = counts[:, block], measured[:, block]
        weights = weekday_weights(all_counts - came @ days[block], all_days - seen @ days[block])[
            :, weekday[block]
        ]
        share = weights * seen
        total = came.sum(axis=1)
        level = _ratio(total, share.sum(axis=1))
        expected = level[:, None] * share
        known = total >= LEAST_TOTAL
        squares = _ratio((came - expected) ** 2, expected) * seen
        chi += np.where(known, squares.sum(axis=1), 0)
        freedom += np.where(known, np.maximum(seen.sum(axis=1) - 1, 0), 0)
        totals += np.where(known, total, 0)
        blocks += known
    raw = (chi + USUAL * USUAL_DAYS) / (freedom + USUAL_DAYS)
    excess = _without_bias(raw, _ratio(totals, blocks)) - 1
    return np.clip(1 + CAUTION * excess, 1.0, MOST)


def _without_bias(raw: FloatArray, total: FloatArray) -> FloatArray:
    """Of a block with `total` counts the statistic shows (total + A) ÷ (1 + A) of the scatter,
    with A = total ÷ (dispersion − 1); solved for the dispersion.
    """
    room = total - raw
    unbiased: FloatArray = np.where(room > 0.5 * total, 1 + _ratio((raw - 1) * total, room), raw)
    return unbiased


def _ratio(over: FloatArray, under: FloatArray) -> FloatArray:
    """Zero where nothing is divided by."""
    return np.divide(over, under, out=np.zeros_like(over), where=under > 0)
