"""Staff's door to content."""

from content.admin.native_posts import MonthCloseAdmin, NativePostAdmin
from content.admin.event_doors import EventDoorAdmin, NetworkEventAdmin
from content.admin.inbox import InboxItemAdmin
from content.admin.inbox_reference import SavedReplyAdmin, SuggestionRuleAdmin
from content.admin.posts import PostAdmin
from content.admin.publications import PublicationAdmin

__all__ = ["MonthCloseAdmin", "NativePostAdmin", "PostAdmin"]
__all__ = ["PostAdmin", "PublicationAdmin"]
from content.admin.terms import ContentTermsAdmin

__all__ = ["ContentTermsAdmin", "PostAdmin"]
__all__ = [
    "EventDoorAdmin",
    "InboxItemAdmin",
    "NetworkEventAdmin",
    "PostAdmin",
    "SavedReplyAdmin",
    "SuggestionRuleAdmin",
]
