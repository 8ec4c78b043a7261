"""Staff's door to strategies and competitors."""

import datetime as dt
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db import models
from django.db.models import Count, Max
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.enums import ActionVariant
from unfold.widgets import UnfoldAdminDecimalFieldWidget

from clients.admin.columns import button, column
from clients.admin.form_page import Step, date_field, page_of, posted, text_field
from clients.admin.scoped import (
    ClientFilter,
    ScopedAdmin,
    ScopedForm,
    ScopedStacked,
    ScopedTabular,
    allows,
)
from strategy.approval import approve
from strategy.models import (
    Competitor,
    CompetitorAnalysis,
    CompetitorProfile,
    Goal,
    KpiTarget,
    MonthlyTarget,
    StrategyVersion,
    VersionState,
)
from strategy.periods import months_between
from strategy.versions import create_draft, next_version

STATE_COLOURS = {
    VersionState.DRAFT: "info",
    VersionState.APPROVED: "success",
    VersionState.SUPERSEDED: "warning",
}


def version_of(row: Any) -> Any:
    """The version that a row of a strategy hangs on."""
    return row.version if isinstance(row, KpiTarget | Goal) else row


class Frozen:
    """What was approved is looked at; only a draft is changed."""

    def is_open(self, request: HttpRequest, obj: Any) -> bool:
        me: Any = self
        row = me.row_of(request, obj)
        return row is None or version_of(row).state == VersionState.DRAFT

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        parent: Any = super()
        # Only inlines are asked about a parent.
        allowed = parent.has_add_permission(request, *([obj] if obj is not None else []))
        return bool(allowed and self.is_open(request, obj))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        parent: Any = super()
        return bool(parent.has_change_permission(request, obj) and self.is_open(request, obj))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        parent: Any = super()
        return bool(parent.has_delete_permission(request, obj) and self.is_open(request, obj))


class FrozenInline(Frozen):
    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        parent: Any = super(Frozen, self)
        return bool(parent.has_add_permission(request, obj) and self.is_open(request, obj))


