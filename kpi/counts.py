"""Counts of every metric that is a count: one client at a time or all of them in a few queries.

Read by the portal too: only columns that its role is granted.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from functools import reduce
from operator import or_

from django.db.models import Count as CountRows
from django.db.models import Max, Q
from django.utils import timezone

from clients.models import Client, ClientRows
from communities.models import Community
from kpi.call_counts import count_calls_in
from kpi.count import Count, Key, Reason
from kpi.models import Call, CallStatus, DayCount
from strategy.models import Metric
from strategy.models.target import CALL_METRICS, COUNT_METRICS
from strategy.periods import days_between

Span = tuple[dt.date, dt.date]
LEAD_PARTS = (Metric.CALLS, Metric.MESSAGES, Metric.FORMS)


def count_metric(
    client: Client,
    metric: str,
    *,
    first: dt.date,
    last: dt.date,
    community: Community | None = None,
    at: dt.datetime | None = None,
) -> Count:
    """A count of one client, of one community where it is given; `at` is now."""
    counts = counts_for_clients([client.pk], metric, first=first, last=last, at=at)
    return counts[client.pk, community.pk if community else None]


def counts_for_clients(
    client_ids: Collection[int],
    metric: str,
    *,
    first: dt.date,
    last: dt.date,
    at: dt.datetime | None = None,
) -> dict[Key, Count]:
    """By (client, None) and (client, community) for each of these clients' communities.

    A handful of queries however many clients. Raises ValueError for growth and ER, which are no
    counts.
    """
    return counts_in_spans(client_ids, metric, [(first, last)], at=at)[0]


def counts_in_spans(
    client_ids: Collection[int],
    metric: str,
    spans: Sequence[Span],
    *,
    at: dt.datetime | None = None,
    communities: Collection[Key] | None = None,
) -> list[dict[Key, Count]]:
    """As `counts_for_clients`, for each of the spans, and no more queries than for one.

    `communities`: these only, where not all are needed.
    """
    chosen = Metric(metric)
    if chosen not in COUNT_METRICS:
        raise ValueError(f"{chosen} is not a count.")
    places = _communities(client_ids) if communities is None else communities
    at = at or timezone.now()
    if chosen in CALL_METRICS:
        return count_calls_in(client_ids, places, chosen, spans, at=at)
    if chosen != Metric.LEADS:
        return [days[chosen] for days in _count_days(client_ids, places, [chosen], spans)]
    calls = count_calls_in(client_ids, places, Metric.CALLS, spans, at=at)
    rest = _count_days(client_ids, places, LEAD_PARTS[1:], spans)
    return [
        _leads({Metric.CALLS: of_calls, **of_days}, span)
        for of_calls, of_days, span in zip(calls, rest, spans, strict=True)
    ]


def _leads(parts: dict[Metric, dict[Key, Count]], span: Span) -> dict[Key, Count]:
    return {
        key: _add_up({part: counts[key] for part, counts in parts.items()}, *span)
        for key in parts[Metric.CALLS]
    }


def missed_calls(client: Client, *, first: dt.date, last: dt.date) -> tuple[int, int]:
    """(missed, answered) of all the client's calls but spam, wherever they came from."""
    return missed_for_clients([client.pk], first=first, last=last)[client.pk]


def missed_for_clients(
    client_ids: Collection[int], *, first: dt.date, last: dt.date
) -> dict[int, tuple[int, int]]:
    """By client: a voicemail is a call that nobody answered."""
    is_answered = Q(status=CallStatus.ANSWERED)
    rows = (
        Call.objects.in_days(first, last)
        .filter(client__in=list(client_ids))
        .exclude(status=CallStatus.SPAM)
        .order_by()
        .values_list("client_id")
        .annotate(
            missed=CountRows("pk", filter=~is_answered),
            answered=CountRows("pk", filter=is_answered),
        )
    )
    found = {pk: (missed, answered) for pk, missed, answered in rows}
    return {pk: found.get(pk, (0, 0)) for pk in client_ids}


