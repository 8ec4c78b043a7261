"""The figures of an assessment as plain data: what a page shows now, and a document keeps.

Amounts are strings of decimals, days ISO dates, everything else numbers and codes: words are made
when somebody reads (`kpi.promotion_words`). What the agency earns is not in here.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from clients.models import Client
from kpi import promotion_formulas as formulas
from kpi.promotion_formulas import Answer, CostInterval, Judgement, judge_cost
from kpi.promotion_money import MoneySum
from kpi.promotion_results import (
    BY,
    EARNED,
    MEASURED,
    By,
    CallCount,
    Period,
    Result,
    load_period,
    sum_of_all,
    sum_up,
)
from strategy.models import Metric, MonthlyTarget, StrategyVersion
from strategy.periods import month_of, months_between

Data = dict[str, Any]
JUDGED_BY = (Metric.COST_PER_CALL, Metric.COST_PER_SUBSCRIBER)
NAMED = ("campaign", "placement", "creative")
COUNTED_BY = (Metric.UNIQUE_TARGET_CALLS, Metric.CALLS)


def figures_of(client: Client, first: dt.date, last: dt.date, *, only: Sequence[By] = BY) -> Data:
    return data_of(load_period(client, first, last), only=only)


def data_of(period: Period, *, only: Sequence[By] = BY) -> Data:
    """`only`: the ways of summing that are asked for. Three queries and one for each way."""
    whole = sum_of_all(period)
    targets = targets_of(period)
    target, kind = measure_of(period, whole, targets)
    told = period.unattributed
    return {
        "first": period.first.isoformat(),
        "last": period.last.isoformat(),
        "currency": period.client.currency,
        "takes_calls": period.client.takes_calls,
        "target": {"value": _text(target), "kind": kind},
        "targets": {metric: _text(value) for metric, value in targets.items()},
        "has_deals": bool(period.deals),
        "unattributed": {
            "calls": told.calls,
            "of": told.of,
            "unique_target": told.unique_target,
            "of_unique_target": told.of_unique_target,
        },
        "hanging": [_sum_data(one) for one in period.hanging],
        "whole": row_data(whole, "", target, period.client.currency),
        "by": {
            by: [
                row_data(row, by, target, period.client.currency) for row in sum_up(period, by=by)
            ]
            for by in only
        },
    }  # fmt: skip


def targets_of(period: Period) -> dict[str, Decimal]:
    """Of the strategy that ruled on the last day: costs of the last month, counts of all months.

    A count is missing where a month of the period has no value: half a target is none.
    """
    version = StrategyVersion.objects.in_force(on=period.last).filter(client=period.client).first()
    if version is None:
        return {}
    months = list(months_between(period.first, period.last))
    rows = MonthlyTarget.objects.filter(
        target__version=version,
        target__community=None,
        target__metric__in=[*JUDGED_BY, *COUNTED_BY],
        month__in=months,
    )
    found: dict[str, dict[dt.date, Decimal]] = {}
    for metric, month, value in rows.values_list("target__metric", "month", "value"):
        found.setdefault(metric, {})[month] = value
    costs: dict[str, Decimal] = {
        metric: found[metric][month_of(period.last)]
        for metric in JUDGED_BY
        if month_of(period.last) in found.get(metric, {})
    }
    counts: dict[str, Decimal] = {
        metric: sum(found[metric].values(), Decimal(0))
        for metric in COUNTED_BY
        if len(found.get(metric, {})) == len(months)
    }
    return {**costs, **counts}


def measure_of(
    period: Period, whole: Result, targets: dict[str, Decimal]
) -> tuple[Decimal | None, str]:
    """What the cost of a unique-target call is held against: the KPI, else the client's mean."""
    if target := targets.get(Metric.COST_PER_CALL):
        return target, "kpi"
    counted = [row for row in sum_up(period, by="campaign") if row.counted == "all"]
    money = [row.money for row in counted if row.money]
    alike = {(one.currency, one.is_net) for one in money}
    calls = sum(row.unique_target_total or 0 for row in counted)
    if len(alike) != 1 or not calls:
        return None, ""
    return formulas.cost_per(sum((one.basis for one in money), Decimal(0)), calls), "mean"


