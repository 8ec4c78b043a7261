"""Whether the program can work, for the starter and for a load balancer."""

import datetime as dt
import logging
from collections.abc import Callable

from django.core.cache import cache
from django.db import Error, connection
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from redis.exceptions import RedisError

from content.claiming import due

logger = logging.getLogger(__name__)

LATE = dt.timedelta(minutes=3)


def _ask_database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _ask_redis() -> None:
    # Reading a key is a round trip; nothing is written.
    cache.get("health")


CHECKS: dict[str, Callable[[], None]] = {"database": _ask_database, "redis": _ask_redis}


def _works(name: str, ask: Callable[[], None]) -> bool:
    try:
        ask()
    except (Error, RedisError, OSError):
        # The text of the error names hosts and users: it goes to the log, not to the answer.
        logger.exception("%s does not answer.", name)
        return False
    return True


def _publishing() -> str:
    """Late where something is long due and no worker takes it: the web can work all the same."""
    late = due(at=timezone.now() - LATE)
    return "late" if late.exists() else "ok"


@never_cache
@require_safe
def health(request: HttpRequest) -> JsonResponse:
    """200 and "ok" for each part, or 503 where one is "down"; "late" publishing is told only."""
    works = {name: _works(name, ask) for name, ask in CHECKS.items()}
    parts = {name: "ok" if fine else "down" for name, fine in works.items()}
    if works["database"]:
        parts["publishing"] = _publishing()
    return JsonResponse(parts, status=200 if all(works.values()) else 503)
