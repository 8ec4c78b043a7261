"""When a client's people are answered, and how soon: hours, special days, targets, spikes."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from clients.admin.columns import column
from clients.admin.scoped import ClientFilter, ScopedAdmin
from content.models import BusinessHours, ReplyTarget, SpecialDay, SpikeRule
from content.models.hours import has_begun


@admin.register(BusinessHours)
class BusinessHoursAdmin(ScopedAdmin):
    """A version that is in force, or was, stays as it is: another one follows it."""

    named_by = ("client",)
    list_display = ("client", "starts_on", "week", "time_zone", "closed_on_holidays")
    list_filter = (ClientFilter,)
    list_select_related = ("client",)
    fields = (
        ("client", "starts_on"),
        ("time_zone", "closed_on_holidays"),
        *BusinessHours.FIELDS,
    )

    @column(gettext_lazy("hours"))
    def week(self, row: BusinessHours) -> str:
        """Days with the same hours together: `Mon–Fri 10:00–19:00; Sat 11:00–16:00`."""
        return row.in_words()

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        row = self.row_of(request, obj)
        return super().has_change_permission(request, row) and not has_begun(row)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        row = self.row_of(request, obj)
        return super().has_delete_permission(request, row) and not has_begun(row)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if not change:
            obj.created_by = request.user
        super().save_model(request, obj, form, change)


@admin.register(SpecialDay)
class SpecialDayAdmin(ScopedAdmin):
    list_display = ("day", "client", "shifts", "note")
    list_filter = (ClientFilter,)
    list_select_related = ("client",)
    fields = (("client", "day"), "shifts", "note")


@admin.register(ReplyTarget)
class ReplyTargetAdmin(ScopedAdmin):
    list_display = ("kind", "whose", "first_minutes", "closing_minutes")
    list_filter = (ClientFilter,)
    list_select_related = ("client",)
    ordering = ("client", "category")
    fields = ("client", "category", ("first_minutes", "closing_minutes"))

    def get_queryset(self, request: HttpRequest) -> Any:
        """The agency's own targets are read by everybody."""
        return ReplyTarget.objects.visible_to(request.user)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        row = self.row_of(request, obj)
        return super().has_change_permission(request, row) and self.may_touch(request, row)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        row = self.row_of(request, obj)
        return super().has_delete_permission(request, row) and self.may_touch(request, row)

    def may_touch(self, request: HttpRequest, row: ReplyTarget | None) -> bool:
        """The agency's own are a director's matter."""
        user: Any = request.user
        return row is None or row.client_id is not None or user.sees_all_clients

    def get_form(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        """Whoever may only touch their clients' has to name one."""
        form = super().get_form(request, obj, **kwargs)
        user: Any = request.user
        if "client" in form.base_fields and not user.sees_all_clients:
            form.base_fields["client"].required = True
        return form

    @column(gettext_lazy("what it is"), ordering="category")
    def kind(self, row: ReplyTarget) -> str:
        return str(row)

    @column(gettext_lazy("client"), ordering="client")
    def whose(self, row: ReplyTarget) -> str:
        return str(row.client or gettext_lazy("all clients"))


@admin.register(SpikeRule)
class SpikeRuleAdmin(ScopedAdmin):
    list_display = (
        "sensitivity", "window_minutes", "weeks", "floor", "chance", "cooldown_minutes",
    )  # fmt: skip
    fields = (
        "sensitivity", ("window_minutes", "weeks"), ("floor", "chance"), "cooldown_minutes",
    )  # fmt: skip
    readonly_fields = ("sensitivity",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
