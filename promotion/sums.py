"""Sums of money: within one currency only, and each says whether it holds VAT."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from promotion.models import Vat
from promotion.spending import Spent
from promotion.vat import counted_in, net_of
from smm_agency.lib.words import as_count

Told = tuple[str, Decimal | None]


@dataclass(frozen=True, slots=True)
class Sum:
    """`amount` as its parts were told, in all the ways of VAT that `told` names.

    `net` is without VAT, None where it is not stated of some part whether it holds any.
    """

    amount: Decimal
    currency: str
    told: tuple[Told, ...]
    net: Decimal | None

    @property
    def vat_words(self) -> str:
        """`VAT 20 % included`; of several ways: that they are mixed, and which."""
        ways = [words_of_vat(vat, rate) for vat, rate in self.told]
        if len(ways) < 2:
            return "".join(ways)
        return _("mixed: %(ways)s") % {"ways": ", ".join(ways)}


def words_of_vat(vat: str, rate: Decimal | None) -> str:
    if vat == Vat.FREE:
        return _("no VAT")
    if vat == Vat.INCLUDED:
        return _("VAT %(rate)s %% included") % {"rate": as_count(rate)}
    if vat == Vat.ON_TOP:
        return _("VAT %(rate)s %% on top") % {"rate": as_count(rate)}
    return _("VAT is not stated")


@dataclass(frozen=True, slots=True)
class Counted:
    """What sums take from a budget, in its way of VAT.

    Not exact where VAT is not stated of the budget or of some sum: those count as they were told.
    """

    amount: Decimal
    is_exact: bool


def counted(rows: Iterable[Spent], budget_vat: str) -> Counted:
    """Of rows in the budget's currency."""
    total, is_exact = Decimal(0), True
    for row in rows:
        amount = counted_in(budget_vat, row.amount, row.vat, row.vat_rate)
        is_exact = is_exact and amount is not None and budget_vat != Vat.NOT_STATED
        total += row.amount if amount is None else amount
    return Counted(total, is_exact)


def counting_words(budget_vat: str, *, is_exact: bool) -> str:
    """How sums and their budget hold VAT where they are compared."""
    if not is_exact or budget_vat == Vat.NOT_STATED:
        return _("VAT is not stated of the budget or of some sums: those count as they were told.")
    if budget_vat == Vat.ON_TOP:
        return _("All sums are without VAT here.")
    return _("All sums count with their VAT: what is paid in the end.")


def sums_of(rows: Iterable[Spent]) -> list[Sum]:
    """One for each currency, in the order of their codes; none of no rows."""
    by_currency: dict[str, list[Spent]] = {}
    for row in rows:
        by_currency.setdefault(row.currency, []).append(row)
    return [_sum_of(currency, by_currency[currency]) for currency in sorted(by_currency)]


def _sum_of(currency: str, rows: list[Spent]) -> Sum:
    """The net of equal ways is that of their sum: rounded once."""
    by_way: dict[Told, Decimal] = {}
    for row in rows:
        way = (row.vat, row.vat_rate)
        by_way[way] = by_way.get(way, Decimal(0)) + row.amount
    told = tuple(sorted(by_way, key=lambda way: (way[0], way[1] or 0)))
    nets = [net_of(by_way[way], *way) for way in told]
    known = [net for net in nets if net is not None]
    net = sum(known, Decimal(0)) if len(known) == len(nets) else None
    return Sum(sum(by_way.values(), Decimal(0)), currency, told, net)


def add_sums(sums: Iterable[Sum]) -> list[Sum]:
    """Sums of sums: one for each currency, in the order of their codes."""
    by_currency: dict[str, list[Sum]] = {}
    for each in sums:
        by_currency.setdefault(each.currency, []).append(each)
    return [_added(currency, by_currency[currency]) for currency in sorted(by_currency)]


def _added(currency: str, sums: list[Sum]) -> Sum:
    ways = {way for each in sums for way in each.told}
    nets = [each.net for each in sums if each.net is not None]
    return Sum(
        sum((each.amount for each in sums), Decimal(0)),
        currency,
        tuple(sorted(ways, key=lambda way: (way[0], way[1] or 0))),
        sum(nets, Decimal(0)) if len(nets) == len(sums) else None,
    )
