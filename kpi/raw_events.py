"""Raw webhook events become calls: claimed under a lease, tried three times, then a person's.

Celery only wakes this up; the rows decide. An attempt is counted before the work, the call and the
mark "processed" are one transaction, so a kill at any line costs time and nothing else. A row with
three attempts, no lease and not processed has been given up.
"""

import datetime as dt
import logging
import time
from typing import Any

from django.conf import settings
from django.db import connection as database
from django.db import transaction
from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Greatest
from django.utils.translation import gettext as _

from clients.todo import tell_team_once
from kpi.models import Call, CallConnection, RawCallEvent
from kpi.provider_calls import account_of, provider_of, take_call
from kpi.providers.records import Delivery, ProviderCall, ProviderError
from kpi.waking import gather

logger = logging.getLogger(__name__)

LEASE = dt.timedelta(minutes=5)
RETRY_AFTER = dt.timedelta(minutes=1)

CLAIM = """
UPDATE kpi_rawcallevent SET attempts = attempts + 1, leased_until = %(until)s
WHERE id = (
    SELECT id FROM kpi_rawcallevent
    WHERE processed_at IS NULL AND attempts < %(most)s
      AND (leased_until IS NULL OR leased_until < %(at)s)
    ORDER BY received_at
    LIMIT 1
    FOR UPDATE SKIP LOCKED
)
RETURNING id, attempts
"""


def process_woken(*, at: dt.datetime) -> int:
    """Process what waits after a message; how many became calls."""
    gather()
    return process_waiting(at=at)


def process_waiting(*, at: dt.datetime, limit: int = 500) -> int:
    """Process what waits, at most `limit` events; how many became calls."""
    started = time.monotonic()
    done = 0
    for _attempt in range(limit):
        now = at + dt.timedelta(seconds=time.monotonic() - started)
        claimed = claim(at=now)
        if claimed is None:
            break
        done += _try(*claimed, at=now)
    return done


def claim(*, at: dt.datetime) -> tuple[int, int] | None:
    """The oldest waiting event's id and which attempt this is; committed before the work."""
    values: dict[str, Any] = {"at": at, "until": at + LEASE, "most": RawCallEvent.MAX_ATTEMPTS}
    with database.cursor() as cursor:
        cursor.execute(CLAIM, values)
        row: tuple[int, int] | None = cursor.fetchone()
    return row


def _try(pk: int, attempt: int, *, at: dt.datetime) -> bool:
    try:
        process(pk, at=at)
    except Exception as error:  # Whatever it is, it belongs to this event and to a person.
        # The name only: a message may quote the caller's number. An adapter's never does.
        name = str(error) if isinstance(error, ProviderError) else type(error).__name__
        logger.warning("Raw event %s failed at attempt %s: %s", pk, attempt, name)
        _note_failure(pk, attempt, name, at=at)
        return False
    return True


def process(pk: int, *, at: dt.datetime) -> Call | None:
    """Make the event's call and mark it processed, both or neither; None when already done."""
    with transaction.atomic():
        events = RawCallEvent.objects.select_for_update(of=("self",), no_key=True)
        event = (
            events.select_related("connection__client", "client")
            .filter(pk=pk, processed_at=None)
            .first()
        )
        if event is None or event.body is None:
            return None
        call = _record(event)
        event.processed_at, event.leased_until, event.error = at, None, ""
        event.save(update_fields=["processed_at", "leased_until", "error"])
        connection = CallConnection.objects.filter(pk=event.connection_id)
        connection.update(
            last_event_at=Greatest("last_event_at", Value(event.received_at)), unread_since=None
        )
    return call


def _record(event: RawCallEvent) -> Call | None:
    told = read_event(event)
    if told is None:
        return None
    taken = take_call(event.connection, told)
    if not taken.is_new:
        return taken.call
    # What was said of it before anybody knew that it was a call.
    for earlier in _earlier_of(event, told.external_id):
        known = read_event(earlier)
        if known is not None and known.external_id == told.external_id:
            take_call(event.connection, known)
    return taken.call


