"""What people count by hand: tallies of calls, counts by day; and where numbers were shown."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from clients.admin.columns import column
from clients.admin.scoped import ClientFilter, ScopedAdmin, VisibleFilter
from clients.admin.tracking import TrackingNumberAdmin
from clients.models import TrackingNumber
from kpi.attribution import attribute_again
from kpi.models import CallTally, DayCount, NumberPlacement


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


admin.site.unregister(TrackingNumber)


@admin.register(TrackingNumber)
class TrackingNumberPage(TrackingNumberAdmin):
    """A number that is entered or corrected decides anew where its calls came from."""

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        attribute_again(obj)


@admin.register(NumberPlacement)
class NumberPlacementAdmin(ScopedAdmin):
    """Moving a number decides anew where its calls came from."""

    list_display = ("number", "client", "community", "campaign", "starts_on", "ends_on")
    list_filter = (ClientFilter, ("community", VisibleFilter), ("campaign", VisibleFilter))
    list_select_related = ("client", "number", "community__profile", "campaign")
    search_fields = ("number__number", "client__name")
    fields = ("number", ("community", "campaign"), ("starts_on", "ends_on"))

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        former = TrackingNumber.objects.filter(pk=form.initial.get("number")).first()
        super().save_model(request, obj, form, change)
        attribute_again(obj.number)
        if former and former != obj.number:
            attribute_again(former)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        number = obj.number
        super().delete_model(request, obj)
        attribute_again(number)
