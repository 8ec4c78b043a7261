"""Staff's door to designs: the list, and the page with the brief and the versions."""

from typing import Any

from django.contrib import admin
from django.contrib.admin import SimpleListFilter
from django.db.models import Max
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminTextareaWidget

from clients.admin.columns import column
from clients.admin.scoped import (
    ClientFilter,
    ScopedAdmin,
    ScopedForm,
    ShowsBeside,
    VisibleFilter,
)
from communities.admin.design_steps import DesignSteps, wanted_words
from communities.admin.design_versions import beside_design
from communities.models import AssetState, DesignAsset

STATE_COLOURS = {
    AssetState.BRIEF: "info",
    AssetState.IN_WORK: "info",
    AssetState.INTERNAL_REVIEW: "warning",
    AssetState.CLIENT_REVIEW: "warning",
    AssetState.ACCEPTED: "success",
    AssetState.REWORK: "danger",
    "not_needed": "",
}


def state_of(asset: DesignAsset) -> tuple[str, str]:
    """The code and the words of where it stands."""
    if not asset.is_needed:
        return "not_needed", _("not needed")
    return asset.state, asset.get_state_display()


class DueFilter(SimpleListFilter):
    title = gettext_lazy("due")
    parameter_name = "due"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("overdue", _("Overdue")), ("open", _("Not accepted"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() == "overdue":
            return queryset.overdue(on=timezone.localdate())
        return queryset.unfinished() if self.value() == "open" else queryset


class AssetForm(ScopedForm):
    class Meta:
        model = DesignAsset
        fields = (
            "community", "requirement", "kind", "title", "brief", "designer", "due_on",
            "is_needed", "not_needed_reason",
        )  # fmt: skip
        widgets = {"brief": UnfoldAdminTextareaWidget({"rows": 5})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "kind" in self.fields:
            self.fields["kind"].required = False
            self.fields["kind"].help_text = _("Empty: the requirement's.")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        requirement = cleaned.get("requirement")
        if not cleaned.get("kind") and "kind" in self.fields:
            if requirement is None:
                self.add_error("kind", _("Choose a kind, or a requirement that has one."))
            else:
                cleaned["kind"] = requirement.kind
        elif requirement and cleaned["kind"] != requirement.kind:
            self.add_error("kind", _("The requirement is of another kind."))
        self.refuse_twin(requirement)
        return cleaned

    def refuse_twin(self, requirement: Any) -> None:
        """The community of a stored row is no field of its form, so nothing else looks."""
        others = DesignAsset.objects.filter(
            community=self.instance.community_id, requirement=requirement
        )
        if requirement and self.instance.pk and others.exclude(pk=self.instance.pk).exists():
            self.add_error("requirement", _("The community has this already."))


@admin.register(DesignAsset)
class DesignAssetAdmin(DesignSteps, ShowsBeside, ScopedAdmin):
    form = AssetForm
    change_form_outer_after_template = "admin/communities/design_asset.html"
    named_by = ("requirement",)
    ordering = ("due_on", "pk")
    list_display = (
        "name_text", "client", "community_text", "network", "state_label", "version_text",
        "designer", "due_text",
    )  # fmt: skip
    list_filter = (
        ClientFilter, "community__profile__network", "state", DueFilter,
        ("designer", VisibleFilter), "kind",
    )  # fmt: skip
    list_select_related = ("client", "community__profile", "designer", "requirement")
    search_fields = ("title", "brief", "community__profile__title", "client__name")
    fields = (
        "community", ("requirement", "kind"), "title", "brief", ("designer", "due_on"),
        ("is_needed", "not_needed_reason"),
    )  # fmt: skip
    actions_detail = DesignSteps.design_buttons

    def get_queryset(self, request: HttpRequest) -> Any:
        rows = super().get_queryset(request).annotate(versions_made=Max("versions__number"))
        return rows.select_related("client", "community__profile", "requirement")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        fields = super().get_readonly_fields(request, obj)
        return (*fields, "community") if obj else fields

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What has a history is marked as not needed, and stays."""
        row = self.row_of(request, obj)
        is_bare = row is None or not row.versions.exists()
        return is_bare and super().has_delete_permission(request, row)

    def beside(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        state = {"design_state": state_of(row), "wanted": wanted_words(row), "asset": row}
        return {**super().beside(request, row), **state, **beside_design(request, row)}

    @column(gettext_lazy("design asset"), ordering="kind")
    def name_text(self, asset: DesignAsset) -> str:
        return asset.name

    @column(gettext_lazy("community"), ordering="community__profile__title")
    def community_text(self, asset: DesignAsset) -> str:
        return asset.community.profile.title

    @column(gettext_lazy("network"), ordering="community__profile__network")
    def network(self, asset: DesignAsset) -> str:
        return asset.community.profile.get_network_display()

    @column(gettext_lazy("state"), ordering="state", label=STATE_COLOURS)
    def state_label(self, asset: DesignAsset) -> tuple[str, str]:
        return state_of(asset)

    @column(gettext_lazy("version"))
    def version_text(self, asset: Any) -> str:
        return str(asset.versions_made or "—")

    @column(gettext_lazy("due"), ordering="due_on", label={"late": "danger", "due": ""})
    def due_text(self, asset: DesignAsset) -> tuple[str, Any] | None:
        if asset.due_on is None:
            return None
        is_open = asset.is_needed and asset.state != AssetState.ACCEPTED
        is_late = is_open and asset.due_on < timezone.localdate()
        return "late" if is_late else "due", date_format(asset.due_on, "SHORT_DATE_FORMAT")
