"""The cap on the curated share, by days: the lowest of the versions of the strategy in force then.

Whoever shows or holds the share of some days asks here: where a version starts or ends among them,
every page says the same.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import QuerySet

from clients.models import Client
from strategy.models import ContentRules
from strategy.models.version import FROZEN_STATES


@dataclass(frozen=True, slots=True)
class Caps:
    """The caps of a client's versions, by their days, both included."""

    rows: Sequence[tuple[dt.date, dt.date, Decimal]] = ()

    def of_days(self, first: dt.date, last: dt.date) -> Decimal | None:
        """The lowest; None where no version sets one."""
        return min(
            (cap for since, until, cap in self.rows if since <= last and first <= until),
            default=None,
        )


def cap_of_days(client: Client, first: dt.date, last: dt.date) -> Decimal | None:
    return read_caps([client], first, last).get(client.pk, Caps()).of_days(first, last)


def read_caps(clients: Iterable[Client], first: dt.date, last: dt.date) -> dict[int, Caps]:
    """By the client's id, all that reach into these days; clients without any are left out."""
    rows = rules_of_days(first, last).filter(client__in=clients)
    found: dict[int, list[tuple[dt.date, dt.date, Decimal]]] = {}
    columns = ("client_id", "version__starts_on", "version__ends_on", "curated_cap")
    for client_id, since, until, cap in rows.values_list(*columns):
        found.setdefault(client_id, []).append((since, until, cap))
    return {client_id: Caps(caps) for client_id, caps in found.items()}


def rules_of_days(first: dt.date, last: dt.date) -> QuerySet[ContentRules]:
    """The rules of the versions that are, or were, in force on some of these days."""
    return ContentRules.objects.filter(
        version__state__in=FROZEN_STATES,
        version__starts_on__lte=last,
        version__ends_on__gte=first,
    )
