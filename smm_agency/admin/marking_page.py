"""Directors' door to the laws of marking, with the names of the networks that they forbid."""

from typing import Any

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from clients.admin.columns import column
from clients.admin.scoped import ScopedAdmin, ScopedForm
from clients.models import MarkingRule
from communities.networks.registry import network_choices, network_name


class MarkingRuleForm(ScopedForm):
    refused_networks = forms.MultipleChoiceField(
        label=gettext_lazy("no advertising on"),
        choices=network_choices,
        required=False,
        widget=UnfoldAdminCheckboxSelectMultipleWidget(),
    )


@admin.register(MarkingRule)
class MarkingRulePage(ScopedAdmin):
    form = MarkingRuleForm
    list_display = ("country", "since", "needs_identifier", "word", "refused_text", "source")
    list_filter = ("country",)
    fields = (
        ("country", "since"), ("needs_identifier", "identifier_name"),
        ("needs_advertiser", "word"), "refused_networks",
        ("registered_above", "levy_percent", "acts_due_day"), "source",
    )  # fmt: skip

    @column(gettext_lazy("no advertising on"))
    def refused_text(self, rule: MarkingRule) -> Any:
        return ", ".join(map(network_name, rule.refused_networks)) or "—"
