"""Sums with and without VAT. The rate is in per cent, the sums are rounded to hundredths."""

from decimal import ROUND_HALF_UP, Decimal

from promotion.models import Vat

CENT = Decimal("0.01")


def net_of(amount: Decimal, vat: str, rate: Decimal | None) -> Decimal | None:
    """Without VAT; None where it is not stated whether the sum holds any."""
    if vat == Vat.NOT_STATED:
        return None
    if vat == Vat.INCLUDED and rate is not None:
        return _rounded(amount * 100 / (100 + rate))
    return amount


def gross_of(amount: Decimal, vat: str, rate: Decimal | None) -> Decimal | None:
    """What is paid in the end; None where it is not stated whether the sum holds VAT."""
    if vat == Vat.NOT_STATED:
        return None
    if vat == Vat.ON_TOP and rate is not None:
        return _rounded(amount * (100 + rate) / 100)
    return amount


def counted_in(budget_vat: str, amount: Decimal, vat: str, rate: Decimal | None) -> Decimal | None:
    """What a sum takes from a budget: net where VAT comes on top of that, else all that is paid.

    None where it is not stated whether the sum holds VAT.
    """
    count = net_of if budget_vat == Vat.ON_TOP else gross_of
    return count(amount, vat, rate)


def _rounded(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, rounding=ROUND_HALF_UP)
