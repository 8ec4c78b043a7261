"""The page of a strategy version with what upper floors know and can do."""

from typing import Any

from django.contrib import admin

from clients.admin.form_page import page_of
from kpi.version_causes import causes_of
from smm_agency.admin.planning_steps import PlanningSteps
from smm_agency.admin.printing_steps import PrintingSteps
from smm_agency.admin.target_sights import ShowsSights
from strategy.admin import StrategyVersionAdmin
from strategy.models import StrategyVersion

admin.site.unregister(StrategyVersion)


@admin.register(StrategyVersion)
class StrategyVersionPage(ShowsSights, PrintingSteps, PlanningSteps, StrategyVersionAdmin):
    actions_detail: Any = (
        *StrategyVersionAdmin.actions_detail,
        *PrintingSteps.printing_buttons,
        PlanningSteps.planning_menu,
    )

    def causes(self, version: StrategyVersion) -> list[tuple[str, str]]:
        return [(page_of(cause.row), cause.words) for cause in causes_of(version)]
