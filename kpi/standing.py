"""Whether a client might be alarmed on a past day, by the history of its status."""

import datetime as dt
import zoneinfo
from collections.abc import Collection

from clients.models import Client, ClientStatus, StatusChange

Day = dt.date


def alarmed_on(day: Day, client_ids: Collection[int] | None) -> list[tuple[int, str]]:
    """The clients that might be alarmed on that day, whatever became of them since, and their time
    zones.
    """
    clients = Client.objects.order_by("pk")
    if client_ids is not None:
        clients = clients.filter(pk__in=list(client_ids))
    rows = list(clients.values_list("pk", "time_zone", "status"))
    zones = {pk: zone for pk, zone, _status in rows}
    begin = dt.datetime.combine(day, dt.time(), tzinfo=dt.UTC)
    since = StatusChange.objects.filter(client__in=zones, changed_at__gte=begin)
    later: dict[int, str] = {}
    for pk, old, changed_at in since.order_by("changed_at", "pk").values_list(
        "client_id", "old", "changed_at"
    ):
        if pk not in later and _day_in(zones[pk], changed_at) > day:
            later[pk] = old
    return [(pk, zone) for pk, zone, now in rows if later.get(pk, now) == ClientStatus.ACTIVE]


def _day_in(zone: str, moment: dt.datetime) -> Day:
    try:
        return moment.astimezone(zoneinfo.ZoneInfo(zone)).date()
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        return moment.date()
