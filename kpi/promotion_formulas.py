"""What promotion cost for what it brought: money and counts in, a ratio out. Knows no database.

Every function gives None where a side is not known or nothing stands below the line: no cost is
not a cost of nothing. Counts are small, so a bare ratio says more than is known: below
`SMALL_SAMPLE` the interval is said, Garwood's exact one of a count turned into one of a cost, and
Wilson's of a share. Tested against R's `poisson.test` and `prop.test`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from math import exp
from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from scipy import stats

from kpi.statistics import poisson_interval

# Of fewer calls, subscribers or clicks the interval is said beside the number.
SMALL_SAMPLE = 10
CONFIDENCE = 0.95
# Money without a single call: so many costs of one call are spent before it speaks, by the rule of
# three: the exact chance of no call at all is then below exp(−3) = 5 %.
SILENT_COSTS = 3
# How far ahead it is looked for the calls that would tell.
MOST_CALLS = 200
CENT = Decimal("0.01")
SHARE = Decimal("0.00001")


class Unit(StrEnum):
    """Money of the row's currency, or a share that is written as per cent."""

    MONEY = "money"
    SHARE = "share"


@dataclass(frozen=True, slots=True)
class CostFormula:
    """How a ratio is named and explained; `counts` names what the sample is made of."""

    code: str
    title: str | Promise
    line: str | Promise
    unit: Unit


def _formulas(*rows: tuple[str, str | Promise, str | Promise, Unit]) -> Mapping[str, CostFormula]:
    return MappingProxyType({row[0]: CostFormula(*row) for row in rows})


FORMULAS = _formulas(
    ("cpm", _("CPM, cost per thousand"), _("spent ÷ impressions × 1000"), Unit.MONEY),
    ("cpc", _("CPC, cost per click"), _("spent ÷ clicks"), Unit.MONEY),
    ("ctr", _("CTR, click rate"), _("clicks ÷ impressions"), Unit.SHARE),
    ("cpf", _("CPF, cost per subscriber"), _("spent ÷ joined"), Unit.MONEY),
    (
        "cpf_net", _("CPF net, cost per subscriber who stayed"),
        _("spent ÷ (joined − left)"), Unit.MONEY,
    ),
    (
        "cost_per_call", _("cost per call"), _("spent ÷ calls, without spam"), Unit.MONEY,
    ),
    (
        "cost_per_unique_target", _("cost per unique-target call"),
        _("spent ÷ unique-target calls"), Unit.MONEY,
    ),
    (
        "cost_with_fee", _("cost per unique-target call with the agency's fee"),
        _("(spent + agency's fee and commission) ÷ unique-target calls"), Unit.MONEY,
    ),
    ("romi", pgettext_lazy("ratio", "ROMI"), _("(revenue − spent) ÷ spent"), Unit.SHARE),
    ("ad_cost_share", _("share of ad costs"), _("spent ÷ revenue"), Unit.SHARE),
)  # fmt: skip


def cost_per_thousand(spent: Decimal | None, impressions: int | None) -> Decimal | None:
    return cost_per(spent, impressions, times=1000)


def cost_per(spent: Decimal | None, count: int | None, *, times: int = 1) -> Decimal | None:
    """Of a click, a subscriber, a call."""
    if spent is None or not count or count < 0:
        return None
    return (spent * times / count).quantize(CENT, rounding=ROUND_HALF_UP)


def cost_per_stayed(spent: Decimal | None, joined: int | None, left: int | None) -> Decimal | None:
    """None where all have left again: there is no subscriber to have cost anything."""
    return cost_per(spent, stayed(joined, left))


def stayed(joined: int | None, left: int | None) -> int | None:
    return None if joined is None or left is None else joined - left


def rate_of(part: int | None, whole: int | None) -> Decimal | None:
    """A share 0…1; more than 1 where the two were not counted of the same people."""
    if part is None or not whole:
        return None
    return (Decimal(part) / whole).quantize(SHARE, rounding=ROUND_HALF_UP)


def romi(revenue: Decimal | None, spent: Decimal | None) -> Decimal | None:
    """1 is a hundred per cent: each rouble came back with another one."""
    if revenue is None or not spent:
        return None
    return ((revenue - spent) / spent).quantize(SHARE, rounding=ROUND_HALF_UP)


