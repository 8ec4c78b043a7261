"""Facts that may have caused a flag, looked up for many flags at once.

Each function returns facts for those flags only where something was different; plain numbers and
ISO dates, as they are stored. Shares are 0…1.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.db.models import Count, Min

from clients.models import Side, Task
from communities.models import Profile, WallPost
from kpi.counts import missed_for_clients
from kpi.engagement_rate import ErValue, er_for_clients
from kpi.growth import growth_for_clients
from kpi.models import Flag
from strategy.models import FormulaCode, Metric
from strategy.models.target import CALL_METRICS

Facts = dict[str, Any]
Day = dt.date

BEFORE_DAYS = 90
MIN_MISSED = 3
MISSED_SHARE = 0.2
MISSED_RISE = 1.5
POSTS_FALL = 0.7
MIN_POSTS_BEFORE = 6
ER_FALL = 0.8
LOSS_SHARE = 0.01
# A number that brought so many calls would hardly be silent by chance: P(0 | 3) is 5 %.
SILENT_EXPECTED = 3.0

DATES = frozenset({"oldest", "since"})
SHARES = frozenset({"share", "before_share", "er", "before"})


class Case(NamedTuple):
    """The days `first` … `last` that a flag speaks of; `on` is the day it was opened."""

    flag_id: int
    client_id: int
    community_id: int | None
    metric: str
    first: Day
    last: Day
    on: Day

    @property
    def before(self) -> tuple[Day, Day]:
        """The 90 days before."""
        return self.first - dt.timedelta(days=BEFORE_DAYS), self.first - dt.timedelta(days=1)

    @property
    def weeks(self) -> float:
        return ((self.last - self.first).days + 1) / 7


def by_window(cases: Iterable[Case]) -> dict[tuple[Day, Day], list[Case]]:
    """Cases that speak of the same days are looked up together."""
    windows: dict[tuple[Day, Day], list[Case]] = defaultdict(list)
    for case in cases:
        windows[case.first, case.last].append(case)
    return windows


def clients_of(cases: Iterable[Case]) -> set[int]:
    return {case.client_id for case in cases}


def missed_calls(cases: Sequence[Case]) -> dict[int, Facts]:
    """The share of calls that nobody answered, against the 90 days before."""
    found = {}
    called = [case for case in cases if case.metric in (*CALL_METRICS, Metric.LEADS)]
    for (first, last), same in by_window(called).items():
        now = missed_for_clients(clients_of(same), first=first, last=last)
        then = missed_for_clients(clients_of(same), first=same[0].before[0], last=same[0].before[1])
        for case in same:
            facts = _missed(now[case.client_id], then[case.client_id])
            if facts:
                found[case.flag_id] = facts
    return found


def _missed(now: tuple[int, int], then: tuple[int, int]) -> Facts | None:
    share, before = _share(now), _share(then)
    if share is None or now[0] < MIN_MISSED or share < MISSED_SHARE:
        return None
    if before is not None and share < MISSED_RISE * before:
        return None
    return {"missed": now[0], "total": sum(now), "share": share, "before_share": before}


def _share(calls: tuple[int, int]) -> float | None:
    """None where no call is known."""
    return round(calls[0] / sum(calls), 4) if sum(calls) else None


def materials_overdue(cases: Sequence[Case]) -> dict[int, Facts]:
    """What the client was asked for and has not given in time."""
    return _overdue(cases, Side.CLIENT)


def agency_overdue(cases: Sequence[Case]) -> dict[int, Facts]:
    """The agency's own late tasks, those about flags apart: they are an effect, not a cause."""
    return _overdue(cases, Side.AGENCY)


def _overdue(cases: Sequence[Case], side: str) -> dict[int, Facts]:
    found: dict[int, Facts] = {}
    for day, same in _by_day(cases).items():
        late = Task.objects.overdue(on=day).filter(client__in=clients_of(same), side=side)
        rows = (
            late.exclude(origin_type=ContentType.objects.get_for_model(Flag))
            .order_by()
            .values_list("client_id")
            .annotate(Count("pk"), Min("due_on"))
        )
        facts = {pk: {"tasks": tasks, "oldest": due.isoformat()} for pk, tasks, due in rows}
        found |= {case.flag_id: facts[case.client_id] for case in same if case.client_id in facts}
    return found


