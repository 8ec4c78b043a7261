"""Staff's door to promotion."""

from promotion.admin.ad_accounts import AdAccountAdmin
from promotion.admin.ad_rows import AdFigureAdmin, AdObjectAdmin
from promotion.admin.alerts import BudgetAlertAdmin
from promotion.admin.campaigns import CampaignAdmin
from promotion.admin.cost_files import CostColumnsAdmin, CostFileAdmin
from promotion.admin.creatives import CreativeAdmin
from promotion.admin.money import ChannelBudgetAdmin, CostAdmin, TopUpAdmin
from promotion.admin.participants import ParticipantAdmin
from promotion.admin.placements import PlacementAdmin
from promotion.admin.promo_actions import PromoActionAdmin
from promotion.admin.publishers import PublisherCardAdmin
from promotion.admin.winners import WinnerAdmin

__all__ = [
    "AdAccountAdmin",
    "AdFigureAdmin",
    "AdObjectAdmin",
    "BudgetAlertAdmin",
    "CampaignAdmin",
    "ChannelBudgetAdmin",
    "CostAdmin",
    "CostColumnsAdmin",
    "CostFileAdmin",
    "CreativeAdmin",
    "ParticipantAdmin",
    "PlacementAdmin",
    "PromoActionAdmin",
    "PublisherCardAdmin",
    "TopUpAdmin",
    "WinnerAdmin",
]
