"""Staff's door to the client's own communities."""

from typing import Any

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy
from unfold.enums import ActionVariant

from clients.admin.columns import button, column
from clients.admin.scoped import (
    ClientFilter,
    ReadOnly,
    ScopedAdmin,
    ScopedForm,
    ScopedTabular,
    allows,
)
from communities.admin import life_steps
from communities.admin.checklist_panel import panel_of
from communities.admin.community_design import ShowsDesign
from communities.admin.files import file_url
from communities.admin.links import outside_link
from communities.life import begin
from communities.models import AccessProof, Community, CommunityMove

COMMUNITY_COLOURS = {
    Community.State.PLANNED: "info",
    Community.State.CREATION: "info",
    Community.State.DESIGN: "info",
    Community.State.SET_UP: "info",
    Community.State.READY: "warning",
    Community.State.RUNNING: "success",
    Community.State.ARCHIVED: "danger",
}
# A new one is planned, or it ran before the agency came.
FIRST_STATES = (Community.State.PLANNED, Community.State.RUNNING)


class CommunityForm(ScopedForm):
    """The state is chosen once; afterwards it changes by steps only."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "state" in self.fields:
            states = [(state.value, state.label) for state in FIRST_STATES]
            self.fields["state"].choices = states  # type: ignore[attr-defined] # a ChoiceField

    def has_changed(self) -> bool:
        """A row that was added on the page of its profile is wanted, with whatever it began."""
        return not self.instance.pk or super().has_changed()


class CommunityMoveInline(ReadOnly, ScopedTabular):
    model = CommunityMove
    fields = ("moved_at", "old", "new", "moved_by", "reason")
    verbose_name_plural = gettext_lazy("History of the states")

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("moved_by")


class AccessProofInline(ReadOnly, ScopedTabular):
    model = AccessProof
    fields = ("proven_at", "kind", "proven_by", "person", "note", "picture")
    readonly_fields = ("picture",)

    def get_queryset(self, request: HttpRequest) -> Any:
        rows = super().get_queryset(request).select_related("proven_by", "file")
        return rows.defer("file__content")

    @column(gettext_lazy("screenshot"))
    def picture(self, proof: AccessProof) -> SafeString | str:
        return outside_link(file_url(proof.file.pk), proof.file.name) if proof.file else "—"


@admin.register(Community)
class CommunityAdmin(ShowsDesign, ScopedAdmin):
    form = CommunityForm
    change_form_outer_after_template = "admin/communities/_design_panel.html"
    named_by = ("profile",)
    list_display = ("title", "client", "network", "state_label", "launched_on")
    list_filter = (ClientFilter, "state", "profile__network")
    list_select_related = ("client", "profile")
    search_fields = ("profile__title", "profile__screen_name", "client__name")
    fields = ("profile", ("state", "launched_on"))
    inlines = (CommunityMoveInline, AccessProofInline)
    change_form_outer_before_template = "admin/communities/panel.html"
    actions_detail = (
        "change_state", "ask_network", "prove_access",
        {
            "title": gettext_lazy("Checklist"),
            "icon": "checklist",
            "items": ["tick_several", "make_checklist"],
        },
    )  # fmt: skip

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        fields = super().get_readonly_fields(request, obj)
        return (*fields, "profile", "state") if obj else fields

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        return super().get_inlines(request, obj) if obj else []

    def save_model(self, request: HttpRequest, obj: Community, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if not change:
            begin(obj, by=life_steps.person(request), at=timezone.now())

    def beside(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        return {**super().beside(request, row), **panel_of(request, row)}

    @column(gettext_lazy("community"), ordering="profile__title")
    def title(self, community: Community) -> str:
        return community.profile.title

    @column(gettext_lazy("network"), ordering="profile__network")
    def network(self, community: Community) -> str:
        return community.profile.get_network_display()

    @column(gettext_lazy("state"), ordering="state", label=COMMUNITY_COLOURS)
    def state_label(self, community: Community) -> tuple[str, str]:
        return community.state, community.get_state_display()

    # --- Buttons ---------------------------------------------------------------------------------

    def found(self, request: HttpRequest, object_id: str) -> Community:
        community: Community | None = self.get_object(request, object_id)
        if community is None:
            raise Http404
        return community

    def may(self, request: HttpRequest, right: str, obj: Any) -> bool:
        row = self.row_of(request, obj)
        return row is not None and allows(request, f"communities.{right}", row)

    def has_tick_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may(request, "change_checklistitem", obj)

    def has_list_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may(request, "add_checklistitem", obj)

    def has_prove_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may(request, "add_accessproof", obj)

    @button(
        gettext_lazy("Change the state"), path="state", icon="move_up", permissions=["change"],
        variant=ActionVariant.PRIMARY,
    )  # fmt: skip
    def change_state(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return life_steps.move_step(self, request, self.found(request, object_id))

    @button(gettext_lazy("Ask the network"), path="ask", icon="sync", permissions=["view", "tick"])
    def ask_network(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return life_steps.ask_step(self, request, self.found(request, object_id))

    @button(
        gettext_lazy("Prove the access"), path="access", icon="key", permissions=["view", "prove"]
    )
    def prove_access(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return life_steps.access_step(self, request, self.found(request, object_id))

    @button(
        gettext_lazy("Tick several items"), path="tick", icon="done_all",
        permissions=["view", "tick"],
    )  # fmt: skip
    def tick_several(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return life_steps.several_step(self, request, self.found(request, object_id))

    @button(
        gettext_lazy("Make the checklist"), path="checklist", icon="playlist_add",
        permissions=["view", "list"],
    )  # fmt: skip
    def make_checklist(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return life_steps.list_step(self, request, self.found(request, object_id))
