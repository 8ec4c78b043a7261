"""What a campaign brought against its plan, and what each of it cost."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from django.db.models import Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from kpi.models import Call, NumberPlacement
from promotion.models import AdFigure, Campaign, FactSlot, PlacementFact
from promotion.spending import Spent, campaign_rows, nearest
from promotion.vat import net_of
from smm_agency.lib.words import NOT_MEASURED, as_count, as_money, as_share

SLOTS = list(FactSlot)
PLACEMENT_NUMBERS = ("views", "clicks", "joined")
BY_PLAN_FORMULA = gettext_lazy("cost by the plan = budget ÷ plan")
BY_FACT_FORMULA = gettext_lazy("cost by the fact = spent ÷ fact")


class Facts(NamedTuple):
    """What came so far; None: not measured."""

    reach: int | None
    clicks: int | None
    joins: int | None
    calls: int | None


class Line(NamedTuple):
    """One number of the plan, in words; `note` says how its fact is counted, or why it is not."""

    label: str
    plan: str
    fact: str
    share: str
    cost_by_plan: str
    cost_by_fact: str
    note: str


@dataclass(frozen=True)
class Money:
    """Budget and spent of one currency, both with VAT or both without where that is known."""

    budget: Decimal | None
    spent: Decimal
    taken: Decimal
    currency: str
    vat_words: str
    others: list[str]

    @property
    def left(self) -> Decimal | None:
        return None if self.budget is None else self.budget - self.spent - self.taken


@dataclass(frozen=True)
class Effect:
    budget: str
    spent: str
    taken: str
    left: str
    is_over: bool
    share: float | None
    share_text: str
    vat_words: str
    others: list[str]
    lines: list[Line]
    formulas: str


def effect_of(campaign: Campaign) -> Effect:
    """Six queries, and one more where no call came."""
    money = money_of(campaign, campaign_rows(campaign))
    share = float(money.spent / money.budget) if money.budget else None
    return Effect(
        budget=as_money(money.budget, money.currency),
        spent=as_money(money.spent, money.currency),
        taken=as_money(money.taken, money.currency),
        left=as_money(money.left, money.currency),
        is_over=money.left is not None and money.left < 0,
        share=share,
        share_text=as_share(share),
        vat_words=money.vat_words,
        others=money.others,
        lines=lines_of(campaign, money),
        formulas="; ".join(map(str, (BY_PLAN_FORMULA, BY_FACT_FORMULA))),
    )


def money_of(campaign: Campaign, rows: Iterable[Spent]) -> Money:
    """The sums of the campaign's currency; those of others are named and never added."""
    told = list(rows)
    own = [row for row in told if row.currency == campaign.currency]
    net = [row.net for row in own]
    budget_net = net_of_budget(campaign)
    same = {(row.vat, row.vat_rate) for row in own} <= {(campaign.vat, campaign.vat_rate)}
    # One way of telling VAT for all: else sums with and without it would be held together.
    as_told = same or budget_net is None or None in net
    amounts = [
        row.amount if as_told else amount or Decimal(0)
        for row, amount in zip(own, net, strict=True)
    ]
    by_kind = list(zip(own, amounts, strict=True))
    return Money(
        budget=campaign.budget if as_told else budget_net,
        spent=sum((amount for row, amount in by_kind if not row.is_taken), Decimal(0)),
        taken=sum((amount for row, amount in by_kind if row.is_taken), Decimal(0)),
        currency=campaign.currency,
        vat_words=vat_in_words(campaign, is_same=same, as_told=as_told),
        others=others_of(told, campaign.currency),
    )


def net_of_budget(campaign: Campaign) -> Decimal | None:
    if campaign.budget is None:
        return None
    return net_of(campaign.budget, campaign.vat, campaign.vat_rate)


def vat_in_words(campaign: Campaign, *, is_same: bool, as_told: bool) -> str:
    if is_same:
        said = str(campaign.get_vat_display())
        rate = campaign.vat_rate
        return f"{said}, {rate.normalize():f} %" if rate else said
    if as_told:
        return _(
            "The budget and the sums spent do not say VAT in the same way: they stand as they were"
            " told, compare them with care."
        )
    return _("All sums are without VAT here.")


def others_of(rows: list[Spent], currency: str) -> list[str]:
    """What was spent in other currencies, one sum each."""
    sums: dict[str, Decimal] = {}
    for row in rows:
        if row.currency != currency:
            sums[row.currency] = sums.get(row.currency, Decimal(0)) + row.amount
    return [as_money(amount, other) for other, amount in sorted(sums.items())]


