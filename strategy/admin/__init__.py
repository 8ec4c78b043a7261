"""Staff's door to strategies and competitors."""

from strategy.admin.competitors import CompetitorAdmin
from strategy.admin.goals import GoalAdmin
from strategy.admin.targets import KpiTargetAdmin
from strategy.admin.versions import StrategyVersionAdmin

__all__ = ["CompetitorAdmin", "GoalAdmin", "KpiTargetAdmin", "StrategyVersionAdmin"]
