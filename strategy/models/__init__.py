"""What the work aims at: versions of the strategy, goals, competitors, KPI targets."""

from strategy.models.competitor import Competitor, CompetitorAnalysis, CompetitorProfile
from strategy.models.target import FormulaCode, KpiTarget, Metric, MonthlyTarget
from strategy.models.version import Goal, StrategyVersion, VersionState

__all__ = [
    "Competitor",
    "CompetitorAnalysis",
    "CompetitorProfile",
    "FormulaCode",
    "Goal",
    "KpiTarget",
    "Metric",
    "MonthlyTarget",
    "StrategyVersion",
    "VersionState",
]
