"""From when until when a client's single calls are known: inside, a day without calls is a zero.

They are known from the first call that was ever recorded. Until when, depends on how they come. A
file or a typed-in call says nothing about the days after it: known until the newest call's day.

A live connection is known until today: that nothing comes over it is measured, and whether chance
explains it is for `kpi.silence` to say. Only what is known to have failed breaks it off: events
that came and could not be read, with none that could be read since; or the provider's own lists,
asked for each hour, that have not come for a day while nothing else came either. A list that came
is a sign as good as an event: whatever it does not name did not happen.
"""

import datetime as dt
import zoneinfo
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db import connection

# Lists are asked for each hour: one that is older has failed several times.
LIST_HOURS = 24

BOUNDS = """
SELECT client.id, client.time_zone, client.takes_calls, oldest.day, newest.day, live.event_at,
    live.broken_at
FROM clients_client client
LEFT JOIN LATERAL (
    SELECT day FROM kpi_call WHERE client_id = client.id ORDER BY started_at, id LIMIT 1
) oldest ON true
LEFT JOIN LATERAL (
    SELECT day FROM kpi_call WHERE client_id = client.id
    ORDER BY started_at DESC, id DESC LIMIT 1
) newest ON true
LEFT JOIN LATERAL (
    SELECT max(greatest(last_event_at, pulled_until)) AS event_at,
        min(least(
            CASE WHEN unread_since > coalesce(pulled_until, '-infinity') THEN unread_since END,
            CASE WHEN pulled_until < %(at)s - make_interval(hours => %(list_hours)s)
                AND coalesce(last_event_at, '-infinity') <= pulled_until THEN pulled_until END
        )) AS broken_at
    FROM kpi_callconnection
    WHERE client_id = client.id AND is_active
) live ON true
WHERE client.id = ANY(%(clients)s)
"""


@dataclass(frozen=True)
class Coverage:
    """`since` and `until` are None together: no single calls are known. `by_hand`: no connection
    tells of them, so what came since is known to nobody.
    """

    takes_calls: bool
    today: dt.date
    since: dt.date | None = None
    until: dt.date | None = None
    by_hand: bool = False


def call_coverage(client_ids: Collection[int], *, at: dt.datetime) -> dict[int, Coverage]:
    """By client id; one query, whatever the number of clients."""
    asked: dict[str, Any] = {"clients": list(client_ids), "at": at, "list_hours": LIST_HOURS}
    with connection.cursor() as cursor:
        cursor.execute(BOUNDS, asked)
        return {row[0]: _read(*row[1:], at=at) for row in cursor.fetchall()}


def _read(
    zone_name: str,
    takes_calls: bool,
    oldest: dt.date | None,
    newest: dt.date | None,
    event_at: dt.datetime | None,
    broken_at: dt.datetime | None,
    *,
    at: dt.datetime,
) -> Coverage:
    zone = zoneinfo.ZoneInfo(zone_name)
    today = at.astimezone(zone).date()
    since = [day for day in (oldest, event_at and event_at.astimezone(zone).date()) if day]
    if not since:
        return Coverage(takes_calls, today)
    until = newest
    if broken_at and event_at:
        # Of the day on which it broke off only a part is known.
        last_whole = broken_at.astimezone(zone).date() - dt.timedelta(days=1)
        until = max(newest or last_whole, last_whole)
    elif event_at:
        until = today
    return Coverage(takes_calls, today, min(since), until, by_hand=event_at is None)