def _by_day(cases: Iterable[Case]) -> dict[Day, list[Case]]:
    days: dict[Day, list[Case]] = defaultdict(list)
    for case in cases:
        days[case.on].append(case)
    return days


def fewer_posts(cases: Sequence[Case]) -> dict[int, Facts]:
    """Posts a week on the client's own pages, against the 90 days before."""
    found = {}
    for (first, last), same in by_window(cases).items():
        now = _posts(same, first, last)
        then = _posts(same, *same[0].before)
        for case in same:
            key = (case.client_id, case.community_id)
            posts, before = now.get(key, 0), then.get(key, 0)
            week, before_week = posts / case.weeks, before / (BEFORE_DAYS / 7)
            if before >= MIN_POSTS_BEFORE and week < POSTS_FALL * before_week:
                found[case.flag_id] = {
                    "posts_week": round(week, 1),
                    "before_week": round(before_week, 1),
                }
    return found


def _posts(cases: Sequence[Case], first: Day, last: Day) -> dict[tuple[int, int | None], int]:
    """By (client, community), and (client, None) for all own pages; by days in UTC."""
    rows = (
        WallPost.objects.filter(
            client__in=clients_of(cases),
            profile__relation=Profile.Relation.OWN,
            posted_at__date__range=(first, last),
        )
        .order_by()
        .values_list("client_id", "profile__community__pk")
        .annotate(Count("pk"))
    )
    counts: dict[tuple[int, int | None], int] = defaultdict(int)
    for client_id, community_id, posts in rows:
        counts[client_id, None] += posts
        if community_id is not None:
            counts[client_id, community_id] += posts
    return counts


def er_fell(cases: Sequence[Case]) -> dict[int, Facts]:
    """The engagement rate of posts, against the 90 days before."""
    found = {}
    code = FormulaCode.ER_POST.value
    for (first, last), same in by_window(cases).items():
        ids = clients_of(same)
        now = er_for_clients(ids, code, first=first, last=last)
        before = er_for_clients(ids, code, first=same[0].before[0], last=same[0].before[1])
        for case in same:
            key = (case.client_id, case.community_id)
            facts = _er(now.get(key), before.get(key))
            if facts:
                found[case.flag_id] = facts
    return found


def _er(now: ErValue | None, before: ErValue | None) -> Facts | None:
    if now is None or before is None or now.value is None or not before.value:
        return None
    if now.value >= ER_FALL * before.value:
        return None
    return {
        "er": round(now.value, 6),
        "before": round(before.value, 6),
        "formula": FormulaCode.ER_POST.label,
    }


def followers_fell(cases: Sequence[Case]) -> dict[int, Facts]:
    """Members were lost: at least one of a hundred."""
    found = {}
    for (first, last), same in by_window(cases).items():
        values = growth_for_clients(clients_of(same), first=first, last=last)
        for case in same:
            value = values.get((case.client_id, case.community_id))
            if value and value.share is not None and value.share <= -LOSS_SHARE:
                found[case.flag_id] = {"net": value.net, "start": value.start}
    return found


SILENT_NUMBERS = """
SELECT DISTINCT ON (flag.id) flag.id, number.number, calls.newest
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
) calls ON calls.now = 0
WHERE calls.before * (flag.last - flag.first + 1) >= %s * %s
ORDER BY flag.id, calls.before DESC
"""


def number_silent(cases: Sequence[Case]) -> dict[int, Facts]:
    """A tracking number that used to bring calls brings none: broken, or shown no more."""
    called = [case for case in cases if case.metric in (*CALL_METRICS, Metric.LEADS)]
    if not called:
        return {}
    columns: list[list[Any]] = [
        [case.flag_id for case in called],
        [case.client_id for case in called],
        [case.community_id for case in called],
        [case.first for case in called],
        [case.last for case in called],
    ]
    limits = [BEFORE_DAYS, BEFORE_DAYS, SILENT_EXPECTED, BEFORE_DAYS]
    with connection.cursor() as cursor:
        cursor.execute(SILENT_NUMBERS, [*columns, *limits])
        return {
            flag_id: {"number": number, "since": newest.isoformat()}
            for flag_id, number, newest in cursor.fetchall()
        }
