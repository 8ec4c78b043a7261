"""Callers are forgotten after the client's retention period; the counts of their calls stay."""

import datetime as dt

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
"""
LOCK, FORGET = (text.format(is_old=IS_OLD) for text in (LOCK, FORGET))


def forget_callers(*, at: dt.datetime) -> int:
    """Null hash, number and last digits of callers silent for `personal_data_days`; how many."""
    forgotten = 0
    while count := _forget_batch(at):
        forgotten += count
    return forgotten


def _forget_batch(at: dt.datetime) -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(LOCK, {"at": at, "batch": BATCH})
        ids = [pk for (pk,) in cursor.fetchall()]
        cursor.execute(FORGET, {"at": at, "ids": ids})
        return int(cursor.rowcount)
