"""Counts of calls: single ones and tallies, never the same calls twice.

Counted are calls that came from a community or a campaign (with evidence), without spam. Days that
a tally of a community covers are counted by the tally alone. A weekly tally belongs to the period
that holds its last day, in full; no day of it has a count of its own. Uniqueness of tallied calls
is not known: for unique-target calls tallied days are not measured, nor are days whose target
calls all came from hidden numbers. Target calls of unknown uniqueness are told beside the count.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce
from operator import or_
from typing import Self

from django.db.models import Count as CountRows
from django.db.models import Max, Q

from kpi.call_coverage import Coverage, call_coverage
from kpi.count import Count, Key, Reason
from kpi.models import PROVEN, Call, CallStatus, CallTally, TallyPeriod
from strategy.models import Metric
from strategy.periods import days_between

Day = dt.date


@dataclass(frozen=True)
class Tally:
    community_id: int
    is_week: bool
    starts_on: Day
    ends_on: Day
    total: int

    def days(self) -> list[Day]:
        return days_between(self.starts_on, self.ends_on)


@dataclass(frozen=True)
class Single:
    """Single calls of one place on one day."""

    community_id: int | None
    day: Day
    calls: int
    unique_target: int
    unknown: int
    proven: int
    proven_unique: int


@dataclass
class Facts:
    """All that is known of one client's calls in the period."""

    coverage: Coverage
    singles: list[Single] = field(default_factory=list)
    tallies: list[Tally] = field(default_factory=list)
    # The last day that any tally of a community covers, in the period or not.
    tallied_until: dict[int, Day] = field(default_factory=dict)

    def within(self, first: Day, last: Day) -> Self:
        """What concerns these days alone."""
        return replace(
            self,
            singles=[row for row in self.singles if first <= row.day <= last],
            tallies=[row for row in self.tallies if row.starts_on <= last and row.ends_on >= first],
        )


def count_calls(
    client_ids: Collection[int],
    communities: Iterable[Key],
    metric: Metric,
    *,
    first: Day,
    last: Day,
    at: dt.datetime,
) -> dict[Key, Count]:
    """By (client, None) and (client, community); six queries at most."""
    return count_calls_in(client_ids, communities, metric, [(first, last)], at=at)[0]


def count_calls_in(
    client_ids: Collection[int],
    communities: Iterable[Key],
    metric: Metric,
    spans: Sequence[tuple[Day, Day]],
    *,
    at: dt.datetime,
) -> list[dict[Key, Count]]:
    """As `count_calls`, for each of the spans; no more queries than for one."""
    facts = _load(client_ids, spans, at)
    keys: list[Key] = [(pk, None) for pk in facts]
    keys += [key for key in communities if key[0] in facts]
    return [
        {
            key: _count(facts[key[0]].within(first, last), key[1], metric, first, last)
            for key in keys
        }
        for first, last in spans
    ]


def _load(
    client_ids: Collection[int], spans: Sequence[tuple[Day, Day]], at: dt.datetime
) -> dict[int, Facts]:
    facts = {pk: Facts(coverage) for pk, coverage in call_coverage(client_ids, at=at).items()}
    for pk, single in _singles(client_ids, spans):
        facts[pk].singles.append(single)
    tallies = CallTally.objects.filter(client__in=list(client_ids))
    columns = ("client_id", "community_id", "period", "starts_on", "ends_on", "total")
    touching = [Q(starts_on__lte=last, ends_on__gte=first) for first, last in spans]
    inside = tallies.filter(reduce(or_, touching)).order_by()
    for pk, community_id, period, *rest in inside.values_list(*columns):
        facts[pk].tallies.append(Tally(community_id, period == TallyPeriod.WEEK, *rest))
    newest = tallies.order_by().values_list("client_id", "community_id").annotate(Max("ends_on"))
    for pk, community_id, ends_on in newest:
        facts[pk].tallied_until[community_id] = ends_on
    return facts


def _singles(
    client_ids: Collection[int], spans: Sequence[tuple[Day, Day]]
) -> Iterator[tuple[int, Single]]:
    is_unknown = Q(is_target=True, is_unique_target=None)
    is_proven = Q(evidence__in=PROVEN)
    in_spans = reduce(or_, (Q(day__range=span) for span in spans))
    calls = Call.objects.attributed().filter(in_spans, client__in=list(client_ids))
    rows = (
        calls.exclude(status=CallStatus.SPAM)
        .order_by()
        .values_list("client_id", "community_id", "day")
        .annotate(
            calls=CountRows("pk"),
            unique=CountRows("pk", filter=Q(is_unique_target=True)),
            unknown=CountRows("pk", filter=is_unknown),
            proven=CountRows("pk", filter=is_proven),
            proven_unique=CountRows("pk", filter=is_proven & Q(is_unique_target=True)),
        )
    )
    for pk, *single in rows:
        yield pk, Single(*single)


