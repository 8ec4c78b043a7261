"""Many calls of one file at once: callers, calls and flags in a few statements."""

import datetime as dt
import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db import connection

from clients.models import Client
from kpi.attribution import NumberMap, Place, load_numbers
from kpi.call_rows import CallRow
from kpi.call_rules import decide_hidden_calls, hold_rules, lock_callers, recompute_callers
from kpi.callers import find_or_make_callers

BATCH = 5000

KNOWN = """
SELECT call.external_id, call.caller_id, call.caller_id IS NOT NULL AND caller.phone_hash IS NULL
FROM kpi_call call LEFT JOIN kpi_caller caller ON caller.id = call.caller_id
WHERE call.client_id = %s AND call.source = 'import' AND call.connection_id IS NULL
  AND call.external_id = ANY(%s)
"""
# Their ids were made of the caller's number, and forgotten with it.
FORGOTTEN = """
SELECT started_at, talk_seconds, count(*) FROM kpi_call
WHERE client_id = %s AND source = 'import' AND external_id IS NULL AND started_at = ANY(%s)
GROUP BY started_at, talk_seconds
"""
# What a person said about the place stays. A number's place follows the number and is stronger
# than what is said of a whole file, whichever came first; else the stronger evidence stays.
KEEPS_PLACE = """(kpi_call.placed_by_hand OR NOT COALESCE(
    kpi_call.evidence IS NULL OR excluded.evidence <= 3 OR excluded.evidence < kpi_call.evidence,
    false
))"""


def unless_corrected(column: str, value: str, *, told: str = "") -> str:
    """The file's value, unless a person corrected it: files leave no stamps of their own."""
    is_corrected = f"COALESCE(kpi_call.provider_stamps ? '{told or column}', false)"
    return f"CASE WHEN {is_corrected} THEN kpi_call.{column} ELSE {value} END"


def known_or(column: str) -> str:
    return f"COALESCE(excluded.{column}, kpi_call.{column})"


NEW_VALUES = f"""
    {unless_corrected("started_at", "excluded.started_at")},
    {unless_corrected("day", "excluded.day", told="started_at")},
    {unless_corrected("status", "excluded.status")},
    {unless_corrected("talk_seconds", known_or("talk_seconds"))},
    {unless_corrected("wait_seconds", known_or("wait_seconds"))},
    COALESCE(excluded.caller_id, kpi_call.caller_id),
    COALESCE(excluded.tracking_number_id, kpi_call.tracking_number_id),
    CASE WHEN {KEEPS_PLACE} THEN kpi_call.community_id ELSE excluded.community_id END,
    CASE WHEN {KEEPS_PLACE} THEN kpi_call.campaign_id ELSE excluded.campaign_id END,
    CASE WHEN {KEEPS_PLACE} THEN kpi_call.placement_id ELSE excluded.placement_id END,
    CASE WHEN {KEEPS_PLACE} THEN kpi_call.evidence ELSE excluded.evidence END,
    COALESCE(NULLIF(excluded.called_number, ''), kpi_call.called_number),
    {unless_corrected("comment", "COALESCE(NULLIF(excluded.comment, ''), kpi_call.comment)")}
"""
COLUMNS = (
    "started_at, day, status, talk_seconds, wait_seconds, caller_id, tracking_number_id, "
    "community_id, campaign_id, placement_id, evidence, called_number, comment"
)
OLD_VALUES = ", ".join(f"kpi_call.{name}" for name in COLUMNS.split(", "))
UPSERT = f"""
INSERT INTO kpi_call
    (client_id, source, external_id, entered_by_id, is_target, {COLUMNS})
SELECT %(client)s, 'import', external_id, %(by)s, false, {COLUMNS}
FROM jsonb_to_recordset(%(rows)s::jsonb) AS r (
    external_id text, started_at timestamptz, day date, status text, talk_seconds int,
    wait_seconds int, caller_id bigint, tracking_number_id bigint, community_id bigint,
    campaign_id bigint, placement_id bigint, evidence smallint, called_number text, comment text
)
ON CONFLICT (client_id, source, connection_id, external_id) WHERE external_id IS NOT NULL
DO UPDATE SET ({COLUMNS}) = ROW ({NEW_VALUES})
WHERE ({OLD_VALUES}) IS DISTINCT FROM ({NEW_VALUES})
RETURNING id, caller_id, xmax = 0
"""  # noqa: S608

Track = Callable[[Iterable[Any], int | None, str], Iterable[Any]]


@dataclass
class Tally:
    """What came of the rows."""

    new: int = 0
    changed: int = 0
    known: int = 0


@dataclass(frozen=True)
class Known:
    """The caller that a call of an earlier import has, and whether the person is forgotten."""

    caller_id: int | None
    is_forgotten: bool


