"""A client's rules of counting calls: what follows when they change, written down."""

from collections.abc import Mapping
from typing import Any

from django.db import connection, transaction

from clients.models import Client, TrackingNumber, User
from kpi.attribution import attribute_again
from kpi.call_rules import change_rules, recompute_client
from kpi.models import CallRuleChange

COUNTING_RULES = ("target_min_seconds", "uniqueness_days", "time_zone")
REFILE = """
UPDATE kpi_call SET day = (started_at AT TIME ZONE %(zone)s)::date
WHERE client_id = %(client)s AND day <> (started_at AT TIME ZONE %(zone)s)::date
"""


def apply_rules(client: Client, *, old: Mapping[str, Any], by: User | None) -> CallRuleChange:
    """Decide all calls of the client by the rules as they are now.

    `old` are the former values of those that changed. What was closed or sent keeps figures of
    its own and is not touched.
    """
    with transaction.atomic():
        change_rules(client)
        changed = recompute_client(client)
        if "time_zone" in old:
            changed += refile_days(client)
        return CallRuleChange.objects.create(
            client=client,
            changed_by=by,
            old=dict(old),
            new={name: getattr(client, name) for name in old},
            calls_changed=changed,
        )


def refile_days(client: Client) -> int:
    """Put calls on the days of the client's present zone; numbers' places follow the days."""
    with connection.cursor() as cursor:
        cursor.execute(REFILE, {"zone": client.time_zone, "client": client.pk})
        moved = int(cursor.rowcount)
    if moved:
        for number in TrackingNumber.objects.filter(client=client):
            attribute_again(number)
    return moved
