"""What campaigns cost and brought, as the portal may read it: granted columns, each sum once."""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Case, Count, Q, When
from django.db.models.functions import Coalesce
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from clients.models import Client
from kpi.campaign_brought import Brought, brought_by_campaign
from kpi.models import Call, CallStatus
from kpi.portal_period import Period
from kpi.promotion_money import Told, money_words, sums_of
from kpi.promotion_pieces import counted_places
from promotion.models import Campaign, CampaignState
from promotion.spending import Spent, spent_rows
from promotion.sums import counted, counting_words
from smm_agency.lib.words import NOT_MEASURED, as_count, as_money, as_share

LIGHTS = {CampaignState.RUNNING: "green", CampaignState.PAUSED: "amber"}
COLUMNS = (
    "pk", "title", "kind", "state", "starts_on", "ends_on", "budget", "currency", "vat", "vat_rate",
    "plan_reach", "plan_clicks", "plan_joins", "plan_calls",
)  # fmt: skip
CAMPAIGN_OF_CALL = Coalesce("campaign", "placement__campaign")
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Calls:
    """Unique-target calls: by campaign of all time, and of a period all and those of none.

    `told_of`: campaigns whose calls can be told, as `kpi.promotion_results` tells them.
    """

    by_campaign: Mapping[int, int]
    told_of: frozenset[int]
    in_period: int
    of_none: int
    is_counted: bool

    def of(self, campaign_id: int) -> int | None:
        """None: no number ever stood there and no call came, so that nobody knows."""
        return self.by_campaign.get(campaign_id, 0) if campaign_id in self.told_of else None


def read_calls(client: Client, period: Period) -> Calls:
    """Two queries; nothing is counted of a client that takes no calls."""
    rows = (
        Call.objects.filter(client=client, is_unique_target=True)
        .exclude(status=CallStatus.SPAM)
        .order_by()
        .annotate(of_campaign=Case(When(evidence__isnull=False, then=CAMPAIGN_OF_CALL)))
        .values_list("of_campaign")
        .annotate(
            total=Count("pk"),
            inside=Count("pk", filter=Q(day__range=(period.first, period.last))),
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
    """What share of the period's calls no campaign can claim."""
    if not calls.is_counted:
        return _("Calls are not tracked: none are shown, and none as zero.")
    if not calls.in_period:
        return _("There were no unique-target calls in this period.")
    message = _(
        "Of %(all)s unique-target calls of the period %(none)s (%(share)s) are tied to no campaign:"
        " they came otherwise, or where they came from is not known."
    )
    return message % {
        "all": as_count(calls.in_period),
        "none": as_count(calls.of_none),
        "share": as_share(Decimal(calls.of_none) / calls.in_period),
    }


@dataclass(frozen=True)
class Money:
    """Spend against a budget: `share` is at most 1; None where there is no budget."""

    spent: str
    budget: str
    share: float | None
    light: str
    notes: Sequence[str]


def money_of(row: Row, spent: Sequence[Spent]) -> Money:
    """`row`: budget, currency and vat of a campaign or of a channel's month, as it counts VAT.

    Held to the budget as booking does it, see `promotion.sums`.
    """
    budget, currency = row["budget"], row["currency"]
    if not spent:
        words = budget_words(row) if budget else ""
        return Money(NOT_MEASURED, words, None, "none", [_("No spend is known.")])
    if not budget:
        words = "; ".join(map(money_words, sums_of(map(told, spent))))
        return Money(words, "", None, "none", [_("No budget is set.")])
    own = [each for each in spent if each.currency == currency]
    others = sums_of(told(each) for each in spent if each.currency != currency)
    sum_ = counted(own, row["vat"])
    share = sum_.amount / budget
    notes = [_("%(share)s of the budget") % {"share": as_share(share)}]
    if own:
        notes.append(counting_words(row["vat"], is_exact=sum_.is_exact))
    if others:
        also = ", ".join(map(money_words, others))
        notes.append(_("In other currencies, not added up: %(sums)s.") % {"sums": also})
    return Money(
        as_money(sum_.amount, currency),
        budget_words(row),
        min(1.0, float(share)),
        "red" if share > 1 else "none",
        notes,
    )


def told(spent: Spent) -> Told:
    return Told(spent.amount, spent.currency, spent.vat, spent.vat_rate)


def budget_words(row: Row) -> str:
    """As it was told: `told_vat` where it does not say what it is counted by."""
    vat = row["told_vat"] if "told_vat" in row else row["vat"]
    return money_words(sums_of([Told(row["budget"], row["currency"], vat, row["vat_rate"])])[0])


@dataclass(frozen=True)
class PlanFact:
    title: str
    plan: str
    fact: str


def plan_fact(row: Row, brought: Brought, calls: int | None) -> list[PlanFact]:
    lines = (
        (_("reach (views of posts)"), row["plan_reach"], brought.views),
        (_("impressions of ads"), None, brought.impressions),
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