def ad_cost_share(spent: Decimal | None, revenue: Decimal | None) -> Decimal | None:
    if spent is None or not revenue:
        return None
    return (spent / revenue).quantize(SHARE, rounding=ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class CostInterval:
    """Where the cost of one lies; `high` is None where it has no upper bound: none came yet."""

    low: Decimal
    high: Decimal | None


def is_small(count: int | None) -> bool:
    return count is not None and count < SMALL_SAMPLE


def cost_interval(
    spent: Decimal | None, count: int | None, *, confidence: float = CONFIDENCE
) -> CostInterval | None:
    """From spent ÷ the upper limit of the count to spent ÷ the lower; None without money."""
    if not spent or count is None or count < 0:
        return None
    fewest, most = poisson_interval(count, confidence=confidence)
    return CostInterval(_over(spent, most), _over(spent, fewest) if fewest else None)


def _over(spent: Decimal, count: float) -> Decimal:
    return (spent / Decimal(repr(count))).quantize(CENT, rounding=ROUND_HALF_UP)


def rate_interval(
    part: int | None, whole: int | None, *, confidence: float = CONFIDENCE
) -> tuple[float, float] | None:
    """Wilson's; None where the part is larger than the whole: these are no trials."""
    if part is None or not whole or not 0 <= part <= whole:
        return None
    found = stats.binomtest(part, whole).proportion_ci(confidence, method="wilson")
    return float(found.low), float(found.high)


def chance_of_silence(spent: Decimal, cost: Decimal) -> float:
    """P(no call at all) had each call cost so much: exact for a Poisson count."""
    return exp(-float(spent / cost))


class Answer(StrEnum):
    """What the numbers say of a row."""

    REPEAT = "repeat"
    STOP = "stop"
    SILENT = "silent"  # stop as well: money, and not a single call
    UNCLEAR = "unclear"
    NOT_COUNTED = "not_counted"


@dataclass(frozen=True, slots=True)
class Judgement:
    """`chance` of silence is that of a silent row. `more_calls` and `more_money` would tell, if it
    goes on as it went; None where no number of calls that anybody could wait for would."""

    answer: Answer
    interval: CostInterval | None = None
    chance: float | None = None
    more_calls: int | None = None
    more_money: Decimal | None = None


def judge_cost(spent: Decimal | None, count: int | None, target: Decimal | None) -> Judgement:
    """Repeat: the interval of the cost lies below the target. Stop: it lies above."""
    interval = cost_interval(spent, count)
    if spent is None or count is None or interval is None:
        return Judgement(Answer.NOT_COUNTED)
    if not target:
        return Judgement(Answer.UNCLEAR, interval)
    if count == 0:
        return _judge_silence(spent, target, interval)
    if interval.high is not None and interval.high < target:
        return Judgement(Answer.REPEAT, interval)
    if interval.low > target:
        return Judgement(Answer.STOP, interval)
    needed = calls_that_tell(spent / count, target)
    if needed is None:
        return Judgement(Answer.UNCLEAR, interval)
    more = max(needed - count, 1)
    money = (spent / count * more).quantize(CENT, rounding=ROUND_HALF_UP)
    return Judgement(Answer.UNCLEAR, interval, more_calls=more, more_money=money)


def _judge_silence(spent: Decimal, target: Decimal, interval: CostInterval) -> Judgement:
    chance = chance_of_silence(spent, target)
    if spent > SILENT_COSTS * target:
        return Judgement(Answer.SILENT, interval, chance)
    more = SILENT_COSTS * target - spent
    return Judgement(Answer.UNCLEAR, interval, chance, more_money=max(more, CENT))


def calls_that_tell(cost: Decimal, target: Decimal) -> int | None:
    """So many calls at this cost, and the interval leaves the target out; None: too many."""
    wanted = float(cost / target)
    for count in range(1, MOST_CALLS + 1):
        fewest, most = poisson_interval(count, confidence=CONFIDENCE)
        if fewest > wanted * count or most < wanted * count:
            return count
    return None
