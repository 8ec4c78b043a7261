"""The door for machines: calls from any provider that can sign what it sends.

The sender is verified before anything else; then the raw event is stored, answered, and processed
later by `kpi.raw_events`. The format stands in docs/call_webhook.md.
"""

import datetime as dt
import hashlib
from dataclasses import dataclass
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection as database
from django.db import transaction
from django.db.models import F
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from clients.attempts import address_of
from clients.models import ClientStatus
from kpi.allowed_senders import is_allowed
from kpi.models import CallConnection, RawCallEvent
from kpi.provider_calls import account_of
from kpi.providers.protocol import Account, Provider, Reply
from kpi.providers.records import Delivery, ProviderError
from kpi.providers.registry import PROVIDERS
from kpi.raw_events import WAKE_KEY, ask_person
from kpi.raw_requests import keep_request
from kpi.tasks import process_raw_events
from smm_agency.lib.doors import Doors
from smm_agency.lib.encryption import encrypt
from smm_agency.lib.request_body import read_body
from smm_agency.lib.waking import Waker

MAX_BODY = 64 * 1024
REFUSALS = (401, 403)
# Compared where there is no connection, so that an unknown address costs the same work.
NO_SECRET = "no connection has this secret"  # noqa: S105

STORE = """
INSERT INTO kpi_rawcallevent (client_id, connection_id, event_id, body, query, path, method,
    content_type, received_at, processed_at, attempts, error)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (connection_id, event_id) DO NOTHING
RETURNING id
"""


# An ended client's calls are nobody's business any more, so their address is gone as well.
FIND = """
SELECT door.id, door.client_id, door.provider, door.secret, door.credentials, door.mapping,
    door.time_zone, door.allowed_networks, door.debug_until, client.time_zone AS client_zone
FROM kpi_callconnection door
JOIN clients_client client ON client.id = door.client_id
WHERE door.path_token = %s AND door.provider = %s AND door.is_active AND client.status <> %s
"""


def read_connection(path_token: str, provider: str) -> Any:
    """The connection with its client's time zone as `client_zone`; None where there is none."""
    found = CallConnection.objects.raw(FIND, [path_token, provider, ClientStatus.ENDED])
    return next(iter(found), None)


doors = Doors(read_connection)
wake = Waker(WAKE_KEY, lambda: process_raw_events.apply_async(retry=False))


@dataclass(frozen=True)
class Answer:
    """What the sender is told; `field` is named where the body is to be mended."""

    status: int
    error: str = ""
    field: str | None = None
    stored: str = ""
    reply: Reply | None = None

    def as_response(self) -> HttpResponse:
        if self.reply:
            return HttpResponse(
                self.reply.body, status=self.reply.status, content_type=self.reply.content_type
            )
        if self.stored:
            return JsonResponse({"status": self.stored}, status=self.status)
        said = {"error": self.error} | ({} if self.field is None else {"field": self.field})
        return JsonResponse(said, status=self.status)


@csrf_exempt
def receive(request: HttpRequest, provider: str, path_token: str, path: str = "") -> HttpResponse:
    """A request of a provider to a connection's own address."""
    adapter = PROVIDERS.get(provider)
    if adapter is None:
        return Answer(404, _("Nothing is here.")).as_response()
    if request.method not in adapter.methods:
        return HttpResponseNotAllowed(sorted(adapter.methods))
    body = read_body(request, most=MAX_BODY)
    if body is None:
        return Answer(413, _("Send at most %(size)s bytes.") % {"size": MAX_BODY}).as_response()
    received_at = timezone.now()
    delivery = _delivery_of(request, adapter, path.strip("/"), body)
    connection = doors.find(path_token, provider)
    account = _account(connection) if connection else _stranger(adapter)
    is_ours = adapter.verify(delivery, account, at=received_at)
    if connection is None:
        return Answer(404, _("Nothing is here.")).as_response()
    if not is_allowed(address_of(request), connection.allowed_networks):
        answer = Answer(403, _("This address is not among the allowed senders."))
    elif not is_ours:
        answer = Answer(adapter.refusal_status, _("The signature or the time stamp is wrong."))
    else:
        answer = _take(Taker(connection, adapter, account), delivery, received_at)
    if answer.status in REFUSALS:
        CallConnection.objects.filter(pk=connection.pk).update(refused=F("refused") + 1)
    note = answer.stored or answer.error
    keep_request(connection, request, delivery, status=answer.status, note=note, at=received_at)
    return answer.as_response()