class TargetForm(ScopedForm):
    """A target, and the short way to give all its months the same value."""

    every_month = forms.DecimalField(
        label=gettext_lazy("every month"),
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
        fields = ("metric", "community", "is_primary", "formula_code", "reason")

    def clean(self) -> dict[str, Any]:
        """A director's name never stands below a reason that somebody wrote afterwards."""
        if {"metric", "reason"} & set(self.changed_data):
            self.instance.reason_by = None
        return super().clean()


def set_every_month(target: KpiTarget, value: Any) -> None:
    """The same value for each month of the version's period."""
    for month in months_between(target.version.starts_on, target.version.ends_on):
        MonthlyTarget.objects.update_or_create(
            target=target, month=month, defaults={"value": value, "client_id": target.client_id}
        )


class TargetInline(FrozenInline, ScopedStacked):
    model = KpiTarget
    form = TargetForm
    fields = (
        ("metric", "community", "formula_code"), ("is_primary", "every_month"), "reason",
    )  # fmt: skip
    show_change_link = True


class GoalInline(FrozenInline, ScopedTabular):
    model = Goal
    fields = ("text", "measure")


class NextVersionForm(forms.Form):
    starts_on = date_field(gettext_lazy("From"))
    ends_on = date_field(
        gettext_lazy("To"),
        required=False,
        help_text=gettext_lazy("Empty: to the end of this version."),
    )
    cause = text_field(gettext_lazy("Why it is made"), max_length=300, required=False)


class VersionForm(ScopedForm):
    def _get_validation_exclusions(self) -> set[str]:
        # The rule that versions never overlap reads the state, which the form does not have;
        # Django cannot check a rule whose condition names a field that it leaves out.
        exclusions: set[str] = super()._get_validation_exclusions()  # type: ignore[misc] # not in the stubs
        return exclusions - {"state"}


@admin.register(StrategyVersion)
class StrategyVersionAdmin(Frozen, ScopedAdmin):
    form = VersionForm
    named_by = ("client",)
    ordering = ("client__name", "-number")
    list_display = ("name", "client", "state_label", "starts_on", "ends_on", "targets_count")
    list_filter = (ClientFilter, "state")
    list_select_related = ("client",)
    search_fields = ("title", "client__name")
    fields = (
        ("client", "engagement"), "title", "summary", ("starts_on", "ends_on"), "cause",
        ("state", "approved_at", "approved_by"),
    )  # fmt: skip
    readonly_fields = ("state", "approved_at", "approved_by")
    inlines = (TargetInline, GoalInline)
    actions_detail = ("approve_version", "start_next_version")

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).annotate(targets_count=Count("targets"))

    @column(gettext_lazy("version"), ordering="number")
    def name(self, version: StrategyVersion) -> str:
        return f"v{version.number} · {version.title}"

    @column(gettext_lazy("state"), ordering="state", label=STATE_COLOURS)
    def state_label(self, version: StrategyVersion) -> tuple[str, str]:
        return version.state, version.get_state_display()

    @column(gettext_lazy("targets"), ordering="targets_count")
    def targets_count(self, version: Any) -> int:
        return int(version.targets_count)

    def has_approve_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return obj is None or self.has_change_permission(request, obj)

    def has_continue_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        row = self.row_of(request, obj)
        is_approved = row is None or row.state == VersionState.APPROVED
        return is_approved and allows(request, self.right("add"), row)

    def save_model(
        self, request: HttpRequest, obj: StrategyVersion, form: Any, change: bool
    ) -> None:
        if change:
            super().save_model(request, obj, form, change)
            return
        draft = create_draft(
            obj.client,
            engagement=obj.engagement,
            title=obj.title,
            summary=obj.summary,
            starts_on=obj.starts_on,
            ends_on=obj.ends_on,
            cause=obj.cause,
        )
        # The form's row goes on as the one that was numbered under the lock.
        obj.__dict__.update(draft.__dict__)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        super().save_formset(request, form, formset, change)
        if formset.model is not KpiTarget:
            return
        for row in formset.forms:
            value = row.cleaned_data.get("every_month") if row.is_valid() else None
            if value is not None and row.instance.pk:
                set_every_month(row.instance, value)

    @button(
        gettext_lazy("Approve"),
        path="approve",
        icon="verified",
        permissions=["approve"],
        variant=ActionVariant.PRIMARY,
    )
    def approve_version(self, request: HttpRequest, object_id: str) -> HttpResponse:
        version = self.version_or_404(request, object_id)

        def do(data: dict[str, Any]) -> str:
            approve(version, by=request.user, on=version.client.today())  # type: ignore[arg-type] # staff
            return _("Version %(number)s is approved and rules from %(day)s.") % {
                "number": version.number,
                "day": version.starts_on,
            }

        return Step(
            self,
            request,
            version,
            title=_("Approve the strategy"),
            submit=_("Approve"),
            explanation=_(
                "An approved version never changes: corrections are made in the next one. The"
                " version that stood before ends the day before this one starts."
            ),
            form=forms.Form(posted(request)),
            do=do,
        ).respond()

    @button(
        gettext_lazy("Start the next version"),
        path="next",
        icon="fork_right",
        permissions=["continue"],
    )
    def start_next_version(self, request: HttpRequest, object_id: str) -> HttpResponse:
        version = self.version_or_404(request, object_id)
        tomorrow = version.client.today() + dt.timedelta(days=1)

        def do(data: dict[str, Any]) -> str:
            draft = next_version(version, by=request.user, **data)  # type: ignore[arg-type] # staff
            step.back = page_of(draft)
            return _("Draft %(number)s is made from this version.") % {"number": draft.number}

        step = Step(
            self,
            request,
            version,
            title=_("Start the next version"),
            submit=_("Make the draft"),
            explanation=_("Goals, targets and the months still to come are copied."),
            form=NextVersionForm(posted(request), initial={"starts_on": tomorrow}),
            do=do,
        )
        return step.respond()

    def version_or_404(self, request: HttpRequest, object_id: str) -> StrategyVersion:
        version: StrategyVersion | None = self.get_object(request, object_id)
        if version is None:
            raise Http404
        return version


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
        "version", ("metric", "community", "formula_code"), ("is_primary", "every_month"), "reason",
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
        value = form.cleaned_data.get("every_month")
        if value is not None:
            set_every_month(form.instance, value)
            messages.info(request, _("Every month of the period was set."))


class AnalysisInline(ScopedStacked):
    model = CompetitorAnalysis
    fields = (("analysed_on", "analysed_by"), ("strengths", "weaknesses"), "idea")
    tab = False

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("analysed_by")


class CompetitorProfileInline(ScopedTabular):
    model = CompetitorProfile
    fields = ("profile",)
    tab = False


@admin.register(Competitor)
class CompetitorAdmin(ScopedAdmin):
    ordering = ("client__name", "name")
    list_display = ("name", "client", "kind", "site", "last_analysed")
    list_filter = (ClientFilter, "kind")
    list_select_related = ("client",)
    search_fields = ("name", "client__name")
    fields = (("client", "name"), ("kind", "site"))
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}
    inlines = (AnalysisInline, CompetitorProfileInline)

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).annotate(last_analysed=Max("analyses__analysed_on"))

    @column(gettext_lazy("last analysed"), ordering="last_analysed")
    def last_analysed(self, competitor: Any) -> Any:
        return competitor.last_analysed
