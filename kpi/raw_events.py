"""Raw webhook events become calls; the call and the mark "processed" are one transaction."""

import datetime as dt

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet, Value
from django.db.models.functions import Greatest
from django.utils.translation import gettext as _

from clients.todo import tell_team_once
from kpi.models import Call, CallConnection, RawCallEvent
from kpi.provider_calls import account_of, provider_of, take_call
from kpi.providers.records import Delivery, ProviderCall, ProviderError
from smm_agency.lib.event_queue import LEASE, EventQueue, given_up

__all__ = [
    "LEASE",
    "claim",
    "delete_old_raw_events",
    "given_up",
    "process",
    "process_waiting",
    "process_woken",
    "sweep",
    "try_again",
]

WAKE_KEY = "kpi:raw-events-woken"


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


def delete_old_raw_events(*, at: dt.datetime) -> int:
    """Delete the bodies of old events that were processed or given up: they hold people's numbers.

    The rows stay: they know their repetitions, and which calls were never read.
    """
    before = at - dt.timedelta(days=settings.RAW_EVENT_DAYS)
    return int(queue.old_bodies(before=before).update(body=None, query=None))


def _work(pk: int, at: dt.datetime) -> Call | None:
    return process(pk, at=at)


queue = EventQueue(RawCallEvent, WAKE_KEY, _work, ask_person, (ProviderError,))
claim, process_waiting, process_woken = queue.claim, queue.process_waiting, queue.process_woken
sweep, try_again = queue.sweep, queue.try_again
