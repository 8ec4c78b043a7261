"""Campaigns that are agreed or run, with their spend against their budget."""

import datetime as dt
from typing import NamedTuple

from django.utils.translation import gettext as _

from clients.admin.form_page import page_of
from promotion.admin.budget_page import budget_url
from promotion.campaign_money import CampaignSums, sums_of_campaigns
from promotion.models import Campaign, CampaignState
from smm_agency.block_rows import BlockRows
from smm_agency.campaign_effect import others_of
from smm_agency.client_overview.scope import Link, Scope, Section
from smm_agency.lib.words import as_money, as_share

AT_WORK = (CampaignState.AGREED, CampaignState.RUNNING, CampaignState.PAUSED)
LIGHTS = {CampaignState.RUNNING: "green", CampaignState.PAUSED: "amber"}


class CampaignLine(NamedTuple):
    """`days` is how much of its period has gone, `share` how much of the budget; in words."""

    title: str
    url: str
    state: str
    light: str
    kind: str
    ends_on: dt.date | None
    budget: str
    spent: str
    taken: str
    share: str
    days: str
    is_over: bool
    others: list[str]
    vat_words: str


def show(scope: Scope, rows: BlockRows) -> Section | None:
    """Three queries, none where nothing is at work."""
    if not scope.sees("promotion.campaign"):
        return None
    campaigns = [row for row in rows.campaigns if row.state in AT_WORK]
    budget = budget_url(scope.client) if scope.sees("promotion.channelbudget") else ""
    found = sums_of_campaigns(campaigns, today=scope.today)
    return Section(
        "campaigns", _("Campaigns"), [line_of(sums, on=scope.today) for sums in found],
        links=[
            Link(_("All campaigns"), scope.list_url("promotion.campaign")),
            Link(_("Budget by month"), budget),
        ],
        add=Link(_("Plan a campaign"), scope.add_url("promotion.campaign")),
    )  # fmt: skip


def line_of(money: CampaignSums, *, on: dt.date) -> CampaignLine:
    campaign = money.campaign
    state = CampaignState(campaign.state)
    return CampaignLine(
        title=campaign.title,
        url=page_of(campaign),
        state=str(state.label),
        light=LIGHTS.get(state, "grey"),
        kind=campaign.get_kind_display(),
        ends_on=campaign.ends_on,
        budget=as_money(campaign.budget, campaign.currency),
        spent=as_money(money.spent.amount, campaign.currency),
        taken=as_money(money.taken.amount, campaign.currency) if money.taken.amount else "",
        share=as_share(money.share),
        days=as_share(gone_of(campaign, on=on)),
        is_over=money.is_over,
        others=others_of(money),
        vat_words=money.vat_words if campaign.budget else "",
    )


def gone_of(campaign: Campaign, *, on: dt.date) -> float | None:
    """The share of its days that is over, today not counted; None without a last day."""
    if campaign.ends_on is None:
        return None
    days = (campaign.ends_on - campaign.starts_on).days + 1
    return min(max((on - campaign.starts_on).days, 0), days) / days
