"""A count over days: what came, on which days it was measured, and why not where it was not."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from strategy.periods import days_between

# (client, community); None for all of the client's communities and campaigns together.
Key = tuple[int, int | None]


class Reason(models.TextChoices):
    """Why there is no total."""

    MEASURED = "", ""
    TAKES_NO_CALLS = "takes_no_calls", _("this client takes no calls")
    UNIQUENESS_UNKNOWN = "uniqueness_unknown", _("uniqueness of callers is not measured")
    NOT_MEASURED = "not_measured", _("not measured")


@dataclass(frozen=True)
class Count:
    """`total` is None when nothing of the period was measured, 0 when nothing came.

    `by_day` has every day of the period: None where the day has no count of its own (not measured,
    or inside a weekly tally, whose total counts all the same). `tallied` + `singles` = `total`.
    `known_until` is the last day that the data cover, in the period or not. `parts` are the totals
    of a composed metric, None for those that are not measured and therefore not in the total.
    Of calls: `proven` are those in the total that the dialled number proves to come from where they
    are said to; `unknown` are target calls of unknown uniqueness, which are not in the total.
    """

    total: int | None
    by_day: dict[dt.date, int | None]
    measured_days: int
    days: int
    tallied: int | None = None
    singles: int | None = None
    known_until: dt.date | None = None
    reason: str = Reason.MEASURED
    parts: dict[str, int | None] = field(default_factory=dict)
    proven: int | None = None
    unknown: int = 0

    @classmethod
    def of(
        cls,
        by_day: dict[dt.date, int | None],
        *,
        total: int | None,
        measured_days: int,
        tallied: int | None = None,
        singles: int | None = None,
        known_until: dt.date | None = None,
        reason: str = Reason.MEASURED,
        parts: dict[str, int | None] | None = None,
        proven: int | None = None,
        unknown: int = 0,
    ) -> Self:
        """A count whose missing total always has a reason."""
        if total is None and not reason:
            reason = Reason.NOT_MEASURED
        return cls(
            total, by_day, measured_days, len(by_day), tallied, singles, known_until, reason,
            parts or {}, proven, unknown,
        )  # fmt: skip

    @classmethod
    def unmeasured(cls, first: dt.date, last: dt.date, reason: str) -> Self:
        by_day: dict[dt.date, int | None] = dict.fromkeys(days_between(first, last))
        return cls.of(by_day, total=None, measured_days=0, reason=reason)
