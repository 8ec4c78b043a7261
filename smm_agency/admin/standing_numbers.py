"""Which tracking numbers stand in a campaign and its placements, and where one is lacking."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse

from clients.admin.scoped import allows
from kpi.models import NumberPlacement
from promotion.models import Campaign, CampaignState, Placement, PlacementState

CAMPAIGN_OVER = (CampaignState.FINISHED, CampaignState.CANCELLED)
PLACEMENT_OVER = (PlacementState.CLOSED, PlacementState.REFUNDED, PlacementState.CANCELLED)


@dataclass(frozen=True)
class Numbers:
    """`is_lacking`: calls are planned, and by no number could they be told from others.

    `add_url` opens the form that puts a number there; empty without the right.
    """

    rows: list[NumberPlacement]
    is_lacking: bool
    add_url: str


def numbers_of_campaign(request: HttpRequest, campaign: Campaign) -> Numbers | None:
    """Its own and those of its placements; None for who may not see numbers. One query."""
    of_it = Q(campaign=campaign) | Q(placement__campaign=campaign)
    is_over = campaign.state in CAMPAIGN_OVER
    return numbers_at(request, campaign, of_it, is_over=is_over, name="campaign")


def numbers_of_placement(request: HttpRequest, placement: Placement) -> Numbers | None:
    """Its own alone: a number of the campaign does not tell its placements apart. One query."""
    is_over = placement.state in PLACEMENT_OVER
    return numbers_at(request, placement, Q(placement=placement), is_over=is_over, name="placement")


def numbers_at(
    request: HttpRequest, row: Campaign | Placement, of_it: Q, *, is_over: bool, name: str
) -> Numbers | None:
    if not allows(request, "clients.view_trackingnumber", row):
        return None
    found = NumberPlacement.objects.filter(of_it, client=row.client_id)
    rows = list(found.select_related("number", "campaign", "placement"))
    today = row.client.today()
    stands = any(number.ends_on is None or number.ends_on >= today for number in rows)
    return Numbers(
        rows=rows,
        is_lacking=bool(row.plan_calls) and not stands and not is_over,
        add_url="" if is_over else add_url(request, row, name),
    )


def add_url(request: HttpRequest, row: Any, name: str) -> str:
    if not allows(request, "kpi.add_numberplacement", row):
        return ""
    known = {"client": row.client_id, name: row.pk, "starts_on": row.starts_on.isoformat()}
    if row.ends_on:
        known["ends_on"] = row.ends_on.isoformat()
    return f"{reverse('admin:kpi_numberplacement_add')}?{urlencode(known)}"
