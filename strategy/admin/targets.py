"""KPI targets, on the page of their version and with their months on their own."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Count
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminDecimalFieldWidget

from clients.admin.columns import column
from clients.admin.scoped import (
    ClientFilter,
    ScopedAdmin,
    ScopedForm,
    ScopedStacked,
    ScopedTabular,
)
from strategy.admin.frozen import Frozen, FrozenInline
from strategy.approval import record_reason
from strategy.models import KpiTarget, MonthlyTarget
from strategy.periods import months_between


class TargetForm(ScopedForm):
    """A target, and the short way to give all its months the same value."""

    every_month = forms.DecimalField(
        label=gettext_lazy("Every month"),
        required=False,
        min_value=0,
        max_digits=12,
        decimal_places=5,
        widget=UnfoldAdminDecimalFieldWidget(),
        help_text=gettext_lazy(
            "Sets all months of the period; change single ones on the target's page."
        ),
    )

    class Meta:
        model = KpiTarget
        fields = (
            "metric", "community", "is_primary", "formula_code", "period", "owner", "tolerance",
            "min_sample", "baseline_value", "baseline_on", "reason",
        )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """A director's name never stands below a reason that somebody wrote afterwards, nor a
        count of measured days beside a value that somebody typed."""
        if {"metric", "reason"} & set(self.changed_data):
            self.instance.reason_by = None
        if "baseline_value" in self.changed_data:
            # From now on it is what a person says: it was not measured.
            self.instance.baseline_days = None
        return super().clean()


def set_every_month(target: KpiTarget, value: Any) -> None:
    """The same value for each month of the version's period."""
    for month in months_between(target.version.starts_on, target.version.ends_on):
        MonthlyTarget.objects.update_or_create(
            target=target, month=month, defaults={"value": value, "client_id": target.client_id}
        )


def save_targets(formset: Any, *, by: Any) -> None:
    """What belongs to a target beside its fields: its months, and whose word the reason is."""
    for row in formset.forms:
        if not (row.is_valid() and row.instance.pk and row.has_changed()):
            continue
        keep_word(row.instance, by=by)
        value = row.cleaned_data.get("every_month")
        if value is not None:
            set_every_month(row.instance, value)


def keep_word(target: KpiTarget, *, by: Any) -> None:
    """A reason that a director saves is that director's word."""
    if target.reason and target.reason_by is None and by.sees_all_clients:
        record_reason(target, reason=target.reason, by=by)


class TargetInline(FrozenInline, ScopedStacked):
    model = KpiTarget
    form = TargetForm
    fields = (
        ("metric", "community", "formula_code"), ("is_primary", "every_month", "period"),
        ("owner", "tolerance", "min_sample"), ("baseline_value", "baseline_on"), "reason",
    )  # fmt: skip
    show_change_link = True


class MonthInline(FrozenInline, ScopedTabular):
    model = MonthlyTarget
    fields = ("month", "value")
    tab = False


@admin.register(KpiTarget)
class KpiTargetAdmin(Frozen, ScopedAdmin):
    """Months of one target; it is reached from its version."""

    form = TargetForm
    ordering = ("client__name", "version", "-is_primary", "metric")
    list_display = ("metric", "client", "version", "community", "is_primary", "months_count")
    list_filter = (ClientFilter, "metric", "is_primary", "version__state")
    fields = (
        "version", ("metric", "community", "formula_code"), ("is_primary", "every_month", "period"),
        ("owner", "tolerance", "min_sample"), ("baseline_value", "baseline_on"), "reason",
    )  # fmt: skip
    readonly_fields = ("version",)
    inlines = (MonthInline,)

    def get_queryset(self, request: HttpRequest) -> Any:
        related = ("client", "version__client", "community__profile")
        rows = super().get_queryset(request).select_related(*related)
        return rows.annotate(months_count=Count("months"))

    @column(gettext_lazy("months"), ordering="months_count")
    def months_count(self, target: Any) -> int:
        return int(target.months_count)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A target is added on the page of its version."""
        return False

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        keep_word(form.instance, by=request.user)
        value = form.cleaned_data.get("every_month")
        if value is not None:
            set_every_month(form.instance, value)
            messages.info(request, _("Every month of the period was set."))
