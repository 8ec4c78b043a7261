"""One campaign in the portal: where it stands, what it costs and brings, its action."""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.db.models.functions import JSONObject
from django.http import Http404
from django.utils.translation import gettext as _

from clients.models import Client
from communities.networks.registry import network_name
from kpi.campaign_brought import Brought, brought_by_ads, brought_by_facts
from kpi.portal_campaigns import COLUMNS, Calls, CampaignLine, campaign_line, told
from kpi.promotion_formulas import (
    FORMULAS,
    Unit,
    cost_interval,
    cost_per,
    is_small,
    rate_interval,
    rate_of,
    stayed,
)
from kpi.promotion_money import MoneySum, Told, basis_words, money_words, only_sum, sums_of
from promotion.models import (
    AdFigure,
    Campaign,
    CampaignCommunity,
    Creative,
    FactSlot,
    Placement,
    PlacementFact,
    PlacementFormat,
    PlacementState,
)
from promotion.spending import Spent, campaign_rows, nearest
from smm_agency.lib.words import NOT_MEASURED, as_count, as_money, as_share

Row = dict[str, Any]
FACTS = ("slot", "views", "clicks", "joined", "left")
RATIOS = ("cpm", "ctr", "cpc", "cpf", "cpf_net", "cost_per_unique_target")
# What the money is divided by; CPM is of a thousand.
COUNTED: Mapping[str, Callable[[Brought, int | None], int | None]] = {
    "cpm": lambda brought, calls: brought.shown,
    "cpc": lambda brought, calls: brought.clicks,
    "cpf": lambda brought, calls: brought.joined,
    "cpf_net": lambda brought, calls: stayed(brought.joined, brought.left),
    "cost_per_unique_target": lambda brought, calls: calls,
}


@dataclass(frozen=True)
class FactLine:
    slot: str
    views: str
    clicks: str
    joined: str
    left: str


@dataclass(frozen=True)
class PlacementLine:
    title: str
    page: str
    network: str
    url: str
    shape: str
    state: str
    planned_at: dt.datetime | None
    published_at: dt.datetime | None
    removed_at: dt.datetime | None
    starts_on: dt.date
    price: str
    facts: Sequence[FactLine]


@dataclass(frozen=True)
class ResultLine:
    """A ratio with its formula; `interval` where the sample is small."""

    title: str
    value: str
    formula: str
    interval: str = ""


@dataclass(frozen=True)
class CreativeLine:
    title: str
    shown: str
    clicks: str
    joined: str
    results: Sequence[ResultLine]


@dataclass(frozen=True)
class CampaignPage:
    line: CampaignLine
    text: str
    communities: Sequence[str]
    placements: Sequence[PlacementLine]
    placement_rows: Sequence[Row]
    creatives: Sequence[CreativeLine]
    results: Sequence[ResultLine]
    basis: str


def read_campaign(client: Client, campaign_id: int, calls: Calls) -> CampaignPage:
    """Six queries. Raises Http404 for one that is not there, or not shown."""
    row = campaign_row(client, campaign_id)
    money = campaign_rows(Campaign(pk=campaign_id, client=client))
    spent = [each for each in money if not each.is_taken]
    placements = placement_rows(client, campaign_id)
    figures = AdFigure.objects.filter(client=client).alias(of_campaign=nearest("campaign"))
    by_creative = brought_by_ads(figures.filter(of_campaign=campaign_id), "creative")
    for each in placements:
        key = each["creative_id"]
        by_creative[key] = by_creative.get(key, Brought()) + each["brought"]
    brought = sum(by_creative.values(), Brought())
    line = campaign_line(row, spent, brought, calls)
    whole = only_sum(sums_of(map(told, spent)))
    return CampaignPage(
        line,
        row["client_text"],
        row["communities"],
        [placement_line(each) for each in placements],
        placements,
        creative_lines(row["variants"], by_creative, spent),
        results_of(whole, brought, calls.of(campaign_id)),
        basis_words(whole) if whole else "",
    )


def campaign_row(client: Client, campaign_id: int) -> Row:
    """With the names of its communities and its creatives, in one query."""
    communities = CampaignCommunity.objects.filter(campaign=OuterRef("pk")).order_by("pk")
    creatives = Creative.objects.filter(campaign=OuterRef("pk")).order_by("pk")
    row: Row | None = (
        Campaign.objects.filter(client=client, pk=campaign_id)
        .annotate(
            communities=ArraySubquery(communities.values("community__profile__title")),
            variants=ArraySubquery(creatives.values_list(JSONObject(pk="pk", title="title"))),
        )
        .values(*COLUMNS, "client_text", "communities", "variants")
        .first()
    )
    if row is None:
        raise Http404
    return row


