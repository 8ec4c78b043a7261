"""The histories of robust charts: taken once a month from the six months before it, and kept.

So a night's alarm does not move because the history did, and a past day that is judged again is
judged by what was known then. A place with too little history is asked again each night: a file
may bring it.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from typing import NamedTuple

from kpi.alarm_charts import agency_run_length
from kpi.models import RobustChart
from kpi.robust_chart import History
from kpi.subjects import Subject
from strategy.periods import month_of

BASE_DAYS = 182
Key = tuple[int, int | None, str, str, dt.date]


class Base(NamedTuple):
    """A history and where it is from; `mean` and `pages` are what the metric makes of them."""

    history: History
    first: dt.date
    last: dt.date
    mean: float = 0.0
    pages: dict[int, float] = {}
    run_length_days: float = 0.0

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


# From subjects of one month, of different places, to the histories that could be taken.
Estimate = Callable[[Sequence[Subject], dt.date], dict[Key, Base]]


def key_of(subject: Subject) -> Key:
    day = month_of(subject.day)
    return subject.client_id, subject.community_id, subject.metric, subject.formula, day


def bases_of(subjects: Sequence[Subject], estimate: Estimate) -> list[Base | None]:
    """In the order of the subjects. One query; in a month's first night the reading as well."""
    known = _stored(subjects)
    missing = {key_of(subject): subject for subject in subjects if key_of(subject) not in known}
    if missing:
        known |= _take(list(missing.values()), estimate)
    return [known.get(key_of(subject)) for subject in subjects]


def _take(subjects: Sequence[Subject], estimate: Estimate) -> dict[Key, Base]:
    found: dict[Key, Base] = {}
    for month in sorted({month_of(subject.day) for subject in subjects}):
        same = [subject for subject in subjects if month_of(subject.day) == month]
        found |= estimate(same, month)
    if not found:
        return {}
    length = agency_run_length(on=max(subject.day for subject in subjects))
    found = {key: base._replace(run_length_days=length) for key, base in found.items()}
    rows = [_row(key, base) for key, base in found.items()]
    RobustChart.objects.bulk_create(rows, ignore_conflicts=True, batch_size=2000)
    return found


def _row(key: Key, base: Base) -> RobustChart:
    client_id, community_id, metric, formula, month = key
    return RobustChart(
        client_id=client_id,
        community_id=community_id,
        metric=metric,
        formula_code=formula,
        month=month,
        first_on=base.first,
        last_on=base.last,
        observations=base.history.size,
        centre=base.history.centre,
        mean=base.mean,
        mad=base.history.mad,
        scale=base.history.scale,
        pages=base.pages,
        run_length_days=base.run_length_days,
    )


COLUMNS = (
    "client_id", "community_id", "metric", "formula_code", "month", "centre", "mad", "scale",
    "observations", "first_on", "last_on", "mean", "pages", "run_length_days",
)  # fmt: skip


def _stored(subjects: Sequence[Subject]) -> dict[Key, Base]:
    rows = RobustChart.objects.filter(
        client__in={subject.client_id for subject in subjects},
        metric__in={subject.metric for subject in subjects},
        month__in={month_of(subject.day) for subject in subjects},
    )
    return {
        (client_id, community_id, metric, formula, month): Base(
            History(centre, mad, scale, count),
            first,
            last,
            mean,
            {int(page): value for page, value in pages.items()},
            length,
        )
        for (
            client_id, community_id, metric, formula, month, centre, mad, scale, count, first,
            last, mean, pages, length,
        ) in rows.order_by().values_list(*COLUMNS)
    }  # fmt: skip
