"""What promotion cost and what it brought, by campaign, placement, creative, channel or month.

NULL is no zero: a number that nothing measured is None. Calls of a place can be told only where a
tracking number stood there or a call is said to have come from there: of the rest nobody knows,
and a row with money there is `Counted.NONE`, not a row without calls.
"""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Literal

from django.db import models
from django.utils.dates import MONTHS
from django.utils.translation import gettext as _

from clients.models import Client
from kpi import promotion_formulas as formulas
from kpi.promotion_money import MoneySum, Told, only_sum, sums_of
from kpi.promotion_pieces import (
    Brought,
    Calls,
    Money,
    Place,
    Sold,
    Unattributed,
    count_unattributed,
    counted_places,
    load_brought,
    load_calls,
    load_deals,
    load_hanging,
    load_money,
)
from promotion.models import Campaign, CostKind, Creative, Placement
from strategy.models import Channel

By = Literal["campaign", "placement", "creative", "channel", "month"]
BY: tuple[By, ...] = ("campaign", "placement", "creative", "channel", "month")
Key = int | str | dt.date | None
# What the agency earns: told to directors only.
EARNED = (CostKind.AGENCY_FEE.value, CostKind.COMMISSION.value)


class Counted(StrEnum):
    """Whether the calls of a row's places can be told."""

    ALL = "all"
    PART = "part"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class CallCount:
    """By evidence: the dialled number proves it, the visit before it says so, somebody said so."""

    proven: int = 0
    session: int = 0
    said: int = 0

    @property
    def total(self) -> int:
        return self.proven + self.session + self.said


@dataclass(frozen=True, slots=True)
class Deals:
    """`net`: the revenue without VAT, None where it is not stated whether it holds any."""

    count: int
    revenue: Decimal
    currency: str
    net: Decimal | None


@dataclass(frozen=True, slots=True)
class Result:
    """`key` None: tied to nothing of this kind. `calls` and `unique_target` are None where nobody
    can tell them. `unknown`: target calls whose uniqueness is not known, in no count. `left` is
    None where any who joined are not followed: then nobody knows who stayed. `deals` has one for
    each currency; empty: none are entered. `partly`: numbers that some of what was paid for
    does not have, so that the money is not divided by them. `beside`: costs that are no
    advertising, by kind.
    """

    key: Key
    title: str
    spent: tuple[MoneySum, ...]
    impressions: int | None
    reach: int | None
    clicks: int | None
    joined: int | None
    left: int | None
    messages: int | None
    counted: Counted
    calls: CallCount | None
    unique_target: CallCount | None
    unknown: int
    deals: tuple[Deals, ...]
    beside: tuple[tuple[str, tuple[MoneySum, ...]], ...]
    partly: frozenset[str] = frozenset()

    @property
    def money(self) -> MoneySum | None:
        """None: nothing was spent, or in several currencies."""
        return only_sum(self.spent)

    @property
    def basis(self) -> Decimal | None:
        return self.money.basis if self.money else None

    @property
    def stayed(self) -> int | None:
        return formulas.stayed(self.joined, self.left)

    @property
    def call_total(self) -> int | None:
        return self.calls.total if self.calls else None

    @property
    def unique_target_total(self) -> int | None:
        return self.unique_target.total if self.unique_target else None

    @property
    def sold(self) -> Deals | None:
        """In the currency that was spent; None where none are entered or that is another."""
        found = [one for one in self.deals if self.money and one.currency == self.money.currency]
        return found[0] if len(found) == len(self.deals) == 1 else None

    @property
    def with_fee(self) -> Decimal | None:
        """Spent together with what the agency earns; None where the currencies differ."""
        if self.money is None:
            return None
        fees = [one for kind, sums in self.beside if kind in EARNED for one in sums]
        if any(fee.currency != self.money.currency for fee in fees):
            return None
        is_net = self.money.is_net and all(fee.is_net for fee in fees)
        parts = [self.money, *fees]
        return sum(((one.net or Decimal(0)) if is_net else one.told for one in parts), Decimal(0))