@dataclass(frozen=True)
class Importer:
    """Writes the rows of one file; the transaction is the caller's."""

    client: Client
    default: Place
    by_id: int | None
    numbers: NumberMap

    @classmethod
    def of(cls, client: Client, default: Place, by_id: int | None) -> "Importer":
        return cls(client, default, by_id, load_numbers(client))

    def write(self, rows: Sequence[CallRow], track: Track, label: str) -> Tally:
        """Insert, change or leave each row; flags of all callers concerned follow."""
        hold_rules(self.client)
        everything, known = len(rows), self._known(rows)
        rows = self._remembered(rows, known)
        callers = self._callers(rows, known)
        concerned = {row.caller_id for row in known.values() if row.caller_id}
        concerned.update(callers.values())
        lock_callers(concerned)
        tally, hidden = Tally(), []
        touched: set[int] = set()
        batches = [rows[start : start + BATCH] for start in range(0, len(rows), BATCH)]
        for batch in track(batches, len(batches), label):
            records = [self._record(row, known.get(row.external_id), callers) for row in batch]
            for pk, caller_id, is_new in self._upsert(records):
                tally.new += is_new
                tally.changed += not is_new
                if caller_id is None:
                    hidden.append(pk)
                else:
                    touched.add(caller_id)
        tally.known = everything - tally.new - tally.changed
        if touched or hidden:
            _analyse(len(rows))
            # A call that moved to another caller leaves neighbours behind.
            recompute_callers(concerned | touched)
            decide_hidden_calls(hidden)
        return tally

    def _known(self, rows: Sequence[CallRow]) -> dict[str, Known]:
        with connection.cursor() as cursor:
            cursor.execute(KNOWN, [self.client.pk, [row.external_id for row in rows]])
            return {key: Known(caller, forgotten) for key, caller, forgotten in cursor.fetchall()}

    def _remembered(self, rows: Sequence[CallRow], known: dict[str, Known]) -> list[CallRow]:
        """Without calls that are here already, but lost their ids when the caller was forgotten.

        They are known by the moment and the length of the talk, as many as there are.
        """
        strange = {row for row in rows if row.has_made_id and row.external_id not in known}
        if not strange:
            return list(rows)
        with connection.cursor() as cursor:
            cursor.execute(FORGOTTEN, [self.client.pk, [row.started_at for row in strange]])
            left = Counter({(at, talk): number for at, talk, number in cursor.fetchall()})
        remembered = []
        for row in rows:
            alike = row.started_at, row.talk_seconds
            if row in strange and left[alike]:
                left[alike] -= 1
            else:
                remembered.append(row)
        return remembered

    def _callers(self, rows: Sequence[CallRow], known: dict[str, Known]) -> dict[str, int]:
        """Ids by number; an old file does not bring a forgotten number back."""
        numbers = {
            row.caller
            for row in rows
            if row.caller and not known.get(row.external_id, Known(None, False)).is_forgotten
        }
        return find_or_make_callers(self.client, numbers)

    def _record(self, row: CallRow, known: Known | None, callers: dict[str, int]) -> dict[str, Any]:
        day = self.client.day_of(row.started_at)
        place = self._place(row.called_number, day)
        is_forgotten = known is not None and known.is_forgotten
        return {
            "external_id": row.external_id,
            "started_at": row.started_at.isoformat(),
            "day": day.isoformat(),
            "status": row.status,
            "talk_seconds": row.talk_seconds,
            "wait_seconds": row.wait_seconds,
            "caller_id": None if is_forgotten else callers.get(row.caller or ""),
            "tracking_number_id": place.tracking_number_id,
            "community_id": place.community_id,
            "campaign_id": place.campaign_id,
            "placement_id": place.placement_id,
            "evidence": place.evidence,
            "called_number": row.called_number,
            "comment": row.comment,
        }

    def _place(self, called_number: str, day: dt.date) -> Place:
        """The dialled number's place; where it tells none, the place said of the whole file."""
        place = self.numbers.place(called_number, day)
        if place.evidence is not None:
            return place
        return replace(self.default, tracking_number_id=place.tracking_number_id)

    def _upsert(self, records: list[dict[str, Any]]) -> list[tuple[int, int | None, bool]]:
        values: dict[str, Any] = {
            "client": self.client.pk,
            "by": self.by_id,
            "rows": json.dumps(records),
        }
        with connection.cursor() as cursor:
            cursor.execute(UPSERT, values)
            return list(cursor.fetchall())


def _analyse(rows: int) -> None:
    """Tell the planner of tables that have just grown: what follows reads all of it."""
    if rows >= BATCH:
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE kpi_call, kpi_caller")
