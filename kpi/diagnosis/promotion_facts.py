"""Facts of campaigns, ad accounts and placements in the days of a flag, for many flags at once.

As in `kpi.diagnosis.process_facts`: plain numbers and ISO dates, shares 0…1. Where an ad account
was not read, what was spent is not known, and nothing is told of money.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from clients.models import Client
from kpi.diagnosis.case import BEFORE_DAYS, Case, Day, Facts, by_window, clients_of
from promotion.models import (
    STANDS_FOR,
    AdAccount,
    Campaign,
    CampaignMove,
    CampaignState,
    ChannelBudget,
    Placement,
)
from promotion.spending import Spent, spent_rows
from strategy.models import BudgetLine, StrategyVersion
from strategy.periods import last_of_month, month_of, months_between

DAY = dt.timedelta(days=1)
# As of call trackers: figures that are older say nothing of the last days.
STALE_DAYS = 3
OVER = (CampaignState.PAUSED, CampaignState.FINISHED, CampaignState.CANCELLED)
# A post that was taken down within the last minutes of its time stood long enough.
LENIENCY = dt.timedelta(minutes=30)


def campaigns_over(cases: Sequence[Case]) -> dict[int, Facts]:
    """Campaigns that were paused, cancelled or ended in these days and stayed so."""
    found: dict[int, Facts] = {}
    for (first, last), same in by_window(cases).items():
        over: dict[int, list[tuple[Day, str]]] = defaultdict(list)
        for client_id, ended_on, title in _ends(clients_of(same), first, last):
            over[client_id].append((ended_on, title))
        for case in same:
            if mine := sorted(over[case.client_id]):
                found[case.flag_id] = {
                    "ended_campaigns": len(mine),
                    "ended_campaign": mine[-1][1],
                    "ended_since": mine[0][0].isoformat(),
                }
    return found


def _ends(clients: set[int], first: Day, last: Day) -> Iterator[tuple[int, Day, str]]:
    """By the last step that each took until then; of one that was not moved, by its last day."""
    newest: dict[int, CampaignMove] = {}
    moves = CampaignMove.objects.filter(client__in=clients).select_related("campaign", "client")
    for move in moves.order_by("moved_at", "pk"):
        if move.client.day_of(move.moved_at) <= last:
            newest[move.campaign_id] = move
    for move in newest.values():
        day = move.client.day_of(move.moved_at)
        if move.new in OVER and move.old != CampaignState.DRAFT and day >= first:
            yield move.client_id, day, move.campaign.title
    unmoved = Campaign.objects.filter(
        client__in=clients, state=CampaignState.RUNNING, ends_on__range=(first, last - DAY)
    )
    for campaign in unmoved:
        move_of_it = newest.get(campaign.pk)
        if campaign.ends_on and (move_of_it is None or move_of_it.new not in OVER):
            yield campaign.client_id, campaign.ends_on, campaign.title


def accounts_unread(cases: Sequence[Case]) -> dict[int, Facts]:
    """Ad accounts that the network refuses, or that were not read for days when it was opened."""
    rows = AdAccount.objects.read_by_api().filter(client__in=clients_of(cases))
    accounts = list(rows.select_related("client").order_by("read_at", "pk"))
    found: dict[int, Facts] = {}
    for case in cases:
        mine = [each for each in accounts if each.client_id == case.client_id]
        if stale := [each for each in mine if _is_unread(each, on=case.on)]:
            read_at = stale[0].read_at
            found[case.flag_id] = {
                "unread_accounts": len(stale),
                "unread_account": str(stale[0]),
                "unread_since": stale[0].client.day_of(read_at).isoformat() if read_at else None,
            }
    return found


def _is_unread(account: AdAccount, *, on: Day) -> bool:
    if account.state == AdAccount.State.REFUSED or account.read_at is None:
        return True
    return (on - account.client.day_of(account.read_at)).days > STALE_DAYS


def budgets_spent(cases: Sequence[Case]) -> dict[int, Facts]:
    """Campaigns that go on while their budget is spent."""
    found: dict[int, Facts] = {}
    unread = accounts_unread(cases)
    for (_first, last), same in by_window(cases).items():
        told = [case for case in same if case.flag_id not in unread]
        running = Campaign.objects.running(on=last).filter(
            client__in=clients_of(told), budget__gt=0
        )
        campaigns: dict[int, list[Campaign]] = defaultdict(list)
        for campaign in running.select_related("client").order_by("pk"):
            campaigns[campaign.client_id].append(campaign)
        for case in told:
            if spent := _exhausted(campaigns[case.client_id], last):
                campaign, share, day = spent[0]
                found[case.flag_id] = {
                    "spent_campaigns": len(spent),
                    "spent_campaign": campaign.title,
                    "spent_share": share,
                    "last_spent_on": day.isoformat(),
                }
    return found


def _exhausted(campaigns: Sequence[Campaign], last: Day) -> list[tuple[Campaign, float, Day]]:
    """With spent ÷ budget, and the last day that cost anything."""
    if not campaigns:
        return []
    rows = spent_rows(campaigns[0].client, dt.date.min, last, on=last)
    found = []
    for campaign in campaigns:
        mine = [
            each
            for each in rows
            if each.campaign_id == campaign.pk and each.currency == campaign.currency
        ]
        budget = campaign.budget
        total = sum((each.amount for each in mine), Decimal(0))
        if budget and total >= budget:
            share = round(float(total / budget), 4)
            found.append((campaign, share, max(each.last for each in mine)))
    return found


def spend(cases: Sequence[Case]) -> dict[int, Facts]:
    """Advertising money a week, against the 90 days before; of one currency only."""
    found: dict[int, Facts] = {}
    unread = accounts_unread(cases)
    for (first, last), same in by_window(cases).items():
        told = [case for case in same if case.flag_id not in unread]
        clients = Client.objects.filter(pk__in=clients_of(told), campaigns__isnull=False)
        for client in clients.distinct():
            start, before = told[0].before
            now = spent_rows(client, first, last, on=last)
            then = spent_rows(client, start, before, on=last)
            currencies = {each.currency for each in (*now, *then)}
            if len(currencies) == 1:
                facts = {
                    "spend_week": _weekly(now, (last - first).days + 1),
                    "spend_week_before": _weekly(then, BEFORE_DAYS),
                    "spend_currency": currencies.pop(),
                }
                for case in told:
                    if case.client_id == client.pk:
                        found[case.flag_id] = dict(facts)
    return found


def _weekly(rows: Iterable[Spent], days: int) -> float:
    return round(float(sum((each.amount for each in rows), Decimal(0))) / days * 7, 2)


def placements_removed(cases: Sequence[Case]) -> dict[int, Facts]:
    """Placements that were taken down in these days before the time that was paid for."""
    found: dict[int, Facts] = {}
    for (first, last), same in by_window(cases).items():
        begin = dt.datetime.combine(first - DAY, dt.time(), dt.UTC)
        rows = Placement.objects.filter(
            client__in=clients_of(same),
            published_at__isnull=False,
            removed_at__range=(begin, begin + (last - first + 3 * DAY)),
        )
        removed: dict[int, list[tuple[Day, str]]] = defaultdict(list)
        for placement in rows.select_related("client").order_by("removed_at", "pk"):
            day = _early_on(placement)
            if day is not None and first <= day <= last:
                removed[placement.client_id].append((day, placement.title))
        for case in same:
            if mine := removed[case.client_id]:
                found[case.flag_id] = {
                    "removed_placements": len(mine),
                    "removed_placement": mine[0][1],
                    "removed_on": mine[0][0].isoformat(),
                }
    return found


def _early_on(placement: Placement) -> Day | None:
    """The client's day on which it went too early."""
    published, removed = placement.published_at, placement.removed_at
    stands_for = {str(shape): time for shape, time in STANDS_FOR.items()}.get(placement.format)
    if published is None or removed is None or stands_for is None:
        return None
    is_early = removed - published < stands_for - LENIENCY
    return placement.client.day_of(removed) if is_early else None


