"""Buttons that help to plan a draft: what its targets start from, and what they take."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.admin.columns import button
from clients.admin.form_page import Step, posted, switch_field
from kpi.baseline_words import filled_sentences, unfilled_sentences
from kpi.baselines import fill_baselines, window_before
from smm_agency.admin.reverse_plan_page import reverse_plan_page
from strategy.models import VersionState


class BaselineForm(forms.Form):
    overwrite = switch_field(
        gettext_lazy("Also where somebody typed a value"),
        help_text=gettext_lazy("Off: what a person typed stays."),
    )


class PlanningSteps:
    """Mixed into the page of versions."""

    planning_menu = {
        "title": gettext_lazy("Plan"),
        "icon": "calculate",
        "items": ["measure_baselines", "plan_backwards"],
    }

    def has_plan_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        me: Any = self
        return bool(me.in_state(request, obj, VersionState.DRAFT, "change_kpitarget"))

    @button(
        gettext_lazy("Fill baselines"), path="baselines", icon="straighten", permissions=["plan"]
    )
    def measure_baselines(self, request: HttpRequest, object_id: str) -> HttpResponse:
        me: Any = self
        version = me.version_or_404(request, object_id)
        today = version.client.today()
        window = window_before(today)

        def do(data: dict[str, Any]) -> str:
            user: Any = request.user
            done = fill_baselines(version, by=user, on=today, overwrite=data["overwrite"])
            for sentence in unfilled_sentences(done):
                messages.warning(request, sentence)
            return " ".join(filled_sentences(done))

        return Step(
            self,
            request,
            version,
            title=_("Fill baselines"),
            submit=_("Measure"),
            explanation=_(
                "What a month brought before: the mean of the last three whole months,"
                " %(first)s – %(last)s, over the days that were measured. Where less than half of"
                " them was, it says so and fills in nothing."
            )
            % {"first": date_format(window.first), "last": date_format(window.last)},
            form=BaselineForm(posted(request)),
            do=do,
        ).respond()

    @button(gettext_lazy("Reverse plan"), path="reverse", icon="calculate", permissions=["plan"])
    def plan_backwards(self, request: HttpRequest, object_id: str) -> HttpResponse:
        me: Any = self
        return reverse_plan_page(self, request, me.version_or_404(request, object_id))
