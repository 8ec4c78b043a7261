"""Sums of promotion's money: each in one currency, and each says what it holds of VAT."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from promotion.models import Vat
from promotion.vat import net_of
from smm_agency.lib.words import as_count, as_money

VatOf = tuple[str, Decimal | None]


@dataclass(frozen=True, slots=True)
class Told:
    """One sum as it was told."""

    amount: Decimal
    currency: str
    vat: str
    vat_rate: Decimal | None


@dataclass(frozen=True, slots=True)
class MoneySum:
    """`told` as the papers say, `net` without VAT: None where one sum does not state its VAT."""

    currency: str
    told: Decimal
    net: Decimal | None
    vats: tuple[VatOf, ...]

    @property
    def basis(self) -> Decimal:
        """What ratios are made of: without VAT where that is known of all, else as told."""
        return self.told if self.net is None else self.net

    @property
    def is_net(self) -> bool:
        return self.net is not None


def sums_of(rows: Iterable[Told]) -> tuple[MoneySum, ...]:
    """One for each currency."""
    by_currency: dict[str, list[Told]] = {}
    for row in rows:
        by_currency.setdefault(row.currency, []).append(row)
    return tuple(_sum_up(currency, found) for currency, found in sorted(by_currency.items()))


def _sum_up(currency: str, rows: Sequence[Told]) -> MoneySum:
    nets = [net_of(row.amount, row.vat, row.vat_rate) for row in rows]
    known = [net for net in nets if net is not None]
    return MoneySum(
        currency,
        sum((row.amount for row in rows), Decimal(0)),
        sum(known, Decimal(0)) if len(known) == len(nets) else None,
        tuple(sorted({(row.vat, row.vat_rate) for row in rows}, key=str)),
    )


def only_sum(sums: Sequence[MoneySum]) -> MoneySum | None:
    """None where there is no money, or in several currencies: those are never added."""
    return sums[0] if len(sums) == 1 else None


def sum_of(data: dict[str, Any]) -> MoneySum:
    """Of a sum that figures keep."""
    net = data["net"]
    vats = tuple((kind, Decimal(rate) if rate else None) for kind, rate in data["vats"])
    return MoneySum(
        data["currency"], Decimal(data["told"]), None if net is None else Decimal(net), vats
    )


def money_words(found: MoneySum) -> str:
    """`12 000 RUB, VAT 20 % included`."""
    return f"{as_money(found.told, found.currency)}, {vat_words(found.vats)}"


def vat_words(vats: Sequence[VatOf]) -> str:
    if len(vats) > 1:
        return _("VAT differs: %(kinds)s") % {"kinds": "; ".join(map(_one_vat, vats))}
    return _one_vat(vats[0]) if vats else ""


def _one_vat(vat: VatOf) -> str:
    kind, rate = vat
    if kind == Vat.INCLUDED:
        return _("VAT %(rate)s %% included") % {"rate": as_count(rate)}
    if kind == Vat.ON_TOP:
        return _("VAT %(rate)s %% on top") % {"rate": as_count(rate)}
    return _("no VAT") if kind == Vat.FREE else _("VAT is not stated")


def basis_words(found: MoneySum) -> str:
    """What the ratios of a row are made of."""
    if found.is_net:
        return _("without VAT")
    return _("on the sums as told: %(vat)s") % {"vat": vat_words(found.vats)}
