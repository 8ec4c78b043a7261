"""What campaigns cost and brought, as the portal may read it: granted columns, each sum once."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Case, Count, Q, Sum, When
from django.db.models.functions import Coalesce
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from clients.models import Client
from kpi.models import Call, CallStatus
from kpi.portal_month import Month
from kpi.promotion_money import MoneySum, Told, money_words, sums_of
from kpi.promotion_pieces import counted_places
from promotion.models import AdFigure, Campaign, CampaignState, PlacementFact
from promotion.spending import Spent, nearest, spent_rows
from promotion.vat import net_of
from smm_agency.lib.words import as_count, as_money, as_share

LIGHTS = {CampaignState.RUNNING: "green", CampaignState.PAUSED: "amber"}
COLUMNS = (
    "pk", "title", "kind", "state", "starts_on", "ends_on", "budget", "currency", "vat", "vat_rate",
    "plan_reach", "plan_clicks", "plan_joins", "plan_calls",
)  # fmt: skip
SUMMED = ("impressions", "clicks", "joins")
CAMPAIGN_OF_CALL = Coalesce("campaign", "placement__campaign")
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Brought:
    """None: not measured. `shown`: impressions of ads and views of posts."""

    shown: int | None = None
    clicks: int | None = None
    joined: int | None = None
    left: int | None = None

    def __add__(self, other: "Brought") -> "Brought":
        return Brought(
            plus(self.shown, other.shown),
            plus(self.clicks, other.clicks),
            plus(self.joined, other.joined),
            plus(self.left, other.left),
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
        .annotate(*(Sum(name) for name in SUMMED))
    )
    return {tied_to: Brought(*numbers) for tied_to, *numbers in rows}


def brought_by_facts(facts: Iterable[Sequence[Any]]) -> Brought:
    """Of one placement: of each number the latest that was measured.

    `facts`: slot, views, clicks, joined, left.
    """
    numbers: list[int | None] = [None] * 4
    for _slot, *measured in sorted(facts, key=lambda fact: SLOTS.index(fact[0])):
        numbers = [old if new is None else new for old, new in zip(numbers, measured, strict=True)]
    return Brought(*numbers)


SLOTS = ("24h", "48h", "7d")


def brought_by_campaign(client: Client) -> dict[int, Brought]:
    """Two queries."""
    found: dict[int, Brought] = defaultdict(Brought)
    for campaign_id, brought in brought_by_ads(
        AdFigure.objects.filter(client=client), "campaign"
    ).items():
        if campaign_id is not None:
            found[campaign_id] += brought
    facts: dict[tuple[int, int], list[Sequence[Any]]] = defaultdict(list)
    columns = ("slot", "views", "clicks", "joined", "left")
    rows = PlacementFact.objects.filter(client=client).order_by()
    for campaign_id, placement_id, *fact in rows.values_list(
        "placement__campaign", "placement", *columns
    ):
        facts[campaign_id, placement_id].append(fact)
    for (campaign_id, _placement_id), told in facts.items():
        found[campaign_id] += brought_by_facts(told)
    return found


@dataclass(frozen=True, slots=True)
class Calls:
    """Unique-target calls: by campaign of all time, and of one month all and those of none.

    `told_of`: campaigns whose calls can be told, as `kpi.promotion_results` tells them.
    """

    by_campaign: Mapping[int, int]
    told_of: frozenset[int]
    in_month: int
    of_none: int
    is_counted: bool

    def of(self, campaign_id: int) -> int | None:
        """None: no number ever stood there and no call came, so that nobody knows."""
        return self.by_campaign.get(campaign_id, 0) if campaign_id in self.told_of else None


def read_calls(client: Client, month: Month) -> Calls:
    """Two queries; nothing is counted of a client that takes no calls."""
    rows = (
        Call.objects.filter(client=client, is_unique_target=True)
        .exclude(status=CallStatus.SPAM)
        .order_by()
        .annotate(of_campaign=Case(When(evidence__isnull=False, then=CAMPAIGN_OF_CALL)))
        .values_list("of_campaign")
        .annotate(
            total=Count("pk"),
            inside=Count("pk", filter=Q(day__range=(month.first, month.last))),
        )
    )
    found = {campaign_id: (total, inside) for campaign_id, total, inside in rows}
    campaigns, _placements = counted_places(client, dt.date.min, dt.date.max)
    return Calls(
        {key: total for key, (total, _inside) in found.items() if key is not None},
        frozenset(campaigns if client.takes_calls else ()),
        sum(inside for _total, inside in found.values()),
        found.get(None, (0, 0))[1],
        client.takes_calls and client.has_call_tracking,
    )


def unattributed_words(calls: Calls) -> str:
    """What share of the month's calls no campaign can claim."""
    if not calls.is_counted:
        return _("Calls are not tracked: none are shown, and none as zero.")
    if not calls.in_month:
        return _("There were no unique-target calls in this month.")
    message = _(
        "Of %(all)s unique-target calls of the month %(none)s (%(share)s) are tied to no campaign:"
        " they came otherwise, or where they came from is not known."
    )
    return message % {
        "all": as_count(calls.in_month),
        "none": as_count(calls.of_none),
        "share": as_share(Decimal(calls.of_none) / calls.in_month),
    }


