"""Calls that nobody answered: what became of them, how soon, and whose work that was."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from statistics import median
from typing import Any

from django.db import connection, models
from django.utils.translation import gettext_lazy as _

from clients.models import EngagementService, Performer, Side
from clients.service_catalogue import CALL_ANSWERING

SOON = dt.timedelta(minutes=20)
LATE = dt.timedelta(hours=23)

# Voicemail was not answered either. `rang`, `called`: seconds until the caller got through by
# ringing again, until somebody called back; of both the first that was answered. Nothing is seen
# of what came after `at`, so that a past day has the same answer whenever it is asked.
MISSED = """
SELECT c.client_id, c.id, c.started_at, c.caller_id IS NOT NULL,
       (SELECT extract(epoch FROM min(again.started_at) - c.started_at) FROM kpi_call again
        WHERE again.caller_id = c.caller_id AND again.status = 'answered'
          AND again.started_at > c.started_at AND again.started_at <= c.started_at + %(late)s
          AND again.started_at <= %(at)s),
       least(CASE WHEN c.started_at + make_interval(secs => c.call_back_seconds) <= %(at)s
                  THEN c.call_back_seconds END,
             (SELECT extract(epoch FROM min(back.started_at) - c.started_at)
              FROM kpi_outgoingcall back
              WHERE back.caller_id = c.caller_id AND back.is_answered
                AND back.started_at >= c.started_at AND back.started_at <= %(at)s))
FROM kpi_call c
WHERE c.status IN ('missed', 'voicemail') AND {only}
"""
OF_CLIENTS = MISSED.format(
    only="c.client_id = ANY(%(clients)s) AND c.day BETWEEN %(first)s AND %(last)s"
)
OF_CALL = MISSED.format(only="c.id = %(call)s")
# Silence of a provider that tells nothing of outgoing calls is not "nobody called back".
TELLING = """
SELECT client_id FROM kpi_outgoingcall
WHERE client_id = ANY(%(clients)s) AND started_at <= %(at)s
UNION
SELECT client_id FROM kpi_call
WHERE client_id = ANY(%(clients)s)
    AND started_at + make_interval(secs => call_back_seconds) <= %(at)s
"""
CALLS = """
SELECT client_id, count(*) FROM kpi_call
WHERE client_id = ANY(%(clients)s) AND day BETWEEN %(first)s AND %(last)s AND status <> 'spam'
GROUP BY client_id
"""


class Outcome(models.TextChoices):
    """What became of a call that nobody answered."""

    RANG_AGAIN = "rang_again", _("rang again and got through")
    SOON = "soon", _("called back within 20 minutes")
    LATE = "late", _("called back within 23 hours")
    LATER = "later", _("called back later still")
    NEVER = "never", _("never called back")
    WAITING = "waiting", _("waits to be called back")
    UNKNOWN = "unknown", _("not known")


CALLED_BACK = (Outcome.SOON, Outcome.LATE, Outcome.LATER)


@dataclass(frozen=True)
class MissedCalls:
    """A client's missed calls of some days.

    `calls` are all inbound ones without spam; `median_seconds` is the middle time to the call
    back of those who were called back (who rang again first was not), None without any; the rest
    sums up to `missed`.
    """

    calls: int
    missed: int
    rang_again: int
    soon: int
    late: int
    later: int
    never: int
    waiting: int
    unknown: int
    median_seconds: int | None
    side: Side

    @property
    def share(self) -> float | None:
        """missed ÷ calls; None without calls."""
        return self.missed / self.calls if self.calls else None


def missed_calls(
    client_ids: Collection[int], *, first: dt.date, last: dt.date, at: dt.datetime
) -> dict[int, MissedCalls]:
    """By client, of the clients' days `first` to `last`; those without any call are left out."""
    asked: dict[str, Any] = {
        "clients": list(client_ids), "first": first, "last": last, "at": at, "late": LATE,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(TELLING, asked)
        telling = {client for (client,) in cursor.fetchall()}
        cursor.execute(CALLS, asked)
        calls = dict(cursor.fetchall())
        cursor.execute(OF_CLIENTS, asked)
        rows = cursor.fetchall()
    outcomes: dict[int, Counter[str]] = defaultdict(Counter)
    waits: dict[int, list[float]] = defaultdict(list)
    for client, _id, started, has_caller, rang, called in rows:
        outcome = outcome_of(rang, called, knows=has_caller and client in telling, age=at - started)
        outcomes[client][outcome.value] += 1
        if called is not None and outcome in CALLED_BACK:
            waits[client].append(float(called))
    sides = answering_sides(calls, on=last)
    return {
        client: MissedCalls(
            calls=total,
            missed=outcomes[client].total(),
            median_seconds=round(median(waits[client])) if waits[client] else None,
            side=sides.get(client, Side.CLIENT),
            **{name: outcomes[client][name] for name in Outcome.values},
        )
        for client, total in calls.items()
    }


def outcome_of_call(call_id: int, client_id: int, *, at: dt.datetime) -> Outcome | None:
    """What became of one call; None of a call that was answered."""
    with connection.cursor() as cursor:
        asked: dict[str, Any] = {"call": call_id, "at": at, "late": LATE}
        cursor.execute(OF_CALL, asked)
        row = cursor.fetchone()
        cursor.execute(TELLING, {"clients": [client_id], "at": at})
        tells = cursor.fetchone() is not None
    if row is None:
        return None
    _client, _id, started, has_caller, rang, called = row
    return outcome_of(rang, called, knows=has_caller and tells, age=at - started)


def outcome_of(
    rang: float | None, called: float | None, *, knows: bool, age: dt.timedelta
) -> Outcome:
    """`rang`, `called` in seconds since the call; `knows`: a call back would have been seen."""
    if rang is not None and (called is None or rang <= called):
        return Outcome.RANG_AGAIN
    if called is not None:
        if called <= SOON.total_seconds():
            return Outcome.SOON
        return Outcome.LATE if called <= LATE.total_seconds() else Outcome.LATER
    if not knows:
        return Outcome.UNKNOWN
    return Outcome.WAITING if age <= LATE else Outcome.NEVER


def answering_sides(client_ids: Collection[int], *, on: dt.date) -> dict[int, Side]:
    """Who answers the calls by the division of responsibility; a client not in it: the client."""
    rows = EngagementService.objects.filter(
        client__in=list(client_ids), service__code=CALL_ANSWERING, engagement__starts_on__lte=on
    ).order_by("engagement__starts_on")
    return {
        client: Side.AGENCY if performer == Performer.AGENCY else Side.CLIENT
        for client, performer in rows.values_list("client", "performer")
    }
