"""From when until when a client's single calls are known: inside, a day without calls is a zero.

They are known from the first call that was ever recorded. Until when, depends on how they come. A
file or a typed-in call says nothing about the days after it: known until the newest call's day. A
live connection is known until today, unless it is silent for so long that the client's own rate
makes that unlikely (less than 1 %): then silence is no zero, and calls are known until the last
event only. A list of the provider's that came is a sign as good as an event: whatever it does not
name did not happen.
"""

import datetime as dt
import math
import zoneinfo
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db import connection

UNLIKELY = 0.01
RATE_DAYS = 90

BOUNDS = """
SELECT client.id, client.time_zone, client.takes_calls, oldest.day, newest.day, live.event_at
FROM clients_client client
LEFT JOIN LATERAL (
    SELECT day FROM kpi_call WHERE client_id = client.id ORDER BY started_at, id LIMIT 1
) oldest ON true
LEFT JOIN LATERAL (
    SELECT day FROM kpi_call WHERE client_id = client.id
    ORDER BY started_at DESC, id DESC LIMIT 1
) newest ON true
LEFT JOIN LATERAL (
    SELECT max(greatest(last_event_at, pulled_until)) AS event_at FROM kpi_callconnection
    WHERE client_id = client.id AND is_active
) live ON true
WHERE client.id = ANY(%s)
"""
RATES = """
SELECT silent.id, count(call.id)
FROM unnest(%s::bigint[], %s::date[], %s::date[]) AS silent (id, since, until)
LEFT JOIN kpi_call call
    ON call.client_id = silent.id AND call.day BETWEEN silent.since AND silent.until
GROUP BY silent.id
"""


@dataclass(frozen=True)
class Coverage:
    """`since` and `until` are None together: no single calls are known."""

    takes_calls: bool
    today: dt.date
    since: dt.date | None = None
    until: dt.date | None = None


@dataclass(frozen=True)
class _Bounds:
    today: dt.date
    takes_calls: bool
    oldest: dt.date | None
    newest: dt.date | None
    last_event: dt.date | None

    def coverage(self, until: dt.date | None) -> Coverage:
        known = [day for day in (self.oldest, self.last_event) if day]
        if until is None or not known:
            return Coverage(self.takes_calls, self.today)
        return Coverage(self.takes_calls, self.today, min(known), until)

    @property
    def last_sign(self) -> dt.date | None:
        return max((day for day in (self.newest, self.last_event) if day), default=None)

    @property
    def silent_days(self) -> int:
        """Whole days without a sign; today is not over yet."""
        return (self.today - self.last_sign).days - 1 if self.last_sign else 0


def call_coverage(client_ids: Collection[int], *, at: dt.datetime) -> dict[int, Coverage]:
    """By client id; two queries at most, whatever the number of clients."""
    bounds = {row[0]: _read(row, at) for row in _fetch(BOUNDS, [list(client_ids)])}
    silent = {pk: row for pk, row in bounds.items() if row.last_event and row.silent_days > 0}
    broken = _broken_off(silent)
    return {pk: row.coverage(_until(row, is_broken=pk in broken)) for pk, row in bounds.items()}


def _read(row: tuple[Any, ...], at: dt.datetime) -> _Bounds:
    _pk, zone_name, takes_calls, oldest, newest, event_at = row
    zone = zoneinfo.ZoneInfo(zone_name)
    last_event = event_at.astimezone(zone).date() if event_at else None
    return _Bounds(at.astimezone(zone).date(), takes_calls, oldest, newest, last_event)


def _until(row: _Bounds, *, is_broken: bool) -> dt.date | None:
    if row.last_event and not is_broken:
        return row.today
    return row.last_sign


def _broken_off(silent: dict[int, _Bounds]) -> set[int]:
    """Clients whose silence has less than 1 % at their own rate of the days before it."""
    if not silent:
        return set()
    spans = {pk: _rate_span(row) for pk, row in silent.items()}
    since = [span[0] for span in spans.values()]
    until = [span[1] for span in spans.values()]
    broken = set()
    for pk, calls in _fetch(RATES, [list(spans), since, until]):
        days = (spans[pk][1] - spans[pk][0]).days + 1
        if math.exp(-calls / days * silent[pk].silent_days) < UNLIKELY:
            broken.add(pk)
    return broken


def _rate_span(row: _Bounds) -> tuple[dt.date, dt.date]:
    last = row.last_sign or row.today
    first = last - dt.timedelta(days=RATE_DAYS - 1)
    return (max(first, row.oldest) if row.oldest else first), last


def _fetch(statement: str, parameters: list[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return list(cursor.fetchall())
