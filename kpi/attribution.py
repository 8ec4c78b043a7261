"""From the dialled number to the community or campaign that showed it on that day."""

import datetime as dt
from dataclasses import dataclass

from django.db import connection, transaction

from clients.models import Client, TrackingNumber
from kpi.models import Evidence, NumberPlacement
from smm_agency.lib.phones import normalise

# Evidence that a number gave, and that its placements may therefore change.
BY_NUMBER = (Evidence.COMMUNITY_NUMBER, Evidence.PLACEMENT_NUMBER, Evidence.SESSION)

EVIDENCE = """CASE WHEN p.id IS NULL THEN NULL
                    WHEN n.kind = 'dynamic_pool' THEN 3
                    WHEN p.campaign_id IS NOT NULL THEN 2 ELSE 1 END"""
ATTRIBUTE_AGAIN = f"""
UPDATE kpi_call SET
    tracking_number_id = n.id,
    community_id = p.community_id,
    campaign_id = p.campaign_id,
    evidence = {EVIDENCE}
FROM clients_trackingnumber n, kpi_call c
LEFT JOIN kpi_numberplacement p
    ON p.number_id = %(number)s AND c.day >= p.starts_on
    AND (p.ends_on IS NULL OR c.day <= p.ends_on)
WHERE kpi_call.id = c.id AND n.id = %(number)s AND c.client_id = n.client_id
  AND (c.tracking_number_id = n.id OR c.tracking_number_id IS NULL AND c.called_number = n.number)
  AND (c.evidence IS NULL OR c.evidence IN (1, 2, 3))
  AND (c.tracking_number_id, c.community_id, c.campaign_id, c.evidence) IS DISTINCT FROM
      (n.id, p.community_id, p.campaign_id, {EVIDENCE})
"""  # noqa: S608 # of constants
# A call that does not say which number was dialled was tied to its number in another way.
LET_GO = """
UPDATE kpi_call SET
    tracking_number_id = NULL,
    community_id = CASE WHEN evidence IN (1, 2, 3) THEN NULL ELSE community_id END,
    campaign_id = CASE WHEN evidence IN (1, 2, 3) THEN NULL ELSE campaign_id END,
    evidence = CASE WHEN evidence IN (1, 2, 3) THEN NULL ELSE evidence END
FROM clients_trackingnumber n
WHERE n.id = %(number)s AND kpi_call.tracking_number_id = n.id
  AND kpi_call.called_number NOT IN ('', n.number)
"""


@dataclass(frozen=True)
class Place:
    """Ids, and the evidence; all None where the number is not known to us."""

    tracking_number_id: int | None = None
    community_id: int | None = None
    campaign_id: int | None = None
    evidence: Evidence | None = None


@dataclass(frozen=True)
class NumberMap:
    """A client's numbers with their placements: for many calls by two queries."""

    numbers: dict[str, TrackingNumber]
    placements: dict[int, list[NumberPlacement]]

    def place(self, number: str, day: dt.date) -> Place:
        """Where a number in E.164 stood on that day of the client's."""
        known = self.numbers.get(number)
        if known is None:
            return Place()
        for row in self.placements.get(known.pk, []):
            if row.starts_on <= day and (row.ends_on is None or day <= row.ends_on):
                return Place(known.pk, row.community_id, row.campaign_id, _evidence(known, row))
        return Place(known.pk)


def _evidence(number: TrackingNumber, placement: NumberPlacement) -> Evidence:
    if number.kind == TrackingNumber.Kind.DYNAMIC_POOL:
        return Evidence.SESSION
    return Evidence.PLACEMENT_NUMBER if placement.campaign_id else Evidence.COMMUNITY_NUMBER


def load_numbers(client: Client, *, only: str | None = None) -> NumberMap:
    numbers = TrackingNumber.objects.filter(client=client)
    if only is not None:
        numbers = numbers.filter(number=only)
    known = {row.number: row for row in numbers}
    placements: dict[int, list[NumberPlacement]] = {}
    for row in NumberPlacement.objects.filter(number__in=[row.pk for row in known.values()]):
        placements.setdefault(row.number_id, []).append(row)
    return NumberMap(known, placements)


def dialled_number(client: Client, raw: str | None) -> str:
    """E.164 where it can be read so, else as it came, cut to what the column holds."""
    text = (raw or "").strip()
    return normalise(text, client.country) or text[:40]


def attribute(client: Client, *, called_number: str, day: dt.date) -> Place:
    """The place of one call; `called_number` as `dialled_number` gives it."""
    if not called_number:
        return Place()
    return load_numbers(client, only=called_number).place(called_number, day)


def attribute_again(number: TrackingNumber) -> int:
    """After a number or its placements changed: its calls follow; how many did.

    Evidence that a person gave (a promo word, the operator) is stronger than a correction of
    placements and stays. Calls to a number that was written here by mistake are let go.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(LET_GO, {"number": number.pk})
        let_go = int(cursor.rowcount)
        cursor.execute(ATTRIBUTE_AGAIN, {"number": number.pk})
        return let_go + int(cursor.rowcount)
