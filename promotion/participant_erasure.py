"""Participants are forgotten after the client's period; the lists and draws can still be checked.

Id, name, address and why somebody was excluded go, and so does the salt: without it nobody can try
out whose mark it is.
"""

import datetime as dt

from django.db import connection, transaction

# Until the prizes are handed over, and a while after it, winners may ask.
OLD = """
SELECT action.id FROM promotion_promoaction action
JOIN clients_client client ON client.id = action.client_id
LEFT JOIN promotion_draw draw ON draw.action_id = action.id
WHERE action.erased_at IS NULL AND action.imported_at IS NOT NULL
  AND GREATEST(action.imported_at, draw.drawn_at, action.hand_over_until::timestamptz)
      < %(at)s - make_interval(days => client.personal_data_days)
ORDER BY action.id
FOR NO KEY UPDATE OF action SKIP LOCKED
"""
FORGET = (
    """
    UPDATE promotion_participant
    SET external_id = NULL, name = NULL, page_url = NULL, excluded_reason = ''
    WHERE action_id = ANY(%(ids)s)
    """,
    """
    UPDATE promotion_winner winner SET shown_name = '', note = NULL
    FROM promotion_draw draw WHERE draw.id = winner.draw_id AND draw.action_id = ANY(%(ids)s)
    """,
    # Of earlier actions, what was noted after they were forgotten.
    """
    UPDATE promotion_winner winner SET note = NULL
    FROM promotion_draw draw, promotion_promoaction action
    WHERE draw.id = winner.draw_id AND action.id = draw.action_id
        AND action.erased_at IS NOT NULL AND winner.note IS NOT NULL
    """,
    "UPDATE promotion_promoaction SET salt = NULL, erased_at = %(at)s WHERE id = ANY(%(ids)s)",
)


@transaction.atomic
def forget_participants(*, at: dt.datetime) -> int:
    """How many actions were forgotten whose list is older than `personal_data_days`."""
    with connection.cursor() as cursor:
        cursor.execute(OLD, {"at": at})
        ids = [pk for (pk,) in cursor.fetchall()]
        for statement in FORGET:
            cursor.execute(statement, {"at": at, "ids": ids})
    return len(ids)
