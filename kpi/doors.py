"""Connections by the address that senders know, remembered for a second by each process.

A burst of events reads its connection once; in return a connection that was switched off, or whose
secret was renewed, answers by what it was for a second more.
"""

import time
from typing import Any

from clients.models import ClientStatus
from kpi.models import CallConnection

REMEMBERED_SECONDS = 1.0
MOST_REMEMBERED = 1000

# An ended client's calls are nobody's business any more, so their address is gone as well.
FIND = """
SELECT door.id, door.client_id, door.provider, door.secret, door.credentials, door.mapping,
    door.time_zone, door.allowed_networks, door.debug_until, client.time_zone AS client_zone
FROM kpi_callconnection door
JOIN clients_client client ON client.id = door.client_id
WHERE door.path_token = %s AND door.provider = %s AND door.is_active AND client.status <> %s
"""


class Doors:
    """Only connections that are there are remembered: guessing fills nothing."""

    def __init__(self, seconds: float = REMEMBERED_SECONDS) -> None:
        self.seconds = seconds
        self.known: dict[tuple[str, str], tuple[float, Any]] = {}

    def find(self, path_token: str, provider: str) -> Any:
        """The connection with its client's time zone as `client_zone`; None where there is none."""
        key, now = (path_token, provider), time.monotonic()
        until, found = self.known.get(key, (0.0, None))
        if until > now:
            return found
        found = self._read(path_token, provider)
        self._remember(key, found, now)
        return found

    def _read(self, path_token: str, provider: str) -> Any:
        found = CallConnection.objects.raw(FIND, [path_token, provider, ClientStatus.ENDED])
        return next(iter(found), None)

    def _remember(self, key: tuple[str, str], found: Any, now: float) -> None:
        if len(self.known) >= MOST_REMEMBERED:
            self.known.clear()
        if found is None:
            self.known.pop(key, None)
        elif self.seconds:
            self.known[key] = (now + self.seconds, found)
