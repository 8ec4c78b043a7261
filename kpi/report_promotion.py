"""What promotion cost and brought in the period, and the budget's plan and fact, for the report.

What the agency earns is not in here.
"""

from kpi.promotion_figures import data_of
from kpi.promotion_results import By, load_period
from kpi.report_span import Data, Span, iso, text_of
from promotion.budget import ChannelMonth, month_budgets
from promotion.channel_plan import ChannelPlan
from promotion.sums import Sum
from strategy.periods import months_between

TOLD_BY: tuple[By, ...] = ("channel", "campaign", "placement")


def read_promotion(span: Span) -> Data:
    period = load_period(span.client, span.first, span.last)
    months = list(months_between(span.first, span.last))
    budget = month_budgets(span.client, months, on=span.client.day_of(span.at))
    return {
        "results": data_of(period, only=TOLD_BY),
        "budget": [_channel(row) for row in budget],
    }


def _channel(row: ChannelMonth) -> Data:
    return {
        "month": iso(row.month),
        "channel": row.channel,
        "currency": row.currency,
        "plan": _plan(row.plan),
        "spent": _sum(row.spent),
        "taken": _sum(row.taken),
        "hanging": _sum(row.hanging),
        "left": text_of(row.left),
        "share": text_of(None if row.share is None else round(row.share, 6)),
    }


def _plan(plan: ChannelPlan | None) -> Data | None:
    if plan is None:
        return None
    return {
        "amount": text_of(plan.amount), "vat": plan.vat, "rate": text_of(plan.vat_rate),
        "version": plan.version,
    }  # fmt: skip


def _sum(found: Sum | None) -> Data | None:
    if found is None:
        return None
    told = [[vat, text_of(rate)] for vat, rate in found.told]
    return {"amount": str(found.amount), "net": text_of(found.net), "told": told}
