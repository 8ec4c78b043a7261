from content.models.approval import ApprovalLink, LinkedPost, PostComment, PostVersion
from content.models.hours import BusinessHours, SpecialDay
from content.models.inbox import NEGATIVE, InboxCategory, InboxItem, InboxKind, InboxState
from content.models.native import MonthClose, NativePost
from content.models.native_match import NativeMatch
from content.models.plan import PublicationPlan
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
from content.models.stop import Stop, StopScope
from content.models.terms import Approvals, ContentTerms

__all__ = [
    "CHANNELS",
    "CLIENT_SEES",
    "LINK_CHANNEL",
    "NEGATIVE",
    "ON_TIME",
    "ApprovalLink",
    "Approvals",
    "BusinessHours",
    "ContentTerms",
    "InboxCategory",
    "InboxItem",
    "InboxKind",
    "InboxState",
    "LinkedPost",
    "MonthClose",
    "NativeMatch",
    "NativePost",
    "Post",
    "PostComment",
    "PostFile",
    "PostGoal",
    "PostMove",
    "PostState",
    "PostVersion",
    "Publication",
    "PublicationAttempt",
    "PublicationPlan",
    "PublicationState",
    "SpecialDay",
    "Stop",
    "StopScope",
    "TextWork",
]
