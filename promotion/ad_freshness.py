"""Up to which day the figures of the ads are known: what is younger proves nothing."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Max

from promotion.models import AdAccount, AdFigure, AdNetwork, AdObject, Campaign

STALE_BY_API = dt.timedelta(days=3)
# A weekend, and the two days after it: files are brought by people.
STALE_BY_FILE = dt.timedelta(days=4)


@dataclass(frozen=True, slots=True)
class Freshness:
    """`known_on`: the last day that is known whole; None: nothing has come yet.

    The day before the last reading by API, else the last day of a file.
    """

    account: AdAccount
    is_by_api: bool
    known_on: dt.date | None

    def is_stale(self, *, begun_on: dt.date, today: dt.date) -> bool:
        """Judged from the day that there was something to read."""
        first_known = begun_on - dt.timedelta(days=1)
        allowed = STALE_BY_API if self.is_by_api else STALE_BY_FILE
        return today - max(self.known_on or first_known, first_known) > allowed


def freshness_of(campaigns: Collection[Campaign]) -> dict[int, list[Freshness]]:
    """By campaign, of the accounts that its ads are in. Two queries."""
    rows = AdObject.objects.filter(campaign__in=[each.pk for each in campaigns])
    accounts: dict[int, dict[int, AdAccount]] = {}
    for row in rows.select_related("account__key", "account__client").order_by("pk"):
        accounts.setdefault(row.campaign_id or 0, {})[row.account_id] = row.account
    ids = {pk for of_campaign in accounts.values() for pk in of_campaign}
    until = dict(
        AdFigure.objects.filter(ad_object__account__in=ids)
        .order_by()
        .values_list("ad_object__account")
        .annotate(Max("ends_on"))
    )
    return {
        pk: [_freshness(account, until.get(account.pk)) for account in of_campaign.values()]
        for pk, of_campaign in accounts.items()
    }


def _freshness(account: AdAccount, last_figure_on: dt.date | None) -> Freshness:
    is_by_api = account.network == AdNetwork.VK_ADS and account.is_read and hasattr(account, "key")
    if not is_by_api:
        return Freshness(account, False, last_figure_on)
    read_on = account.client.day_of(account.read_at) if account.read_at else None
    return Freshness(account, True, read_on - dt.timedelta(days=1) if read_on else None)
