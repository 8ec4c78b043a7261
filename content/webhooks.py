"""The door for networks: events of VK's Callback API and of Telegram's webhook.

The sender is verified before anything else; then the raw event is stored once, answered, and
processed later by `content.network_events`.
"""

import datetime as dt
import hashlib
import json
from typing import Any

from django.db import connection as database
from django.db.models import F
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from clients.models import ClientStatus
from communities.networks import shapes
from communities.networks.events import SENDERS, Delivered
from content.models import EventDoor, new_event_secret
from content.network_events import WAKE_KEY
from content.tasks import process_network_events
from smm_agency.lib.doors import Doors
from smm_agency.lib.encryption import encrypt
from smm_agency.lib.request_body import read_body
from smm_agency.lib.waking import Waker

# Networks send texts of at most 16,000 characters with what is attached.
MAX_BODY = 256 * 1024
# Compared where there is no door, so that an unknown address costs the same work.
NO_SECRET = new_event_secret()

STORE = """
INSERT INTO content_networkevent (client_id, door_id, event_id, name, body, received_at, attempts,
    error)
VALUES (%s, %s, %s, %s, %s, %s, 0, '')
ON CONFLICT (door_id, event_id) DO NOTHING
RETURNING id
"""

# An ended client's community is nobody's business any more, so its address is gone as well.
FIND = """
SELECT door.id, door.client_id, door.network, door.secret, door.confirmation,
    profile.external_id AS page
FROM content_eventdoor door
JOIN clients_client client ON client.id = door.client_id
LEFT JOIN communities_profile profile ON profile.id = door.profile_id
WHERE door.path_token = %s AND door.network = %s AND door.is_active AND client.status <> %s
"""


def read_door(path_token: str, network: str) -> Any:
    """The door with its page's id on the network as `page`; None where there is none."""
    found = EventDoor.objects.raw(FIND, [path_token, network, ClientStatus.ENDED])
    return next(iter(found), None)


doors = Doors(read_door)
wake = Waker(WAKE_KEY, lambda: process_network_events.apply_async(retry=False))


@csrf_exempt
def receive(request: HttpRequest, network: str, path_token: str) -> HttpResponse:
    """A network's request to a door's own address; VK wants exactly `ok` for every event."""
    sender = SENDERS.get(network)
    if sender is None:
        return _said(404, "not found")
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    content = read_body(request, most=MAX_BODY)
    if content is None:
        return _said(413, "too large")
    received_at = timezone.now()
    header = request.headers.get(sender.header, "") if sender.header else ""
    delivered = Delivered(_json(content), header)
    door = doors.find(path_token, network)
    secret, page = (door.secret, door.page or "") if door else (NO_SECRET, "")
    is_ours = sender.is_from(delivered, secret=secret, page=page)
    if door is None:
        return _said(404, "not found")
    if not is_ours:
        EventDoor.objects.filter(pk=door.pk).update(refused=F("refused") + 1)
        return _said(400 if delivered.body is None else 403, "refused")
    if delivered.body is None:
        return _said(400, "not JSON")
    if sender.is_confirmation(delivered):
        return _said(200, door.confirmation) if door.confirmation else _said(409, "no code yet")
    event_id = sender.event_id(delivered) or f"body:{hashlib.sha256(content).hexdigest()}"
    if _store(door, delivered.body, content, event_id=event_id, received_at=received_at):
        wake()
    return _said(200, "ok")


def _said(status: int, text: str) -> HttpResponse:
    return HttpResponse(text, status=status, content_type="text/plain")


def _json(content: bytes) -> dict[str, object] | None:
    """None for what is no JSON object."""
    try:
        body = json.loads(content.decode())
    except (ValueError, RecursionError):
        return None
    return body if isinstance(body, dict) else None


def _store(
    door: Any,
    body: dict[str, object],
    content: bytes,
    *,
    event_id: str,
    received_at: dt.datetime,
) -> bool:
    """Whether the event was new. One statement: whatever comes at once is stored once."""
    # VK names the type of an event, Telegram's one content stands under its name.
    name = shapes.text(body.get("type")) or next((each for each in body if each != "update_id"), "")
    text = encrypt(content.decode())
    row = [door.client_id, door.pk, event_id, shapes.text(name)[:60], text, received_at]
    with database.cursor() as cursor:
        cursor.execute(STORE, row)
        return cursor.fetchone() is not None
