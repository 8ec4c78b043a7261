"""Alerts of the budget: opened when something is found, closed when it is found no more.

Looked for by the client's own day. Figures that are not fresh prove nothing: a stale account says
that it is stale, and what leans on it is not said meanwhile.
"""

import datetime as dt
import logging
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import translation

from clients.letters import language_of
from clients.models import Block, Client, NoticeKind
from clients.todo import add_task
from promotion.alert_words import advice_of, sentence_of
from promotion.budget import month_budgets
from promotion.campaign_money import CampaignMoney, money_of_campaigns
from promotion.channel_plan import month_of
from promotion.models import (
    AdAccount,
    AlertKind,
    BudgetAlert,
    Campaign,
    CampaignState,
)
from promotion.pacing import light_of, pacing
from promotion.spending import taken_rows

logger = logging.getLogger(__name__)

# Before that a campaign has hardly begun: one slow day is no underspend.
FEWEST_DAYS = 3
STOPPED_DAYS = 2
# For so long after its end what a campaign cost is still looked at: figures come late.
LOOKED_AT_AFTER = dt.timedelta(days=60)
OURS = frozenset(AlertKind) - {AlertKind.NO_CALLS}


@dataclass(frozen=True)
class Finding:
    """What is wrong, and the facts that its sentences are made of: texts and ISO days."""

    kind: str
    campaign: Campaign | None = None
    account: AdAccount | None = None
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> tuple[int | None, int | None, str]:
        return (
            self.campaign.pk if self.campaign else None,
            self.account.pk if self.account else None,
            self.kind,
        )


def watch_budgets(*, at: dt.datetime) -> None:
    """All clients that may be alarmed; safe to run any number of times a day."""
    for client in Client.objects.alarmed().order_by("pk"):
        try:
            watch_client(client, at=at)
        except Exception:  # Whatever it is, the other clients are looked at.
            logger.exception("The budgets of client %s were not looked at.", client.pk)


def watch_client(client: Client, *, at: dt.datetime) -> None:
    settle(client, find_all(client, today=client.day_of(at)), kinds=OURS, at=at)


@transaction.atomic
def settle(
    client: Client, findings: Iterable[Finding], *, kinds: Collection[str], at: dt.datetime
) -> None:
    """Of these kinds: open what is new, refresh what stands, close what is over."""
    Client.objects.select_for_update(no_key=True).get(pk=client.pk)
    found = {finding.key: finding for finding in findings}
    rows = BudgetAlert.objects.standing().filter(client=client, kind__in=list(kinds))
    standing = {(row.campaign_id, row.account_id, row.kind): row for row in rows}
    for key, alert in standing.items():
        if key not in found:
            alert.closed_at = at
            alert.save(update_fields=["closed_at"])
        elif alert.facts != found[key].facts:
            alert.facts = found[key].facts
            alert.save(update_fields=["facts"])
    for key, finding in found.items():
        if key not in standing:
            _open(client, finding, at)


def _open(client: Client, finding: Finding, at: dt.datetime) -> None:
    """And tell who leads the campaign: once, in their language."""
    alert = BudgetAlert.objects.create(
        client=client,
        campaign=finding.campaign,
        account=finding.account,
        kind=finding.kind,
        facts=finding.facts,
        opened_at=at,
    )
    owner = finding.campaign.owner if finding.campaign else None
    with translation.override(language_of(owner, client) if owner else client.language):
        add_task(
            client,
            title=str(alert)[:160],
            details=f"{sentence_of(alert)} {advice_of(alert)}",
            block=Block.PROMOTION,
            owner=owner,
            due_on=client.day_of(at),
            origin=alert,
            kind=NoticeKind.BUDGETS,
        )


def find_all(client: Client, *, today: dt.date) -> list[Finding]:
    campaigns = _looked_at(client, today=today)
    moneys = money_of_campaigns(campaigns, today=today)
    stale = stale_accounts(moneys, today=today)
    found = list(stale.values())
    for money in moneys:
        is_silent = any(each.account.pk in stale for each in money.ads)
        found += of_campaign(money, is_silent=is_silent, today=today)
    return [*found, *of_month(client, today=today)]


def _looked_at(client: Client, *, today: dt.date) -> list[Campaign]:
    """Those under way; finished ones for some time, and while an overspend of theirs stands."""
    rows = Campaign.objects.filter(client=client)
    standing = BudgetAlert.objects.standing().filter(client=client, kind=AlertKind.OVERSPEND)
    ended = rows.filter(state=CampaignState.FINISHED, budget__isnull=False).filter(
        Q(state_since__date__gte=today - LOOKED_AT_AFTER) | Q(pk__in=standing.values("campaign"))
    )
    under_way = rows.filter(state__in=[CampaignState.RUNNING, CampaignState.PAUSED])
    return list((under_way | ended).select_related("client", "owner"))


