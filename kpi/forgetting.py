"""Callers are forgotten after the client's retention period; the counts of their calls stay."""

import datetime as dt
from collections.abc import Mapping

from django.db import connection, transaction

BATCH = 5000

# A caller in work is skipped: somebody is just adding a call of theirs.
LOCK = """
SELECT caller.id FROM kpi_caller caller
JOIN clients_client client ON client.id = caller.client_id
WHERE caller.phone_hash IS NOT NULL AND {is_old}
ORDER BY caller.id
LIMIT %(batch)s
FOR NO KEY UPDATE OF caller SKIP LOCKED
"""
IS_OLD = """
    COALESCE(
        (SELECT max(call.started_at) FROM kpi_call call WHERE call.caller_id = caller.id),
        caller.first_seen_at
    ) < %(at)s - make_interval(days => client.personal_data_days)
"""
# Asked once more under the lock: a call may have come between.
FORGET = """
UPDATE kpi_caller caller SET phone_hash = NULL, phone = NULL, last4 = NULL
FROM clients_client client
WHERE client.id = caller.client_id AND caller.id = ANY(%(ids)s) AND {is_old}
RETURNING caller.id
"""
LOCK, FORGET = (text.format(is_old=IS_OLD) for text in (LOCK, FORGET))

# The ids that we make of calls whose file has none.
MADE_ID = "^#[0-9a-f]{64}$"
# Pages carry marks by which networks and shops know a person.
PAGES = ("landing_url", "referrer")
# An id that was made of the caller's number would tell the owner of the key whose number it was.
TRACE = f"(external_id ~ '{MADE_ID}' OR visit ?| %(pages)s)"
BLANK = f"""
UPDATE kpi_call SET
    external_id = CASE WHEN external_id ~ '{MADE_ID}' THEN NULL ELSE external_id END,
    visit = visit - %(pages)s::text[]
WHERE {TRACE} AND %(only)s
"""  # noqa: S608 # of constants
BLANK_FORGOTTEN = BLANK.replace("%(only)s", "caller_id = ANY(%(ids)s)")
# Numbers that were hidden or unreadable have no caller to forget.
BLANK_HIDDEN = BLANK.replace(
    "%(only)s",
    """caller_id IS NULL AND started_at < %(at)s - make_interval(days => (
        SELECT personal_data_days FROM clients_client WHERE id = kpi_call.client_id
    ))""",
)


def forget_callers(*, at: dt.datetime) -> int:
    """Null hash, number and last digits of callers silent for `personal_data_days`; how many.

    Their calls lose what could tell who they were, and so do those of hidden numbers in time.
    """
    forgotten = 0
    while count := _forget_batch(at):
        forgotten += count
    with connection.cursor() as cursor:
        cursor.execute(BLANK_HIDDEN, {"at": at, "pages": list(PAGES)})
    return forgotten


def _forget_batch(at: dt.datetime) -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(LOCK, {"at": at, "batch": BATCH})
        ids = [pk for (pk,) in cursor.fetchall()]
        cursor.execute(FORGET, {"at": at, "ids": ids})
        forgotten = [pk for (pk,) in cursor.fetchall()]
        cursor.execute(BLANK_FORGOTTEN, {"ids": forgotten, "pages": list(PAGES)})
    return len(forgotten)


def without_pages(visit: Mapping[str, str] | None) -> dict[str, str] | None:
    """What may be kept of a forgotten caller's visit."""
    return {name: v for name, v in (visit or {}).items() if name not in PAGES} or None