@dataclass(frozen=True, slots=True)
class Period:
    """A client's promotion in some days: read once, summed by anything.

    `hanging`: money of periods that lie in these days in part only, which no sum holds.
    """

    client: Client
    first: dt.date
    last: dt.date
    money: Sequence[Money]
    brought: Sequence[Brought]
    calls: Sequence[Calls]
    deals: Sequence[Sold]
    campaigns_counted: frozenset[int]
    placements_counted: frozenset[int]
    unattributed: Unattributed
    hanging: tuple[MoneySum, ...]

    def is_counted(self, place: Place, by: By) -> bool:
        """A number on a campaign counts for all its places, but tells none of them apart."""
        if place.placement in self.placements_counted:
            return True
        return by not in ("placement", "creative") and place.campaign in self.campaigns_counted


def load_period(client: Client, first: dt.date, last: dt.date) -> Period:
    """Eleven queries, however many rows."""
    campaigns, placements = counted_places(client, first, last)
    return Period(
        client, first, last,
        money=load_money(client, first, last),
        brought=load_brought(client, first, last),
        calls=load_calls(client, first, last) if client.takes_calls else [],
        deals=load_deals(client, first, last),
        campaigns_counted=frozenset(campaigns if client.takes_calls else ()),
        placements_counted=frozenset(placements if client.takes_calls else ()),
        unattributed=count_unattributed(client, first, last),
        hanging=sums_of(load_hanging(client, first, last)),
    )  # fmt: skip


def results_by(client: Client, first: dt.date, last: dt.date, *, by: By) -> list[Result]:
    """The dearest first, months in their order; what is tied to nothing comes last."""
    return sum_up(load_period(client, first, last), by=by)


def sum_up(period: Period, *, by: By) -> list[Result]:
    """One query at most, for the names."""
    keys = {_key(one.place, by) for one in _pieces(period)}
    titles = TITLES[by]({key for key in keys if key is not None})
    rows = [_result(period, by, key, _title(titles, key, by)) for key in keys]
    if by == "month":
        return sorted(rows, key=lambda row: (row.key is None, str(row.key)))
    return sorted(rows, key=lambda row: (row.key is None, -_told(row), row.title))


def sum_of_all(period: Period) -> Result:
    """The whole period in one row; calls are its campaigns'."""
    return _add_up(period, list(_pieces(period)), "campaign", None, "")


def _told(row: Result) -> Decimal:
    return sum((one.told for one in row.spent), Decimal(0))


Piece = Money | Brought | Calls | Sold


def _pieces(period: Period) -> Iterable[Piece]:
    return [*period.money, *period.brought, *period.calls, *period.deals]


def _key(place: Place, by: By) -> Key:
    found: Key = getattr(place, by)
    return found


def _result(period: Period, by: By, key: Key, title: str) -> Result:
    pieces = [one for one in _pieces(period) if _key(one.place, by) == key]
    return _add_up(period, pieces, by, key, title)


def _add_up(period: Period, pieces: Sequence[Piece], by: By, key: Key, title: str) -> Result:
    money = [one for one in pieces if isinstance(one, Money)]
    brought = [one for one in pieces if isinstance(one, Brought)]
    calls = [one for one in pieces if isinstance(one, Calls)]
    places = [*(one.place for one in money), *(one.place for one in brought)]
    counted = _counted(period, places, calls, by)
    is_told = counted != Counted.NONE
    return Result(
        key, title,
        spent=sums_of(one.told for one in money if one.kind == CostKind.AD_BUDGET),
        impressions=_sum(one.impressions for one in brought),
        reach=brought[0].reach if len(brought) == 1 else None,
        clicks=_sum(one.clicks for one in brought),
        joined=_sum(one.joined for one in brought),
        left=_left(brought),
        messages=_sum(one.messages for one in brought),
        counted=counted,
        calls=_by_evidence(calls, lambda one: one.calls) if is_told else None,
        unique_target=_by_evidence(calls, lambda one: one.unique_target) if is_told else None,
        unknown=sum(one.unknown for one in calls),
        deals=_deals([one for one in pieces if isinstance(one, Sold)]),
        beside=_beside(money),
        partly=_partly(money, brought),
    )  # fmt: skip


