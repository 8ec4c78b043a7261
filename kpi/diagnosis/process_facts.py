"""Facts of the work and of the calls in the days of a flag, looked up for many flags at once.

Each function returns plain numbers and ISO dates, as they are stored, for the flags of which there
is something to tell; what follows from them is said by the rules. Shares are 0…1.
"""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.db.models import Count

from clients.models import Side, Task
from communities.models import Profile, WallPost
from kpi.diagnosis.case import BEFORE_DAYS, Case, Day, Facts, by_window, clients_of
from kpi.missed_calls import MissedCalls
from kpi.missed_calls import missed_calls as missed_of_clients
from kpi.models import Event, Flag
from strategy.models import Metric
from strategy.models.target import CALL_METRICS

CALL_LIKE = (*CALL_METRICS, Metric.LEADS)


def missed_calls(cases: Sequence[Case]) -> dict[int, Facts]:
    """The share of calls that nobody answered, against the 90 days before, and who answers them."""
    found = {}
    called = [case for case in cases if case.metric in CALL_LIKE]
    for (first, last), same in by_window(called).items():
        clients, end = clients_of(same), end_of(last)
        now = missed_of_clients(clients, first=first, last=last, at=end)
        start, before = same[0].before
        then = missed_of_clients(clients, first=start, last=before, at=end)
        for case in same:
            if case.client_id in now:
                found[case.flag_id] = _missed(now[case.client_id], then.get(case.client_id))
    return found


def end_of(day: Day) -> dt.datetime:
    """Whether somebody was called back is asked of that moment, so that a second look agrees."""
    return dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), dt.UTC)


def _missed(now: MissedCalls, then: MissedCalls | None) -> Facts:
    return {
        "missed": now.missed,
        "total": now.calls,
        "share": rounded(now.share),
        "before_share": rounded(then.share) if then else None,
        "never": now.never,
        "side": now.side.value,
    }


def rounded(share: float | None, places: int = 4) -> float | None:
    return None if share is None else round(share, places)


def late_of_client(cases: Sequence[Case]) -> dict[int, Facts]:
    """What the client was asked for and has not given in time."""
    return _overdue(cases, Side.CLIENT)


def late_of_agency(cases: Sequence[Case]) -> dict[int, Facts]:
    """The agency's own late tasks, those about flags apart: they are an effect, not a cause."""
    return _overdue(cases, Side.AGENCY)


def _overdue(cases: Sequence[Case], side: str) -> dict[int, Facts]:
    found: dict[int, Facts] = {}
    for day, same in _by_day(cases).items():
        late = Task.objects.overdue(on=day).filter(client__in=clients_of(same), side=side)
        rows = (
            late.exclude(origin_type=ContentType.objects.get_for_model(Flag))
            .order_by("due_on", "pk")
            .values_list("client_id", "due_on", "block")
        )
        tasks: dict[int, list[tuple[Day, str]]] = defaultdict(list)
        for client_id, due_on, block in rows:
            if due_on is not None:
                tasks[client_id].append((due_on, block))
        found |= {
            case.flag_id: _late(tasks[case.client_id], on=day)
            for case in same
            if case.client_id in tasks
        }
    return found


def _late(tasks: Sequence[tuple[Day, str]], *, on: Day) -> Facts:
    """The block is the one with most of them; the oldest is first, `days_late` are its."""
    blocks = Counter(block for _due_on, block in tasks if block)
    return {
        "tasks": len(tasks),
        "days_late": (on - tasks[0][0]).days,
        "oldest": tasks[0][0].isoformat(),
        "block": blocks.most_common(1)[0][0] if blocks else "",
    }


def _by_day(cases: Iterable[Case]) -> dict[Day, list[Case]]:
    days: dict[Day, list[Case]] = defaultdict(list)
    for case in cases:
        days[case.on].append(case)
    return days


