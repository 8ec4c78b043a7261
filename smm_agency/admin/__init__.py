"""Pages of the admin that need several floors, and the pages of parts in our look."""

from smm_agency.admin.audit_page import AuditPage
from smm_agency.admin.campaign_page import CampaignPage
from smm_agency.admin.client_page import ClientPage
from smm_agency.admin.clock import CrontabPage, PeriodicTaskPage
from smm_agency.admin.community_page import CommunityPage, ProfilePage
from smm_agency.admin.competitor_page import CompetitorPage
from smm_agency.admin.engagement_page import EngagementPage
from smm_agency.admin.marking_page import MarkingRulePage
from smm_agency.admin.placement_page import PlacementPage
from smm_agency.admin.promo_action_page import PromoActionPage
from smm_agency.admin.publisher_page import PublisherPage
from smm_agency.admin.stop_page import StopPage
from smm_agency.admin.strategy_page import StrategyVersionPage
from smm_agency.admin.target_sights import KpiTargetPage
from smm_agency.admin.task_page import TaskPage
from smm_agency.admin.time_page import TimeEntryPage
from smm_agency.admin.waits_for_me import offer_what_waits

offer_what_waits()

__all__ = [
    "AuditPage",
    "CampaignPage",
    "ClientPage",
    "CommunityPage",
    "CompetitorPage",
    "CrontabPage",
    "EngagementPage",
    "KpiTargetPage",
    "MarkingRulePage",
    "PeriodicTaskPage",
    "PlacementPage",
    "ProfilePage",
    "PromoActionPage",
    "PublisherPage",
    "StopPage",
    "StrategyVersionPage",
    "TaskPage",
    "TimeEntryPage",
]
