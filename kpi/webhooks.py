"""The door for machines: calls from any provider that can sign what it sends.

The sender is verified before anything else; then the raw event is stored, answered, and processed
later by `kpi.raw_events`. The format stands in docs/call_webhook.md.
"""

import datetime as dt
import hashlib
import hmac
import logging
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.db import connection as database
from django.db import transaction
from django.db.models import F
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from clients.attempts import address_of
from clients.models import ClientStatus
from kpi.allowed_senders import is_allowed
from kpi.call_events import CallEvent, EventError, parse_event
from kpi.models import CallConnection
from kpi.raw_events import WAKE_KEY, WAKE_SECONDS
from kpi.raw_requests import keep_request
from kpi.tasks import process_raw_events
from smm_agency.lib.encryption import encrypt

logger = logging.getLogger(__name__)

MAX_BODY = 64 * 1024
TOLERANCE_SECONDS = 300
# Compared where there is no connection, so that an unknown address costs the same work.
NO_SECRET = "no connection has this secret"  # noqa: S105

STORE = """
INSERT INTO kpi_rawcallevent
    (client_id, connection_id, event_id, body, received_at, attempts, error)
VALUES (%s, %s, %s, %s, %s, 0, '')
ON CONFLICT (connection_id, event_id) DO NOTHING
RETURNING id
"""


def sign(secret: str, timestamp: str, body: bytes) -> str:
    """The value of X-Signature: HMAC-SHA256 over the time stamp, a full stop and the raw body."""
    message = timestamp.encode() + b"." + body
    return "sha256=" + hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()


@dataclass(frozen=True)
class Answer:
    """What the sender is told; `field` is named where the body is to be mended."""

    status: int
    error: str = ""
    field: str | None = None
    stored: str = ""

    def as_response(self) -> JsonResponse:
        if self.stored:
            return JsonResponse({"status": self.stored}, status=self.status)
        said = {"error": self.error} | ({} if self.field is None else {"field": self.field})
        return JsonResponse(said, status=self.status)


@csrf_exempt
@require_POST
def receive_generic(request: HttpRequest, path_token: str) -> JsonResponse:
    body = _read(request)
    if body is None:
        return Answer(413, _("Send at most %(size)s bytes.") % {"size": MAX_BODY}).as_response()
    connection = _open_connection(path_token)
    is_signed = _is_signed(request, body, connection.secret if connection else NO_SECRET)
    if connection is None:
        return Answer(404, _("Nothing is here.")).as_response()
    received_at = timezone.now()
    if not is_allowed(address_of(request), connection.allowed_networks):
        answer = Answer(403, _("This address is not among the allowed senders."))
    elif not is_signed:
        answer = Answer(401, _("The signature or the time stamp is wrong."))
    else:
        answer = _take(connection, body, received_at)
    if answer.status in (401, 403):
        CallConnection.objects.filter(pk=connection.pk).update(refused=F("refused") + 1)
    note = answer.stored or answer.error
    keep_request(connection, request, body, status=answer.status, note=note, at=received_at)
    return answer.as_response()


def _take(connection: CallConnection, body: bytes, received_at: dt.datetime) -> Answer:
    """Store the event of a verified sender, or say what is wrong with it."""
    try:
        event = parse_event(body, received_at=received_at)
    except EventError as error:
        return Answer(400, error.message, field=error.field)
    is_new = _store(connection, event, body, received_at)
    return Answer(200, stored="stored" if is_new else "known")


def _open_connection(path_token: str) -> CallConnection | None:
    """An ended client's calls are nobody's business any more, so their address is gone as well."""
    return (
        CallConnection.objects.filter(path_token=path_token, is_active=True)
        .exclude(client__status=ClientStatus.ENDED)
        .first()
    )


def _read(request: HttpRequest) -> bytes | None:
    """The raw body, or None where it is larger than allowed, which is then not read."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdigit() or int(length) > MAX_BODY:
        return None
    return request.body


def _is_signed(request: HttpRequest, body: bytes, secret: str) -> bool:
    timestamp = request.headers.get("X-Timestamp", "")
    signature = request.headers.get("X-Signature", "")
    expected = sign(secret, timestamp, body)
    is_same = hmac.compare_digest(expected.encode(), signature.encode("utf-8", "replace"))
    return _is_recent(timestamp) and is_same


def _is_recent(timestamp: str) -> bool:
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
        return False
    return abs(timezone.now().timestamp() - int(timestamp)) <= TOLERANCE_SECONDS


def _store(
    connection: CallConnection, event: CallEvent, body: bytes, received_at: dt.datetime
) -> bool:
    place: list[Any] = [connection.client_id, connection.pk]
    row = [*place, event.event_id, encrypt(body.decode()), received_at]
    with transaction.atomic(), database.cursor() as cursor:
        cursor.execute(STORE, row)
        is_new = cursor.fetchone() is not None
        CallConnection.objects.filter(pk=connection.pk).update(last_event_at=received_at)
        if is_new:
            transaction.on_commit(_wake)
    return is_new


def _wake() -> None:
    """Have the event processed now: one message for however many events, until a worker has it.

    Without a broker or a cache the sweep finds the event within a minute.
    """
    try:
        if cache.add(WAKE_KEY, 1, timeout=WAKE_SECONDS):
            process_raw_events.apply_async(retry=False)
    except (OperationalError, RedisError):
        logger.warning("No broker: the raw event waits for the sweep.")
