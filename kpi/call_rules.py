"""Which calls are unique, target and unique-target. Everything is decided in SQL, set by set.

Unique: the caller's first call, or one at least `uniqueness_days` after the caller's previous call
(a window that slides from call to call). Target: answered and at least `target_min_seconds` long,
or marked by hand; an unknown length counts as none. Unique-target: the same window over target
calls only, because a missed first call must not hide the target one that follows. Spam is none of
them and opens no window. A hidden number gives NULL: uniqueness is not known.

What was decided before a caller was forgotten stays as it was, but whether a call is target is no
matter of its caller. Who rings once more is another caller to us: of a call whose window reaches to
the days of forgotten people's calls uniqueness is not known either, unless a call that we do know
of stands in it.
"""

from collections.abc import Collection, Iterable
from typing import Any

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
# A caller was forgotten, if ever, before being seen first as the present one, and after that many
# days of silence: what is later than that is known whole. LOST is read only for what is earlier.
IS_KNOWN = """CASE
    WHEN c.started_at - make_interval(days => client.uniqueness_days)
        >= caller.first_seen_at - make_interval(days => client.personal_data_days) THEN true
    ELSE NOT EXISTS (
        SELECT FROM lost WHERE lost.client_id = c.client_id AND lost.first <= c.started_at
            AND lost.last > c.started_at - make_interval(days => client.uniqueness_days)
    ) END"""
LOST = """
    SELECT gone.client_id, min(gone.started_at) AS first, max(gone.started_at) AS last
    FROM kpi_call gone
    JOIN kpi_caller who ON who.id = gone.caller_id AND who.phone_hash IS NULL
    WHERE gone.status <> 'spam' AND gone.client_id IN (SELECT client_id FROM concerned)
    GROUP BY gone.client_id
"""
WINDOWED = f"""
WITH concerned AS MATERIALIZED (%(concerned)s), lost AS MATERIALIZED ({LOST}), decided AS (
    SELECT c.id, c.caller_id, c.started_at, {IS_SPAM} AS is_spam, {IS_TARGET} AS is_target,
           {IS_KNOWN} AS is_known,
           (c.is_unique, c.is_target, c.is_unique_target) AS before,
           make_interval(days => client.uniqueness_days) AS depth
    FROM kpi_call c
    JOIN kpi_caller caller ON caller.id = c.caller_id AND caller.phone_hash IS NOT NULL
    JOIN clients_client client ON client.id = c.client_id
    WHERE %(only)s
), windowed AS (
    SELECT id, is_target, before,
           CASE WHEN is_spam OR started_at - lag(started_at) OVER calls < depth THEN false
                WHEN is_known THEN true END AS is_unique,
           CASE WHEN NOT is_target OR started_at - lag(started_at) OVER targets < depth THEN false
                WHEN is_known THEN true END AS is_unique_target
    FROM decided
    WINDOW calls AS (PARTITION BY caller_id, is_spam ORDER BY started_at, id),
           targets AS (PARTITION BY caller_id, is_target ORDER BY started_at, id)
)
SELECT id, is_unique, is_target, is_unique_target FROM windowed
WHERE before IS DISTINCT FROM (is_unique, is_target, is_unique_target)
"""  # noqa: S608
# Of a call that only now is target nobody can say any more whether it was the caller's first one.
FIRST_TARGET = (
    f"CASE WHEN NOT ({IS_TARGET}) THEN false WHEN c.is_target THEN c.is_unique_target END"
)
FORGOTTEN = f"""
SELECT c.id, c.is_unique, {IS_TARGET}, {FIRST_TARGET}
FROM kpi_call c
JOIN kpi_caller caller ON caller.id = c.caller_id AND caller.phone_hash IS NULL
JOIN clients_client client ON client.id = c.client_id
WHERE %(only)s AND c.is_target IS DISTINCT FROM ({IS_TARGET})
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
# In one journey: the second statement sees what was committed while the first one waited.
HOLD_RULES = """
SELECT pg_advisory_xact_lock_shared(hashtextextended(%s, 0));
SELECT time_zone FROM clients_client WHERE id = %s
"""
CALLERS = {
    "only": "c.caller_id = ANY(%(of)s)",
    "concerned": "SELECT DISTINCT client_id FROM kpi_caller WHERE id = ANY(%(of)s)",
}
CLIENT = {"only": "c.client_id = %(of)s", "concerned": "SELECT %(of)s::bigint AS client_id"}
OF_CALLERS = (WINDOWED % CALLERS, FORGOTTEN % CALLERS)
OF_CLIENT = (WINDOWED % CLIENT, FORGOTTEN % CLIENT, HIDDEN % CLIENT)
OF_HIDDEN_CALLS = (HIDDEN % {"only": "c.id = ANY(%(of)s)"},)


def hold_rules(client: Client) -> None:
    """Keep the client's rules as they are to the end of the transaction, and read their zone.

    Taken before callers are locked, as `change_rules` does: a call of a new caller, not committed
    yet, would be decided by the old rule and not be seen by those who decide all anew. It is not
    the client's row that is locked: a long import would keep everybody from it.
    """
    with connection.cursor() as cursor:
        cursor.execute(HOLD_RULES, [_rules_of(client), client.pk])
        (zone,) = cursor.fetchone()
    if zone != client.time_zone:
        client.time_zone = zone
        vars(client).pop("zone", None)


def change_rules(client: Client) -> None:
    """Wait for all who decide calls by the client's rules; who comes later waits for us."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [_rules_of(client)])


def _rules_of(client: Client) -> str:
    return f"call-rules:{client.pk}"


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
    return _run(OF_HIDDEN_CALLS, list(ids)) if ids else 0


def recompute_client(client: Client) -> int:
    """After the client's depth or shortest target call changed; the number of calls changed."""
    with transaction.atomic():
        callers = Caller.objects.filter(client=client).order_by("pk")
        list(callers.select_for_update(no_key=True).values_list("pk"))
        return _run(OF_CLIENT, client.pk)


def _run(questions: Iterable[str], of: int | list[int]) -> int:
    """Ask which flags are to change and write them; how many calls changed."""
    changes: list[tuple[Any, ...]] = []
    with connection.cursor() as cursor:
        for question in questions:
            cursor.execute(question, {"of": of})
            changes += cursor.fetchall()
        if changes:
            cursor.execute(WRITE, [list(column) for column in zip(*changes, strict=True)])
    return len(changes)
