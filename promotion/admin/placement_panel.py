"""What stands beside a placement's form: troubles, figures, steps, looks at the link."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from promotion.models import FactSlot, Placement, PlacementFact, PlacementFactCorrection
from promotion.placement_facts import NUMBERS
from promotion.placement_figures import ratios_of
from promotion.placement_standing import stands_until, troubles
from smm_agency.lib.words import as_count, as_money

Row = Mapping[str, Any]


def panel_of(placement: Placement, *, at: dt.datetime) -> dict[str, Any]:
    """Four queries, whatever the length of the history."""
    facts = list(placement.facts.order_by("slot"))
    checks = list(placement.checks.all()[:20])
    old = PlacementFactCorrection.objects.filter(fact__placement=placement)
    return {
        "placement": placement,
        "troubles": troubles(placement, checks, at=at),
        "stands_until": stands_until(placement),
        "figures": figure_lines(facts),
        "ratios": ratios_of(placement, facts) if facts else [],
        "price_words": price_words(placement),
        "old_figures": old_lines(old.select_related("fact", "corrected_by")[:20]),
        "moves": list(placement.moves.select_related("moved_by")),
        "checks": checks,
    }


def figure_lines(facts: Sequence[PlacementFact]) -> list[Row]:
    """A line for each slot; what was not measured is a dash."""
    by_slot = {fact.slot: fact for fact in facts}
    return [
        {
            "slot": slot.label,
            "fact": by_slot.get(slot),
            "numbers": [as_count(getattr(by_slot.get(slot), name, None)) for name in NUMBERS],
        }
        for slot in FactSlot
    ]


def old_lines(rows: Any) -> list[Row]:
    return [
        {
            "at": row.corrected_at,
            "slot": row.fact.get_slot_display(),
            "was": "; ".join(
                f"{PlacementFact._meta.get_field(name).verbose_name}: {as_count(row.old.get(name))}"  # type: ignore[union-attr]
                for name in NUMBERS
            ),
            "by": row.corrected_by,
        }
        for row in rows
    ]


def price_words(placement: Placement) -> str:
    """The price with what it says of VAT."""
    if placement.price is None:
        return _("no price yet")
    vat = placement.get_vat_display()
    rate = f" {placement.vat_rate.normalize():f} %" if placement.vat_rate else ""
    return f"{as_money(placement.price, placement.currency)}, {vat}{rate}"
