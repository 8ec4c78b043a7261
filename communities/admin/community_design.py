"""The design of a community on its page: what is planned, where it stands, what is missing."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Max
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _

from clients.admin.form_page import Step, page_of, posted
from clients.admin.scoped import ShowsBeside, allows
from communities.admin.design import STATE_COLOURS, state_of
from communities.admin.files import file_url
from communities.design_planning import add_needed, usual_requirements
from communities.design_readiness import missing_design
from communities.models import Community, DesignAsset
from smm_agency.lib.file_response import SHOWN

ADD_NEEDED = "communities_community_add_design"
LIGHTS = {"success": "green", "warning": "amber", "danger": "red"}


class ShowsDesign(ShowsBeside):
    """Mixed into the page of communities; shown by `admin/communities/_design_panel.html`."""

    def get_urls(self) -> Any:
        me: Any = self
        parent: Any = super()
        view = me.admin_site.admin_view(self.add_needed_design)
        return [path("<int:object_id>/design/", view, name=ADD_NEEDED), *parent.get_urls()]

    def beside(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        before = super().beside(request, row)
        if not allows(request, "communities.view_designasset", row):
            return before
        return {**before, "design": panel_of(request, row)}

    def add_needed_design(self, request: HttpRequest, object_id: int) -> HttpResponse:
        me: Any = self
        community: Community | None = me.get_object(request, str(object_id))
        if community is None:
            raise Http404
        if not allows(request, "communities.add_designasset", community):
            raise PermissionDenied

        def do(data: dict[str, Any]) -> str:
            made = add_needed(community)
            if not made:
                messages.info(request, _("Everything that this network needs is there already."))
                return ""
            return _("Added: %(designs)s.") % {"designs": ", ".join(map(str, made))}

        wanted = usual_requirements(community.profile.network)
        names = ", ".join(row.title for row in wanted)
        return Step(
            self,
            request,
            community,
            title=_("Add what this network needs"),
            submit=_("Add"),
            explanation=_("What is there already stays as it is. Needed: %(names)s.")
            % {"names": names},
            form=forms.Form(posted(request)),
            do=do,
        ).respond()


def panel_of(request: HttpRequest, community: Community) -> dict[str, Any]:
    assets = community.design_assets.select_related(
        "requirement", "designer", "accepted_version__file"
    ).defer("accepted_version__file__content")
    may_add = allows(request, "communities.add_designasset", community)
    add_url = reverse("admin:communities_designasset_add")
    query = f"?client={community.client_id}&community={community.pk}"
    return {
        "rows": [row_of(asset) for asset in assets.annotate(made=Max("versions__number"))],
        "missing": missing_design(community),
        "add_needed": reverse(f"admin:{ADD_NEEDED}", args=[community.pk]) if may_add else "",
        "add": add_url + query if may_add else "",
    }


def row_of(asset: DesignAsset) -> dict[str, Any]:
    code, words = state_of(asset)
    accepted = asset.accepted_version.file if asset.accepted_version else None
    is_picture = accepted is not None and accepted.content_type in SHOWN
    return {
        "asset": asset,
        "url": page_of(asset),
        "state": words,
        "light": LIGHTS.get(STATE_COLOURS[code], "grey"),
        "picture": file_url(accepted.pk) if accepted and is_picture else "",
        "versions": getattr(asset, "made", None),
    }
