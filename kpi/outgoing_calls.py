"""Calls from the client's side, as the provider tells of them: who was missed is called back."""

import datetime as dt

from django.db.models import F
from django.db.models.functions import Coalesce, Greatest

from kpi.callers import caller_number, phone_hash
from kpi.models import CallConnection, Caller, OutgoingCall


def record_outgoing(
    connection: CallConnection,
    *,
    external_id: str,
    started_at: dt.datetime,
    raw_callee: str | None,
    is_answered: bool,
    talk_seconds: int | None,
) -> OutgoingCall:
    """The one row of this call, however often and in whatever order it is told.

    Whoever never called us stays unknown: we keep no numbers that we have no use for. Once
    answered a call stays answered, and the longer talk stands.
    """
    callee = _find_caller(connection, raw_callee)
    call, is_new = OutgoingCall.objects.get_or_create(
        connection=connection,
        external_id=external_id,
        defaults={
            "client_id": connection.client_id,
            "started_at": started_at,
            "caller": callee,
            "is_answered": is_answered,
            "talk_seconds": talk_seconds,
        },
    )
    if not is_new:
        _add(call, callee, is_answered=is_answered, talk_seconds=talk_seconds)
        call.refresh_from_db()
    return call


def _find_caller(connection: CallConnection, raw: str | None) -> Caller | None:
    client = connection.client
    e164 = caller_number(client, raw)
    if e164 is None:
        return None
    return Caller.objects.filter(client=client, phone_hash=phone_hash(client, e164)).first()


def _add(
    call: OutgoingCall, callee: Caller | None, *, is_answered: bool, talk_seconds: int | None
) -> None:
    """One statement per fact, so that two workers at once lose nothing."""
    row = OutgoingCall.objects.filter(pk=call.pk)
    if callee is not None:
        row.filter(caller=None).update(caller=callee)
    if is_answered:
        row.update(is_answered=True)
    if talk_seconds is not None:
        # PostgreSQL's greatest() passes over NULL; Coalesce says it for every reader.
        row.update(talk_seconds=Greatest(Coalesce(F("talk_seconds"), 0), talk_seconds))