@dataclass(frozen=True)
class Money:
    """Spend against a budget: `share` is at most 1; None where the two cannot be compared."""

    spent: str
    budget: str
    share: float | None
    light: str
    notes: Sequence[str]


def money_of(row: Row, spent: Sequence[Spent]) -> Money:
    """`row`: budget, currency, vat and vat_rate of a campaign, or of a channel's month."""
    sums = sums_of(Told(each.amount, each.currency, each.vat, each.vat_rate) for each in spent)
    words = "; ".join(map(money_words, sums)) if sums else as_money(Decimal(0), row["currency"])
    share, note = share_of_budget(row, sums)
    budget = row["budget"]
    told = sums_of([Told(budget, row["currency"], row["vat"], row["vat_rate"])] if budget else [])
    return Money(
        words,
        money_words(told[0]) if told else "",
        None if share is None else min(1.0, float(share)),
        "red" if share is not None and share > 1 else "none",
        [note] if note else [],
    )


def share_of_budget(row: Row, sums: Sequence[MoneySum]) -> tuple[Decimal | None, str]:
    """Spent ÷ budget, with what is to be said of it."""
    budget = row["budget"]
    if not budget:
        return None, _("No budget is set.")
    if any(each.currency != row["currency"] for each in sums):
        return None, _("Spent in another currency than the budget: not compared.")
    if not sums:
        return Decimal(0), ""
    net = net_of(budget, row["vat"], row["vat_rate"])
    is_net = net is not None and sums[0].net is not None
    share = sums[0].net / net if is_net and net and sums[0].net else sums[0].told / budget
    same = sums[0].vats == ((row["vat"], row["vat_rate"]),)
    note = _("%(share)s of the budget") % {"share": as_share(share)}
    if is_net and not same:
        return share, _("%(note)s, both without VAT") % {"note": note}
    return share, note if same else _("%(note)s, as told: VAT is not the same") % {"note": note}


@dataclass(frozen=True)
class PlanFact:
    title: str
    plan: str
    fact: str


def plan_fact(row: Row, brought: Brought, calls: int | None) -> list[PlanFact]:
    lines = (
        (_("shown (plan: reach)"), row["plan_reach"], brought.shown),
        (_("clicks"), row["plan_clicks"], brought.clicks),
        (_("joined"), row["plan_joins"], brought.joined),
        (_("unique-target calls"), row["plan_calls"], calls),
    )
    return [PlanFact(title, as_count(plan), as_count(fact)) for title, plan, fact in lines]


@dataclass(frozen=True)
class CampaignLine:
    pk: int
    title: str
    kind: str
    state: str
    light: str
    days: str
    money: Money
    figures: Sequence[PlanFact]


def campaign_line(row: Row, spent: Sequence[Spent], brought: Brought, calls: Calls) -> CampaignLine:
    return CampaignLine(
        row["pk"],
        row["title"],
        str(Campaign.Kind(row["kind"]).label),
        str(CampaignState(row["state"]).label),
        LIGHTS.get(row["state"], "grey"),
        days_words(row["starts_on"], row["ends_on"]),
        money_of(row, spent),
        plan_fact(row, brought, calls.of(row["pk"])),
    )


def days_words(first: dt.date, last: dt.date | None) -> str:
    if last is None:
        return _("from %(day)s") % {"day": date_format(first)}
    return " – ".join(dict.fromkeys((date_format(first), date_format(last))))


def all_spent(client: Client) -> list[Spent]:
    """Of any day, known today. Three queries."""
    return spent_rows(client, dt.date.min, dt.date.max)


def campaign_lines(client: Client, spent: Sequence[Spent], calls: Calls) -> list[CampaignLine]:
    """Three queries; the newest first, those that run before the others."""
    rows = list(
        Campaign.objects.filter(client=client).order_by("-starts_on", "-pk").values(*COLUMNS)
    )
    brought = brought_by_campaign(client)
    by_campaign: dict[int | None, list[Spent]] = defaultdict(list)
    for each in spent:
        by_campaign[each.campaign_id].append(each)
    rows.sort(key=lambda row: row["state"] != CampaignState.RUNNING)
    return [campaign_line(row, by_campaign[row["pk"]], brought[row["pk"]], calls) for row in rows]
