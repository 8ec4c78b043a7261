"""Counts of many targets day by day, laid out for the rules. The rules of counting are those of
`kpi.call_counts` and `kpi.counts`; a test holds the two together.

`kpi.counts` answers a page about one client with every day named; this room answers the nightly
evaluation about all clients at once, so it keeps arrays and asks a fixed number of queries.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
from django.db import connection

from kpi.call_coverage import Coverage, call_coverage
from kpi.models import CallTally, DayCount, TallyPeriod
from kpi.statistics import FloatArray
from strategy.models import Metric
from strategy.models.target import CALL_METRICS

Day = dt.date
# A community that was counted so lately is still counted: its next number is only late.
LATE_DAYS = 14
LEAD_PARTS = (Metric.CALLS, Metric.MESSAGES, Metric.FORMS)


class Wanted(NamedTuple):
    """A count that is asked for: `community_id` None is the whole client."""

    client_id: int
    community_id: int | None
    metric: str


class WeekSpan(NamedTuple):
    """A weekly tally in a row: its days have one value together, at the last of them."""

    row: int
    first: int
    last: int


@dataclass
class CountLayout:
    """A row for each wanted count, a column for each day from `first`.

    `actual` came on the day, `covered` is 1 where the day is measured. Days of a `spans` entry are
    covered, and their counts stand together on its last day. `known_until` is the last day that the
    data of a row cover (None: no data), `reasons` says why a row cannot be measured at all,
    `is_weekly` which rows come by weekly tallies. `by_hand` is the share that single calls without
    a connection have in a row: after the last of them nobody knows whether more came.
    """

    first: Day
    actual: FloatArray
    covered: FloatArray
    known_until: list[Day | None]
    reasons: list[str]
    is_weekly: list[bool]
    by_hand: list[float]
    spans: list[WeekSpan] = field(default_factory=list)

    def split(self, row: int) -> tuple["CountLayout", "CountLayout"]:
        """The rows before this one, and those from it on; they share their arrays with this."""
        return self._rows(0, row), self._rows(row, len(self.known_until))

    def _rows(self, first: int, end: int) -> "CountLayout":
        rows = slice(first, end)
        return CountLayout(
            self.first, self.actual[rows], self.covered[rows], self.known_until[rows],
            self.reasons[rows], self.is_weekly[rows], self.by_hand[rows],
            [span._replace(row=span.row - first) for span in self.spans if first <= span.row < end],
        )  # fmt: skip

    def merged(self, *arrays: FloatArray) -> list[FloatArray]:
        """Copies in which what stands on the days of each weekly tally is summed on its last."""
        copies = [array.copy() for array in arrays]
        for row, first, last in self.spans:
            for array in copies:
                array[row, last] = array[row, first : last + 1].sum()
                array[row, first:last] = 0
        return copies


def lay_out_counts(
    wanted: Sequence[Wanted], *, first: Day, last: Day, at: dt.datetime
) -> CountLayout:
    """Seven queries at most, whatever the number of clients."""
    calls = _Calls.load(wanted, first=first, last=last, at=at)
    days = _DayCounts.load(wanted, first=first, last=last)
    layout = _empty(len(wanted), first, last)
    for row, count in enumerate(wanted):
        if count.metric in CALL_METRICS:
            calls.fill(layout, row, count)
        elif count.metric == Metric.LEADS:
            _fill_leads(layout, row, count, calls, days)
        else:
            days.fill(layout, row, count)
    return layout


def _empty(rows: int, first: Day, last: Day) -> CountLayout:
    shape = (rows, (last - first).days + 1)
    return CountLayout(
        first, np.zeros(shape), np.zeros(shape), [None] * rows, [""] * rows, [False] * rows,
        [0.0] * rows,
    )  # fmt: skip


def _fill_leads(
    layout: CountLayout, row: int, wanted: Wanted, calls: "_Calls", days: "_DayCounts"
) -> None:
    """The sum of the parts that are measured, on days on which all of these are."""
    last = layout.first + dt.timedelta(days=layout.actual.shape[1] - 1)
    parts = _empty(len(LEAD_PARTS), layout.first, last)
    for number, metric in enumerate(LEAD_PARTS):
        part = wanted._replace(metric=metric)
        source = calls if metric == Metric.CALLS else days
        source.fill(parts, number, part)
    known = [day is not None for day in parts.known_until]
    if not any(known):
        return
    layout.actual[row] = parts.actual[known].sum(axis=0)
    layout.covered[row] = parts.covered[known].min(axis=0)
    layout.actual[row] *= layout.covered[row]
    layout.known_until[row] = min(day for day in parts.known_until if day)
    layout.is_weekly[row] = parts.is_weekly[0]
    if parts.by_hand[0]:
        whole = float(layout.actual[row].sum())
        calls_alone = float((parts.actual[0] * layout.covered[row]).sum())
        layout.by_hand[row] = calls_alone / whole if whole else 1.0
    layout.spans += [WeekSpan(row, *span[1:]) for span in parts.spans]


# Days as text, one for each call: told apart by day here, faster than sorted and grouped there.
SINGLES = """
SELECT client_id, community_id, string_agg((day - %(first)s)::text, ' '),
    string_agg((day - %(first)s)::text, ' ') FILTER (WHERE %(unique)s AND is_unique_target),
    string_agg((day - %(first)s)::text, ' ')
        FILTER (WHERE %(unique)s AND is_target AND is_unique_target IS NULL)
