"""Chart data as Chart.js wants it. What was not measured is null, and the line has a gap there."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from django.utils.translation import gettext as _

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


class Rule(NamedTuple):
    """An upright line at a label's position: from here on a corrected strategy rules.

    The label is the version, short enough to stand beside the line: "v2".
    """

    position: int
    label: str


class FlagMark(NamedTuple):
    """A flag that stood up at a label's position; `severity` is a light's code."""

    position: int
    label: str
    severity: str


@dataclass(frozen=True)
class Plot:
    """What a chart shows, for the screen and for paper alike.

    With `is_share` the values are 0…1 and shown as percent. Bars start at zero; a line of large
    numbers need not (`is_from_zero`). A series of the role "target" is drawn as a dashed line.

    Raises:
        ValueError: a series has another length than the labels.
    """

    labels: Sequence[str]
    series: Sequence[Series]
    is_share: bool = False
    is_from_zero: bool = True
    marks: Sequence[Mark] = ()
    rules: Sequence[Rule] = ()
    flags: Sequence[FlagMark] = ()

    def __post_init__(self) -> None:
        for one in self.series:
            if len(one.values) != len(self.labels):
                counts = f"{len(one.values)} values under {len(self.labels)} labels"
                raise ValueError(f"{one.label}: {counts}.")

    @property
    def config(self) -> dict[str, Any]:
        """For the page's script, which knows the theme and draws bands, rules and flags."""
        return {
            "type": self.series[0].kind if self.series else "line",
            "isShare": self.is_share,
            "isFromZero": self.is_from_zero,
            "marks": [mark._asdict() for mark in self.marks],
            "rules": [rule._asdict() | {"words": self.words_of(rule)} for rule in self.rules],
            "flags": [flag._asdict() for flag in self.flags],
            "data": {
                "labels": list(self.labels),
                "datasets": [dataset(one) for one in self.series],
            },
        }

    @property
    def told(self) -> list[str]:
        """What happened, in words, for those who do not see the chart."""
        return [
            *(mark.label for mark in self.marks),
            *(self.words_of(rule) for rule in self.rules),
            *(flag.label for flag in self.flags),
        ]

    def words_of(self, rule: Rule) -> str:
        told = {"day": self.labels[rule.position], "version": rule.label}
        return _("%(day)s: the strategy was corrected, %(version)s begins") % told


def dataset(series: Series) -> dict[str, Any]:
    return {
        "type": series.kind,
        "label": series.label,
        "data": list(series.values),
        "role": series.role,
        "spanGaps": False,
    }
