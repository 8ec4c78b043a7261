"""Staff's door to the client's own communities."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from clients.admin.columns import column
from clients.admin.scoped import ClientFilter, ScopedAdmin
from communities.admin.community_design import ShowsDesign
from communities.models import Community

COMMUNITY_COLOURS = {
    Community.State.PLANNED: "info",
    Community.State.CREATION: "info",
    Community.State.DESIGN: "info",
    Community.State.SET_UP: "info",
    Community.State.READY: "warning",
    Community.State.RUNNING: "success",
    Community.State.ARCHIVED: "danger",
}


@admin.register(Community)
class CommunityAdmin(ShowsDesign, ScopedAdmin):
    change_form_outer_after_template = "admin/communities/_design_panel.html"
    named_by = ("profile",)
    list_display = ("title", "client", "network", "state_label", "launched_on")
    list_filter = (ClientFilter, "state", "profile__network")
    list_select_related = ("client", "profile")
    search_fields = ("profile__title", "profile__screen_name", "client__name")
    fields = ("profile", ("state", "launched_on"))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        fields = super().get_readonly_fields(request, obj)
        return (*fields, "profile") if obj else fields

    @column(gettext_lazy("community"), ordering="profile__title")
    def title(self, community: Community) -> str:
        return community.profile.title

    @column(gettext_lazy("network"), ordering="profile__network")
    def network(self, community: Community) -> str:
        return community.profile.get_network_display()

    @column(gettext_lazy("state"), ordering="state", label=COMMUNITY_COLOURS)
    def state_label(self, community: Community) -> tuple[str, str]:
        return community.state, community.get_state_display()
