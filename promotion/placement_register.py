"""What past placements on publisher pages brought, summed by page."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

from promotion.models import Placement, PlacementState
from promotion.placement_figures import Brought, brought

OUT = (PlacementState.PUBLISHED, PlacementState.COLLECTED, PlacementState.CLOSED)


@dataclass(frozen=True, slots=True)
class PageResult:
    """Of placements with a price and with that figure told: `counted_…` says of how many.

    Costs stand only where all sums are of one currency.
    """

    placements: int
    currency: str
    cost_joined: Decimal | None
    counted_joined: int
    cost_stayed: Decimal | None
    counted_stayed: int


def results_of(profile_ids: Collection[int]) -> dict[int, PageResult]:
    """Profile → its placements that went out; two queries. Pages without any are absent."""
    rows = Placement.objects.filter(publisher__in=profile_ids, state__in=OUT)
    by_page: dict[int, list[tuple[Placement, Brought]]] = defaultdict(list)
    for row in rows.prefetch_related("facts").order_by("pk"):
        if row.publisher_id is not None:
            by_page[row.publisher_id].append((row, brought(row.facts.all())))
    return {page: _result(several) for page, several in by_page.items()}


def _result(several: list[tuple[Placement, Brought]]) -> PageResult:
    currencies = {row.currency for row, _got in several if row.price is not None}
    currency = currencies.pop() if len(currencies) == 1 else ""
    joined = [(row.price, got.joined) for row, got in several]
    stayed = [(row.price, got.stayed) for row, got in several]
    return PageResult(len(several), currency, *_cost(joined, currency), *_cost(stayed, currency))


def _cost(
    pairs: list[tuple[Decimal | None, int | None]], currency: str
) -> tuple[Decimal | None, int]:
    """Ratio of sums over placements that have both; one without people still cost its price."""
    known = [(price, n) for price, n in pairs if price is not None and n is not None]
    people = sum(n for _price, n in known)
    if not currency or not people:
        return None, len(known)
    return sum((price for price, _n in known), Decimal(0)) / people, len(known)
