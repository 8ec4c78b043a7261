"""Staff's door to promotion."""

from promotion.admin.alerts import BudgetAlertAdmin
from promotion.admin.campaigns import CampaignAdmin
from promotion.admin.money import ChannelBudgetAdmin, CostAdmin, TopUpAdmin
from promotion.admin.cost_files import CostColumnsAdmin, CostFileAdmin
from promotion.admin.placements import PlacementAdmin
from promotion.admin.publishers import PublisherCardAdmin

__all__ = [
    "BudgetAlertAdmin",
    "CampaignAdmin",
    "ChannelBudgetAdmin",
    "CostAdmin",
    "PlacementAdmin",
    "TopUpAdmin",
from promotion.admin.ad_accounts import AdAccountAdmin
from promotion.admin.ad_rows import AdFigureAdmin, AdObjectAdmin
from promotion.admin.campaigns import CampaignAdmin
from promotion.admin.creatives import CreativeAdmin
from promotion.admin.participants import ParticipantAdmin
from promotion.admin.placements import PlacementAdmin
from promotion.admin.promo_actions import PromoActionAdmin
from promotion.admin.winners import WinnerAdmin

__all__ = [
    "AdAccountAdmin",
    "AdFigureAdmin",
    "AdObjectAdmin",
    "CampaignAdmin",
    "CreativeAdmin",
    "PlacementAdmin",
]
__all__ = ["CampaignAdmin", "PlacementAdmin", "PublisherCardAdmin"]
    "CampaignAdmin",
    "ParticipantAdmin",
    "PlacementAdmin",
    "PromoActionAdmin",
    "WinnerAdmin",
]
__all__ = ["CampaignAdmin", "CostColumnsAdmin", "CostFileAdmin", "PlacementAdmin"]
