"""The last check of a post, made in the quiet minutes before its time.

What stands in the way of a post takes many questions to the database. Asked of hundreds of posts at
the same second, it would hold them all up; so it is asked shortly before, while nothing goes out,
and not again at the second itself. What cannot be asked before is asked then.
"""

import datetime as dt
import logging
import time

from content.claiming import due
from content.models import Publication
from content.sending import read, why_not

logger = logging.getLogger(__name__)

# From so long before its time on, and for so long an answer holds.
AHEAD = dt.timedelta(minutes=2)
HOLDS_SECONDS = 240.0
# So many at a time: a post that becomes due meanwhile waits no longer than for these.
AT_ONCE = 5


class QuietChecks:
    """What one worker has found to be fit for going out."""

    def __init__(self) -> None:
        self.fit: dict[int, float] = {}
        self.asked: dict[int, float] = {}

    def check_some(self, *, at: dt.datetime) -> int:
        """Of what is due soon and was not checked yet; how many were looked at."""
        now = time.monotonic()
        self.asked = {pk: since for pk, since in self.asked.items() if now - since < HOLDS_SECONDS}
        soon = due(at=at + AHEAD).filter(next_try_at__gt=at).exclude(pk__in=list(self.asked))
        ids = list(soon.order_by("next_try_at", "pk").values_list("pk", flat=True)[:AT_ONCE])
        for row in read(ids):
            self.check(row, at=at)
        return len(ids)

    def check(self, row: Publication, *, at: dt.datetime) -> None:
        """A post with a problem is checked again at its time: it may be mended until then."""
        self.asked[row.pk] = time.monotonic()
        self.fit.pop(row.pk, None)
        try:
            problem = why_not(row, at=at)
        except Exception:
            logger.exception("Publication %s could not be checked.", row.pk)
            return
        if not problem:
            self.fit[row.pk] = time.monotonic()

    def is_fit(self, pk: int) -> bool:
        since = self.fit.get(pk)
        return since is not None and time.monotonic() - since < HOLDS_SECONDS
