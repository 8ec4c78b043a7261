"""What an account cost by our campaigns, with what is tied to none."""

import datetime as dt
from decimal import Decimal

from django.db.models import Sum

from promotion.models import AdAccount, AdFigure
from promotion.spending import nearest


def spend_by_campaign(
    account: AdAccount, first: dt.date, last: dt.date
) -> list[tuple[str | None, Decimal]]:
    """(title of our campaign, sum), the largest first; None for what is not tied. One query.

    Figures of a period that hangs over an end of these days are left out, not cut.
    """
    rows = (
        AdFigure.objects.summable()
        .in_days(first, last)
        .filter(ad_object__account=account, spend__gt=0)
        .annotate(tied_to=nearest("campaign"), title=nearest("campaign__title"))
        .values_list("tied_to", "title")
        .annotate(sum=Sum("spend"))
        .order_by("-sum")
    )
    return [(title, sum_) for _pk, title, sum_ in rows]