def row_data(row: Result, by: str, target: Decimal | None, currency: str) -> Data:
    judged = judge(row, target, currency)
    return {
        "key": row.key.isoformat() if isinstance(row.key, dt.date) else row.key,
        "by": by,
        # What is not a person's word is said in the reader's language.
        "title": row.title if by in NAMED and row.key is not None else "",
        "spent": [_sum_data(one) for one in row.spent],
        "impressions": row.impressions,
        "reach": row.reach,
        "clicks": row.clicks,
        "joined": row.joined,
        "left": row.left,
        "messages": row.messages,
        "counted": row.counted.value,
        "partly": sorted(row.partly),
        "calls": _count_data(row.calls),
        "unique_target": _count_data(row.unique_target),
        "unknown": row.unknown,
        "deals": [
            {
                "count": one.count,
                "revenue": str(one.revenue),
                "net": _text(one.net),
                "currency": one.currency,
            }
            for one in row.deals
        ],
        "beside": [
            {"kind": kind, "sums": [_sum_data(one) for one in sums]}
            for kind, sums in row.beside
            if kind not in EARNED
        ],
        "ratios": {code: _text(value) for code, value in ratios_of(row).items()},
        "intervals": intervals_of(row),
        "answer": judged.answer.value,
        "interval": _interval_data(judged.interval),
        "chance": judged.chance,
        "more_calls": judged.more_calls,
        "more_money": _text(judged.more_money),
    }


def judge(row: Result, target: Decimal | None, currency: str) -> Judgement:
    """Money of another currency is held against nothing."""
    if row.money is None or row.money.currency != currency or row.counted == "part":
        return Judgement(Answer.NOT_COUNTED)
    return judge_cost(row.basis, row.unique_target_total, target)


def ratios_of(row: Result) -> dict[str, Decimal | None]:
    spent = row.basis
    impressions, clicks, joined = (whole_of(row, name) for name in MEASURED)
    # Revenue and cost are compared without VAT only: a fifth more of one says nothing.
    sold, net = (row.sold.net if row.sold else None), (row.money.net if row.money else None)
    is_whole = row.counted == "all"
    return {
        "cpm": formulas.cost_per_thousand(spent, impressions),
        "cpc": formulas.cost_per(spent, clicks),
        "ctr": formulas.rate_of(row.clicks, row.impressions),
        "cpf": formulas.cost_per(spent, joined),
        "cpf_net": formulas.cost_per_stayed(spent, joined, row.left),
        "cost_per_call": formulas.cost_per(spent, row.call_total) if is_whole else None,
        "cost_per_unique_target": (
            formulas.cost_per(spent, row.unique_target_total) if is_whole else None
        ),
        "romi": formulas.romi(sold, net),
        "ad_cost_share": formulas.ad_cost_share(net, sold),
    }


def whole_of(row: Result, name: str) -> int | None:
    """None where the number is known of a part of the money only."""
    number: int | None = getattr(row, name)
    return None if name in row.partly else number


def intervals_of(row: Result) -> dict[str, list[str | None]]:
    """Where the sample is small; a share of few clicks has Wilson's interval."""
    _shown, clicks, joined = (whole_of(row, name) for name in MEASURED)
    counts = {"cpc": clicks, "cpf": joined, "cpf_net": formulas.stayed(joined, row.left)}
    if row.counted == "all":
        counts |= {
            "cost_per_call": row.call_total,
            "cost_per_unique_target": row.unique_target_total,
        }
    found = {
        code: _interval_data(formulas.cost_interval(row.basis, count))
        for code, count in counts.items()
        if formulas.is_small(count)
    }
    if formulas.is_small(row.clicks):
        rate = formulas.rate_interval(row.clicks, row.impressions)
        found["ctr"] = [str(round(end, 6)) for end in rate] if rate else None
    return {code: ends for code, ends in found.items() if ends}


def with_fee(rows: Iterable[Result]) -> dict[str, Decimal]:
    """By key: the cost of a unique-target call with what the agency earns; for directors only."""
    found = {
        str(row.key): formulas.cost_per(row.with_fee, row.unique_target_total)
        for row in rows
        if row.counted == "all" and any(kind in EARNED for kind, _sums in row.beside)
    }
    return {key: cost for key, cost in found.items() if cost is not None}


def _sum_data(found: MoneySum) -> Data:
    return {
        "currency": found.currency,
        "told": str(found.told),
        "net": _text(found.net),
        "vats": [[kind, _text(rate)] for kind, rate in found.vats],
    }


def _count_data(found: CallCount | None) -> Data | None:
    if found is None:
        return None
    return {"proven": found.proven, "session": found.session, "said": found.said}


def _interval_data(found: CostInterval | None) -> list[str | None] | None:
    return [str(found.low), _text(found.high)] if found else None


def _text(value: Decimal | None) -> str | None:
    return None if value is None else str(value)
