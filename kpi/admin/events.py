"""What moves the numbers and is not the strategy; and how many false alarms are accepted."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from clients.admin.columns import column
from clients.admin.scoped import ClientFilter, ScopedAdmin, VisibleFilter
from kpi.alarm_charts import agency_run_length
from kpi.flag_sentence import rarity_of
from kpi.models import AlarmSettings, Event
from strategy.models import KpiTarget, StrategyVersion


@admin.register(Event)
class EventAdmin(ScopedAdmin):
    """Signed by whoever records it."""

    list_display = (
        "title", "client", "kind", "starts_on", "ends_on", "community", "is_excluded",
        "is_published",
    )  # fmt: skip
    list_filter = (ClientFilter, "kind", "is_excluded", ("community", VisibleFilter))
    list_select_related = ("client", "community__profile")
    search_fields = ("title", "client__name")
    fields = (
        ("client", "community"), ("kind", "title"), ("starts_on", "ends_on"),
        ("is_excluded", "is_published"), "note", "signed",
    )  # fmt: skip
    readonly_fields = ("signed",)

    @column(gettext_lazy("recorded by"))
    def signed(self, event: Event) -> str:
        return str(event.recorded_by or "—")

    def save_model(self, request: HttpRequest, obj: Event, form: Any, change: bool) -> None:
        if not change:
            user: Any = request.user
            obj.recorded_by = user
        super().save_model(request, obj, form, change)


@admin.register(AlarmSettings)
class AlarmSettingsAdmin(ScopedAdmin):
    """One row, which is always there; what follows from it stands beside it."""

    list_display = ("__str__", "false_alarms_a_month", "follows")
    fields = ("false_alarms_a_month", "follows")
    readonly_fields = ("follows",)

    @column(gettext_lazy("what follows"))
    def follows(self, settings: AlarmSettings) -> str:
        today = timezone.localdate()
        running = StrategyVersion.objects.running(on=today)
        charts = KpiTarget.objects.filter(version__in=running).count()
        said = ngettext("%(charts)d target is judged", "%(charts)d targets are judged", charts)
        length = rarity_of(agency_run_length(on=today))
        return " ".join(
            (
                said % {"charts": charts} + ";",
                _("each alarms by chance about once in %(length)s.") % {"length": length},
                _("A change counts from the next month on, and at once for new targets."),
            )
        )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