def no_campaign(cases: Sequence[Case]) -> dict[int, Facts]:
    """Days without a running campaign, where the plan has money for these months."""
    found: dict[int, Facts] = {}
    for (first, last), same in by_window(cases).items():
        days = {first + DAY * number for number in range((last - first).days + 1)}
        planned = _planned(clients_of(same), first, last)
        busy: dict[int, set[Day]] = defaultdict(set)
        rows = Campaign.objects.filter(client__in=planned, starts_on__lte=last)
        for campaign in rows.select_related("client"):
            busy[campaign.client_id] |= _days_of(campaign, last) & days
        for case in same:
            idle = days - busy[case.client_id]
            if case.client_id in planned and idle:
                found[case.flag_id] = {
                    "idle_days": len(idle),
                    "idle_since": min(idle).isoformat(),
                }
    return found


def _days_of(campaign: Campaign, last: Day) -> set[Day]:
    """From its first day to the last on which it was not paused or over, as it is known now."""
    if campaign.state in (CampaignState.DRAFT, CampaignState.AGREED):
        return set()
    end = min([last, *([campaign.ends_on] if campaign.ends_on else [])])
    if campaign.state in OVER:
        end = min(end, campaign.client.day_of(campaign.state_since))
    length = (end - campaign.starts_on).days + 1
    return {campaign.starts_on + DAY * number for number in range(max(length, 0))}


def _planned(clients: set[int], first: Day, last: Day) -> set[int]:
    """Clients with money for one of these months: of a channel's own budget, else of the strategy's
    version that was last in force in the month."""
    months = list(months_between(month_of(first), month_of(last)))
    budgets = ChannelBudget.objects.filter(client__in=clients, month__in=months, amount__gt=0)
    found = set(budgets.values_list("client_id", flat=True))
    for month in months:
        versions = StrategyVersion.objects.in_force(on=min(last_of_month(month), last))
        lines = BudgetLine.objects.filter(
            version__in=versions.values("pk"), client__in=clients, month=month, amount__gt=0
        )
        found |= set(lines.values_list("client_id", flat=True))
    return found
