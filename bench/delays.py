"""Days from a fall to the alarm, simulated until every chart has spoken.

Cut off anywhere, a mean flatters whoever is slow: the slowest tenth of the clients with five calls
a month alarms after two years.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kpi.cusum import log_likelihood_ratio
from kpi.rules import CountSeries
from kpi.statistics import FloatArray

# Whole weeks and whole months of thirty days.
BLOCK_DAYS = 420
# Nobody waits longer; whoever is silent then counts as this.
MOST_DAYS = 60 * BLOCK_DAYS

Flags = npt.NDArray[np.bool_]
Rows = npt.NDArray[np.intp]


@dataclass
class Waiting:
    """Clients that have not alarmed yet, and the days of those that have."""

    found: FloatArray
    rows: Rows

    @classmethod
    def all_of(cls, clients: int) -> "Waiting":
        return cls(np.full(clients, float(MOST_DAYS)), np.arange(clients))

    def note(self, hits: Flags, day: int) -> Flags:
        """`hits` are the alarms of the waiting clients on the days after `day`; who still waits."""
        has_alarmed: Flags = np.asarray(hits.any(axis=1), dtype=np.bool_)
        self.found[self.rows[has_alarmed]] = day + hits[has_alarmed].argmax(axis=1) + 1
        self.rows = self.rows[~has_alarmed]
        return np.logical_not(has_alarmed)


def days_to_alarm(
    blocks: Iterator[CountSeries], *, clients: int, window: int | None = None
) -> FloatArray:
    """By client. `blocks` are the days of all clients, one block after the other.

    A statistic begun anew each night with the last `window` days, as the evaluation does, is the
    sum of its gains above their lowest sum in the window; without a window, above the lowest ever.
    """
    waiting = Waiting.all_of(clients)
    sums = np.zeros((clients, 1))
    for number, series in enumerate(blocks):
        rows, setup = waiting.rows, series.setup
        gains = log_likelihood_ratio(
            series.actual[rows],
            series.expected[rows],
            ratio=setup.ratio[rows, None],
            dispersion=setup.dispersion[rows, None],
        )
        gains = np.where(series.covered[rows] > 0, gains, 0.0)
        sums = np.hstack([sums, sums[:, -1:] + gains.cumsum(axis=1)])
        lowest = lowest_lately(sums, window)
        days = gains.shape[1]
        statistic = (sums - lowest)[:, -days:]
        stay = waiting.note(statistic >= setup.threshold[rows, None], number * days)
        kept = sums[:, -(window + 1) :] if window else np.hstack([lowest[:, -1:], sums[:, -1:]])
        sums = kept[stay]
        if not waiting.rows.size or (number + 1) * days >= MOST_DAYS:
            break
    return waiting.found


def lowest_lately(sums: FloatArray, window: int | None) -> FloatArray:
    """The least of each column and of the `window` columns before it."""
    if window is None:
        return np.asarray(np.minimum.accumulate(sums, axis=1))
    lowest, width = sums.copy(), 1
    while width < window + 1:
        step = min(width, window + 1 - width)
        lowest[:, step:] = np.minimum(lowest[:, step:], lowest[:, :-step])
        width += step
    return lowest


def days_to_pace_flag(blocks: Iterator[Flags], *, clients: int) -> FloatArray:
    """The same of the dashboards' rule, whose flags by day come in blocks."""
    waiting = Waiting.all_of(clients)
    for number, flags in enumerate(blocks):
        days = flags.shape[1]
        waiting.note(flags[waiting.rows], number * days)
        if not waiting.rows.size or (number + 1) * days >= MOST_DAYS:
            break
    return waiting.found
