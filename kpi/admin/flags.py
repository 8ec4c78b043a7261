"""What the numbers say: evaluations, and flags with their evidence."""

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Prefetch, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from unfold.enums import ActionVariant
from unfold.paginator import InfinitePaginator

from clients.admin.columns import button, column
from clients.admin.filters import DefaultFilter
from clients.admin.form_page import (
    Step,
    date_field,
    page_of,
    posted,
    select_field,
    switch_field,
    text_field,
)
from clients.admin.scoped import ClientFilter, ReadOnly, ScopedAdmin, ShowsBeside, allows
from clients.models import Block
from kpi.admin.evidence import comparison, lines, plot_of, series_of
from kpi.admin.quality import quality_page
from kpi.chart_events import read_chart_events
from kpi.decisions import CHECK_DAYS, decide
from kpi.diagnosis.causes import describe_cause, diagnosis_of
from kpi.flag_sentence import others_of, sentence_of
from kpi.flags import acknowledge
from kpi.models import (
    DecisionKind,
    Evaluation,
    Event,
    Flag,
    FlagCause,
    FlagKind,
    FlagState,
    Light,
)
from kpi.models.flags import LIVE_STATES
from kpi.rules import GREY_REASONS
from smm_agency.lib.charts import Plot
from smm_agency.lib.words import as_count, as_share
from strategy.metric_words import write_value
from strategy.models import KpiTarget

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


def codes_of(target: KpiTarget | None) -> list[str]:
    """Of the words that explain its metric."""
    return [target.formula_code or target.metric] if target else []


def value_of(row: Evaluation, value: Decimal | None) -> str:
    return write_value(row.target.metric, value, currency=row.client.currency)


@admin.register(Evaluation)
class EvaluationAdmin(ReadOnly, ShowsBeside, ScopedAdmin):
    change_form_after_template = "admin/kpi/explained.html"
    paginator = InfinitePaginator
    list_display = (
        "day", "client", "target", "light_label", "actual_text", "expected_text", "target_text",
        "forecast", "measured", "why",
    )  # fmt: skip
    list_filter = (ClientFilter, "light", "target__metric")
    list_select_related = ("client", "target")
    fields = (
        ("client", "target"), ("day", "light"),
        ("actual_text", "expected_text", "target_text"), ("forecast", "measured"),
        ("rule", "statistic", "threshold"), "why",
        "evidence_text", "evaluated_at",
    )  # fmt: skip
    readonly_fields = (
        "actual_text", "expected_text", "target_text", "forecast", "measured", "why",
        "evidence_text",
    )  # fmt: skip

    def beside(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        return {"help_codes": codes_of(row.target)}

    @column(gettext_lazy("light"), ordering="light", label=LIGHT_COLOURS)
    def light_label(self, row: Evaluation) -> tuple[str, str]:
        return row.light, row.get_light_display()

    @column(gettext_lazy("actual"))
    def actual_text(self, row: Evaluation) -> str:
        return value_of(row, row.actual)

    @column(gettext_lazy("expected by now"))
    def expected_text(self, row: Evaluation) -> str:
        return value_of(row, row.expected)

    @column(gettext_lazy("target of the month"))
    def target_text(self, row: Evaluation) -> str:
        return value_of(row, row.target_value)

    @column(gettext_lazy("forecast: chance of the target"))
    def forecast(self, row: Evaluation) -> str:
        """With the month's total, 80 % between; not an alarm."""
        if row.chance is None:
            return "—"
        low, high = as_count(row.forecast_low), as_count(row.forecast_high)
        return f"{as_share(round(row.chance, 2))} ({low} – {high})"

    @column(gettext_lazy("days measured"))
    def measured(self, row: Evaluation) -> str:
        return f"{row.measured_days} / {row.days}"

    @column(gettext_lazy("why it cannot be said"))
    def why(self, row: Evaluation) -> str:
        return str(GREY_REASONS.get(row.reason, row.reason)) or "—"

    @column(gettext_lazy("evidence"))
    def evidence_text(self, row: Evaluation) -> str:
        found = lines(row.evidence, row.target.metric, currency=row.client.currency)
        return "; ".join(f"{line.name}: {line.opened}" for line in found) or "—"


class WaitingFilter(DefaultFilter):
    """Flags that wait for somebody unless the past is asked for."""

    title = gettext_lazy("state")
    parameter_name = "state"
    default_title = gettext_lazy("Waiting for somebody")

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("all", _("All")), *FlagState.choices]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        value = self.value()
        if value == "all":
            return queryset
        return queryset.filter(state=value) if value else queryset.filter(state__in=LIVE_STATES)


