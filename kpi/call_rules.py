"""Which calls are unique, target and unique-target. Everything is decided in SQL, set by set.

Unique: the caller's first call, or one at least `uniqueness_days` after the caller's previous call
(a window that slides from call to call). Target: answered and at least `target_min_seconds` long,
or marked by hand; an unknown length counts as none. Unique-target: the same window over target
calls only, because a missed first call must not hide the target one that follows. Spam is none of
them and opens no window. A hidden number gives NULL: uniqueness is not known. What was decided
before a caller was forgotten stays as it was.
"""

from collections.abc import Collection

from django.db import connection, transaction

from clients.models import Client
from kpi.models import Caller

IS_SPAM = "c.status = 'spam'"
IS_TARGET = """
    c.status <> 'spam' AND COALESCE(
        c.marked_target,
        c.status = 'answered' AND COALESCE(c.talk_seconds, 0) >= client.target_min_seconds
    )
"""
WINDOWED = f"""
WITH decided AS (
    SELECT c.id, c.caller_id, c.started_at, {IS_SPAM} AS is_spam, {IS_TARGET} AS is_target,
           (c.is_unique, c.is_target, c.is_unique_target) AS before,
           make_interval(days => client.uniqueness_days) AS depth
    FROM kpi_call c
    JOIN kpi_caller caller ON caller.id = c.caller_id AND caller.phone_hash IS NOT NULL
    JOIN clients_client client ON client.id = c.client_id
    WHERE %(only)s
), windowed AS (
    SELECT id, is_target, before,
           NOT is_spam AND COALESCE(started_at - lag(started_at) OVER calls >= depth, true)
               AS is_unique,
           is_target AND COALESCE(started_at - lag(started_at) OVER targets >= depth, true)
               AS is_unique_target
    FROM decided
    WINDOW calls AS (PARTITION BY caller_id, is_spam ORDER BY started_at, id),
           targets AS (PARTITION BY caller_id, is_target ORDER BY started_at, id)
)
SELECT id, is_unique, is_target, is_unique_target FROM windowed
WHERE before IS DISTINCT FROM (is_unique, is_target, is_unique_target)
"""  # noqa: S608
HIDDEN = f"""
SELECT c.id, NULL::boolean, {IS_TARGET}, NULL::boolean
FROM kpi_call c
JOIN clients_client client ON client.id = c.client_id
WHERE c.caller_id IS NULL AND %(only)s
  AND (c.is_unique, c.is_target, c.is_unique_target)
      IS DISTINCT FROM (NULL::boolean, {IS_TARGET}, NULL::boolean)
"""  # noqa: S608
# Apart from the question: joined to it, a table that has just grown is planned as if it were
# empty, and 100,000 calls took hours.
WRITE = """
UPDATE kpi_call SET is_unique = said.is_unique, is_target = said.is_target,
                    is_unique_target = said.is_unique_target
FROM unnest(%s::bigint[], %s::boolean[], %s::boolean[], %s::boolean[])
    AS said (id, is_unique, is_target, is_unique_target)
WHERE kpi_call.id = said.id
"""
OF_CALLERS = WINDOWED % {"only": "c.caller_id = ANY(%s)"}
OF_CLIENT = WINDOWED % {"only": "c.client_id = %s"}
HIDDEN_CALLS = HIDDEN % {"only": "c.id = ANY(%s)"}
HIDDEN_OF_CLIENT = HIDDEN % {"only": "c.client_id = %s"}


def lock_callers(ids: Collection[int]) -> None:
    """Hold the callers to the end of the transaction, always in one order.

    Every change of a call takes its callers first: neighbours' flags change with it.
    """
    callers = Caller.objects.filter(pk__in=list(ids)).order_by("pk")
    list(callers.select_for_update(no_key=True).values_list("pk"))


def recompute_callers(ids: Collection[int]) -> int:
    """Decide all calls of these callers anew; the number of calls that changed."""
    if not ids:
        return 0
    with transaction.atomic():
        lock_callers(ids)
        return _run(OF_CALLERS, list(ids))


def recompute_caller(caller: Caller) -> int:
    """After any change of a caller's calls: late and removed ones change their neighbours."""
    return recompute_callers([caller.pk])


def decide_hidden_calls(ids: Collection[int]) -> int:
    """Calls without a caller: whether they are target is known, whether unique is not."""
    return _run(HIDDEN_CALLS, list(ids)) if ids else 0


def recompute_client(client: Client) -> int:
    """After the client's depth or shortest target call changed; the number of calls changed."""
    with transaction.atomic():
        callers = Caller.objects.filter(client=client).order_by("pk")
        list(callers.select_for_update(no_key=True).values_list("pk"))
        return _run(OF_CLIENT, client.pk) + _run(HIDDEN_OF_CLIENT, client.pk)


def _run(question: str, parameter: int | list[int]) -> int:
    """Ask which flags are to change and write them; how many calls changed."""
    with connection.cursor() as cursor:
        cursor.execute(question, [parameter])
        changes = cursor.fetchall()
        if changes:
            cursor.execute(WRITE, [list(column) for column in zip(*changes, strict=True)])
    return len(changes)
