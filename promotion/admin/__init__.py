"""Staff's door to promotion."""

from promotion.admin.campaigns import CampaignAdmin
from promotion.admin.placements import PlacementAdmin

__all__ = ["CampaignAdmin", "PlacementAdmin"]
