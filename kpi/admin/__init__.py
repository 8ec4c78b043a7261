"""Staff's door to what is measured and what follows from it."""

from kpi.admin.call_records import CallRuleChangeAdmin, OutgoingCallAdmin
from kpi.admin.calls import CallAdmin, UnmaskingAdmin
from kpi.admin.causes import CauseRuleAdmin
from kpi.admin.connections import CallConnectionAdmin
from kpi.admin.counts import CallTallyAdmin, DayCountAdmin
from kpi.admin.deals import DealAdmin
from kpi.admin.decisions import DecisionAdmin
from kpi.admin.events import AlarmSettingsAdmin, EventAdmin
from kpi.admin.file_imports import ColumnMappingAdmin, FileImportAdmin
from kpi.admin.flags import EvaluationAdmin, FlagAdmin
from kpi.admin.imports import CallImportAdmin
from kpi.admin.number_checks import TestCallAdmin
from kpi.admin.numbers import NumberPlacementAdmin, TrackingNumberPage
from kpi.admin.promotion_assessments import PromotionAssessmentAdmin
from kpi.admin.raw_events import CallPullAdmin, RawCallEventAdmin, RawRequestAdmin
from kpi.admin.report_settings import ReportSettingsAdmin
from kpi.admin.reports import ReportAdmin
from kpi.admin.reviews import KpiReviewAdmin
from kpi.admin.snapshots import (
    PostSnapshotAdmin,
    ProfileSnapshotAdmin,
    SnapshotCadenceAdmin,
    SnapshotCorrectionAdmin,
    SnapshotRetentionAdmin,
)

__all__ = [
    "AlarmSettingsAdmin",
    "CallAdmin",
    "CallConnectionAdmin",
    "CallImportAdmin",
    "CallPullAdmin",
    "CallRuleChangeAdmin",
    "CallTallyAdmin",
    "CauseRuleAdmin",
    "ColumnMappingAdmin",
    "DayCountAdmin",
    "DealAdmin",
    "DecisionAdmin",
    "EvaluationAdmin",
    "EventAdmin",
    "FileImportAdmin",
    "FlagAdmin",
    "KpiReviewAdmin",
    "NumberPlacementAdmin",
    "OutgoingCallAdmin",
    "PostSnapshotAdmin",
    "ProfileSnapshotAdmin",
    "PromotionAssessmentAdmin",
    "RawCallEventAdmin",
    "RawRequestAdmin",
    "ReportAdmin",
    "ReportSettingsAdmin",
    "SnapshotCadenceAdmin",
    "SnapshotCorrectionAdmin",
    "SnapshotRetentionAdmin",
    "TestCallAdmin",
    "TrackingNumberPage",
    "UnmaskingAdmin",
]
