"""The page of the reverse plan: compute, look at each step, then fill the strategy."""

from decimal import Decimal
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminDecimalFieldWidget, UnfoldAdminIntegerFieldWidget

from clients.admin.form_page import Step, posted, select_field
from kpi.plan_history import Known, PlanHistory, read_history
from smm_agency.lib.words import as_count, as_money
from strategy.models import Channel, KpiTarget, Metric, StrategyVersion
from strategy.models.target import CALL_METRICS
from strategy.plan_filling import fill_from_plan
from strategy.reverse_plan import ReversePlan, make_reverse_plan

FIGURES = ("deals", "call_to_deal", "calls_per_1000", "cpm")


def figure_field(label: Any, help_text: Any = "") -> Any:
    """Its borders are those of the arithmetic, which refuses with a sentence."""
    return forms.DecimalField(
        label=label,
        max_digits=12,
        decimal_places=4,
        widget=UnfoldAdminDecimalFieldWidget(),
        help_text=help_text,
    )


class ReversePlanForm(forms.Form):
    """Figures of a month, each with where it comes from; then where the money goes."""

    deals = figure_field(gettext_lazy("Deals a month"), gettext_lazy("As many as are wanted."))
    call_to_deal = figure_field(gettext_lazy("Share of calls that end in a deal"))
    calls_per_1000 = figure_field(gettext_lazy("Calls per 1,000 people reached"))
    cpm = figure_field(gettext_lazy("CPM: what it costs to reach 1,000 people"))
    channel = select_field(
        gettext_lazy("Channel of the media plan"), choices=Channel.choices, required=False
    )
    ramp_over = forms.IntegerField(
        label=gettext_lazy("Reached after so many months"),
        required=False,
        min_value=1,
        max_value=60,
        widget=UnfoldAdminIntegerFieldWidget(),
    )
    # What the person saw before filling: another result is looked at first.
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, history: PlanHistory, *args: Any, ramp_from: Decimal | None, **kwargs: Any
    ) -> None:
        known = {name: getattr(history, name, None) for name in FIGURES}
        kwargs["initial"] = {
            name: found.value for name, found in known.items() if isinstance(found, Known)
        } | {"channel": Channel.ADS}
        super().__init__(*args, **kwargs)
        for name, found in known.items():
            if isinstance(found, Known):
                self.fields[name].help_text = found.source
        self.fields["ramp_over"].help_text = (
            _("Empty: from the first month. Else the calls rise from %(count)s a month.")
            % {"count": as_count(ramp_from)}
            if ramp_from is not None
            else _("Empty: from the first month. There is no baseline to rise from.")
        )

    def figures(self) -> list[Any]:
        return [self[name] for name in FIGURES]

    def choices_of_filling(self) -> list[Any]:
        return [self["channel"], self["ramp_over"]]


def reverse_plan_page(
    model_admin: Any, request: HttpRequest, version: StrategyVersion
) -> HttpResponse:
    today = version.client.today()
    primary = version.targets.filter(is_primary=True).first()
    is_called = primary is not None and primary.metric in CALL_METRICS
    metric = primary.metric if primary and is_called else Metric.CALLS
    history = read_history(version.client, on=today, metric=metric)
    ramp_from = _ramp_from(primary if is_called else None, history)
    form = ReversePlanForm(history, posted(request), ramp_from=ramp_from)
    currency = version.engagement.currency if version.engagement else version.client.currency

    def do(data: dict[str, Any]) -> str | HttpResponse:
        plan = make_reverse_plan(**{name: data[name] for name in FIGURES})
        is_new = data["seen"] != mark_of(plan)
        if "fill" not in request.POST or is_new:
            return shown(plan, is_changed="fill" in request.POST)
        user: Any = request.user
        calls = fill_from_plan(
            version, plan, channel=data["channel"] or Channel.ADS, by=user, on=today,
            ramp_from=ramp_from, ramp_over=data["ramp_over"],
        )  # fmt: skip
        return _("The primary target and the media plan are filled: %(count)s months.") % {
            "count": len(calls)
        }

    def shown(plan: ReversePlan, *, is_changed: bool) -> HttpResponse:
        return step.render(plan=lines_of(plan, currency), mark=mark_of(plan), is_changed=is_changed)

    step = Step(
        model_admin,
        request,
        version,
        title=_("Reverse plan"),
        submit=_("Compute"),
        explanation=_(
            "From the deals that are wanted back to the calls, the people to reach and the money."
            " Nothing is written before you fill the strategy."
        ),
        form=form,
        do=do,
        template="admin/strategy/reverse_plan.html",
        context={
            "calls_now": as_count(history.calls_a_month.value),
            "calls_source": history.calls_a_month.source,
        },
    )
    response = step.respond()
    return keep_result(step, form, response, currency)


def keep_result(
    step: Step, form: ReversePlanForm, response: HttpResponse, currency: str
) -> HttpResponse:
    """Where filling is refused, the result stays on the page."""
    figures = getattr(form, "cleaned_data", {})
    is_refused = bool(form.is_bound and form.non_field_errors())
    if not is_refused or not all(figures.get(name) is not None for name in FIGURES):
        return response
    plan = make_reverse_plan(**{name: figures[name] for name in FIGURES})
    return step.render(plan=lines_of(plan, currency), mark=mark_of(plan))


def _ramp_from(primary: KpiTarget | None, history: PlanHistory) -> Decimal | None:
    """The target's own baseline, else what the client's history says."""
    if primary is not None and primary.baseline_value is not None:
        return primary.baseline_value
    return history.calls_a_month.value


def mark_of(plan: ReversePlan) -> str:
    return f"{plan.calls}/{plan.reach}/{plan.budget}"


def lines_of(plan: ReversePlan, currency: str) -> list[tuple[str, str, str, str]]:
    """Each step as (name, formula, figures, result)."""
    return [
        (
            step.name, step.formula, step.figures,
            as_money(step.value, currency) if step.is_money else as_count(step.value),
        )
        for step in plan.steps
    ]  # fmt: skip
