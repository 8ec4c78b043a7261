"""The promotion of one client at a glance: what runs, and its spend against its budget."""

import datetime as dt
from typing import NamedTuple
from urllib.parse import urlencode

from django.urls import reverse

from clients.admin.form_page import page_of
from clients.models import Client, User
from clients.rights import Rights
from promotion.campaign_money import CampaignMoney, money_of_campaigns
from promotion.models import Campaign, CampaignState
from smm_agency.campaign_effect import others_of
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


class Promotion(NamedTuple):
    lines: list[CampaignLine]
    url: str


def promotion_of(client: Client, user: User) -> Promotion | None:
    """Seven queries at most, one where nothing is at work; None for who may not see campaigns."""
    if not Rights(user).allows("promotion.view_campaign", client_id=client.pk):
        return None
    campaigns = Campaign.objects.filter(client=client, state__in=AT_WORK)
    found = list(campaigns.select_related("client").order_by("starts_on", "pk"))
    today = client.today()
    address = reverse("admin:promotion_campaign_changelist")
    return Promotion(
        [line_of(money, on=today) for money in money_of_campaigns(found, today=today)],
        f"{address}?{urlencode({'client': client.pk})}",
    )


def line_of(money: CampaignMoney, *, on: dt.date) -> CampaignLine:
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