def _counted(period: Period, places: Sequence[Place], calls: Sequence[Calls], by: By) -> Counted:
    """Of the places with money or figures; where there are none, calls that came are all."""
    told = [period.is_counted(place, by) for place in places]
    if all(told):
        return Counted.ALL if told or calls else Counted.NONE
    return Counted.PART if any(told) or calls else Counted.NONE


MEASURED = ("impressions", "clicks", "joined")


def _partly(money: Sequence[Money], brought: Sequence[Brought]) -> frozenset[str]:
    paid = [one for one in money if one.kind == CostKind.AD_BUDGET and one.told.amount]
    known = {name: [one for one in brought if _number(one, name) is not None] for name in MEASURED}
    return frozenset(
        name for name in MEASURED if known[name] and not _is_of_all(paid, known[name], brought)
    )


def _number(one: Brought, name: str) -> int | None:
    number: int | None = getattr(one, name)
    return number


def _is_of_all(paid: Sequence[Money], known: Sequence[Brought], brought: Sequence[Brought]) -> bool:
    """Whether all that was paid for was measured.

    Money of a whole campaign paid for all of its bits: one that was not measured is one too many.
    """
    bits = {one.bit for one in known}
    somewhere = {one.place.campaign for one in known}
    lacking = {one.place.campaign for one in brought if one.bit not in bits}
    return all(
        one.bit in bits
        if one.bit
        else one.place.campaign is not None and one.place.campaign in somewhere - lacking
        for one in paid
    )


def _by_evidence(calls: Sequence[Calls], number: Callable[[Calls], int]) -> CallCount:
    proven = sum(number(one) for one in calls if one.is_proven)
    session = sum(number(one) for one in calls if one.is_session)
    return CallCount(proven, session, sum(map(number, calls)) - proven - session)


def _left(brought: Sequence[Brought]) -> int | None:
    """None while any who joined are not followed."""
    joined = [one for one in brought if one.joined]
    if any(one.left is None for one in joined):
        return None
    return _sum(one.left for one in brought)


def _sum(numbers: Iterable[int | None]) -> int | None:
    known = [number for number in numbers if number is not None]
    return sum(known) if known else None


def _deals(sold: Sequence[Sold]) -> tuple[Deals, ...]:
    count = Counter(one.told.currency for one in sold)
    return tuple(
        Deals(count[one.currency], one.told, one.currency, one.net)
        for one in sums_of(one.told for one in sold)
    )


def _beside(money: Sequence[Money]) -> tuple[tuple[str, tuple[MoneySum, ...]], ...]:
    kinds: dict[str, list[Told]] = {}
    for one in money:
        if one.kind != CostKind.AD_BUDGET:
            kinds.setdefault(one.kind, []).append(one.told)
    return tuple((kind, sums_of(told)) for kind, told in sorted(kinds.items()))


Titles = dict[Key, str]


def _titles_of(model: type[models.Model]) -> Callable[[set[Key]], Titles]:
    def read(keys: set[Key]) -> Titles:
        rows = model._default_manager.filter(pk__in=keys) if keys else None
        return dict(rows.values_list("pk", "title")) if rows is not None else {}

    return read


def _channel_titles(keys: set[Key]) -> Titles:
    return {key: str(Channel(str(key)).label) for key in keys}


def _month_titles(keys: set[Key]) -> Titles:
    return {day: f"{MONTHS[day.month]} {day.year}" for day in keys if isinstance(day, dt.date)}


TITLES: dict[By, Callable[[set[Key]], Titles]] = {
    "campaign": _titles_of(Campaign),
    "placement": _titles_of(Placement),
    "creative": _titles_of(Creative),
    "channel": _channel_titles,
    "month": _month_titles,
}


def _title(titles: Titles, key: Key, by: By) -> str:
    return untied_title(by) if key is None else titles.get(key, "")


def untied_title(by: str) -> str:
    """What is tied to nothing of this kind."""
    untied = {
        "campaign": _("tied to no campaign"),
        "placement": _("tied to no placement"),
        "creative": _("tied to no creative"),
        "month": _("over several months"),
    }
    return untied.get(by, "")
