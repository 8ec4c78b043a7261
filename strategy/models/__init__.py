"""What the work aims at: versions of the strategy with all that is agreed in them."""

from strategy.models.audience import Positioning, Segment
from strategy.models.competitor import Competitor, CompetitorAnalysis, CompetitorProfile
from strategy.models.content_plan import (
    CommunityRhythm,
    ContentRules,
    ContentSource,
    GridCell,
    PostFormat,
    Rubric,
)
from strategy.models.document import VersionDocument
from strategy.models.goal import Goal, GoalLevel, GoalTask
from strategy.models.media_plan import BudgetLine, Channel
from strategy.models.section import SectionKind, SectionState, StrategySection
from strategy.models.target import (
    Direction,
    FormulaCode,
    KpiTarget,
    Metric,
    MonthlyTarget,
    PeriodKind,
    TargetOwner,
)
from strategy.models.version import ApprovalChannel, StrategyVersion, VersionState

__all__ = [
    "ApprovalChannel",
    "BudgetLine",
    "Channel",
    "CommunityRhythm",
    "Competitor",
    "CompetitorAnalysis",
    "CompetitorProfile",
    "ContentRules",
    "ContentSource",
    "Direction",
    "FormulaCode",
    "Goal",
    "GoalLevel",
    "GoalTask",
    "GridCell",
    "KpiTarget",
    "Metric",
    "MonthlyTarget",
    "PeriodKind",
    "Positioning",
    "PostFormat",
    "Rubric",
    "SectionKind",
    "SectionState",
    "Segment",
    "StrategySection",
    "StrategyVersion",
    "TargetOwner",
    "VersionDocument",
    "VersionState",
]
