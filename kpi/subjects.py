"""What is evaluated: each KPI target of each running strategy, on its client's own day."""

import datetime as dt
import logging
import zoneinfo
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from django.db import connection

from clients.models import Client
from kpi.standing import alarmed_on
from strategy.models import KpiTarget, StrategyVersion
from strategy.models.version import FROZEN_STATES
from strategy.periods import month_of

logger = logging.getLogger(__name__)

Day = dt.date
# Rules look back less far than this; older months are of no use to them.
JUDGED_DAYS = 182

MONTHS = """
SELECT target_id, month, value::float8 FROM strategy_monthlytarget
WHERE target_id = ANY(%s) AND month BETWEEN %s AND %s
"""
# The same indicator in the versions before: an alarm goes on where the target stayed the same.
EARLIER = """
SELECT target.client_id, target.community_id, target.metric, target.formula_code, target.id,
    version.starts_on, version.ends_on
FROM strategy_kpitarget target
JOIN strategy_strategyversion version ON version.id = target.version_id
WHERE version.client_id = ANY(%(clients)s) AND version.state = ANY(%(states)s)
    AND version.starts_on < %(last)s AND version.ends_on >= %(first)s
ORDER BY version.starts_on DESC
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
    # Where its chart begins: in an earlier version, as long as the target was the same.
    chart_from: Day = Day.min

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


def find_subjects(
    *, at: dt.datetime, client_ids: Collection[int] | None = None, on: Day | None = None
) -> list[Subject]:
    """The targets in force on each client's last whole day (or on that day), by target id.

    Clients that may not be alarmed (paused, leads, ended) then have none. Three queries, and one
    more for each calendar day that it is somewhere in the world; one more for a day that is given.
    """
    if on is None:
        days = last_whole_days(at, client_ids)
    else:
        # A day that is not over anywhere is judged nowhere.
        days = _whole_days(at, alarmed_on(on, client_ids))
        days = {client_id: on for client_id, day in days.items() if on <= day}
    subjects = [subject for day in sorted(set(days.values())) for subject in _on(day, days)]
    subjects.sort(key=lambda subject: subject.target_id)
    _give_months(subjects)
    return subjects


def last_whole_days(at: dt.datetime, client_ids: Collection[int] | None) -> dict[int, Day]:
    """The last whole day of each client."""
    clients = Client.objects.alarmed()
    if client_ids is not None:
        clients = clients.filter(pk__in=list(client_ids))
    return _whole_days(at, clients.order_by().values_list("pk", "time_zone"))


def _whole_days(at: dt.datetime, clients: Iterable[tuple[int, str]]) -> dict[int, Day]:
    zones: dict[str, Day | None] = {}
    days = {}
    for pk, zone in clients:
        if zone not in zones:
            zones[zone] = _yesterday(at, zone)
        if (day := zones[zone]) is None:
            logger.error("Client %s is not judged: its time zone %r is not known.", pk, zone)
        else:
            days[pk] = day
    return days


def without_a_day(at: dt.datetime, client_ids: Collection[int] | None) -> list[int]:
    """Clients that should be judged and cannot be: their time zone is not known."""
    clients = Client.objects.alarmed()
    if client_ids is not None:
        clients = clients.filter(pk__in=list(client_ids))
    zones = clients.order_by().values_list("time_zone", flat=True).distinct()
    unknown = [zone for zone in zones if _yesterday(at, zone) is None]
    return list(clients.filter(time_zone__in=unknown).values_list("pk", flat=True))


def _yesterday(at: dt.datetime, zone: str) -> Day | None:
    """None in a zone that the machine's data do not know: the others' days go on."""
    try:
        return at.astimezone(zoneinfo.ZoneInfo(zone)).date() - dt.timedelta(days=1)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        return None


def _on(day: Day, days: dict[int, Day]) -> Iterable[Subject]:
    # Whose they are was found out by `days`.
    running = StrategyVersion.objects.in_force(on=day)
    columns = (
        "pk", "client_id", "community_id", "metric", "formula_code", "version__starts_on",
        "version__ends_on",
    )  # fmt: skip
    rows = KpiTarget.objects.filter(version__in=running).order_by().values_list(*columns)
    for target_id, client_id, community_id, metric, formula, starts_on, ends_on in rows:
        if days.get(client_id) == day:
            yield Subject(
                target_id, client_id, community_id, metric, formula, starts_on, ends_on, day,
                chart_from=starts_on,
            )  # fmt: skip


def subjects_of(client_id: int, *, days: Collection[Day]) -> list[Subject]:
    """The targets of a client that were in force on these days, whatever became of the client."""
    columns = (
        "pk", "client_id", "community_id", "metric", "formula_code", "version__starts_on",
        "version__ends_on",
    )  # fmt: skip
    subjects = []
    for day in sorted(days):
        versions = StrategyVersion.objects.in_force(on=day).filter(client=client_id)
        rows = KpiTarget.objects.filter(version__in=versions).order_by("-is_primary", "pk")
        for pk, client, community_id, metric, formula, starts_on, ends_on in rows.values_list(
            *columns
        ):
            subjects.append(
                Subject(
                    pk, client, community_id, metric, formula, starts_on, ends_on, day,
                    chart_from=starts_on,
                )
            )  # fmt: skip
    _give_months(subjects)
    return subjects


class Target(NamedTuple):
    """One target of a version that ruled once."""

    pk: int
    starts_on: Day
    ends_on: Day


def _give_months(subjects: list[Subject]) -> None:
    """Monthly values, and those of earlier versions for the days that their charts go back."""
    if not subjects:
        return
    first = min(subject.day for subject in subjects) - dt.timedelta(days=JUDGED_DAYS)
    last = max(subject.day for subject in subjects)
    earlier = _earlier_targets(subjects, first, last)
    ids = {subject.target_id for subject in subjects}
    ids.update(target.pk for targets in earlier.values() for target in targets)
    months: dict[int, dict[Day, float]] = defaultdict(dict)
    with connection.cursor() as cursor:
        # An array, where a list of ids would be a parameter for each.
        cursor.execute(MONTHS, [sorted(ids), month_of(first), month_of(last)])
        for target_id, month, value in cursor.fetchall():
            months[target_id][month] = value
    for number, subject in enumerate(subjects):
        subject.months.update(months[subject.target_id])
        key = (subject.client_id, subject.community_id, subject.metric, subject.formula)
        subjects[number] = _carried_over(subject, earlier[key], months)


def _earlier_targets(
    subjects: Iterable[Subject], first: Day, last: Day
) -> dict[tuple[int, int | None, str, str], list[Target]]:
    """By indicator, the newest version first."""
    found: dict[tuple[int, int | None, str, str], list[Target]] = defaultdict(list)
    asked: dict[str, Any] = {
        "clients": list({subject.client_id for subject in subjects}),
        "states": [state.value for state in FROZEN_STATES],
        "first": first,
        "last": last,
    }
    with connection.cursor() as cursor:
        cursor.execute(EARLIER, asked)
        for client_id, community_id, metric, formula, *target in cursor.fetchall():
            found[client_id, community_id, metric, formula].append(Target(*target))
    return found


def _is_same(seam: Day, earlier: dict[Day, float], later: dict[Day, float]) -> bool:
    """Whether two versions agree on the month in which the later one took over.

    Where the earlier one had nothing for that month, it is the last that it had.
    """
    before = {month: value for month, value in earlier.items() if month <= seam}
    return bool(before) and before[max(before)] == later.get(seam)


def _carried_over(
    subject: Subject, earlier: Iterable[Target], months: dict[int, dict[Day, float]]
) -> Subject:
    """The subject with its chart begun where the present target was first agreed."""
    begin, values = subject.starts_on, dict(subject.months)
    for target in earlier:
        if target.starts_on >= begin or target.ends_on < begin - dt.timedelta(days=1):
            continue
        seam = month_of(begin)
        if not _is_same(seam, months[target.pk], values):
            break
        values = {m: v for m, v in months[target.pk].items() if m < seam} | values
        begin = target.starts_on
    if begin == subject.starts_on:
        return subject
    return replace(subject, months=values, chart_from=begin)