FROM kpi_call
WHERE client_id = ANY(%(clients)s) AND day BETWEEN %(first)s AND %(last)s
    AND evidence IS NOT NULL AND status <> 'spam'
GROUP BY 1, 2
"""


class _Place(NamedTuple):
    """Single calls of one place: how many on each column."""

    community_id: int | None
    calls: FloatArray
    unique_target: FloatArray
    unknown: FloatArray

    def without(self, columns: set[int]) -> "_Place":
        kept = np.ones(self.calls.size)
        kept[[column for column in columns if 0 <= column < kept.size]] = 0
        return _Place(self.community_id, *(array * kept for array in self[1:]))


def _by_column(days: str | None, columns: int) -> FloatArray:
    """How often each column is named."""
    if not days:
        return np.zeros(columns)
    named = np.fromstring(days, dtype=np.intp, sep=" ")
    return np.bincount(named, minlength=columns).astype(np.float64)


class _Tally(NamedTuple):
    community_id: int
    is_week: bool
    first: int
    last: int
    total: int


@dataclass
class _Calls:
    """All that is known of the calls of the clients that are asked for."""

    first: Day
    columns: int
    coverage: dict[int, Coverage]
    singles: dict[int, list[_Place]]
    tallies: dict[int, list[_Tally]]

    @classmethod
    def load(cls, wanted: Sequence[Wanted], *, first: Day, last: Day, at: dt.datetime) -> "_Calls":
        metrics = (*CALL_METRICS, Metric.LEADS)
        clients = {count.client_id for count in wanted if count.metric in metrics}
        empty = cls(first, (last - first).days + 1, {}, defaultdict(list), defaultdict(list))
        if not clients:
            return empty
        empty.coverage = call_coverage(clients, at=at)
        with_unique = any(count.metric == Metric.UNIQUE_TARGET_CALLS for count in wanted)
        empty._load_singles(clients, last, with_unique=with_unique)
        empty._load_tallies(clients, last)
        return empty

    def _load_singles(self, clients: Collection[int], last: Day, *, with_unique: bool) -> None:
        parameters: dict[str, Any] = {
            "clients": list(clients),
            "first": self.first,
            "last": last,
            "unique": with_unique,
        }
        with connection.cursor() as cursor:
            cursor.execute(SINGLES, parameters)
            for client_id, community_id, *named in cursor.fetchall():
                counts = [_by_column(days, self.columns) for days in named]
                self.singles[client_id].append(_Place(community_id, *counts))

    def _load_tallies(self, clients: Collection[int], last: Day) -> None:
        columns = ("client_id", "community_id", "period", "starts_on", "ends_on", "total")
        inside = CallTally.objects.filter(
            client__in=clients, starts_on__lte=last, ends_on__gte=self.first
        )
        for client_id, community_id, period, starts_on, ends_on, total in inside.order_by(
            "ends_on"
        ).values_list(*columns):
            first, until = (starts_on - self.first).days, (ends_on - self.first).days
            self.tallies[client_id].append(
                _Tally(community_id, period == TallyPeriod.WEEK, first, until, total)
            )

    def fill(self, layout: CountLayout, row: int, wanted: Wanted) -> None:
        coverage = self.coverage[wanted.client_id]
        if not coverage.takes_calls:
            layout.reasons[row] = "not_taken"
            return
        mine = wanted.community_id
        tallies = [
            tally for tally in self.tallies[wanted.client_id] if mine in (None, tally.community_id)
        ]
        singles = [
            place for place in self.singles[wanted.client_id] if mine in (None, place.community_id)
        ]
        if tallies:
            singles = self._without_tallied(singles, tallies)
        self._fill_singles(layout, row, coverage, singles)
        if wanted.metric == Metric.UNIQUE_TARGET_CALLS:
            self._keep_unique(layout, row, singles, tallies, coverage)
        else:
            self._add_tallies(layout, row, tallies, singles)

    def _without_tallied(self, singles: list[_Place], tallies: list[_Tally]) -> list[_Place]:
        """Days that a tally of a community covers are counted by the tally alone."""
        covered: dict[int | None, set[int]] = defaultdict(set)
        for tally in tallies:
            covered[tally.community_id].update(range(tally.first, tally.last + 1))
        return [place.without(covered[place.community_id]) for place in singles]

    def _fill_singles(
        self, layout: CountLayout, row: int, coverage: Coverage, singles: list[_Place]
    ) -> None:
        layout.known_until[row] = coverage.until
        layout.by_hand[row] = float(coverage.by_hand)
        if coverage.since is not None and coverage.until is not None:
            start = max((coverage.since - self.first).days, 0)
            layout.covered[row, start : max((coverage.until - self.first).days + 1, 0)] = 1
        actual = layout.actual[row]
        for place in singles:
            actual += place.calls

    def _keep_unique(
        self,
        layout: CountLayout,
        row: int,
        singles: list[_Place],
        tallies: list[_Tally],
        coverage: Coverage,
    ) -> None:
        """Uniqueness of tallied calls is not known, nor of days of hidden numbers only."""
        found, unknown = np.zeros(self.columns), np.zeros(self.columns)
        for place in singles:
            found += place.unique_target
            unknown += place.unknown
        layout.actual[row] = found
        layout.covered[row, (found == 0) & (unknown > 0)] = 0
        for tally in tallies:
            days = slice(max(tally.first, 0), tally.last + 1)
            layout.covered[row, days] = 0
            layout.actual[row, days] = 0
        if coverage.until is None and tallies:
            layout.reasons[row] = "not_measured"

    def _add_tallies(
        self,
        layout: CountLayout,
        row: int,
        tallies: list[_Tally],
        singles: list[_Place],
    ) -> None:
        if not tallies:
            return
        for tally in tallies:
            first = max(tally.first, 0)
            layout.covered[row, first : tally.last + 1] = 1
            if tally.last < self.columns:
                layout.actual[row, tally.last] += tally.total
                if tally.is_week:
                    layout.spans.append(WeekSpan(row, first, tally.last))
        for tally in tallies:
            # Its total belongs to the days that hold its last one: these are not measured.
            if tally.last >= self.columns:
                layout.covered[row, max(tally.first, 0) :] = 0
                layout.actual[row, max(tally.first, 0) :] = 0
        ends = self._tallied_until(tallies, singles)
        if not ends:
            return
        layout.is_weekly[row] = any(tally.is_week for tally in tallies)
        until = self.first + dt.timedelta(days=min(ends))
        known = layout.known_until[row]
        only_tallies = not any(place.calls.any() for place in singles)
        layout.known_until[row] = until if only_tallies or known is None else min(known, until)

    def _tallied_until(self, tallies: list[_Tally], singles: list[_Place]) -> list[int]:
        """The last tallied columns of the communities whose calls still come by tallies."""
        ends: dict[int, int] = {}
        for tally in tallies:
            ends[tally.community_id] = max(tally.last, ends.get(tally.community_id, tally.last))
        switched = {
            place.community_id
            for place in singles
            if place.community_id in ends and place.calls[ends[place.community_id] + 1 :].any()
        }
        return [column for pk, column in ends.items() if pk not in switched]


@dataclass
class _DayCounts:
    """Counts that are entered day by day: (client, community, metric) → column → total."""

    first: Day
    values: dict[Wanted, dict[int, int]]

    @classmethod
    def load(cls, wanted: Iterable[Wanted], *, first: Day, last: Day) -> "_DayCounts":
        clients = {count.client_id for count in wanted if count.metric not in CALL_METRICS}
        values: dict[Wanted, dict[int, int]] = defaultdict(dict)
        if clients:
            rows = DayCount.objects.filter(client__in=clients, day__range=(first, last))
            columns = ("client_id", "community_id", "metric", "day", "total")
            for *key, day, total in rows.order_by().values_list(*columns):
                values[Wanted(*key)][(day - first).days] = total
        parts: dict[Wanted, list[dict[int, int]]] = defaultdict(list)
        for key, days in values.items():
            if key.community_id is not None:
                parts[key._replace(community_id=None)].append(days)
        for whole, communities in parts.items():
            # What somebody counted of all communities at once stands above their sum.
            values[whole] = _summed(communities) | values.get(whole, {})
        return cls(first, values)

    def fill(self, layout: CountLayout, row: int, wanted: Wanted) -> None:
        days = self.values.get(wanted)
        if not days:
            return
        for column, total in days.items():
            layout.actual[row, column] = total
            layout.covered[row, column] = 1
        layout.known_until[row] = self.first + dt.timedelta(days=max(days))


def _summed(parts: Sequence[dict[int, int]]) -> dict[int, int]:
    """The communities together, on days on which none that is counted about then is missing."""
    together: dict[int, int] = {}
    for column in sorted({column for days in parts for column in days}):
        due = [days for days in parts if min(days) <= column <= max(days) + LATE_DAYS]
        if all(column in days for days in due):
            together[column] = sum(days[column] for days in due)
    return together
