"""What should be left on an ad account: topped up − spent, if nothing else moved its money."""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Sum

from clients.models import Client
from promotion.models import AdAccount, AdFigure, TopUp, Vat
from promotion.vat import counted_in


@dataclass(frozen=True, slots=True)
class AccountBalance:
    """Sums in the account's currency and its way of VAT; `topped_up` by side, empty: never.

    `computed` is None where no top-up is known. Not exact where VAT is not stated of the account
    or of a top-up: these count as told.
    """

    account: AdAccount
    topped_up: dict[str, Decimal]
    spent: Decimal
    is_exact: bool

    @property
    def computed(self) -> Decimal | None:
        if not self.topped_up:
            return None
        return sum(self.topped_up.values(), Decimal(0)) - self.spent


def account_balances(client: Client) -> list[AccountBalance]:
    """Of all accounts of the client. Three queries."""
    accounts = list(AdAccount.objects.filter(client=client))
    top_ups: dict[int, list[TopUp]] = defaultdict(list)
    for top_up in TopUp.objects.filter(client=client).order_by("pk"):
        top_ups[top_up.account_id].append(top_up)
    figures = AdFigure.objects.filter(client=client).summable().order_by()
    spent = dict(figures.values_list("ad_object__account").annotate(Sum("spend")))
    return [_balance(each, top_ups[each.pk], spent.get(each.pk)) for each in accounts]


def _balance(account: AdAccount, top_ups: list[TopUp], spent: Decimal | None) -> AccountBalance:
    by_side: dict[str, Decimal] = {}
    is_exact = account.vat != Vat.NOT_STATED or not top_ups
    for top_up in top_ups:
        amount = counted_in(account.vat, top_up.amount, top_up.vat, top_up.vat_rate)
        is_exact = is_exact and amount is not None
        told = top_up.amount if amount is None else amount
        by_side[top_up.by] = by_side.get(top_up.by, Decimal(0)) + told
    return AccountBalance(account, by_side, spent or Decimal(0), is_exact)