def _communities(client_ids: Collection[int]) -> list[Key]:
    rows = Community.objects.filter(client__in=list(client_ids)).order_by("pk")
    return list(rows.values_list("client_id", "pk"))


def _count_days(
    client_ids: Collection[int],
    communities: Iterable[Key],
    metrics: Collection[Metric],
    spans: Sequence[Span],
) -> list[dict[Metric, dict[Key, Count]]]:
    """Counts entered day by day, for each span: a day without a row is not measured.

    A client's day is its row of all communities together, or the sum of its communities' rows.
    """
    keys: list[Key] = [*((pk, None) for pk in client_ids), *communities]
    values: dict[tuple[str, Key], dict[dt.date, int]] = {}
    together: dict[tuple[str, Key], dict[dt.date, int]] = {}
    entered = DayCount.objects.filter(client__in=list(client_ids), metric__in=list(metrics))
    rows = entered.filter(reduce(or_, (Q(day__range=span) for span in spans))).order_by()
    columns = ("client_id", "community_id", "metric", "day", "total")
    for client_id, community_id, metric, day, total in rows.values_list(*columns):
        if community_id is None:
            together.setdefault((metric, (client_id, None)), {})[day] = total
            continue
        values.setdefault((metric, (client_id, community_id)), {})[day] = total
        sums = values.setdefault((metric, (client_id, None)), {})
        sums[day] = sums.get(day, 0) + total
    for scope, days in together.items():
        values.setdefault(scope, {}).update(days)
    newest = _newest_days(entered)
    return [
        {
            metric: {
                key: _of_days(values.get((metric, key), {}), newest.get((metric, key)), *span)
                for key in keys
            }
            for metric in metrics
        }
        for span in spans
    ]


def _newest_days(entered: ClientRows[DayCount]) -> dict[tuple[str, Key], dt.date]:
    newest: dict[tuple[str, Key], dt.date] = {}
    rows = entered.order_by().values_list("metric", "client_id", "community_id")
    for metric, client_id, community_id, day in rows.annotate(Max("day")):
        newest[metric, (client_id, community_id)] = day
        of_client = (metric, (client_id, None))
        newest[of_client] = max(day, newest.get(of_client, day))
    return newest


def _of_days(
    values: dict[dt.date, int], newest: dt.date | None, first: dt.date, last: dt.date
) -> Count:
    values = {day: value for day, value in values.items() if first <= day <= last}
    by_day: dict[dt.date, int | None] = dict.fromkeys(days_between(first, last))
    by_day.update(values)
    return Count.of(
        by_day,
        total=sum(values.values()) if values else None,
        measured_days=len(values),
        singles=sum(values.values()) if values else None,
        known_until=newest,
    )


def _add_up(parts: dict[Metric, Count], first: dt.date, last: dt.date) -> Count:
    """Leads: the sum of the parts that are measured; the others are stated as None."""
    measured = [part for part in parts.values() if part.total is not None]
    totals: dict[str, int | None] = {metric: part.total for metric, part in parts.items()}
    if not measured:
        unmeasured = Count.unmeasured(first, last, Reason.NOT_MEASURED)
        return Count.of(unmeasured.by_day, total=None, measured_days=0, parts=totals)
    by_day: dict[dt.date, int | None] = {}
    for day in days_between(first, last):
        values = [part.by_day[day] for part in measured]
        known = [value for value in values if value is not None]
        by_day[day] = sum(known) if len(known) == len(values) else None
    known_until = [part.known_until for part in measured if part.known_until]
    return Count.of(
        by_day,
        total=sum(part.total or 0 for part in measured),
        measured_days=min(part.measured_days for part in measured),
        tallied=parts[Metric.CALLS].tallied,
        singles=sum(part.singles or 0 for part in measured),
        known_until=min(known_until, default=None),
        parts=totals,
    )