def placement_rows(client: Client, campaign_id: int) -> list[Row]:
    """Those that the client is shown, with what each brought; one query."""
    facts = PlacementFact.objects.filter(placement=OuterRef("pk")).order_by()
    rows = (
        Placement.objects.filter(client=client, campaign=campaign_id)
        .annotate(measured=ArraySubquery(facts.values_list(JSONObject(**{n: n for n in FACTS}))))
        .order_by("starts_on", "pk")
        .values(
            "title", "publisher__title", "publisher__network", "url", "format", "state",
            "planned_at", "published_at", "removed_at", "starts_on", "price", "currency", "vat",
            "vat_rate", "creative_id", "measured",
        )
    )  # fmt: skip
    return [
        row
        | {
            "brought": brought_by_facts(
                [[fact[name] for name in FACTS] for fact in row["measured"]]
            )
        }
        for row in rows
    ]


def placement_line(row: Row) -> PlacementLine:
    price = row["price"]
    money = sums_of([Told(price, row["currency"], row["vat"], row["vat_rate"])] if price else [])
    return PlacementLine(
        row["title"],
        row["publisher__title"] or "",
        network_name(row["publisher__network"]) if row["publisher__network"] else "",
        row["url"],
        str(PlacementFormat(row["format"]).label) if row["format"] else "",
        str(PlacementState(row["state"]).label),
        row["planned_at"],
        row["published_at"],
        row["removed_at"],
        row["starts_on"],
        money_words(money[0]) if money else as_money(price, row["currency"]),
        fact_lines(row["measured"]),
    )


def fact_lines(facts: Sequence[Row]) -> list[FactLine]:
    """In the order of the slots; what was not measured is a dash."""
    by_slot = {fact["slot"]: fact for fact in facts}
    return [
        FactLine(str(slot.label), *(as_count(by_slot[slot.value][name]) for name in FACTS[1:]))
        for slot in FactSlot
        if slot.value in by_slot
    ]


def creative_lines(
    creatives: Sequence[Row], brought: Mapping[int | None, Brought], spent: Sequence[Spent]
) -> list[CreativeLine]:
    by_creative: dict[int | None, list[Spent]] = defaultdict(list)
    for each in spent:
        by_creative[each.creative_id].append(each)
    lines = []
    for creative in creatives:
        pk = creative["pk"]
        found = brought.get(pk, Brought())
        money = only_sum(sums_of(map(told, by_creative[pk])))
        lines.append(
            CreativeLine(
                creative["title"],
                as_count(found.shown),
                as_count(found.clicks),
                as_count(found.joined),
                results_of(money, found, None, only=("ctr", "cpc", "cpf")),
            )
        )
    return lines


def results_of(
    money: MoneySum | None, brought: Brought, calls: int | None, *, only: Sequence[str] = RATIOS
) -> list[ResultLine]:
    """The ratios in the order of the funnel; a dash where a side is not known."""
    return [result_line(code, money, brought, calls) for code in only]


def result_line(
    code: str, money: MoneySum | None, brought: Brought, calls: int | None
) -> ResultLine:
    formula = FORMULAS[code]
    if formula.unit == Unit.SHARE:
        value = as_share(rate_of(brought.clicks, brought.shown))
        interval = rate_words(brought)
    else:
        value, interval = cost_words(code, money, brought, calls)
    return ResultLine(str(formula.title), value, str(formula.line), interval)


def cost_words(
    code: str, money: MoneySum | None, brought: Brought, calls: int | None
) -> tuple[str, str]:
    """The cost of one, and its interval where only a few were counted."""
    count = COUNTED[code](brought, calls)
    if money is None:
        return NOT_MEASURED, ""
    times = 1000 if code == "cpm" else 1
    value = as_money(cost_per(money.basis, count, times=times), money.currency)
    interval = cost_interval(money.basis, count) if is_small(count) and times == 1 else None
    if interval is None:
        return value, ""
    low = as_money(interval.low, money.currency)
    if interval.high is None:
        return value, _("few were counted: %(low)s at least") % {"low": low}
    words = {"low": low, "high": as_money(interval.high, money.currency)}
    return value, _("few were counted: from %(low)s to %(high)s") % words


def rate_words(brought: Brought) -> str:
    found = rate_interval(brought.clicks, brought.shown) if is_small(brought.clicks) else None
    if found is None:
        return ""
    words = {"low": as_share(found[0]), "high": as_share(found[1])}
    return _("few were counted: from %(low)s to %(high)s") % words
