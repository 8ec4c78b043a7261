"""Rules of diagnosis: reference rows that a director may read, edit, switch off and add to."""

import re
from typing import Any

from django import forms
from django.contrib import admin
from django.utils.html import format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from clients.admin.columns import column
from clients.admin.form_page import text_field
from clients.admin.scoped import ScopedAdmin, ScopedForm
from kpi.diagnosis.conditions import ConditionError, as_lines, read_lines
from kpi.diagnosis.sources import SOURCES
from kpi.models import CauseRule

PLACEHOLDER = re.compile(r"%\((\w+)\)s")


class CauseRuleForm(ScopedForm):
    """Conditions are written as lines, and every name is asked of the chosen facts."""

    fact = forms.ChoiceField(
        label=gettext_lazy("facts"),
        choices=lambda: [(code, source.title) for code, source in SOURCES.items()],
        widget=UnfoldAdminSelectWidget(),
    )
    lines = text_field(
        gettext_lazy("conditions"),
        rows=4,
        required=False,
        help_text=gettext_lazy(
            "One on each line; all must hold: “share >= 0.2”, “share >= 1.5 * before_share or"
            " unknown”. Without any the facts alone are a cause. Shares are 0 to 1."
        ),
    )

    explained = forms.CharField(
        label=gettext_lazy("explains"),
        required=False,
        widget=UnfoldAdminTextInputWidget(),
        help_text=gettext_lazy(
            "Codes of rules with a block, between spaces. A rule without a block of its own says"
            " what is to be corrected only where it explains the first one that has it."
        ),
    )

    class Meta:
        model = CauseRule
        fields = (
            "code", "fact", "block", "side", "sentence_en", "sentence_ru", "is_active", "position",
        )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["lines"].initial = as_lines(self.instance.conditions)
        self.fields["explained"].initial = " ".join(self.instance.explains)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        source = SOURCES.get(cleaned.get("fact", ""))
        if source is None:
            return cleaned
        try:
            self.instance.conditions = read_lines(cleaned.get("lines", ""), facts=source.numbers)
        except ConditionError as error:
            self.add_error("lines", str(error))
        for name in ("sentence_en", "sentence_ru"):
            self.check_sentence(name, cleaned.get(name, ""), set(source.fields))
        return cleaned

    def clean_explained(self) -> str:
        codes = self.cleaned_data["explained"].split()
        known = set(CauseRule.objects.exclude(block="").values_list("code", flat=True))
        unknown = [code for code in codes if code not in known]
        if unknown:
            raise forms.ValidationError(
                _("There is no rule “%(code)s” with a block; there are %(codes)s.")
                % {"code": unknown[0], "codes": ", ".join(sorted(known))}
            )
        self.instance.explains = codes
        return " ".join(codes)

    def check_sentence(self, name: str, sentence: str, facts: set[str]) -> None:
        """A stray percent sign or an unknown name would break the page that says it."""
        for unknown in sorted(set(PLACEHOLDER.findall(sentence)) - facts):
            self.add_error(
                name,
                _("There is no fact “%(name)s”; there are %(facts)s.")
                % {"name": unknown, "facts": ", ".join(sorted(facts))},
            )
        if "%" in PLACEHOLDER.sub("", sentence):
            self.add_error(name, _("Write facts as %(example)s; no other percent signs.") % {
                "example": "%(share)s"
            })  # fmt: skip


@admin.register(CauseRule)
class CauseRuleAdmin(ScopedAdmin):
    form = CauseRuleForm
    list_display = (
        "position", "code", "fact_text", "conditions_text", "block", "side", "explains_text",
        "is_active",
    )  # fmt: skip
    list_display_links = ("code",)
    list_filter = ("is_active", "block", "side")
    fields = (
        ("code", "is_active", "position"), "fact", "facts_text", "lines", ("block", "side"),
        "explained",
        "sentence_en", "sentence_ru",
    )  # fmt: skip
    readonly_fields = ("facts_text",)

    @column(gettext_lazy("facts"))
    def fact_text(self, rule: CauseRule) -> str:
        source = SOURCES.get(rule.fact)
        return str(source.title) if source else rule.fact

    @column(gettext_lazy("conditions"))
    def conditions_text(self, rule: CauseRule) -> str:
        lines = ((line,) for line in as_lines(rule.conditions).splitlines())
        return format_html_join("", "<div><code>{}</code></div>", lines) or "—"

    @column(gettext_lazy("explains"))
    def explains_text(self, rule: CauseRule) -> str:
        return ", ".join(rule.explains) or "—"

    @column(gettext_lazy("what each of them tells"))
    def facts_text(self, rule: CauseRule) -> str:
        told = ((source.title, ", ".join(source.fields)) for source in SOURCES.values())
        return format_html_join("", "<div>{}: <code>{}</code></div>", told)