def _count(facts: Facts, community_id: int | None, metric: Metric, first: Day, last: Day) -> Count:
    if not facts.coverage.takes_calls:
        return Count.unmeasured(first, last, Reason.TAKES_NO_CALLS)
    tallies = [row for row in facts.tallies if community_id in (None, row.community_id)]
    covered = {(row.community_id, day) for row in tallies for day in row.days()}
    singles = [
        row
        for row in facts.singles
        if community_id in (None, row.community_id) and (row.community_id, row.day) not in covered
    ]
    if metric == Metric.UNIQUE_TARGET_CALLS:
        return _count_unique(facts, community_id, singles, {day for _, day in covered}, first, last)
    return _count_all(facts, community_id, singles, tallies, first, last)


def _count_all(
    facts: Facts,
    community_id: int | None,
    singles: list[Single],
    tallies: list[Tally],
    first: Day,
    last: Day,
) -> Count:
    known = _known_days(facts.coverage, first, last)
    by_day: dict[Day, int | None] = dict.fromkeys(days_between(first, last))
    by_day.update(dict.fromkeys(known, 0))
    for row in singles:
        by_day[row.day] = (by_day[row.day] or 0) + row.calls
    measured = set(known)
    for tally in tallies:
        if tally.ends_on <= last:
            measured.update(day for day in tally.days() if day in by_day)
        else:
            # Its week is counted with the period that holds its last day, not with this one.
            measured.difference_update(tally.days())
    for tally in sorted(tallies, key=lambda row: row.is_week):
        for day in tally.days():
            if day in by_day:
                by_day[day] = None if tally.is_week else (by_day[day] or 0) + tally.total
    ended = [row.total for row in tallies if row.ends_on <= last]
    tallied = sum(ended) if ended else None
    single = sum(row.calls for row in singles) if known else None
    total = None if tallied is None and single is None else (tallied or 0) + (single or 0)
    return Count.of(
        by_day,
        total=total,
        measured_days=len(measured),
        tallied=tallied,
        singles=single,
        known_until=_known_until(facts, community_id, with_tallies=True),
        proven=None if total is None else sum(row.proven for row in singles),
    )


def _count_unique(
    facts: Facts,
    community_id: int | None,
    singles: list[Single],
    tallied: set[Day],
    first: Day,
    last: Day,
) -> Count:
    unknown: dict[Day, int] = {}
    found: dict[Day, int] = {}
    for row in singles:
        unknown[row.day] = unknown.get(row.day, 0) + row.unknown
        found[row.day] = found.get(row.day, 0) + row.unique_target
    by_day: dict[Day, int | None] = dict.fromkeys(days_between(first, last))
    for day in _known_days(facts.coverage, first, last):
        if day not in tallied and (found.get(day) or not unknown.get(day)):
            by_day[day] = found.get(day, 0)
    measured = [value for value in by_day.values() if value is not None]
    total = sum(measured) if measured else None
    reason = Reason.UNIQUENESS_UNKNOWN if tallied or unknown else Reason.NOT_MEASURED
    return Count.of(
        by_day,
        total=total,
        measured_days=len(measured),
        singles=total,
        known_until=_known_until(facts, community_id, with_tallies=False),
        reason=reason if total is None else Reason.MEASURED,
        proven=None if total is None else _proven_unique(singles, by_day),
        unknown=sum(unknown.values()),
    )


def _proven_unique(singles: list[Single], by_day: dict[Day, int | None]) -> int:
    """Of the days that are in the total."""
    return sum(row.proven_unique for row in singles if by_day[row.day] is not None)


def _known_days(coverage: Coverage, first: Day, last: Day) -> list[Day]:
    if coverage.since is None or coverage.until is None:
        return []
    return days_between(max(first, coverage.since), min(last, coverage.until))


def _known_until(facts: Facts, community_id: int | None, *, with_tallies: bool) -> Day | None:
    days = [facts.coverage.until] if facts.coverage.until else []
    if with_tallies:
        days += [day for pk, day in facts.tallied_until.items() if community_id in (None, pk)]
    return min(max(days), facts.coverage.today) if days else None
