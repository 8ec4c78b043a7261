"""Requests kept as they came while somebody sets a connection up; a day later they are gone."""

import datetime as dt
import json

from django.db.models import Q
from django.http import HttpRequest

from kpi.models import CallConnection, RawRequest
from kpi.providers.records import Delivery

KEPT_FOR = dt.timedelta(days=1)
# A sender that repeats itself does not fill the disk.
MOST_KEPT = 1000
LEFT_OUT = {"Authorization", "Cookie"}


def keep_raw_requests(connection: CallConnection, *, at: dt.datetime) -> None:
    connection.debug_until = at + KEPT_FOR
    connection.save(update_fields=["debug_until"])


def keep_no_raw_requests(connection: CallConnection) -> None:
    """They hold numbers of callers: what was kept is deleted at once."""
    connection.debug_until = None
    connection.save(update_fields=["debug_until"])
    connection.raw_requests.all().delete()


def keep_request(
    connection: CallConnection,
    request: HttpRequest,
    delivery: Delivery,
    *,
    status: int,
    note: str,
    at: dt.datetime,
) -> None:
    """Write the request down, answered or refused, if this connection is being watched."""
    if connection.debug_until is None or connection.debug_until <= at:
        return
    if connection.raw_requests.count() >= MOST_KEPT:
        return
    headers = {name: value for name, value in request.headers.items() if name not in LEFT_OUT}
    RawRequest.objects.create(
        client_id=connection.client_id,
        connection=connection,
        received_at=at,
        method=request.method or "",
        path=delivery.path,
        query=delivery.query,
        headers=json.dumps(headers, ensure_ascii=False),
        body=delivery.body.decode("utf-8", "replace"),
        status=status,
        note=note[:300],
    )


def delete_old_raw_requests(*, at: dt.datetime) -> int:
    """Delete what is older than a day, and all of connections that are no longer watched."""
    is_over = Q(connection__debug_until=None) | Q(connection__debug_until__lte=at)
    old = RawRequest.objects.filter(is_over | Q(received_at__lt=at - KEPT_FOR))
    deleted, _by_model = old.delete()
    return deleted
