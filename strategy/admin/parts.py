"""What stands in a version: a tab for each kind of rows, on the version's page."""

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldAdminTextareaWidget

from clients.admin.scoped import ScopedForm, ScopedFormSet, ScopedStacked, ScopedTabular
from strategy.admin.frozen import FrozenInline, OfOneVersion
from strategy.approval_checks import check_shares, over_budget
from strategy.models import (
    BudgetLine,
    CommunityRhythm,
    ContentRules,
    ContentSource,
    Positioning,
    PostFormat,
    Rubric,
    Segment,
    StrategySection,
)


class VersionRows(OfOneVersion, FrozenInline):
    """A tab of the version's page."""


class SectionForm(ScopedForm):
    class Meta:
        model = StrategySection
        fields = ("text", "state", "internal_note")
        widgets = {
            "text": UnfoldAdminTextareaWidget({"rows": 3}),
            "internal_note": UnfoldAdminTextareaWidget({"rows": 1}),
        }


class SectionInline(VersionRows, ScopedStacked):
    """Every section is there from the start; one that stays empty is not printed."""

    model = StrategySection
    form = SectionForm
    fields = (("state", "internal_note"), "text")
    ordering = ()
    can_delete = False

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).in_order()

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class SegmentInline(VersionRows, ScopedStacked):
    model = Segment
    fields = (("name", "platforms"), ("who", "need"), ("pains", "triggers"), "objections")


class PositioningInline(VersionRows, ScopedStacked):
    model = Positioning
    fields = (("message", "segment"), ("proof", "tone"))


class RulesInline(VersionRows, ScopedStacked):
    model = ContentRules
    fields = (("curated_cap", "curated_reason"), ("sources", "taboo"))


class RhythmInline(VersionRows, ScopedTabular):
    model = CommunityRhythm
    fields = ("community", "role", "posts_per_week")


class RubricForm(ScopedForm):
    formats = forms.MultipleChoiceField(
        label=gettext_lazy("Formats"),
        choices=PostFormat.choices,
        required=False,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
    )
    sources = forms.MultipleChoiceField(
        label=gettext_lazy("Sources"),
        choices=ContentSource.choices,
        required=False,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
    )


class RubricFormSet(ScopedFormSet):
    """Shares that are all given make up the whole plan."""

    def clean(self) -> None:
        super().clean()
        rubrics = [form.instance for form in self.forms if self.stands(form)]
        shares = [rubric.share for rubric in rubrics]
        if shares and None not in shares:
            problems = check_shares(sum(shares, Decimal(0)))
            if problems:
                raise ValidationError(problems)


class RubricInline(VersionRows, ScopedStacked):
    model = Rubric
    form = RubricForm
    formset = RubricFormSet
    fields = (
        ("name", "kind"), ("share", "curated_share"), ("goal", "segment", "positioning"),
        ("formats", "sources"), "example",
    )  # fmt: skip


class BudgetForm(ScopedForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # As the engagement is, unless somebody writes another: that is then refused with words.
        if "currency" in self.fields:
            self.fields["currency"].required = False

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        version = self.instance.version
        client_currency = version.client.currency if version.client_id else ""
        agreed = version.engagement.currency if version.engagement else client_currency
        cleaned["currency"] = cleaned.get("currency") or agreed
        if cleaned["currency"] != agreed:
            self.add_error(
                "currency",
                _("The engagement is in %(currency)s, so is its media plan.")
                % {"currency": agreed},
            )
        month = cleaned.get("month")
        if month and not version.starts_on.replace(day=1) <= month <= version.ends_on:
            self.add_error("month", _("This month is outside of the period of the strategy."))
        return cleaned


class BudgetFormSet(ScopedFormSet):
    """No month is above what the engagement agreed."""

    def clean(self) -> None:
        super().clean()
        sums: dict[Any, Decimal] = {}
        for form in self.forms:
            if self.stands(form):
                line = form.instance
                sums[line.month] = sums.get(line.month, Decimal(0)) + line.amount
        problems = over_budget(self.instance.engagement, sums)
        if problems:
            raise ValidationError(problems)


class BudgetInline(VersionRows, ScopedTabular):
    model = BudgetLine
    form = BudgetForm
    formset = BudgetFormSet
    fields = (
        "month", "channel", "amount", "currency", "expected_reach", "expected_calls", "note",
    )  # fmt: skip