def lines_of(campaign: Campaign, money: Money) -> list[Line]:
    facts, notes = facts_of(campaign)
    plans = (
        (_("reach"), campaign.plan_reach, facts.reach, notes["reach"]),
        (_("clicks"), campaign.plan_clicks, facts.clicks, notes["clicks"]),
        (_("people who joined"), campaign.plan_joins, facts.joins, notes["joins"]),
        (_("unique-target calls"), campaign.plan_calls, facts.calls, notes["calls"]),
    )
    return [line_of(label, plan, fact, money, note) for label, plan, fact, note in plans]


def line_of(label: str, plan: int | None, fact: int | None, money: Money, note: str) -> Line:
    share = fact / plan if plan and fact is not None else None
    return Line(
        label=label,
        plan=as_count(plan) if plan is not None else _("not planned"),
        fact=as_count(fact) if fact is not None else _("not measured"),
        share=as_share(share),
        cost_by_plan=cost(money.budget, plan, money.currency),
        cost_by_fact=cost(money.spent, fact, money.currency),
        note=note,
    )


def cost(amount: Decimal | None, count: int | None, currency: str) -> str:
    """A dash where there is nothing to divide, or nothing to divide by."""
    return as_money(amount / count, currency) if amount is not None and count else NOT_MEASURED


def facts_of(campaign: Campaign) -> tuple[Facts, dict[str, str]]:
    ads = ads_of(campaign)
    placed = placed_of(campaign)
    facts = Facts(
        reach=placed["views"],
        clicks=total(ads["clicks"], placed["clicks"]),
        joins=total(ads["joins"], placed["joined"]),
        calls=calls_of(campaign),
    )
    has_reach_of_days = ads["impressions"] is not None
    notes = {
        "reach": reach_note(ads["impressions"], has_views=placed["views"] is not None)
        if has_reach_of_days or placed["views"] is not None
        else "",
        "clicks": "",
        "joins": "",
        "calls": "" if facts.calls is not None else _("No tracking number ever stood here."),
    }
    return facts, notes


def reach_note(impressions: int | None, *, has_views: bool) -> str:
    """Reach of days holds the same people twice: only views and impressions can be added up."""
    said = []
    if has_views:
        said.append(_("Views of the placements' posts: the same person may be in several."))
    if impressions is not None:
        said.append(
            ngettext(
                "Ads were shown %(count)s time; the reach of days is not added up.",
                "Ads were shown %(count)s times; the reach of days is not added up.",
                impressions,
            )
            % {"count": as_count(impressions)}
        )
    return " ".join(said)


def total(*parts: int | None) -> int | None:
    """Of what was measured; None where nothing was."""
    known = [part for part in parts if part is not None]
    return sum(known) if known else None


def ads_of(campaign: Campaign) -> dict[str, int | None]:
    """Of the ad accounts, each figure once. One query."""
    figures = AdFigure.objects.filter(client=campaign.client_id).alias(tied_to=nearest("campaign"))
    return (
        figures.filter(tied_to=campaign.pk)
        .summable()
        .aggregate(clicks=Sum("clicks"), joins=Sum("joins"), impressions=Sum("impressions"))
    )


def placed_of(campaign: Campaign) -> dict[str, int | None]:
    """Of placements: the latest look at each, for a look holds all that came before. One query."""
    rows = PlacementFact.objects.filter(placement__campaign=campaign)
    latest: dict[str, dict[int, int]] = {name: {} for name in PLACEMENT_NUMBERS}
    for fact in sorted(rows, key=lambda fact: SLOTS.index(FactSlot(fact.slot))):
        for name in PLACEMENT_NUMBERS:
            if (value := getattr(fact, name)) is not None:
                latest[name][fact.placement_id] = value
    return {name: total(*known.values()) for name, known in latest.items()}


def calls_of(campaign: Campaign) -> int | None:
    """Unique-target calls by any evidence; None where no number ever stood and no call came."""
    came = Call.objects.filter(campaign=campaign, evidence__isnull=False)
    count = came.filter(is_unique_target=True).count()
    if count or came.exists():
        return count
    stood = NumberPlacement.objects.filter(campaign=campaign).exists()
    stood = stood or NumberPlacement.objects.filter(placement__campaign=campaign).exists()
    return 0 if stood else None
