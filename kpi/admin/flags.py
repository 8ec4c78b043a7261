"""What the numbers say: evaluations, flags with their evidence, decisions."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy
from unfold.paginator import InfinitePaginator

from clients.admin.columns import column
from clients.admin.scoped import ClientFilter, ReadOnly, ScopedAdmin
from kpi.models import Decision, Evaluation, Flag, FlagState, Light

LIGHT_COLOURS = {
    Light.GREEN: "success",
    Light.AMBER: "warning",
    Light.RED: "danger",
    Light.GREY: "",
}
STATE_COLOURS = {
    FlagState.OPEN: "danger",
    FlagState.ACKNOWLEDGED: "warning",
    FlagState.DECIDED: "info",
    FlagState.CLOSED: "success",
}


@admin.register(Evaluation)
class EvaluationAdmin(ReadOnly, ScopedAdmin):
    paginator = InfinitePaginator
    list_display = ("day", "client", "target", "light_label", "actual", "expected", "target_value")
    list_filter = (ClientFilter, "light", "target__metric")
    list_select_related = ("client", "target")

    @column(gettext_lazy("light"), ordering="light", label=LIGHT_COLOURS)
    def light_label(self, row: Evaluation) -> tuple[str, str]:
        return row.light, row.get_light_display()


@admin.register(Flag)
class FlagAdmin(ReadOnly, ScopedAdmin):
    list_display = ("opened_on", "client", "kind", "severity", "state")
    list_filter = (ClientFilter, "kind", "state", "severity")
    list_select_related = ("client", "target")


@admin.register(Decision)
class DecisionAdmin(ReadOnly, ScopedAdmin):
    list_display = ("decided_on", "client", "kind", "is_published", "decided_by", "check_on")
    list_filter = (ClientFilter, "kind", "is_published")
    list_select_related = ("client", "decided_by", "flag__client")

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("flag__client")