class DecisionForm(forms.Form):
    kind = select_field(gettext_lazy("Decision"), choices=DecisionKind.choices)
    reason = text_field(
        gettext_lazy("Reason"),
        rows=4,
        help_text=gettext_lazy("For the agency; the client never sees it."),
    )
    block = select_field(
        gettext_lazy("Block to correct"),
        required=False,
        choices=[("", "—"), *Block.choices],
        help_text=gettext_lazy("Where the work is corrected and the strategy stays."),
    )
    tasks = text_field(
        gettext_lazy("What is to be done"),
        rows=3,
        required=False,
        help_text=gettext_lazy("A task on each line: the agency's, or the client's on its side."),
    )
    due_on = date_field(gettext_lazy("To be done by"), required=False)
    check_on = date_field(
        gettext_lazy("Check the effect on"),
        help_text=gettext_lazy("And again 60 and 90 days after the decision."),
    )
    starts_on = date_field(
        gettext_lazy("The corrected strategy starts on"),
        required=False,
        help_text=gettext_lazy("Only where the strategy is corrected; empty: tomorrow."),
    )
    client_text = text_field(
        gettext_lazy("Text for the client"),
        rows=4,
        required=False,
        help_text=gettext_lazy("What the client reads in the portal once it is published."),
    )
    publish = switch_field(gettext_lazy("Publish to the client"))


def events_of(flag: Flag) -> Iterable[Event]:
    """Those that touch the flag's place; a flag of the whole client shows all of them."""
    place = flag.cause_key.rpartition(":")[2]
    events = Event.objects.filter(client=flag.client_id)
    if place.isdecimal():
        events = events.filter(Q(community=None) | Q(community=int(place)))
    return events.order_by("starts_on", "pk")


def chart_of(flag: Flag) -> Plot | None:
    """What came day by day beside what was expected; None without a series."""
    series = series_of(flag.evidence)
    if not series:
        return None
    first, last = series[0][0], series[-1][0]
    happened = read_chart_events(flag.client, first, last, published_only=False)
    touching = happened._replace(events=list(events_of(flag)))
    return plot_of(series, touching, metric=metric_of(flag))


def metric_of(flag: Flag) -> str:
    return flag.target.metric if flag.target else ""


