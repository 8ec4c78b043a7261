"""The promotion of one client at a glance: what runs, and its spend against its budget."""

import datetime as dt
from collections import defaultdict
from typing import NamedTuple
from urllib.parse import urlencode

from django.urls import reverse

from clients.admin.form_page import page_of
from clients.models import Client, User
from clients.rights import Rights
from promotion.models import Campaign, CampaignState
from promotion.spending import Spent, money_rows
from smm_agency.campaign_effect import money_of
from smm_agency.lib.words import NOT_MEASURED, as_money, as_share

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


class Promotion(NamedTuple):
    lines: list[CampaignLine]
    url: str


def promotion_of(client: Client, user: User) -> Promotion | None:
    """Four queries, one where nothing is at work; None for who may not see campaigns."""
    if not Rights(user).allows("promotion.view_campaign", client_id=client.pk):
        return None
    campaigns = Campaign.objects.filter(client=client, state__in=AT_WORK)
    found = list(campaigns.order_by("starts_on", "pk"))
    rows = by_campaign(client) if found else {}
    today = client.today()
    address = reverse("admin:promotion_campaign_changelist")
    return Promotion(
        [line_of(row, rows.get(row.pk, []), on=today) for row in found],
        f"{address}?{urlencode({'client': client.pk})}",
    )


def by_campaign(client: Client) -> dict[int, list[Spent]]:
    found: dict[int, list[Spent]] = defaultdict(list)
    for row in money_rows(client, dt.date.min, dt.date.max):
        if row.campaign_id is not None:
            found[row.campaign_id].append(row)
    return found


def line_of(campaign: Campaign, rows: list[Spent], *, on: dt.date) -> CampaignLine:
    money = money_of(campaign, rows)
    state = CampaignState(campaign.state)
    return CampaignLine(
        title=campaign.title,
        url=page_of(campaign),
        state=str(state.label),
        light=LIGHTS.get(state, "grey"),
        kind=campaign.get_kind_display(),
        ends_on=campaign.ends_on,
        budget=as_money(money.budget, money.currency),
        spent=as_money(money.spent, money.currency),
        taken=as_money(money.taken, money.currency) if money.taken else "",
        share=as_share(money.spent / money.budget) if money.budget else NOT_MEASURED,
        days=as_share(gone_of(campaign, on=on)),
        is_over=money.left is not None and money.left < 0,
        others=money.others,
    )


def gone_of(campaign: Campaign, *, on: dt.date) -> float | None:
    """The share of its days that is over, today not counted; None without a last day."""
    if campaign.ends_on is None:
        return None
    days = (campaign.ends_on - campaign.starts_on).days + 1
    return min(max((on - campaign.starts_on).days, 0), days) / days
