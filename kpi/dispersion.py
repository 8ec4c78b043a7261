"""How much more a client's counts scatter than chance alone explains. Knows no database.

Calls come in bunches: after a post, with a campaign. A chart that took them for Poisson would cry
wolf two to three times as often at a dispersion of 1.5.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kpi.statistics import FloatArray, weekday_weights

IntArray = npt.NDArray[np.intp]

# Within eight weeks the level is taken to be one; slower changes are no scatter.
BLOCK_DAYS = 56
# Short histories are drawn to what is usual, as if this many days had been seen of it.
USUAL, USUAL_DAYS = 1.1, 30.0
LEAST_TOTAL = 2
# Too small an estimate costs more false alarms than one too large saves. So much keeps them to what
# was set; more would make the falls of few and scattered calls wait longer.
CAUTION = 1.04
MOST = 5.0


@dataclass(frozen=True)
class Scatter:
    """What values of one kind say of the scatter; all (n,): Pearson's statistic, its degrees of
    freedom, the counts and blocks it is made of, and the days that were seen.
    """

    chi: FloatArray
    freedom: FloatArray
    totals: FloatArray
    blocks: FloatArray
    days: FloatArray
    days_each: int


def dispersion_of(actual: FloatArray, measured: FloatArray, weekday: IntArray) -> FloatArray:
    """Variance ÷ mean of daily counts, by client: (n, days) twice in, (n,) from 1 up out."""
    return dispersion_from(scatter_of(actual, measured, weekday))


def scatter_of(
    actual: FloatArray, measured: FloatArray, weekday: IntArray, *, days_each: int = 1
) -> Scatter:
    """Values of `days_each` days, `measured` 1 where one counts; `weekday` is 0 for Monday.

    Pearson's statistic of each block given the block's total, whose expectation is exact for
    Poisson counts and known for the negative binomial (Dirichlet–multinomial), so that few counts
    do not hide the scatter. The weekdays of a block are learnt from the other blocks: learnt from
    itself, they would follow it. The sums of a week have the dispersion of its days.
    """
    days = np.eye(7)[weekday]
    counts = actual * measured
    all_counts, all_days = counts @ days, measured @ days
    chi, freedom, totals, blocks = (np.zeros(len(actual)) for _ in range(4))
    size = BLOCK_DAYS // days_each
    for start in range(0, actual.shape[1], size):
        block = slice(start, start + size)
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
    return Scatter(chi, freedom, totals, blocks, days_each * measured.sum(axis=1), days_each)


def dispersion_from(*scatters: Scatter) -> FloatArray:
    """Variance ÷ mean, by client, of all that is known; drawn to what is usual as if this had been
    seen for some days, in values of the lengths that the client has.
    """
    chi, freedom, totals, blocks, days, usual = (
        np.sum(column, axis=0)
        for column in zip(
            *((s.chi, s.freedom, s.totals, s.blocks, s.days, s.days / s.days_each)
              for s in scatters),
            strict=True,
        )
    )  # fmt: skip
    prior = USUAL_DAYS * np.divide(usual, days, out=np.ones_like(days), where=days > 0)
    raw = (chi + USUAL * prior) / (freedom + prior)
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
