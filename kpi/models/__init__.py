"""What is measured: calls, growth, ER; what follows: evaluations, flags, decisions."""

from kpi.models.alarms import AlarmChart, AlarmSettings, Event, RobustChart
from kpi.models.call_backs import CallRuleChange, OutgoingCall, TestCall
from kpi.models.callers import Caller, Unmasking
from kpi.models.calls import PROVEN, Call, CallStatus, Confidence, Evidence
from kpi.models.counts import DayCount
from kpi.models.file_imports import ColumnMapping, FileImport, FileKind
from kpi.models.flags import (
    CauseRule,
    Decision,
    DecisionKind,
    EffectCheck,
    Evaluation,
    Flag,
    FlagCause,
    FlagKind,
    FlagState,
    Light,
)
from kpi.models.numbers import NumberPlacement
from kpi.models.promotion import Deal, PromotionAssessment
from kpi.models.report import (
    Report,
    ReportDelivery,
    ReportRecipient,
    ReportSettings,
    ReportState,
)
from kpi.models.reviews import KpiReview
from kpi.models.snapshots import (
    PostSnapshot,
    ProfileSnapshot,
    Reading,
    SnapshotCadence,
    SnapshotCorrection,
    SnapshotRetention,
)
from kpi.models.tallies import CallTally, TallyPeriod
from kpi.models.webhooks import CallConnection, CallImport, CallPull, RawCallEvent, RawRequest

__all__ = [
    "PROVEN",
    "AlarmChart",
    "AlarmSettings",
    "Call",
    "CallConnection",
    "CallImport",
    "CallPull",
    "CallRuleChange",
    "CallStatus",
    "CallTally",
    "Caller",
    "CauseRule",
    "ColumnMapping",
    "Confidence",
    "DayCount",
    "Deal",
    "Decision",
    "DecisionKind",
    "EffectCheck",
    "Evaluation",
    "Event",
    "Evidence",
    "FileImport",
    "FileKind",
    "Flag",
    "FlagCause",
    "FlagKind",
    "FlagState",
    "KpiReview",
    "Light",
    "NumberPlacement",
    "OutgoingCall",
    "PostSnapshot",
    "ProfileSnapshot",
    "PromotionAssessment",
    "RawCallEvent",
    "RawRequest",
    "Reading",
    "Report",
    "ReportDelivery",
    "ReportRecipient",
    "ReportSettings",
    "ReportState",
    "RobustChart",
    "SnapshotCadence",
    "SnapshotCorrection",
    "SnapshotRetention",
    "TallyPeriod",
    "TestCall",
    "Unmasking",
]
