"""What is measured: calls, growth, ER; what follows: evaluations, flags, decisions."""

from kpi.models.calls import (
    Call,
    Caller,
    CallStatus,
    CallTally,
    Evidence,
    NumberPlacement,
    TallyPeriod,
    Unmasking,
)
from kpi.models.counts import DayCount
from kpi.models.flags import (
    Decision,
    DecisionKind,
    Evaluation,
    Flag,
    FlagCause,
    FlagKind,
    FlagState,
    Light,
)
from kpi.models.snapshots import (
    PostSnapshot,
    ProfileSnapshot,
    Reading,
    SnapshotCorrection,
)
from kpi.models.webhooks import CallConnection, CallImport, RawCallEvent

__all__ = [
    "Call",
    "CallConnection",
    "CallImport",
    "CallStatus",
    "CallTally",
    "Caller",
    "DayCount",
    "Decision",
    "DecisionKind",
    "Evaluation",
    "Evidence",
    "Flag",
    "FlagCause",
    "FlagKind",
    "FlagState",
    "Light",
    "NumberPlacement",
    "PostSnapshot",
    "ProfileSnapshot",
    "RawCallEvent",
    "Reading",
    "SnapshotCorrection",
    "TallyPeriod",
    "Unmasking",
]
