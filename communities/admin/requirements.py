"""Directors' door to what networks ask of pictures."""

from typing import Any

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from clients.admin.columns import column
from clients.admin.scoped import ScopedAdmin, ScopedForm
from communities.models import AssetRequirement
from smm_agency.lib.file_types import DESIGNS, names_of


class RequirementForm(ScopedForm):
    types = forms.MultipleChoiceField(
        label=gettext_lazy("file types"),
        choices=lambda: list(DESIGNS.items()),
        widget=UnfoldAdminCheckboxSelectMultipleWidget(),
    )

    class Meta:
        model = AssetRequirement
        exclude = ()


@admin.register(AssetRequirement)
class AssetRequirementAdmin(ScopedAdmin):
    form = RequirementForm
    list_display = (
        "title_text", "network_text", "kind", "rule", "size_text", "types_text", "is_usual",
        "is_active",
    )  # fmt: skip
    list_filter = ("network", "kind", "is_active")
    search_fields = ("code", "title_en", "title_ru")
    fields = (
        ("code", "network"), ("title_en", "title_ru"), ("kind", "rule"), ("width", "height"),
        ("safe_width", "safe_height"), ("most_bytes", "is_round"), "types",
        ("note_en", "note_ru"), "source_en", "source_ru", ("is_usual", "is_active"), "position",
    )  # fmt: skip

    @column(gettext_lazy("title"))
    def title_text(self, requirement: AssetRequirement) -> str:
        return requirement.title

    @column(gettext_lazy("network"), ordering="network")
    def network_text(self, requirement: AssetRequirement) -> Any:
        return requirement.get_network_display() if requirement.network else "—"

    @column(gettext_lazy("px"))
    def size_text(self, requirement: AssetRequirement) -> str:
        return f"{requirement.width}×{requirement.height}" if requirement.width else "—"

    @column(gettext_lazy("file types"))
    def types_text(self, requirement: AssetRequirement) -> str:
        return names_of(requirement.types)