def _account(connection: Any) -> Account:
    return account_of(connection, client_zone=connection.client_zone)


def _stranger(adapter: Provider) -> Account:
    names = {field.name for field in adapter.credentials}
    return Account(ZoneInfo("UTC"), dict.fromkeys(names, NO_SECRET))


def _delivery_of(request: HttpRequest, adapter: Provider, path: str, body: bytes) -> Delivery:
    query = request.META.get("QUERY_STRING", "")
    headers = {name: request.headers.get(name, "") for name in adapter.headers}
    return Delivery(
        method=request.method or "",
        # As the sender wrote it: built from the configured address, never from its headers.
        url=settings.PUBLIC_URL + request.path + (f"?{query}" if query else ""),
        path=path[:200],
        query=query,
        headers=headers,
        content_type=(request.content_type or "")[:100],
        body=body,
    )


class Taker(NamedTuple):
    """Who takes a verified request."""

    connection: CallConnection
    adapter: Provider
    account: Account


def _take(taker: Taker, delivery: Delivery, received_at: dt.datetime) -> Answer:
    """Store the event of a verified sender, or say what is wrong with it.

    Only our own format is refused for its mistakes: its sender reads the answer. Providers do not,
    and some never send twice, so what cannot be read is stored for a person.
    """
    adapter = taker.adapter
    try:
        event = adapter.read(delivery, taker.account, at=received_at)
    except ProviderError as error:
        if adapter.answers_mistakes:
            return Answer(400, error.message, field=error.field)
        _store_unreadable(taker.connection, delivery, received_at, error)
        return Answer(200, stored="unreadable", reply=adapter.reply)
    is_new = store_event(
        taker.connection,
        delivery,
        event_id=event.event_id,
        received_at=received_at,
        processed_at=None if event.call else received_at,
    )
    if is_new and event.call:
        wake()
    elif is_new:
        # A trial request shows whoever sets the sender up that it has arrived.
        CallConnection.objects.filter(pk=taker.connection.pk).update(last_event_at=received_at)
    return Answer(200, stored="stored" if is_new else "known", reply=adapter.reply)


def _store_unreadable(
    connection: CallConnection, delivery: Delivery, received_at: dt.datetime, error: ProviderError
) -> None:
    """Kept as given up, with a task: whoever mends the mapping tries it again."""
    digest = hashlib.sha256(f"{delivery.path}?{delivery.query}".encode() + delivery.body)
    with transaction.atomic():
        pk = store_event(
            connection,
            delivery,
            event_id=f"unreadable:{digest.hexdigest()}",
            received_at=received_at,
            attempts=RawCallEvent.MAX_ATTEMPTS,
            error=str(error)[:300],
        )
        if pk is not None:
            ask_person(pk)


def store_event(
    connection: CallConnection,
    delivery: Delivery,
    *,
    event_id: str,
    received_at: dt.datetime,
    processed_at: dt.datetime | None = None,
    attempts: int = 0,
    error: str = "",
) -> int | None:
    """The new row's id; None where the event is known already."""
    query = encrypt(delivery.query) if delivery.query else None
    row: list[Any] = [
        connection.client_id, connection.pk, event_id,
        encrypt(delivery.body.decode("utf-8", "backslashreplace")), query,
        delivery.path, delivery.method, delivery.content_type,
        received_at, processed_at, attempts, error,
    ]  # fmt: skip
    with database.cursor() as cursor:
        cursor.execute(STORE, row)
        stored: tuple[int] | None = cursor.fetchone()
    return stored[0] if stored else None
