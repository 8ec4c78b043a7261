"""Money spent without a single call: told only where the plan would have brought some by now.

Planned calls × spent ÷ budget; without such a plan, spent ÷ the strategy's cost per call of this
month. Where fewer than three would have come, none is too little to tell
(with three expected, none at all comes one time in twenty).
"""

import datetime as dt
import logging
from collections.abc import Collection
from decimal import Decimal

from django.db.models import Min, Q
from django.db.models.functions import Coalesce

from clients.models import Client
from kpi.models import Call, CallStatus, NumberPlacement
from promotion.alerts import Finding, facts_of, runs, settle, text_of
from promotion.campaign_money import CampaignMoney, money_of_campaigns
from promotion.channel_plan import month_of
from promotion.models import AlertKind, Campaign, CampaignState
from strategy.models import Metric, MonthlyTarget, StrategyVersion

logger = logging.getLogger(__name__)

FEWEST_EXPECTED = Decimal(3)


def watch_calls(*, at: dt.datetime) -> None:
    """All clients that may be alarmed; safe to run any number of times a day."""
    for client in Client.objects.alarmed().order_by("pk"):
        try:
            _watch_client(client, at=at)
        except Exception:  # Whatever it is, the other clients are looked at.
            logger.exception("The calls of client %s were not looked at.", client.pk)


def _watch_client(client: Client, *, at: dt.datetime) -> None:
    findings = without_calls(client, today=client.day_of(at)) if client.takes_calls else []
    settle(client, findings, kinds={AlertKind.NO_CALLS}, at=at)


def without_calls(client: Client, *, today: dt.date) -> list[Finding]:
    campaigns = Campaign.objects.filter(client=client, state=CampaignState.RUNNING)
    running = [
        each for each in campaigns.select_related("client", "owner") if runs(each, today=today)
    ]
    called = campaigns_with_calls(running)
    numbers = numbers_since(running)
    cost = cost_of_strategy(client, today=today) if running else None
    return [
        _finding(money, numbers.get(money.campaign.pk), cost)
        for money in money_of_campaigns(running, today=today)
        if money.campaign.pk not in called
        and is_fresh(money, today=today)
        and expected_calls(money, cost) >= FEWEST_EXPECTED
    ]


def cost_of_strategy(client: Client, *, today: dt.date) -> Decimal | None:
    """What a unique-target call may cost in this month, in the client's currency."""
    version = StrategyVersion.objects.in_force(on=today).filter(client=client).first()
    rows = MonthlyTarget.objects.filter(
        target__version=version,
        target__community=None,
        target__metric=Metric.COST_PER_CALL,
        month=month_of(today),
    )
    return rows.values_list("value", flat=True).first() if version else None


def _finding(money: CampaignMoney, number_since: dt.date | None, cost: Decimal | None) -> Finding:
    facts = facts_of(money) | {
        "expected": str(round(expected_calls(money, cost), 1)),
        "cost": None if has_plan(money.campaign) else text_of(cost),
        "number_since": number_since.isoformat() if number_since else "",
    }
    return Finding(AlertKind.NO_CALLS, campaign=money.campaign, facts=facts)


def is_fresh(money: CampaignMoney, *, today: dt.date) -> bool:
    begun_on = money.campaign.starts_on
    return not any(each.is_stale(begun_on=begun_on, today=today) for each in money.ads)


def has_plan(campaign: Campaign) -> bool:
    return bool(campaign.budget) and campaign.plan_calls is not None


def expected_calls(money: CampaignMoney, cost: Decimal | None) -> Decimal:
    """What the plan, or the strategy's cost of a call, gives for the money that is spent.

    0 where neither stands, and in another currency than that of the strategy.
    """
    campaign = money.campaign
    if campaign.budget and campaign.plan_calls is not None:
        return campaign.plan_calls * money.spent.amount / campaign.budget
    if not cost or campaign.currency != campaign.client.currency:
        return Decimal(0)
    return money.spent.amount / cost


def campaigns_with_calls(campaigns: Collection[Campaign]) -> set[int]:
    """Those that a unique-target call came from, or a target one of unknown uniqueness."""
    ids = [each.pk for each in campaigns]
    calls = Call.objects.attributed().exclude(status=CallStatus.SPAM).filter(is_target=True)
    tied = calls.annotate(tied_to=Coalesce("campaign", "placement__campaign")).filter(
        Q(is_unique_target=True) | Q(is_unique_target=None), tied_to__in=ids
    )
    return set(tied.order_by().values_list("tied_to", flat=True))


def numbers_since(campaigns: Collection[Campaign]) -> dict[int, dt.date]:
    """By campaign, since when a tracking number stands in it; without one calls go uncounted."""
    rows = NumberPlacement.objects.annotate(tied_to=Coalesce("campaign", "placement__campaign"))
    wanted = rows.filter(tied_to__in=[each.pk for each in campaigns])
    return dict(wanted.order_by().values_list("tied_to").annotate(Min("starts_on")))
