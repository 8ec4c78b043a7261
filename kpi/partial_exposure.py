"""A client as a whole while nothing is expected of one of its communities.

Where one number is dead, the others still ring. So the community's share of what the client expects
is taken out day by day, and its counts with it: what is left can still fall. Where nothing is left,
the day is left out as a whole.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from kpi.count_series import CountLayout, Wanted
from kpi.exposure import BoolArray, Exposure
from kpi.statistics import FloatArray

# With few counts all communities are taken for equal: as if so many had come evenly.
EVEN_COUNTS = 4.0
# Less than this is no expectation, but the error of the shares.
LEAST_SHARE = 0.02


class Part(NamedTuple):
    """A community of which something is left out, within the row of its whole client."""

    row: int
    place: Wanted


def parts_of(wanted: Sequence[Wanted], exposure: Exposure) -> list[Part]:
    return [
        Part(row, count._replace(community_id=community_id))
        for row, count in enumerate(wanted)
        if count.community_id is None
        for community_id in exposure.communities(count.client_id)
    ]


def take_out(
    parts: Sequence[Part], of_parts: CountLayout, whole: CountLayout, exposure: Exposure
) -> FloatArray:
    """How much of each row's expectation is left: (rows, days of `exposure`), 1 where all is.

    The counts of the parts are taken out of `whole` on the days on which they are left out.
    """
    left = np.ones((len(whole.actual), exposure.size))
    begin = (whole.first - exposure.first).days
    seen = slice(begin, begin + whole.actual.shape[1])
    for number, part in enumerate(parts):
        gone = _gone(number, part, of_parts, begin, exposure)
        share = _share(of_parts, number, whole, part, gone[seen], exposure)
        left[part.row, gone] -= share
        whole.actual[part.row] -= np.where(gone[seen], of_parts.actual[number], 0.0)
    np.maximum(whole.actual, 0.0, out=whole.actual)
    return np.where(left < LEAST_SHARE, 0.0, left)


def _gone(
    number: int, part: Part, of_parts: CountLayout, begin: int, exposure: Exposure
) -> BoolArray:
    """The days that are left out: of a weekly tally all seven, for it cannot be shared out."""
    excluded = exposure.excluded(part.place.client_id, part.place.community_id)
    gone = np.zeros(exposure.size, dtype=bool) if excluded is None else excluded
    for row, first, last in of_parts.spans:
        week = slice(begin + first, begin + last + 1)
        if row == number and gone[week].any():
            gone[week] = True
    return gone


def _share(
    of_parts: CountLayout,
    number: int,
    whole: CountLayout,
    part: Part,
    gone: BoolArray,
    exposure: Exposure,
) -> float:
    """Of the client's counts on the other days; before there are many, an even share."""
    client_id = part.place.client_id
    others = ~gone & (of_parts.covered[number] > 0) & (whole.covered[part.row] > 0)
    touched = exposure.numbered(client_id) | set(exposure.communities(client_id))
    came = float(of_parts.actual[number][others].sum())
    total = max(float(whole.actual[part.row][others].sum()), came)
    return (came + EVEN_COUNTS / len(touched)) / (total + EVEN_COUNTS)
