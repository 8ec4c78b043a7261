"""What was agreed of a campaign: what it is, what hangs on it, and how its change is kept."""

import datetime as dt
from decimal import Decimal
from typing import Any

from django.utils.formats import date_format, number_format

from clients.models import User
from promotion.campaign_days import days_outside
from promotion.models import Campaign, CampaignMove, CampaignState, Placement, PlacementState
from promotion.spending import campaign_rows
from promotion.sums import Counted, counted

# Client, kind and currency never change; these with a stated reason.
TERMS = ("starts_on", "ends_on", "budget", "vat", "vat_rate", "engagement")
OVER = (PlacementState.CANCELLED, PlacementState.REFUNDED)


def placements_outside(campaign: Campaign, first: dt.date, last: dt.date | None) -> list[Placement]:
    """Those whose days would not be days of the campaign any more; called off ones apart."""
    zone = campaign.client
    return [
        placement
        for placement in campaign.placements.exclude(state__in=OVER).order_by("starts_on", "pk")
        if days_outside(
            {
                "starts_on": placement.starts_on,
                "ends_on": placement.ends_on,
                "planned_at": zone.day_of(placement.planned_at) if placement.planned_at else None,
            },
            first,
            last,
        )
    ]


def lacking_budget(before: Campaign, after: Campaign) -> Counted | None:
    """What is spent and taken, as `after` counts VAT, where its budget cannot hold it; else None.

    What was over before may stay over as long as it gets no worse: a budget that is raised in part
    is a mend. Three queries.
    """
    if after.budget is None:
        return None
    own = [row for row in campaign_rows(before) if row.currency == after.currency]
    used = counted(own, after.vat)
    left = after.budget - used.amount
    was = None if before.budget is None else before.budget - counted(own, before.vat).amount
    return used if left < 0 and (was is None or left < was) else None


def write_change(
    before: Campaign, after: Campaign, *, by: User, at: dt.datetime, reason: str
) -> CampaignMove | None:
    """A line of the history; None where nothing of the terms changed, or nothing was agreed."""
    changed = [name for name in TERMS if getattr(before, name) != getattr(after, name)]
    if before.state == CampaignState.DRAFT or not changed:
        return None
    return CampaignMove.objects.create(
        campaign=after,
        old=after.state,
        new=after.state,
        moved_by=by,
        moved_at=at,
        reason=reason,
        changes="; ".join(change_in_words(before, after, name) for name in changed),
    )


def change_in_words(before: Campaign, after: Campaign, name: str) -> str:
    """`budget: 1 000,00 → 2 000,00`, in the language of who changes it."""
    label: Any = Campaign._meta.get_field(name)
    return f"{label.verbose_name}: {in_words(before, name)} → {in_words(after, name)}"


def in_words(campaign: Campaign, name: str) -> str:
    value: Any = getattr(campaign, name)
    if value is None:
        return "—"
    if name == "vat":
        return str(campaign.get_vat_display())
    if isinstance(value, dt.date):
        return date_format(value, "SHORT_DATE_FORMAT")
    if isinstance(value, Decimal):
        return number_format(value, decimal_pos=2, force_grouping=True)
    return str(value)
