from content.models.approval import ApprovalLink, LinkedPost, PostComment, PostVersion
from content.models.events import DiscussionThread, EventDoor, NetworkEvent, new_event_secret
from content.models.hours import BusinessHours, SpecialDay
from content.models.inbox import NEGATIVE, InboxCategory, InboxItem, InboxKind, InboxState
from content.models.inbox_work import (
    OPEN_ACTIONS,
    ActionState,
    InboxAction,
    InboxAnswer,
    InboxNote,
    SavedReply,
    SuggestionRule,
)
from content.models.incident import (
    ENDED,
    Incident,
    IncidentEntry,
    IncidentItem,
    IncidentState,
    Severity,
)
from content.models.materials import MaterialFile, MaterialRequest, RequestState, UploadLink
from content.models.media import FactKind, MediaItem, StandingFact
from content.models.native import MonthClose, NativePost
from content.models.native_match import NativeMatch
from content.models.plan import PublicationPlan
from content.models.plan_file import PlanFile
from content.models.post import (
    CHANNELS,
    CLIENT_SEES,
    LINK_CHANNEL,
    Post,
    PostFile,
    PostGoal,
    PostMove,
    PostState,
    TextWork,
)
from content.models.publication import (
    ON_TIME,
    Publication,
    PublicationAttempt,
    PublicationState,
)
from content.models.reply_clock import ClockNotice, ReplyClock, ReplyTarget
from content.models.slots import (
    Occurrence,
    PostingSlot,
    RecurringCommunity,
    RecurringPost,
    Rhythm,
)
from content.models.spike import Sensitivity, Spike, SpikeRule
from content.models.stop import Stop, StopScope
from content.models.terms import Approvals, ContentTerms

__all__ = [
    "CHANNELS",
    "CLIENT_SEES",
    "ENDED",
    "LINK_CHANNEL",
    "NEGATIVE",
    "ON_TIME",
    "OPEN_ACTIONS",
    "ActionState",
    "ApprovalLink",
    "Approvals",
    "BusinessHours",
    "ClockNotice",
    "ContentTerms",
    "DiscussionThread",
    "EventDoor",
    "FactKind",
    "InboxAction",
    "InboxAnswer",
    "InboxCategory",
    "InboxItem",
    "InboxKind",
    "InboxNote",
    "InboxState",
    "Incident",
    "IncidentEntry",
    "IncidentItem",
    "IncidentState",
    "LinkedPost",
    "MaterialFile",
    "MaterialRequest",
    "MediaItem",
    "MonthClose",
    "NativeMatch",
    "NativePost",
    "NetworkEvent",
    "Occurrence",
    "PlanFile",
    "Post",
    "PostComment",
    "PostFile",
    "PostGoal",
    "PostMove",
    "PostState",
    "PostVersion",
    "PostingSlot",
    "Publication",
    "PublicationAttempt",
    "PublicationPlan",
    "PublicationState",
    "RecurringCommunity",
    "RecurringPost",
    "ReplyClock",
    "ReplyTarget",
    "RequestState",
    "Rhythm",
    "SavedReply",
    "Sensitivity",
    "Severity",
    "SpecialDay",
    "Spike",
    "SpikeRule",
    "StandingFact",
    "Stop",
    "StopScope",
    "SuggestionRule",
    "TextWork",
    "UploadLink",
    "new_event_secret",
]
