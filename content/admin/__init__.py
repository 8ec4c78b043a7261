"""Staff's door to content."""

from content.admin.event_doors import EventDoorAdmin, NetworkEventAdmin
from content.admin.hours import (
    BusinessHoursAdmin,
    ReplyTargetAdmin,
    SpecialDayAdmin,
    SpikeRuleAdmin,
)
from content.admin.inbox import InboxItemAdmin
from content.admin.inbox_reference import SavedReplyAdmin, SuggestionRuleAdmin
from content.admin.incidents import IncidentAdmin
from content.admin.materials import MaterialRequestAdmin
from content.admin.media import MediaItemAdmin, StandingFactAdmin
from content.admin.native_posts import MonthCloseAdmin, NativePostAdmin
from content.admin.plan_files import PlanFileAdmin
from content.admin.plans import PublicationPlanAdmin
from content.admin.posts import PostAdmin
from content.admin.publications import PublicationAdmin
from content.admin.recurring import RecurringPostAdmin
from content.admin.slots import PostingSlotAdmin
from content.admin.stops import StopAdmin
from content.admin.terms import ContentTermsAdmin

__all__ = [
    "BusinessHoursAdmin",
    "ContentTermsAdmin",
    "EventDoorAdmin",
    "InboxItemAdmin",
    "IncidentAdmin",
    "MaterialRequestAdmin",
    "MediaItemAdmin",
    "MonthCloseAdmin",
    "NativePostAdmin",
    "NetworkEventAdmin",
    "PlanFileAdmin",
    "PostAdmin",
    "PostingSlotAdmin",
    "PublicationAdmin",
    "PublicationPlanAdmin",
    "RecurringPostAdmin",
    "ReplyTargetAdmin",
    "SavedReplyAdmin",
    "SpecialDayAdmin",
    "SpikeRuleAdmin",
    "StandingFactAdmin",
    "StopAdmin",
    "SuggestionRuleAdmin",
]
