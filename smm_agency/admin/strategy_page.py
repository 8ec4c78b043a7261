"""The page of a strategy version with what upper floors know and can do."""

from django.contrib import admin

from smm_agency.admin.planning_steps import PlanningSteps
from strategy.admin import StrategyVersionAdmin
from strategy.models import StrategyVersion

admin.site.unregister(StrategyVersion)


@admin.register(StrategyVersion)
class StrategyVersionPage(PlanningSteps, StrategyVersionAdmin):
    actions_detail = (*StrategyVersionAdmin.actions_detail, *PlanningSteps.planning_buttons)
