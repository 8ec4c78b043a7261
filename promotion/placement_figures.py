"""What a placement cost for each of what it brought: sums as they were told, NULL is no zero."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from promotion.models import FactSlot, Placement, PlacementFact
from smm_agency.lib.words import as_money, as_share

# A later look counts over an earlier one.
LATEST_FIRST = (FactSlot.DAYS_7, FactSlot.HOURS_48, FactSlot.HOURS_24)
NAMES = ("views", "clicks", "joined", "left", "messages")


@dataclass(frozen=True, slots=True)
class Brought:
    """The latest that was measured of each; None: nobody has measured it."""

    views: int | None = None
    clicks: int | None = None
    joined: int | None = None
    left: int | None = None
    messages: int | None = None

    @property
    def stayed(self) -> int | None:
        if self.joined is None or self.left is None:
            return None
        return self.joined - self.left


@dataclass(frozen=True, slots=True)
class Ratio:
    title: str | Promise
    value: str
    formula: str | Promise


def brought(facts: Iterable[PlacementFact]) -> Brought:
    return brought_by({fact.slot: {name: getattr(fact, name) for name in NAMES} for fact in facts})


def brought_by(slots: Mapping[str, Mapping[str, int | None]]) -> Brought:
    """Of one placement, by slot and name of the number.

    Those who left are told after 7 days only: counted earlier, they are too few.
    """

    def latest(name: str) -> int | None:
        told = (slots[slot].get(name) for slot in LATEST_FIRST if slot in slots)
        return next((value for value in told if value is not None), None)

    return Brought(
        latest("views"),
        latest("clicks"),
        latest("joined"),
        slots.get(FactSlot.DAYS_7, {}).get("left"),
        latest("messages"),
    )


def cost_of(price: Decimal | None, number: int | None, *, each: int = 1) -> Decimal | None:
    """None where either is not known, and where nothing came: no cost is infinite, none is zero."""
    if price is None or not number:
        return None
    return price * each / number


def ratios_of(placement: Placement, facts: Sequence[PlacementFact]) -> list[Ratio]:
    """Of one placement, by its price as it was agreed."""
    got, price, currency = brought(facts), placement.price, placement.currency

    def money(number: int | None, *, each: int = 1) -> str:
        return as_money(cost_of(price, number, each=each), currency)

    ctr = got.clicks / got.views if got.clicks is not None and got.views else None
    return [
        Ratio(_("a thousand views"), money(got.views, each=1000), _("price ÷ views × 1000")),
        Ratio(_("a click"), money(got.clicks), _("price ÷ clicks")),
        Ratio(_("clicks of views"), as_share(ctr), _("clicks ÷ views × 100")),
        Ratio(_("who joined"), money(got.joined), _("price ÷ joined")),
        Ratio(_("who stayed"), money(got.stayed), _("price ÷ (joined − left within 7 days)")),
    ]
