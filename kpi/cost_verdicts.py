"""What a unique-target call and a subscriber who stayed have cost in the month, against their plan.

Costs are without VAT: money that does not say whether it holds any leaves the light grey, and so do
money in several currencies, money of periods that hang over an end of the month and an account that
has not been read. Of few calls the whole interval
has to be on one side of the plan.
"""

import datetime as dt
from decimal import Decimal

from clients.models import Client
from kpi.promotion_formulas import cost_interval, cost_per, is_small
from kpi.promotion_results import Counted, Result, load_period, sum_of_all
from kpi.rules import Window
from kpi.subjects import Subject
from kpi.work_fact import WorkFact
from promotion.models import AdAccount

# An account is read each day; of one that has not been for longer the newest days are missing.
STALE_DAYS = 2


def cost_per_call(subject: Subject, client: Client, window: Window, at: dt.datetime) -> WorkFact:
    if not client.takes_calls:
        return WorkFact(None, 0, "not_taken")
    found, reason = spent_of(subject, client, window, at)
    if found is None:
        return WorkFact(None, 0, reason)
    calls = found.unique_target_total
    if found.counted != Counted.ALL or calls is None:
        return WorkFact(None, 0, "calls_not_counted")
    return judged(found, calls)


def cost_per_subscriber(
    subject: Subject, client: Client, window: Window, at: dt.datetime
) -> WorkFact:
    found, reason = spent_of(subject, client, window, at)
    if found is None:
        return WorkFact(None, 0, reason)
    if found.stayed is None or "joined" in found.partly:
        return WorkFact(None, 0, "left_not_counted")
    facts = {"joined": found.joined, "left": found.left}
    if found.stayed < 1:
        return WorkFact(None, 0, "none_stayed", facts)
    return judged(found, found.stayed, facts)


def spent_of(
    subject: Subject, client: Client, window: Window, at: dt.datetime
) -> tuple[Result | None, str]:
    """The month so far, or why it cannot be judged."""
    if subject.community_id:
        return None, "whole_client"
    period = load_period(client, *window)
    if period.hanging:
        return None, "hanging_money"
    found = sum_of_all(period)
    if not found.spent or not any(one.told for one in found.spent):
        return None, "no_spend"
    if found.money is None or found.money.currency != client.currency:
        return None, "mixed_currency"
    if not found.money.is_net:
        return None, "vat_not_stated"
    return (None, "stale_account") if is_stale(client, window, at) else (found, "")


def is_stale(client: Client, window: Window, at: dt.datetime) -> bool:
    """Whether any account that the clock reads has not been read since the days that are judged."""
    since = at - dt.timedelta(days=STALE_DAYS)
    accounts = AdAccount.objects.filter(client=client).read_by_api()
    is_lately = window.last >= client.day_of(since)
    return is_lately and accounts.exclude(read_at__gte=since).exists()


def judged(found: Result, count: int, facts: dict[str, int | None] | None = None) -> WorkFact:
    """Of none, what is known is that one costs at least so much."""
    interval = cost_interval(found.basis, count)
    if interval is None:
        return WorkFact(None, 0, "no_spend")
    cost = cost_per(found.basis, count) or interval.low
    high = None if interval.high is None else float(interval.high)
    ends = (float(interval.low), float("inf") if high is None else high)
    known = {"spent": float(found.basis or Decimal(0)), "cost_low": ends[0], "cost_high": high}
    bounds = ends if is_small(count) else None
    return WorkFact(float(cost), count, "too_few", {**known, **(facts or {})}, bounds)