def stale_accounts(moneys: Iterable[CampaignMoney], *, today: dt.date) -> dict[int, Finding]:
    """By account, those of running campaigns whose figures are too old to judge by."""
    found = {}
    for money in moneys:
        if not runs(money.campaign, today=today):
            continue
        for each in money.ads:
            if each.is_stale(begun_on=money.campaign.starts_on, today=today):
                since = each.known_on.isoformat() if each.known_on else ""
                found[each.account.pk] = Finding(
                    AlertKind.STALE, account=each.account, facts={"since": since}
                )
    return found


def of_campaign(money: CampaignMoney, *, is_silent: bool, today: dt.date) -> list[Finding]:
    campaign, facts = money.campaign, facts_of(money)
    found = []
    if money.left is not None and money.left < 0:
        found.append(AlertKind.OVERSPEND)
    if not is_silent and campaign.state == CampaignState.PAUSED:
        is_due = campaign.ends_on is None or campaign.ends_on >= today
        since = campaign.client.day_of(campaign.state_since)
        if money.left is not None and money.left > 0 and is_due and since < today:
            found.append(AlertKind.PAUSED_WITH_BUDGET)
    if not is_silent and money.ads and runs(campaign, today=today):
        found += _of_running_ads(money)
    if not money.ads and runs(campaign, today=today) and light_of(used_pace(money)) == "under":
        found.append(AlertKind.UNDERSPEND)
        facts["used_pace"] = text_of(round(used_pace(money) or Decimal(0), 3))
    return [Finding(kind, campaign=campaign, facts=facts) for kind in dict.fromkeys(found)]


def runs(campaign: Campaign, *, today: dt.date) -> bool:
    """Begun at least some days ago, and not over."""
    days = (today - campaign.starts_on).days
    is_over = campaign.ends_on is not None and campaign.ends_on < today
    return campaign.state == CampaignState.RUNNING and days >= FEWEST_DAYS and not is_over


def used_pace(money: CampaignMoney) -> Decimal | None:
    """Of a campaign that is made of placements: what is booked ahead is no money left lying.

    None of other kinds: prizes and production are no part of the advertising budget.
    """
    if money.campaign.kind not in (Campaign.Kind.SEEDING, Campaign.Kind.INFLUENCER):
        return None
    used = money.spent.amount + money.taken.amount
    return pacing(used, money.campaign.budget, money.elapsed)


def _of_running_ads(money: CampaignMoney) -> list[AlertKind]:
    """Ads that stand still are told as that, not as spending too little as well."""
    last = money.last_spend_on or money.campaign.starts_on - dt.timedelta(days=1)
    if (money.on - last).days >= STOPPED_DAYS and money.left != 0:
        return [AlertKind.STOPPED]
    kinds = {"under": [AlertKind.UNDERSPEND], "over": [AlertKind.OVERSPEND]}
    return kinds.get(money.light, [])


def facts_of(money: CampaignMoney) -> dict[str, Any]:
    campaign = money.campaign
    return {
        "currency": campaign.currency,
        "budget": text_of(campaign.budget),
        "spent": text_of(money.spent.amount),
        "taken": text_of(money.taken.amount),
        "left": text_of(money.left),
        "pace": text_of(round(money.pace, 3) if money.pace is not None else None),
        "on": money.on.isoformat(),
        "last_spend_on": money.last_spend_on.isoformat() if money.last_spend_on else "",
        "is_exact": money.is_exact,
    }


def text_of(value: Any) -> str | None:
    return None if value is None else str(value)


def of_month(client: Client, *, today: dt.date) -> list[Finding]:
    """Channels that are above this month or one that money is booked for already.

    One alert of the client's, which names them all.
    """
    booked = taken_rows(client, today, dt.date.max, on=today)
    months = sorted({month_of(today), *(month_of(row.first) for row in booked)})
    rows = month_budgets(client, months, on=today)
    over = [
        {
            "month": row.month.isoformat(),
            "channel": row.channel,
            "currency": row.currency,
            "plan": text_of(row.plan.amount),
            "used": text_of(row.used.amount),
            "is_exact": row.used.is_exact,
        }
        for row in rows
        if row.plan and row.used and row.left is not None and row.left < 0
    ]
    if not over:
        return []
    return [Finding(AlertKind.OVERSPEND, facts={"month": over[0]["month"], "channels": over})]