def posts(cases: Sequence[Case]) -> dict[int, Facts]:
    """Posts a week on those of the client's own pages that were read to the last day."""
    found = {}
    for (first, last), same in by_window(cases).items():
        pages = _pages_read(same, last)
        now, then = _posts(pages, first, last), _posts(pages, *same[0].before)
        places = set(pages.values()) | {(client, None) for client, _community in pages.values()}
        for case in same:
            if case.place in places:
                found[case.flag_id] = {
                    "posts_week": round(now[case.place] / case.days * 7, 1),
                    "before_week": round(then[case.place] / BEFORE_DAYS * 7, 1),
                    "before_posts": then[case.place],
                }
    return found


Place = tuple[int, int | None]


def _pages_read(cases: Sequence[Case], last: Day) -> dict[int, Place]:
    """Of a page that nobody has read since, no post is no fact."""
    own = Profile.objects.filter(
        client__in=clients_of(cases),
        relation=Profile.Relation.OWN,
        wall_read_at__gte=end_of(last - dt.timedelta(days=1)),
    )
    return {
        pk: (client_id, community_id)
        for pk, client_id, community_id in own.values_list("pk", "client_id", "community__pk")
    }


def _posts(pages: dict[int, Place], first: Day, last: Day) -> Counter[Place]:
    """By (client, community), and (client, None) for all its pages; by days in UTC."""
    rows = (
        WallPost.objects.filter(profile__in=pages, posted_at__date__range=(first, last))
        .order_by()
        .values_list("profile_id")
        .annotate(Count("pk"))
    )
    counts: Counter[Place] = Counter()
    for profile_id, number in rows:
        client_id, community_id = pages[profile_id]
        counts[client_id, None] += number
        if community_id is not None:
            counts[client_id, community_id] += number
    return counts


def events(cases: Sequence[Case]) -> dict[int, Facts]:
    """The newest event that was recorded for these days."""
    found: dict[int, Facts] = {}
    for (first, last), same in by_window(cases).items():
        rows = Event.objects.in_days(first, last).filter(client__in=clients_of(same))
        for event in rows.order_by("starts_on", "pk"):
            for case in same:
                if event.client_id == case.client_id and case.community_id in (
                    None,
                    event.community_id or case.community_id,
                ):
                    found[case.flag_id] = {
                        "title": event.title,
                        "since": event.starts_on.isoformat(),
                    }
    return found


SILENT_NUMBERS = """
SELECT DISTINCT ON (flag.id) flag.id, number.number, calls.newest,
    calls.before * (flag.last - flag.first + 1) / %s::float
FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::date[], %s::date[])
    AS flag (id, client_id, community_id, first, last)
JOIN clients_trackingnumber number ON number.client_id = flag.client_id AND number.is_active
JOIN LATERAL (
    SELECT max(day) AS newest,
        count(*) FILTER (WHERE day BETWEEN flag.first - %s AND flag.first - 1) AS before,
        count(*) FILTER (WHERE day BETWEEN flag.first AND flag.last) AS now
    FROM kpi_call
    WHERE client_id = flag.client_id AND tracking_number_id = number.id
        AND (flag.community_id IS NULL OR kpi_call.community_id = flag.community_id)
        AND day BETWEEN flag.first - %s AND flag.last
) calls ON calls.now = 0 AND calls.before > 0
ORDER BY flag.id, calls.before DESC
"""


def number_silent(cases: Sequence[Case]) -> dict[int, Facts]:
    """The number that used to bring most calls of those that bring none now."""
    called = [case for case in cases if case.metric in CALL_LIKE]
    if not called:
        return {}
    columns: list[list[Any]] = [
        [case.flag_id for case in called],
        [case.client_id for case in called],
        [case.community_id for case in called],
        [case.first for case in called],
        [case.last for case in called],
    ]
    with connection.cursor() as cursor:
        cursor.execute(SILENT_NUMBERS, [BEFORE_DAYS, *columns, BEFORE_DAYS, BEFORE_DAYS])
        return {
            flag_id: {
                "number": number,
                "since": newest.isoformat(),
                "expected": round(expected, 1),
            }
            for flag_id, number, newest, expected in cursor.fetchall()
        }
