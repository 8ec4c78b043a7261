"""Facts of publications, replies and stops in the days of a flag, for many flags at once.

As in `kpi.diagnosis.process_facts`: plain numbers and ISO dates, shares 0…1. Material that came
late is told by the client's late tasks.
"""

import datetime as dt
from collections.abc import Iterable, Sequence

from django.db.models import Count, Q

from clients.models import Client
from content.fulfilment import IS_CANCELLED, IS_ON_TIME, PROMISED, local_day
from content.models import Publication, Stop
from content.reply_figures import figures_by_client
from kpi.diagnosis.case import Case, Day, Facts, by_window, clients_of

DAY = dt.timedelta(days=1)


def posts_late(cases: Sequence[Case]) -> dict[int, Facts]:
    """What was promised for these days of the client and did not go out on time."""
    found: dict[int, Facts] = {}
    for (first, last), same in by_window(cases).items():
        rows = (
            Publication.objects.filter(client__in=clients_of(same))
            .promised_within(*_moments(first - DAY, last + DAY))
            .annotate(promised_on=local_day(PROMISED))
            .filter(promised_on__gte=first, promised_on__lte=last)
            .exclude(IS_CANCELLED)
            .order_by()
            .values("client_id")
            .annotate(planned=Count("pk"), on_time=Count("pk", filter=IS_ON_TIME))
            .values_list("client_id", "planned", "on_time")
        )
        counted = {client_id: (planned, on_time) for client_id, planned, on_time in rows}
        for case in same:
            if case.client_id in counted:
                planned, on_time = counted[case.client_id]
                found[case.flag_id] = {
                    "planned_posts": planned,
                    "late_posts": planned - on_time,
                    "on_time_share": round(on_time / planned, 4),
                }
    return found


def replies_late(cases: Sequence[Case]) -> dict[int, Facts]:
    """How many of the replies that were promised came in time."""
    found: dict[int, Facts] = {}
    for (first, last), same in by_window(cases).items():
        clients = Client.objects.filter(pk__in=clients_of(same))
        figures = figures_by_client(clients, first, last, at=_moments(first, last)[1])
        for case in same:
            mine = figures[case.client_id]
            if mine.in_time_share is not None:
                found[case.flag_id] = {
                    "due_replies": mine.due,
                    "late_replies": mine.due - mine.in_time,
                    "in_time_share": round(mine.in_time_share, 4),
                }
    return found


def stops(cases: Sequence[Case]) -> dict[int, Facts]:
    """On how many of the client's days its publications were stopped as a whole."""
    found: dict[int, Facts] = {}
    for (first, last), same in by_window(cases).items():
        rows = _stops_within(same, first, last)
        clients = Client.objects.in_bulk(clients_of(same))
        for case in same:
            client = clients[case.client_id]
            mine = [
                stop
                for stop in rows
                if _is_over(stop, client) and _days([stop], client, first, last)
            ]
            if days := _days(mine, client, first, last):
                found[case.flag_id] = {
                    "stopped_days": len(days),
                    "stopped_since": min(days).isoformat(),
                    "stop_reason": mine[0].reason,
                }
    return found


def _moments(first: Day, last: Day) -> tuple[dt.datetime, dt.datetime]:
    """Of days in UTC; a day more on each side holds those of every zone."""
    begin = dt.datetime.combine(first, dt.time(), dt.UTC)
    return begin, dt.datetime.combine(last + DAY, dt.time(), dt.UTC)


def _stops_within(cases: Iterable[Case], first: Day, last: Day) -> list[Stop]:
    begin, end = _moments(first - DAY, last + DAY)
    rows = Stop.objects.filter(
        Q(client=None) | Q(client__in=clients_of(cases)),
        Q(ends_at=None) | Q(ends_at__gt=begin),
        Q(lifted_at=None) | Q(lifted_at__gt=begin),
        community=None,
        began_at__lt=end,
    )
    return list(rows.order_by("began_at", "pk"))


def _is_over(stop: Stop, client: Client) -> bool:
    return stop.client_id == client.pk or (
        stop.client_id is None and stop.country in ("", client.country)
    )


def _days(rows: Iterable[Stop], client: Client, first: Day, last: Day) -> set[Day]:
    days: set[Day] = set()
    for stop in rows:
        ends = [client.day_of(moment) for moment in (stop.ends_at, stop.lifted_at) if moment]
        begin, end = max(client.day_of(stop.began_at), first), min([*ends, last])
        days |= {begin + DAY * number for number in range((end - begin).days + 1)}
    return days
