"""What a campaign brought against its plan, and what each of it cost."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from kpi.campaign_brought import Brought, brought_by_campaign
from kpi.promotion_pieces import counted_places
from kpi.promotion_results import Result, results_by
from promotion.campaign_money import CampaignMoney, CampaignSums, campaign_money
from promotion.models import Campaign
from smm_agency.lib.words import NOT_MEASURED, as_count, as_money, as_share

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
    """Money by the sums that booking takes, facts as the assessment counts them."""
    money = campaign_money(campaign, today=campaign.client.today())
    currency = campaign.currency
    return Effect(
        budget=as_money(campaign.budget, currency),
        spent=as_money(money.spent.amount, currency),
        taken=as_money(money.taken.amount, currency),
        left=as_money(money.left, currency),
        is_over=money.is_over,
        share=None if money.share is None else float(money.share),
        share_text=as_share(money.share),
        vat_words=money.vat_words,
        others=others_of(money),
        lines=lines_of(campaign, money),
        formulas="; ".join(map(str, (BY_PLAN_FORMULA, BY_FACT_FORMULA))),
    )


def others_of(money: CampaignSums) -> list[str]:
    """What was spent in other currencies, one sum each."""
    return [as_money(each.amount, each.currency) for each in money.others]


def lines_of(campaign: Campaign, money: CampaignMoney) -> list[Line]:
    facts, notes = facts_of(campaign)
    plans = (
        (_("reach"), campaign.plan_reach, facts.reach, notes["reach"]),
        (_("clicks"), campaign.plan_clicks, facts.clicks, notes["clicks"]),
        (_("people who joined"), campaign.plan_joins, facts.joins, notes["joins"]),
        (_("unique-target calls"), campaign.plan_calls, facts.calls, notes["calls"]),
    )
    return [line_of(label, plan, fact, money, note) for label, plan, fact, note in plans]


def line_of(
    label: str, plan: int | None, fact: int | None, money: CampaignMoney, note: str
) -> Line:
    share = fact / plan if plan and fact is not None else None
    return Line(
        label=label,
        plan=as_count(plan) if plan is not None else _("not planned"),
        fact=as_count(fact) if fact is not None else _("not measured"),
        share=as_share(share),
        cost_by_plan=cost(money.campaign.budget, plan, money.campaign.currency),
        cost_by_fact=cost(money.spent.amount, fact, money.campaign.currency),
        note=note,
    )


def cost(amount: Decimal | None, count: int | None, currency: str) -> str:
    """A dash where there is nothing to divide, or nothing to divide by."""
    return as_money(amount / count, currency) if amount is not None and count else NOT_MEASURED


def facts_of(campaign: Campaign) -> tuple[Facts, dict[str, str]]:
    client = campaign.client
    rows = results_by(client, dt.date.min, dt.date.max, by="campaign")
    result = next((row for row in rows if row.key == campaign.pk), None)
    brought = brought_by_campaign(client).get(campaign.pk, Brought())
    facts = Facts(
        reach=brought.views,
        clicks=result.clicks if result else None,
        joins=result.joined if result else None,
        calls=calls_of(campaign, result),
    )
    is_bare = facts.calls is None and client.takes_calls
    notes = {
        "reach": reach_note(brought.impressions, has_views=brought.views is not None),
        "clicks": "",
        "joins": "",
        "calls": _("No tracking number ever stood here.") if is_bare else "",
    }
    return facts, notes


def calls_of(campaign: Campaign, result: Result | None) -> int | None:
    """Unique-target ones; a number that stands before any money is spent has measured its zero."""
    if result is not None and result.unique_target_total is not None:
        return result.unique_target_total
    campaigns, _placements = counted_places(campaign.client, dt.date.min, dt.date.max)
    return 0 if campaign.client.takes_calls and campaign.pk in campaigns else None


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
