"""Where a call came from: by the dialled number's place on that day, or by the visit before it."""

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from clients.models import Client, TrackingNumber
from communities.models import Community
from kpi.models import Evidence, NumberPlacement
from smm_agency.lib.phones import normalise

# Evidence that a number or a visit gave, and that may therefore change with them.
BY_NUMBER = (Evidence.COMMUNITY_NUMBER, Evidence.PLACEMENT_NUMBER, Evidence.SESSION)

# Of two communities of a network, the visit before a call does not tell which.
VISITS = """
WITH visited AS (
    SELECT profile.network, min(community.id) AS community_id
    FROM clients_trackingnumber n
    JOIN communities_community community ON community.client_id = n.client_id
    JOIN communities_profile profile ON profile.id = community.profile_id
    WHERE n.id = %(number)s
    GROUP BY profile.network HAVING count(*) = 1
)
"""
SOURCE = "lower(btrim(c.visit ->> 'source', E' \\t\\r\\n'))"
VISIT = f"visited.network = %(networks)s::jsonb ->> {SOURCE}"
# What the number says, it says of every call but those that a person placed. Where it says nothing,
# only what a number or a visit had said before goes.
IS_PLACED = """NOT kpi_call.placed_by_hand
    AND (told.by_number OR kpi_call.evidence IS NULL OR kpi_call.evidence <= 3)"""
PLACE = ", ".join(
    f"CASE WHEN {IS_PLACED} THEN told.{name} ELSE kpi_call.{name} END"
    for name in ("community_id", "campaign_id", "placement_id", "evidence")
)
TIED = "tracking_number_id, community_id, campaign_id, placement_id, evidence"
OLD_PLACE = ", ".join(f"kpi_call.{name}" for name in TIED.split(", "))
# The call belongs to its number, whoever said where it came from.
ATTRIBUTE_AGAIN = f"""{VISITS}
UPDATE kpi_call SET ({TIED}) = ROW (%(number)s, {PLACE})
FROM (
    SELECT c.id, p.id IS NOT NULL AS by_number,
        CASE WHEN p.id IS NULL THEN visited.community_id ELSE p.community_id END AS community_id,
        COALESCE(p.campaign_id, banner.campaign_id) AS campaign_id,
        p.placement_id,
        CASE WHEN p.id IS NULL AND visited.community_id IS NULL THEN NULL
             WHEN p.id IS NULL OR n.kind = 'dynamic_pool' THEN 3
             WHEN p.community_id IS NULL THEN 2 ELSE 1 END AS evidence
    FROM clients_trackingnumber n
    JOIN kpi_call c ON c.client_id = n.client_id AND (
        c.tracking_number_id = n.id OR c.tracking_number_id IS NULL AND c.called_number = n.number
    )
    LEFT JOIN kpi_numberplacement p
        ON p.number_id = n.id AND c.day >= p.starts_on
        AND (p.ends_on IS NULL OR c.day <= p.ends_on)
    LEFT JOIN promotion_placement banner ON banner.id = p.placement_id
    LEFT JOIN visited ON {VISIT}
    WHERE n.id = %(number)s
) told
WHERE kpi_call.id = told.id AND ({OLD_PLACE}) IS DISTINCT FROM (%(number)s, {PLACE})
"""  # noqa: S608 # of constants
# A call that does not say which number was dialled was tied to its number in another way.
LET_GO = f"""{VISITS}
UPDATE kpi_call SET ({TIED}) = ROW (NULL, {PLACE})
FROM (
    SELECT c.id, false AS by_number, visited.community_id,
        NULL::bigint AS campaign_id, NULL::bigint AS placement_id,
        CASE WHEN visited.community_id IS NOT NULL THEN 3 END AS evidence
    FROM clients_trackingnumber n
    JOIN kpi_call c ON c.tracking_number_id = n.id AND c.called_number NOT IN ('', n.number)
    LEFT JOIN visited ON {VISIT}
    WHERE n.id = %(number)s
) told
WHERE kpi_call.id = told.id
"""  # noqa: S608
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

    They are the number's calls in any case. Its place is stronger than what was said of a whole
    file; the place that a person gave to a call stays. Calls to a number that was written here by
    mistake are let go.
    """
    asked: dict[str, Any] = {"number": number.pk, "networks": json.dumps(NETWORK_BY_SOURCE)}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(LET_GO, asked)
        let_go = int(cursor.rowcount)
        cursor.execute(ATTRIBUTE_AGAIN, asked)
        return let_go + int(cursor.rowcount)
