"""Raw events waiting in a table: claimed under a lease, tried three times, then a person's.

Celery only wakes this up; the rows decide. An attempt is counted before the work, so a kill at any
line costs time and nothing else. A row with three attempts, no lease and not processed has been
given up. The table has received_at, processed_at, leased_until, attempts, error and body.
"""

import datetime as dt
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import connection as database
from django.db import transaction
from django.db.models import Q

from smm_agency.lib.waking import gather

logger = logging.getLogger(__name__)

LEASE = dt.timedelta(minutes=5)
RETRY_AFTER = dt.timedelta(minutes=1)
MAX_ATTEMPTS = 3

CLAIM = """
UPDATE {table} SET attempts = attempts + 1, leased_until = %(until)s
WHERE id = (
    SELECT id FROM {table}
    WHERE processed_at IS NULL AND attempts < %(most)s
      AND (leased_until IS NULL OR leased_until < %(at)s)
    ORDER BY received_at
    LIMIT 1
    FOR UPDATE SKIP LOCKED
)
RETURNING id, attempts
"""


def given_up() -> Q:
    """Events that wait for a person, as long as there is a body to try."""
    return Q(
        processed_at=None,
        leased_until=None,
        attempts__gte=MAX_ATTEMPTS,
        body__isnull=False,
    ) & ~Q(error="")


@dataclass(frozen=True)
class EventQueue:
    """`work` does one event and marks it processed, both or neither; `ask_person` is told of one
    that failed for good. `told_errors` are those whose own words hold nobody's data."""

    model: Any
    wake_key: str
    work: Callable[[int, dt.datetime], object]
    ask_person: Callable[[int], None]
    told_errors: tuple[type[Exception], ...] = ()

    def process_woken(self, *, at: dt.datetime) -> int:
        """Process what waits after a message; how many went well."""
        gather(self.wake_key)
        return self.process_waiting(at=at)

    def process_waiting(self, *, at: dt.datetime, limit: int = 500) -> int:
        """Process what waits, at most `limit` events; how many went well."""
        started = time.monotonic()
        done = 0
        for _attempt in range(limit):
            now = at + dt.timedelta(seconds=time.monotonic() - started)
            claimed = self.claim(at=now)
            if claimed is None:
                break
            done += self._try(*claimed, at=now)
        return done

    def claim(self, *, at: dt.datetime) -> tuple[int, int] | None:
        """The oldest waiting event's id and which attempt this is; committed before the work."""
        values: dict[str, Any] = {"at": at, "until": at + LEASE, "most": MAX_ATTEMPTS}
        with database.cursor() as cursor:
            cursor.execute(CLAIM.format(table=self.model._meta.db_table), values)
            row: tuple[int, int] | None = cursor.fetchone()
        return row

    def sweep(self, *, at: dt.datetime) -> int:
        """Give up events whose third worker died, then process what waits."""
        dead = self.model.objects.filter(
            processed_at=None, attempts__gte=MAX_ATTEMPTS, leased_until__lt=at
        )
        for pk, attempts in dead.values_list("pk", "attempts"):
            self._note_failure(pk, attempts, "WorkerDied", at=at)
        return self.process_waiting(at=at)

    def try_again(self, event: Any) -> bool:
        """A person has mended the cause: three attempts anew; False when it was not given up."""
        waiting = self.model.objects.filter(given_up(), pk=event.pk)
        return bool(waiting.update(attempts=0) == 1)

    def old_bodies(self, *, before: dt.datetime) -> Any:
        """Events whose body has been kept long enough: they were processed, or given up."""
        old = Q(processed_at__lt=before) | given_up() & Q(received_at__lt=before)
        return self.model.objects.filter(old, body__isnull=False)

    def _try(self, pk: int, attempt: int, *, at: dt.datetime) -> bool:
        try:
            self.work(pk, at)
        except Exception as error:  # Whatever it is, it belongs to this event and to a person.
            # The name only: a message may quote somebody's number or words.
            name = str(error) if isinstance(error, self.told_errors) else type(error).__name__
            label = self.model._meta.label
            logger.warning("%s %s failed at attempt %s: %s", label, pk, attempt, name)
            self._note_failure(pk, attempt, name, at=at)
            return False
        return True

    def _note_failure(self, pk: int, attempt: int, error: str, *, at: dt.datetime) -> None:
        is_last = attempt >= MAX_ATTEMPTS
        waiting = self.model.objects.filter(pk=pk, processed_at=None, attempts=attempt)
        with transaction.atomic():
            # The retry's time is kept as a lease: until then nobody takes the event.
            until = None if is_last else at + RETRY_AFTER * attempt
            noted = waiting.update(error=error[:300], leased_until=until)
            if noted and is_last:
                self.ask_person(pk)