def read_event(event: RawCallEvent) -> ProviderCall | None:
    """The stored event read again, by the connection's present mapping. Raises ProviderError."""
    delivery = Delivery(
        method=event.method,
        path=event.path,
        query=event.query or "",
        content_type=event.content_type,
        body=(event.body or "").encode(),
    )
    account = account_of(event.connection)
    return provider_of(event.connection).read(delivery, account, at=event.received_at).call


def _earlier_of(event: RawCallEvent, external_id: str) -> QuerySet[RawCallEvent]:
    """Adapters begin the id of an event with the id of its call."""
    return (
        RawCallEvent.objects.filter(
            connection=event.connection_id,
            event_id__startswith=f"{external_id}:",
            processed_at__isnull=False,
            body__isnull=False,
        )
        .exclude(pk=event.pk)
        .select_related("connection__client")
        .order_by("received_at", "pk")
    )


def _note_failure(pk: int, attempt: int, error: str, *, at: dt.datetime) -> None:
    is_last = attempt >= RawCallEvent.MAX_ATTEMPTS
    waiting = RawCallEvent.objects.filter(pk=pk, processed_at=None, attempts=attempt)
    with transaction.atomic():
        # The retry's time is kept as a lease: until then nobody takes the event.
        until = None if is_last else at + RETRY_AFTER * attempt
        noted = waiting.update(error=error[:300], leased_until=until)
        if noted and is_last:
            ask_person(pk)


def ask_person(pk: int) -> None:
    """One task per connection, however many of its events failed; until it reads one again, calls
    are known up to the first of them only.
    """
    event = RawCallEvent.objects.select_related("client", "connection").defer("body").get(pk=pk)
    reads = CallConnection.objects.filter(pk=event.connection_id, unread_since=None)
    reads.update(unread_since=event.received_at)
    tell_team_once(
        event.client,
        event.connection,
        title=_("Calls of “%(connection)s” cannot be read")
        % {"connection": event.connection.label},
        details=_(
            "Events failed three times, or have not the expected shape. Mend the cause, for example"
            " the connection's field mapping; then choose them among the raw call events and press"
            " “Try again”. Their bodies are deleted after %(days)s days."
        )
        % {"days": settings.RAW_EVENT_DAYS},
        origin_note=_("webhook"),
    )


def sweep(*, at: dt.datetime) -> int:
    """Give up events whose third worker died, then process what waits; how many became calls."""
    dead = RawCallEvent.objects.filter(
        processed_at=None, attempts__gte=RawCallEvent.MAX_ATTEMPTS, leased_until__lt=at
    )
    for pk, attempts in dead.values_list("pk", "attempts"):
        _note_failure(pk, attempts, "WorkerDied", at=at)
    return process_waiting(at=at)


def given_up() -> Q:
    """Events that wait for a person, as long as there is a body to try."""
    return Q(
        processed_at=None,
        leased_until=None,
        attempts__gte=RawCallEvent.MAX_ATTEMPTS,
        body__isnull=False,
    ) & ~Q(error="")


def try_again(event: RawCallEvent) -> bool:
    """A person has mended the cause: three attempts anew; False when it was not given up."""
    waiting = RawCallEvent.objects.filter(given_up(), pk=event.pk)
    return waiting.update(attempts=0) == 1


def delete_old_raw_events(*, at: dt.datetime) -> int:
    """Delete the bodies of old events that were processed or given up: they hold people's numbers.

    The rows stay: they know their repetitions, and which calls were never read.
    """
    before = at - dt.timedelta(days=settings.RAW_EVENT_DAYS)
    old = Q(processed_at__lt=before) | given_up() & Q(received_at__lt=before)
    return RawCallEvent.objects.filter(old, body__isnull=False).update(body=None, query=None)
