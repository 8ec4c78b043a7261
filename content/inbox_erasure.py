"""Authors of comments and messages are forgotten after the client's period; the counts stay."""

import datetime as dt

from django.db import connection, transaction

BATCH = 5_000

# A dialogue that goes on is remembered up to its last message.
OLD = """
SELECT item.id FROM content_inboxitem item
JOIN clients_client client ON client.id = item.client_id
WHERE item.erased_at IS NULL
  AND GREATEST(item.received_at, COALESCE(item.first_reply_at, item.received_at))
      < %(at)s - make_interval(days => client.personal_data_days)
ORDER BY item.id
LIMIT %(batch)s
FOR NO KEY UPDATE OF item SKIP LOCKED
"""
FORGET = """
UPDATE content_inboxitem SET author_id = '', author_name = '', text = '', url = '',
    thread_id = CASE WHEN kind = 'message' THEN '' ELSE thread_id END, erased_at = %(at)s
WHERE id = ANY(%(ids)s)
"""
# What hangs on the item quotes it.
NOTES = "DELETE FROM content_inboxnote WHERE item_id = ANY(%(ids)s)"
ACTIONS = "UPDATE content_inboxaction SET text = '' WHERE item_id = ANY(%(ids)s) AND text <> ''"
ANSWERS = """
UPDATE content_inboxanswer answer SET text = '',
    thread_id = CASE WHEN kind = 'message' THEN '' ELSE thread_id END
FROM clients_client client
WHERE client.id = answer.client_id AND (answer.text <> '' OR answer.kind = 'message')
  AND answer.said_at < %(at)s - make_interval(days => client.personal_data_days)
"""


def forget_authors(*, at: dt.datetime) -> int:
    """Blank names, ids and words of items older than `personal_data_days`; how many.

    Kind, category, state and all moments stay: replies are counted by them.
    """
    forgotten = 0
    while count := _forget_batch(at):
        forgotten += count
    with connection.cursor() as cursor:
        cursor.execute(ANSWERS, {"at": at})
    return forgotten


def _forget_batch(at: dt.datetime) -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(OLD, {"at": at, "batch": BATCH})
        ids = [pk for (pk,) in cursor.fetchall()]
        for statement in (FORGET, NOTES, ACTIONS):
            cursor.execute(statement, {"at": at, "ids": ids})
    return len(ids)
