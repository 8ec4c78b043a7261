"""Where a call came from: by the dialled number's place on that day, or by the visit before it."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import connection, transaction

from clients.models import Client, TrackingNumber
from communities.models import Community
from kpi.models import Evidence, NumberPlacement
from smm_agency.lib.phones import normalise

# Evidence that a number gave, and that its placements may therefore change.
BY_NUMBER = (Evidence.COMMUNITY_NUMBER, Evidence.PLACEMENT_NUMBER, Evidence.SESSION)

EVIDENCE = """CASE WHEN p.id IS NULL THEN NULL
                    WHEN n.kind = 'dynamic_pool' THEN 3
                    WHEN p.community_id IS NULL THEN 2 ELSE 1 END"""
CAMPAIGN = "COALESCE(p.campaign_id, banner.campaign_id)"
ATTRIBUTE_AGAIN = f"""
UPDATE kpi_call SET
    tracking_number_id = n.id,
    community_id = p.community_id,
    campaign_id = {CAMPAIGN},
    placement_id = p.placement_id,
    evidence = {EVIDENCE}
FROM clients_trackingnumber n, kpi_call c
LEFT JOIN kpi_numberplacement p
    ON p.number_id = %(number)s AND c.day >= p.starts_on
    AND (p.ends_on IS NULL OR c.day <= p.ends_on)
LEFT JOIN promotion_placement banner ON banner.id = p.placement_id
WHERE kpi_call.id = c.id AND n.id = %(number)s AND c.client_id = n.client_id
  AND (c.tracking_number_id = n.id OR c.tracking_number_id IS NULL AND c.called_number = n.number)
  AND NOT c.placed_by_hand AND (c.evidence IS NULL OR c.evidence IN (1, 2, 3))
  AND NOT (p.id IS NULL AND c.evidence = 3 AND c.visit IS NOT NULL AND c.tracking_number_id = n.id)
  AND (c.tracking_number_id, c.community_id, c.campaign_id, c.placement_id, c.evidence)
      IS DISTINCT FROM (n.id, p.community_id, {CAMPAIGN}, p.placement_id, {EVIDENCE})
"""  # noqa: S608 # of constants
# A call that does not say which number was dialled was tied to its number in another way.
LET_GO = """
UPDATE kpi_call SET
    tracking_number_id = NULL,
    community_id = CASE WHEN stays THEN kpi_call.community_id END,
    campaign_id = CASE WHEN stays THEN kpi_call.campaign_id END,
    placement_id = CASE WHEN stays THEN kpi_call.placement_id END,
    evidence = CASE WHEN stays THEN kpi_call.evidence END
FROM clients_trackingnumber n, LATERAL (
    SELECT c.id, c.placed_by_hand OR COALESCE(c.evidence > 3, false) AS stays
    FROM kpi_call c WHERE c.tracking_number_id = n.id
) said
WHERE n.id = %(number)s AND kpi_call.id = said.id
  AND kpi_call.called_number NOT IN ('', n.number)
"""
# What providers and our own links call the networks in `utm_source`.
NETWORK_BY_SOURCE = {
    "vk": "vk",
    "vk.com": "vk",
    "vkontakte": "vk",
    "m.vk.com": "vk",
    "telegram": "telegram",
    "tg": "telegram",
    "t.me": "telegram",
}


@dataclass(frozen=True)
class Place:
    """Ids, and the evidence; all None where the number is not known to us."""

    tracking_number_id: int | None = None
    community_id: int | None = None
    campaign_id: int | None = None
    placement_id: int | None = None
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
                return _place_of(known, row)
        return Place(known.pk)


def _place_of(number: TrackingNumber, row: NumberPlacement) -> Place:
    """A placement's calls are its campaign's calls too."""
    campaign_id = row.placement.campaign_id if row.placement else row.campaign_id
    evidence = Evidence.COMMUNITY_NUMBER if row.community_id else Evidence.PLACEMENT_NUMBER
    if number.kind == TrackingNumber.Kind.DYNAMIC_POOL:
        evidence = Evidence.SESSION
    return Place(number.pk, row.community_id, campaign_id, row.placement_id, evidence)


def load_numbers(client: Client, *, only: str | None = None) -> NumberMap:
    numbers = TrackingNumber.objects.filter(client=client)
    if only is not None:
        numbers = numbers.filter(number=only)
    known = {row.number: row for row in numbers}
    placements: dict[int, list[NumberPlacement]] = {}
    rows = NumberPlacement.objects.filter(number__in=[row.pk for row in known.values()])
    for row in rows.select_related("placement"):
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


def place_by_visit(client: Client, visit: Mapping[str, str] | None) -> Place:
    """The community of the network that the visit before the call came from.

    Only where the client has one community there: of two, a source does not tell which.
    """
    network = NETWORK_BY_SOURCE.get((visit or {}).get("source", "").strip().lower())
    if network is None:
        return Place()
    communities = Community.objects.filter(client=client, profile__network=network)
    ids = list(communities.values_list("pk", flat=True)[:2])
    return Place(community_id=ids[0], evidence=Evidence.SESSION) if len(ids) == 1 else Place()


def attribute_again(number: TrackingNumber) -> int:
    """After a number or its placements changed: its calls follow; how many did.

    What a person said of the place (a promo word, the operator) is stronger than a correction of
    placements and stays. Calls to a number that was written here by mistake are let go.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(LET_GO, {"number": number.pk})
        let_go = int(cursor.rowcount)
        cursor.execute(ATTRIBUTE_AGAIN, {"number": number.pk})
        return let_go + int(cursor.rowcount)
