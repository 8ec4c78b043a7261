"""A client's working time, by the hours that were in force on each day.

The usual hours, where nobody wrote others down: Monday to Friday 10:00–19:00 by the client's clock,
without the client's days off and, where it closes on them, public holidays.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from clients.models import Client
from content.models.hours import BusinessHours, SpecialDay
from content.working_time import Hours, Schedule, Shift, read_shifts
from smm_agency.lib.public_holidays import holidays_of

USUAL_SHIFTS = (Shift(10 * 60, 19 * 60),)
USUAL_DAYS = range(5)


@dataclass(frozen=True)
class ClientSchedule(Schedule):
    """`version_on` gives the hours of a day that somebody wrote down; None: the usual ones."""

    version_on: Callable[[dt.date], BusinessHours | None]


def add_working_time(client: Client, since: dt.datetime, duration: dt.timedelta) -> dt.datetime:
    """The moment by which so much working time has gone by since; in UTC."""
    return schedule_of(client).add(since, duration)


def working_time_between(client: Client, since: dt.datetime, until: dt.datetime) -> dt.timedelta:
    """Zero where `until` comes before `since`."""
    return schedule_of(client).between(since, until)


def schedule_of(client: Client) -> ClientSchedule:
    """Two queries; what is asked of it costs none."""
    return schedules_of([client])[client.pk]


def schedules_of(clients: Iterable[Client]) -> dict[int, ClientSchedule]:
    """Two queries, whatever the number of clients."""
    by_id = {client.pk: client for client in clients}
    versions: dict[int, list[BusinessHours]] = defaultdict(list)
    for version in BusinessHours.objects.filter(client__in=by_id).newest_first():
        versions[version.client_id].append(version)
    special: dict[int, dict[dt.date, tuple[Shift, ...]]] = defaultdict(dict)
    days = SpecialDay.objects.filter(client__in=by_id).order_by()
    for client_id, day, shifts in days.values_list("client_id", "day", "shifts"):
        special[client_id][day] = read_shifts(shifts)
    return {
        pk: _schedule(client, versions.get(pk, ()), special.get(pk, {}))
        for pk, client in by_id.items()
    }


def _schedule(
    client: Client,
    versions: Sequence[BusinessHours],
    special: Mapping[dt.date, tuple[Shift, ...]],
) -> ClientSchedule:
    """`versions` come newest first."""

    def version_on(day: dt.date) -> BusinessHours | None:
        return next((version for version in versions if version.starts_on <= day), None)

    def hours_on(day: dt.date) -> Hours:
        version = version_on(day)
        zone = version.zone if version else client.zone
        if day in special:
            return Hours(zone, special[day])
        shifts = _of_version(client, version, day) if version else _usual(client, day)
        return Hours(zone, shifts)

    return ClientSchedule(hours_on, version_on)


def _of_version(client: Client, version: BusinessHours, day: dt.date) -> tuple[Shift, ...]:
    if version.closed_on_holidays and day in holidays_of(client.country, day.year):
        return ()
    return version.shifts_of(day.weekday())


def _usual(client: Client, day: dt.date) -> tuple[Shift, ...]:
    if client.closed_on_holidays and day in holidays_of(client.country, day.year):
        return ()
    return USUAL_SHIFTS if day.weekday() in _usual_days(client) else ()


def _usual_days(client: Client) -> Sequence[int]:
    """A client that is closed from Monday to Friday is answered for on those days all the same."""
    open_days = [day for day in USUAL_DAYS if day not in client.days_off]
    return open_days or USUAL_DAYS
