from content.models.hours import BusinessHours, SpecialDay
from content.models.inbox import NEGATIVE, InboxCategory, InboxItem, InboxKind, InboxState
from content.models.native import MonthClose, NativePost
from content.models.native_match import NativeMatch
from content.models.plan import PublicationPlan
from content.models.post import (
    CLIENT_SEES,
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
    "CLIENT_SEES",
    "NEGATIVE",
    "ON_TIME",
    "Approvals",
    "BusinessHours",
    "ContentTerms",
    "InboxCategory",
    "InboxItem",
    "InboxKind",
    "InboxState",
    "MonthClose",
    "NativeMatch",
    "NativePost",
    "Post",
    "PostFile",
    "PostGoal",
    "PostMove",
    "PostState",
    "Publication",
    "PublicationAttempt",
    "PublicationPlan",
    "PublicationState",
    "SpecialDay",
    "Stop",
    "StopScope",
    "TextWork",
]
