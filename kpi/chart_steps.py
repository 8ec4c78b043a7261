"""How charts go through their days: a sum that never falls below zero, an alarm, a recovery.

Shared by the charts of counts and the robust ones: only what an observation says differs. Knows no
database.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import log
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from kpi.statistics import FloatArray

BoolArray = npt.NDArray[np.bool_]
IntArray = npt.NDArray[np.intp]

RECOVERED = 5.0


@dataclass(frozen=True)
class Charts:
    """Where the charts of many targets stand at the end of their days; all (n,).

    `first` is the column after the statistic was last at zero, but for an alarm's own time: where
    the fall seems to begin.
    """

    statistic: FloatArray
    is_alarmed: BoolArray
    first: IntArray
    raised: IntArray


class Step(NamedTuple):
    """All charts after one column; `raised` are those whose alarm was raised on it."""

    statistic: FloatArray
    is_alarmed: BoolArray
    raised: BoolArray


def follow(gains: FloatArray, threshold: FloatArray) -> Iterator[Step]:
    """Column by column; `gains` (charts, columns) are log-likelihood ratios, 0 says nothing.

    An alarm lasts until the columns since speak `RECOVERED` to one against it.
    """
    rows = len(gains)
    statistic, turned = np.zeros(rows), np.zeros(rows)
    alarmed = np.zeros(rows, dtype=bool)
    for gain in gains.T.copy():
        statistic = np.maximum(statistic + gain, 0.0)
        turned = np.where(alarmed, np.maximum(turned - gain, 0.0), 0.0)
        over = alarmed & (turned >= log(RECOVERED))
        statistic[over] = 0.0
        raised = ~alarmed & ~over & (statistic >= threshold)
        alarmed = (alarmed & ~over) | raised
        yield Step(statistic, alarmed, raised)


def last_step(gains: FloatArray, threshold: FloatArray, starts: IntArray) -> Charts:
    """Where the charts stand at the end; nothing before a chart's start is where a fall begins."""
    rows = len(gains)
    first, raised = starts.copy(), np.full(rows, -1, dtype=np.intp)
    step = Step(np.zeros(rows), np.zeros(rows, dtype=bool), np.zeros(rows, dtype=bool))
    for column, step in enumerate(follow(gains, threshold)):
        raised[step.raised] = column
        # While an alarm stands, so does the fall that it is about.
        at_zero = (step.statistic <= 0) & ~step.is_alarmed & (column >= starts)
        first[at_zero] = column + 1
    return Charts(step.statistic, step.is_alarmed, first, raised)
