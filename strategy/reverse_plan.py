"""The reverse plan: from deals to calls, to the people to reach, to the budget. All per month.

Pure arithmetic, in steps that a person can follow with a pocket calculator: each step goes on from
the rounded figure that the one before shows. Knows no database.
"""

from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal

from django.core.exceptions import ValidationError
from django.utils.formats import number_format
from django.utils.translation import gettext as _

THOUSAND = Decimal(1000)
WHOLE, CENT = Decimal(1), Decimal("0.01")


@dataclass(frozen=True)
class Step:
    """One line of the calculation: what is counted, how, with which numbers, and what it gives."""

    name: str
    formula: str
    figures: str
    value: Decimal
    is_money: bool = False


@dataclass(frozen=True)
class Rates:
    """What lies between a call and money: shares are 0…1, `cpm` is the price of 1,000 people."""

    call_to_deal: Decimal
    calls_per_1000: Decimal
    cpm: Decimal

    def calls_for(self, deals: Decimal) -> Decimal:
        return (deals / self.call_to_deal).quantize(WHOLE, ROUND_CEILING)

    def reach_for(self, calls: Decimal) -> Decimal:
        return (calls / self.calls_per_1000 * THOUSAND).quantize(WHOLE, ROUND_CEILING)

    def budget_for(self, reach: Decimal) -> Decimal:
        return (reach * self.cpm / THOUSAND).quantize(CENT, ROUND_HALF_UP)

    def calls_within(self, budget: Decimal) -> int:
        """As many calls as the budget of a month can bring."""
        calls = int(budget / self.cpm * self.calls_per_1000)
        # Rounding of the steps moves the edge by a call or two.
        while calls and self._cost_of(calls) > budget:
            calls -= 1
        while self._cost_of(calls + 1) <= budget:
            calls += 1
        return calls

    def _cost_of(self, calls: int) -> Decimal:
        return self.budget_for(self.reach_for(Decimal(calls)))


@dataclass(frozen=True)
class ReversePlan:
    deals: Decimal
    rates: Rates

    @property
    def calls(self) -> Decimal:
        return self.rates.calls_for(self.deals)

    @property
    def reach(self) -> Decimal:
        return self.rates.reach_for(self.calls)

    @property
    def budget(self) -> Decimal:
        return self.rates.budget_for(self.reach)

    @property
    def steps(self) -> list[Step]:
        rates = self.rates
        return [
            Step(
                _("Calls a month"),
                _("deals ÷ the share of calls that end in a deal, rounded up"),
                f"{plain(self.deals)} ÷ {plain(rates.call_to_deal)}",
                self.calls,
            ),
            Step(
                _("People to reach a month"),
                _("calls ÷ calls per 1,000 people reached × 1,000, rounded up"),
                f"{plain(self.calls)} ÷ {plain(rates.calls_per_1000)} × {plain(THOUSAND)}",
                self.reach,
            ),
            Step(
                _("Budget a month"),
                _("people to reach × CPM ÷ 1,000"),
                f"{plain(self.reach)} × {plain(rates.cpm)} ÷ {plain(THOUSAND)}",
                self.budget,
                is_money=True,
            ),
        ]


def make_reverse_plan(
    *, deals: Decimal, call_to_deal: Decimal, calls_per_1000: Decimal, cpm: Decimal
) -> ReversePlan:
    """Raises ValidationError with a sentence for each figure that cannot be."""
    problems: dict[str, str] = {}
    if deals <= 0:
        problems["deals"] = _("Give how many deals a month are wanted, more than none.")
    if not 0 < call_to_deal <= 1:
        problems["call_to_deal"] = _(
            "Give the share of calls that end in a deal, above 0 and up to 1: three of ten are 0.3."
        )
    if not 0 < calls_per_1000 <= THOUSAND:
        problems["calls_per_1000"] = _(
            "Give how many of 1,000 people reached call, above 0 and up to 1,000."
        )
    if cpm <= 0:
        problems["cpm"] = _("Give what it costs to reach 1,000 people, more than nothing.")
    if problems:
        raise ValidationError(problems)
    return ReversePlan(deals, Rates(call_to_deal, calls_per_1000, cpm))


def plain(value: Decimal) -> str:
    """All its digits, in the language's way, without idle zeros."""
    text = f"{value.normalize():f}"
    places = len(text.partition(".")[2])
    return number_format(value, decimal_pos=places, force_grouping=True)
