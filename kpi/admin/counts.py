"""What people count by hand: tallies of calls, counts by day."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from clients.admin.columns import column
from clients.admin.scoped import ClientFilter, ScopedAdmin, VisibleFilter
from kpi.models import CallTally, DayCount


class EnteredByHand:
    """Signed by whoever typed it in."""

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        parent: Any = super()
        if not change:
            obj.entered_by = request.user
        parent.save_model(request, obj, form, change)


@admin.register(CallTally)
class CallTallyAdmin(EnteredByHand, ScopedAdmin):
    list_display = ("community", "client", "period", "starts_on", "ends_on", "total", "evidence")
    list_filter = (ClientFilter, ("community", VisibleFilter), "period", "evidence")
    list_select_related = ("client", "community__profile")
    fields = ("community", ("period", "starts_on"), ("total", "evidence"), "signed")
    readonly_fields = ("signed",)

    @column(gettext_lazy("entered by"))
    def signed(self, tally: CallTally) -> str:
        return str(tally.entered_by or "—")


@admin.register(DayCount)
class DayCountAdmin(EnteredByHand, ScopedAdmin):
    list_display = ("day", "client", "metric", "total", "community", "entered_by")
    list_filter = (ClientFilter, "metric", ("community", VisibleFilter))
    list_select_related = ("client", "community__profile", "entered_by")
    fields = (("client", "community"), ("metric", "day"), "total")
