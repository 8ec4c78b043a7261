"""What is evaluated: each KPI target of each running strategy, on its client's own day."""

import datetime as dt
import zoneinfo
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from django.db import connection

from clients.models import Client
from strategy.models import KpiTarget, StrategyVersion
from strategy.periods import month_of

Day = dt.date
# Rules look back less far than this; older months are of no use to them.
JUDGED_DAYS = 92

MONTHS = """
SELECT target_id, month, value::float8 FROM strategy_monthlytarget
WHERE target_id = ANY(%s) AND month BETWEEN %s AND %s
"""


@dataclass(frozen=True, slots=True)
class Subject:
    """A target to judge: `day` is the client's last whole day, `today` the day that runs."""

    target_id: int
    client_id: int
    community_id: int | None
    metric: str
    formula: str
    starts_on: Day
    ends_on: Day
    day: Day
    months: dict[Day, float] = field(default_factory=dict)

    @property
    def today(self) -> Day:
        return self.day + dt.timedelta(days=1)

    @property
    def value(self) -> float | None:
        """The target of the month that `day` is in."""
        return self.months.get(month_of(self.day))

    @property
    def cause_key(self) -> str:
        """One cause over all versions of the strategy: the count, and where it is counted."""
        return f"target:{self.metric}:{self.community_id or 'all'}"


def find_subjects(*, at: dt.datetime, client_ids: Collection[int] | None = None) -> list[Subject]:
    """The targets in force on each client's last whole day, by target id.

    Clients that may not be alarmed (paused, leads, ended) have none. Two queries, and one more for
    each calendar day that it is somewhere in the world.
    """
    days = _days_of_clients(at, client_ids)
    subjects = [subject for day in sorted(set(days.values())) for subject in _on(day, days)]
    subjects.sort(key=lambda subject: subject.target_id)
    _give_months(subjects)
    return subjects


def _days_of_clients(at: dt.datetime, client_ids: Collection[int] | None) -> dict[int, Day]:
    """The last whole day of each client."""
    clients = Client.objects.alarmed()
    if client_ids is not None:
        clients = clients.filter(pk__in=list(client_ids))
    zones: dict[str, Day] = {}
    days = {}
    for pk, zone in clients.order_by().values_list("pk", "time_zone"):
        if zone not in zones:
            today = at.astimezone(zoneinfo.ZoneInfo(zone)).date()
            zones[zone] = today - dt.timedelta(days=1)
        days[pk] = zones[zone]
    return days


def _on(day: Day, days: dict[int, Day]) -> Iterable[Subject]:
    running = StrategyVersion.objects.running(on=day)
    columns = (
        "pk", "client_id", "community_id", "metric", "formula_code", "version__starts_on",
        "version__ends_on",
    )  # fmt: skip
    rows = KpiTarget.objects.filter(version__in=running).order_by().values_list(*columns)
    for target_id, client_id, community_id, metric, formula, starts_on, ends_on in rows:
        if days.get(client_id) == day:
            yield Subject(
                target_id, client_id, community_id, metric, formula, starts_on, ends_on, day
            )


def _give_months(subjects: list[Subject]) -> None:
    if not subjects:
        return
    months: dict[int, dict[Day, float]] = defaultdict(dict)
    first = month_of(min(subject.day for subject in subjects) - dt.timedelta(days=JUDGED_DAYS))
    last = month_of(max(subject.day for subject in subjects))
    with connection.cursor() as cursor:
        # An array, where a list of ids would be a parameter for each.
        cursor.execute(MONTHS, [[subject.target_id for subject in subjects], first, last])
        for target_id, month, value in cursor.fetchall():
            months[target_id][month] = value
    for subject in subjects:
        subject.months.update(months[subject.target_id])
