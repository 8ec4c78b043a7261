"""KPI targets, on the page of their version and with their months on their own."""

import datetime as dt
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Count
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminDecimalFieldWidget, UnfoldAdminIntegerFieldWidget

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
from strategy.models import KpiTarget, MonthlyTarget, PeriodKind
from strategy.models.target import SHARE_METRICS
from strategy.target_months import months_of, ramp, spread_quarters, step_of, write_months

# Short ways to give the months; one of them at a time.
WAYS = ("every_month", "every_quarter", "ramp_from")
TARGET_FIELDS = (
    ("metric", "community", "formula_code"), ("is_primary", "period"),
    ("every_month", "every_quarter"), ("ramp_from", "ramp_to"), "ramp_over",
    ("owner", "tolerance", "min_sample"), ("baseline_value", "baseline_on"), "reason",
)  # fmt: skip


def value_field(label: Any, help_text: Any = "") -> Any:
    """A value of a month or a quarter that need not be given."""
    return forms.DecimalField(
        label=label,
        required=False,
        min_value=0,
        max_digits=12,
        decimal_places=5,
        widget=UnfoldAdminDecimalFieldWidget(),
        help_text=help_text,
    )


class TargetForm(ScopedForm):
    """A target, and short ways to give its months: all alike, by quarters, or as a ramp."""

    every_month = value_field(
        gettext_lazy("Every month"),
        gettext_lazy("Sets all months of the period; change single ones on the target's page."),
    )
    every_quarter = value_field(
        gettext_lazy("Every quarter"),
        gettext_lazy("Of a target by quarter: the total, spread over its months by their days."),
    )
    ramp_from = value_field(gettext_lazy("From, in the first month"))
    ramp_to = value_field(
        gettext_lazy("To"), gettext_lazy("The months in between follow in a straight line.")
    )
    ramp_over = forms.IntegerField(
        label=gettext_lazy("Reached in month"),
        required=False,
        min_value=1,
        widget=UnfoldAdminIntegerFieldWidget(),
        help_text=gettext_lazy("From then on it stays. Empty: in the last month."),
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
        cleaned = super().clean()
        self._check_months(cleaned)
        return cleaned

    def _check_months(self, cleaned: dict[str, Any]) -> None:
        """Each refusal stands at one field; an error takes its field out of what is cleaned."""
        given = {name for name in (*WAYS, "ramp_to") if cleaned.get(name) is not None}
        ways = [name for name in WAYS if name in given]
        values = [cleaned[name] for name in given]
        if len(given & {"ramp_from", "ramp_to"}) == 1:
            self.add_error("ramp_to", _("A ramp has a beginning and an end: give both."))
        if "every_quarter" in given and cleaned.get("period") != PeriodKind.QUARTER:
            self.add_error(
                "every_quarter",
                _("A quarter's total is for a target by quarter: choose that, or give the months."),
            )
        if cleaned.get("metric") in SHARE_METRICS and max(values, default=0) > 1:
            self.add_error(
                "metric", _("Its values are shares: give them between 0 and 1, such as 0.03.")
            )
        if len(ways) > 1:
            self.add_error(
                ways[1], _("Give the months in one way: all alike, by quarter, or from … to ….")
            )

    def month_values(self) -> dict[dt.date, Decimal]:
        """What the short ways say of the months; empty where nothing was given."""
        target, given = self.instance, self.cleaned_data
        months, step = months_of(target), step_of(target.metric)
        if given.get("every_month") is not None:
            return dict.fromkeys(months, given["every_month"])
        if given.get("every_quarter") is not None:
            return spread_quarters(months, total=given["every_quarter"], step=step)
        if given.get("ramp_to") is not None:
            return ramp(
                months, first=given["ramp_from"], last=given["ramp_to"], step=step,
                over=given.get("ramp_over"),
            )  # fmt: skip
        return {}


def save_targets(formset: Any, *, by: Any) -> None:
    """What belongs to a target beside its fields: its months, and whose word the reason is."""
    for row in formset.forms:
        if not (row.is_valid() and row.instance.pk and row.has_changed()):
            continue
        keep_word(row.instance, by=by)
        write_months(row.instance, row.month_values())


def keep_word(target: KpiTarget, *, by: Any) -> None:
    """A reason that a director saves is that director's word."""
    if target.reason and target.reason_by is None and by.sees_all_clients:
        record_reason(target, reason=target.reason, by=by)


class TargetInline(FrozenInline, ScopedStacked):
    model = KpiTarget
    form = TargetForm
    fields = TARGET_FIELDS
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
    fields = ("version", *TARGET_FIELDS)
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
        if values := form.month_values():
            write_months(form.instance, values)
            messages.info(request, _("Every month of the period was set."))
