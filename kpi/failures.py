"""What fails for one client stops no other: a savepoint for each row, a line in the log, a flag.

The flag waits for whoever runs the program; it closes when the job goes well for the client again.
"""

import datetime as dt
import logging
from collections.abc import Callable, Collection, Iterable
from typing import TypeVar

from django.db import transaction
from django.utils import timezone

from kpi.findings import Finding
from kpi.flags import close_flags, open_or_refresh
from kpi.models import Flag, FlagKind, FlagState, Light

logger = logging.getLogger(__name__)

Row = TypeVar("Row")
Result = TypeVar("Result")

EVALUATION = "evaluation"
EFFECTS, REVIEWS, LATE_REVIEWS, TEST_CALLS = "effects", "reviews", "late_reviews", "test_calls"
REPORTS = "reports"


def do_each(
    rows: Iterable[Row],
    work: Callable[[Row], Result],
    *,
    job: str,
    client_of: Callable[[Row], int],
    at: dt.datetime,
) -> list[Result]:
    """What the work gave for each row, but for those that failed: these are told and left out."""
    done, failed = [], set()
    for row in rows:
        try:
            with transaction.atomic():
                done.append(work(row))
        except Exception:
            logger.exception("The job %s failed for client %s.", job, client_of(row))
            failed.add(client_of(row))
    tell_failures(failed, job=job, at=at)
    close_mended(failed, job=job, at=at)
    return done


def tell_failures(client_ids: Collection[int], *, job: str, at: dt.datetime) -> int:
    """One flag for each client; how many were opened. What cannot be flagged is in the log."""
    # The agency's day: the client's own may be what is not known.
    day, opened = timezone.localdate(at), 0
    for client_id in sorted(client_ids):
        try:
            opened += len(flag_failure(client_id, job=job, day=day))
        except Exception:
            logger.exception("The failure of %s for client %s was not flagged.", job, client_id)
    return opened


def flag_failure(client_id: int, *, job: str, day: dt.date) -> list[Flag]:
    evidence = {"reason": "failed", "job": job}
    finding = Finding(
        client_id, FlagKind.DATA, key_of(job), None, Light.AMBER, day, evidence, "failed"
    )
    return open_or_refresh([finding])


def key_of(job: str) -> str:
    """The evaluation's flag closes with those of stale data, by the next good evaluation."""
    return "evaluation:failed" if job == EVALUATION else f"failed:{job}"


def close_mended(failed: Collection[int], *, job: str, at: dt.datetime) -> int:
    flags = Flag.objects.filter(cause_key=key_of(job)).exclude(state=FlagState.CLOSED)
    mended = flags.exclude(client__in=failed).values_list("pk", flat=True)
    return close_flags(list(mended), why="mended", at=at)