@admin.register(Flag)
class FlagAdmin(ReadOnly, ShowsBeside, ScopedAdmin):
    named_by = ("client",)
    list_display = (
        "severity_label", "client", "subject", "sentence", "causes_text", "age", "state_label",
        "block", "side", "opened_on", "last_seen_on",
    )  # fmt: skip
    list_display_links = ("severity_label", "subject")
    list_filter = (ClientFilter, WaitingFilter, "kind", "severity", "block", "side")
    list_select_related = ("client", "target")
    fields = (
        "sentence", "diagnosis", ("client", "subject"), ("severity", "state"),
        ("opened_on", "last_seen_on"),
    )  # fmt: skip
    readonly_fields = ("sentence", "diagnosis", "severity", "state", "subject")
    change_form_after_template = "admin/kpi/flag.html"
    actions_list = ("quality",)
    actions_detail = ("acknowledge_flag", "decide_about")

    def get_queryset(self, request: HttpRequest) -> Any:
        causes = Prefetch("causes", queryset=FlagCause.objects.order_by("pk"))
        return super().get_queryset(request).prefetch_related(causes)

    @column(gettext_lazy("light"), ordering="severity", label=LIGHT_COLOURS)
    def severity_label(self, flag: Flag) -> tuple[str, str]:
        return flag.severity, flag.get_severity_display()

    @column(gettext_lazy("state"), ordering="state", label=STATE_COLOURS)
    def state_label(self, flag: Flag) -> tuple[str, str]:
        return flag.state, flag.get_state_display()

    @column(gettext_lazy("about"))
    def subject(self, flag: Flag) -> str:
        if flag.kind == FlagKind.DATA or flag.target is None:
            return str(flag.get_kind_display())
        return str(flag.target.get_metric_display())

    @column(gettext_lazy("what it says"))
    def sentence(self, flag: Flag) -> str:
        return sentence_of(flag)

    @column(gettext_lazy("to be corrected"))
    def diagnosis(self, flag: Flag) -> str:
        return diagnosis_of(flag)

    @column(gettext_lazy("likely causes"))
    def causes_text(self, flag: Flag) -> str:
        return " ".join(describe_cause(cause) for cause in flag.causes.all()) or "—"

    @column(gettext_lazy("age"), ordering="-opened_on")
    def age(self, flag: Flag) -> str:
        days = max(0, flag.age_days(on=timezone.localdate()))
        return ngettext("%(days)d day", "%(days)d days", days) % {"days": days}

    def beside(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        """What the page shows above the form."""
        flag: Flag = row
        decision = getattr(flag, "decision", None)
        return {
            "evidence": comparison(flag.evidence, metric_of(flag), currency=flag.client.currency),
            "help_codes": codes_of(flag.target),
            "chart": chart_of(flag),
            "causes": [
                {"text": describe_cause(cause), "side": cause.get_side_display()}
                for cause in flag.causes.all()
            ],
            "others": others_of(flag),
            "decision": decision,
            "decision_url": page_of(decision) if decision else "",
            "closed": flag.closed_at,
        }

    def has_acknowledge_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        row = self.row_of(request, obj)
        is_open = row is None or row.state == FlagState.OPEN
        return is_open and allows(request, "kpi.change_flag", row)

    def has_decide_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        row = self.row_of(request, obj)
        is_live = row is None or row.state in LIVE_STATES
        return is_live and allows(request, "kpi.add_decision", row)

    def flag_or_404(self, request: HttpRequest, object_id: str) -> Flag:
        flag: Flag | None = self.get_object(request, object_id)
        if flag is None:
            raise Http404
        return flag

    @button(
        gettext_lazy("How good our flags are"),
        path="quality",
        icon="verified",
        permissions=["view"],
    )
    def quality(self, request: HttpRequest) -> HttpResponse:
        return quality_page(self, request)

    @button(
        gettext_lazy("Acknowledge"),
        path="acknowledge",
        icon="done",
        permissions=["view", "acknowledge"],
    )
    def acknowledge_flag(self, request: HttpRequest, object_id: str) -> HttpResponse:
        flag = self.flag_or_404(request, object_id)
        user: Any = request.user

        def do(data: dict[str, Any]) -> str:
            acknowledge(flag, by=user)
            return _("The flag is acknowledged: a decision is still to come.")

        return Step(
            self,
            request,
            flag,
            title=_("Acknowledge the flag"),
            submit=_("I have seen it"),
            explanation=_("It stays on the dashboard until somebody decides."),
            form=forms.Form(posted(request)),
            do=do,
        ).respond()

    @button(
        gettext_lazy("Decide"),
        path="decide",
        icon="gavel",
        permissions=["view", "decide"],
        variant=ActionVariant.PRIMARY,
    )
    def decide_about(self, request: HttpRequest, object_id: str) -> HttpResponse:
        flag = self.flag_or_404(request, object_id)
        user: Any = request.user
        today = flag.client.today()

        def do(data: dict[str, Any]) -> str:
            decision = decide(flag, by=user, on=today, **data)
            if decision.next_version:
                step.back = page_of(decision.next_version)
                return _("Decided. Here is the draft of the corrected strategy.")
            if decision.kind == DecisionKind.DATA_ERROR:
                return _("Decided. The flag is closed.")
            return _("Decided. The effect is checked on %(day)s.") % {"day": decision.check_on}

        step = Step(
            self,
            request,
            flag,
            title=_("Decide about the flag"),
            submit=_("Decide"),
            explanation=" ".join(describe_cause(cause) for cause in flag.causes.all()),
            form=DecisionForm(
                posted(request),
                initial={"check_on": today + dt.timedelta(days=CHECK_DAYS), "block": flag.block},
            ),
            do=do,
        )
        return step.respond()
