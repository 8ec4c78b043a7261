"""Chart data as Chart.js wants it. What was not measured is null, and the line has a gap there."""

from collections.abc import Sequence
from typing import Any, Literal, NamedTuple

Number = int | float | None
Kind = Literal["line", "bar"]


class Series(NamedTuple):
    """One line or row of bars: `values` stand under the chart's labels, None where not measured.

    `role` names the colour (the page's script knows the theme): fact, target, or 1, 2, 3…
    """

    label: str
    values: Sequence[Number]
    kind: Kind = "line"
    role: str = "fact"


class Mark(NamedTuple):
    """A band over the labels `first` to `last` (their positions), with what happened there."""

    first: int
    last: int
    label: str


def dataset(series: Series) -> dict[str, Any]:
    return {
        "type": series.kind,
        "label": series.label,
        "data": list(series.values),
        "role": series.role,
        "spanGaps": False,
    }


def chart(
    labels: Sequence[str],
    series: Sequence[Series],
    *,
    is_share: bool = False,
    is_from_zero: bool = True,
    marks: Sequence[Mark] = (),
) -> dict[str, Any]:
    """A Chart.js configuration; with `is_share` the values are 0…1 and shown as percent.

    Bars start at zero; a line of large numbers need not (`is_from_zero`). `marks` are drawn as
    bands by the plugin of `chart_marks.js`.

    Raises:
        ValueError: a series has another length than the labels.
    """
    for one in series:
        if len(one.values) != len(labels):
            raise ValueError(f"{one.label}: {len(one.values)} values under {len(labels)} labels.")
    return {
        "type": series[0].kind if series else "line",
        "isShare": is_share,
        "isFromZero": is_from_zero,
        "marks": [mark._asdict() for mark in marks],
        "data": {"labels": list(labels), "datasets": [dataset(one) for one in series]},
    }
