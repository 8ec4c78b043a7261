"""What campaigns brought of what is shown and clicked: each number once, reach and ads apart.

Read by the pages of staff and by the portal alike: only columns that are granted to it.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Sum

from clients.models import Client
from promotion.models import AdFigure, PlacementFact
from promotion.placement_figures import brought_by
from promotion.spending import nearest

NUMBERS = ("views", "clicks", "joined", "left")


@dataclass(frozen=True, slots=True)
class Brought:
    """None: not measured.

    A plan of reach is held to `views`, of the placements' posts: the same person may be in several.
    `impressions` of ads stand beside; reach of single days holds the same people again and is never
    added. `left` is None where any who joined are not followed.
    """

    impressions: int | None = None
    views: int | None = None
    clicks: int | None = None
    joined: int | None = None
    left: int | None = None

    @property
    def shown(self) -> int | None:
        """What a thousand of it costs: ads and posts together, no reach."""
        return plus(self.impressions, self.views)

    def __add__(self, other: "Brought") -> "Brought":
        is_followed = all(one.left is not None or not one.joined for one in (self, other))
        return Brought(
            plus(self.impressions, other.impressions),
            plus(self.views, other.views),
            plus(self.clicks, other.clicks),
            plus(self.joined, other.joined),
            plus(self.left, other.left) if is_followed else None,
        )


def plus(one: int | None, other: int | None) -> int | None:
    """What was not measured adds nothing; None where neither was."""
    return other if one is None else one if other is None else one + other


def brought_by_ads(figures: Any, field: str) -> dict[int | None, Brought]:
    """Of a queryset of figures, by what they are tied to: `campaign` or `creative`. One query."""
    rows = (
        figures.summable()
        .annotate(tied_to=nearest(field))
        .order_by()
        .values_list("tied_to")
        .annotate(Sum("impressions"), Sum("clicks"), Sum("joins"))
    )
    return {
        tied_to: Brought(impressions=impressions, clicks=clicks, joined=joins)
        for tied_to, impressions, clicks, joins in rows
    }


def brought_by_facts(facts: Iterable[Sequence[Any]]) -> Brought:
    """Of one placement: of each number the latest that was measured, who left after 7 days only.

    `facts`: slot, views, clicks, joined, left.
    """
    found = brought_by({slot: dict(zip(NUMBERS, told, strict=True)) for slot, *told in facts})
    return Brought(views=found.views, clicks=found.clicks, joined=found.joined, left=found.left)


def brought_by_campaign(client: Client) -> dict[int, Brought]:
    """Two queries."""
    found: dict[int, Brought] = defaultdict(Brought)
    ads = brought_by_ads(AdFigure.objects.filter(client=client), "campaign")
    for campaign_id, brought in ads.items():
        if campaign_id is not None:
            found[campaign_id] += brought
    facts: dict[tuple[int, int], list[Sequence[Any]]] = defaultdict(list)
    columns = ("slot", *NUMBERS)
    rows = PlacementFact.objects.filter(client=client).order_by()
    for campaign_id, placement_id, *fact in rows.values_list(
        "placement__campaign", "placement", *columns
    ):
        facts[campaign_id, placement_id].append(fact)
    for (campaign_id, _placement_id), told in facts.items():
        found[campaign_id] += brought_by_facts(told)
    return found
