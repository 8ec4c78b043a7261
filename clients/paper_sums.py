"""What a sum of a paper is made of; totals, each within one currency."""

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, NamedTuple

from django.db.models import Count, QuerySet, Sum

from clients.models import Paper, PaperKind, PaperState

CENT = Decimal("0.01")
NOT_COUNTED = (PaperState.DRAFT, PaperState.VOID)


class Parts(NamedTuple):
    """`vat` is None where the sum is without VAT, 0 where its rate is zero."""

    net: Decimal
    vat: Decimal | None
    total: Decimal


class Total(NamedTuple):
    """Of one kind in one currency."""

    kind: str
    currency: str
    amount: Decimal
    papers: int


def parts_of(amount: Decimal | None, vat_percent: Decimal | None) -> Parts | None:
    """VAT of a sum that holds it: sum × rate ÷ (100 + rate), to the cent; None: no sum."""
    if amount is None:
        return None
    if vat_percent is None:
        return Parts(amount, None, amount)
    vat = (amount * vat_percent / (100 + vat_percent)).quantize(CENT, ROUND_HALF_UP)
    return Parts(amount - vat, vat, amount)


def totals_of(papers: QuerySet[Paper, Any]) -> list[Total]:
    """By kind and currency, of those that state their sum. One statement.

    A contract, its invoice and its act are about the same money: kinds are never added up. A draft
    binds nobody yet, and what was annulled does so no more.
    """
    stated = papers.filter(amount__isnull=False).exclude(state__in=NOT_COUNTED).order_by()
    rows = stated.values("kind", "currency").annotate(total=Sum("amount"), papers=Count("pk"))
    order = PaperKind.values
    return [
        Total(row["kind"], row["currency"], row["total"], row["papers"])
        for row in sorted(rows, key=lambda row: (order.index(row["kind"]), row["currency"]))
    ]


def add_up(parts: Iterable[Parts]) -> Parts:
    """VAT of those that have none counts as nothing; None only where none has any."""
    listed = list(parts)
    vats = [each.vat for each in listed if each.vat is not None]
    return Parts(
        sum((each.net for each in listed), Decimal(0)),
        sum(vats, Decimal(0)) if vats else None,
        sum((each.total for each in listed), Decimal(0)),
    )
