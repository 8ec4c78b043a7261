"""Promo actions with what is measured: subscribers before, at the draw, and afterwards."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone

from clients.admin.scoped import allows
from kpi.promo_followers import AFTER, AroundAction, followers_around
from promotion.admin import PromoActionAdmin
from promotion.models import PromoAction

admin.site.unregister(PromoAction)


@admin.register(PromoAction)
class PromoActionPage(PromoActionAdmin):
    def beside(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        found = super().beside(request, row)
        if not allows(request, "kpi.view_profilesnapshot", row):
            return found
        return {**found, "followers": True, **followers_of(row)}


def followers_of(action: PromoAction) -> dict[str, Any]:
    rows = followers_around(action)
    today = action.client.day_of(timezone.now())
    return {
        "followers_days": AFTER,
        "followers_dated": bool(action.entry_starts_at and action.last_moment),
        "followers_rows": [(row, later_of(row)) for row in rows],
        "today": today,
    }


def later_of(row: AroundAction) -> list[dict[str, Any]]:
    """A cell for each later day."""
    columns = zip(row.later, row.left_later, row.lost_shares, row.stayed, strict=True)
    return [
        {"reading": reading, "change": change, "share": share and round(share * 100), "net": net,
         "has_share": share is not None}
        for reading, change, share, net in columns
    ]  # fmt: skip
