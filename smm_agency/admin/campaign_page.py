"""A campaign with what upper floors know: its calls against the plan, its tracking numbers."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse

from clients.admin.form_page import page_of
from clients.admin.scoped import allows
from promotion.admin import CampaignAdmin
from promotion.campaign_moves import budget_warning
from promotion.links import link_of
from promotion.models import Campaign, CampaignState
from smm_agency.admin.standing_numbers import numbers_of_campaign
from smm_agency.campaign_effect import effect_of

# More of them are looked at in their own list.
SHOWN = 20

admin.site.unregister(Campaign)


@admin.register(Campaign)
class CampaignPage(CampaignAdmin):
    def beside(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        campaign: Campaign = row
        return {
            **super().beside(request, row),
            "effect": effect_of(campaign),
            "numbers": numbers_of_campaign(request, campaign),
            "budget_warning": budget_warning(campaign)
            if campaign.state in (CampaignState.DRAFT, CampaignState.AGREED)
            else "",
            **placements_of(request, campaign),
        }


def placements_of(request: HttpRequest, campaign: Campaign) -> dict[str, Any]:
    """Its placements with their links. One query."""
    if not allows(request, "promotion.view_placement", campaign):
        return {}
    rows = list(
        campaign.placements.select_related("publisher").order_by("starts_on", "pk")[: SHOWN + 1]
    )
    query = urlencode({"client": campaign.client_id, "campaign": campaign.pk})
    listed = reverse("admin:promotion_placement_changelist")
    may_add = allows(request, "promotion.add_placement", campaign)
    return {
        "placements": [(row, page_of(row), link_of(campaign, row)) for row in rows[:SHOWN]],
        "placements_url": f"{listed}?client={campaign.client_id}&campaign__id__exact={campaign.pk}"
        if len(rows) > SHOWN
        else "",
        "placement_add_url": f"{reverse('admin:promotion_placement_add')}?{query}"
        if may_add
        else "",
    }
