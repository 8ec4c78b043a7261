"""Of a page on a network: its figures from files and by hand, and how old they are."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy

from clients.admin.columns import button
from clients.admin.scoped import allows
from communities.models import Profile
from communities.networks.registry import adapter_for
from kpi.admin.manual_figures import manual_figures_page
from kpi.models import FileImport, ProfileSnapshot


class FiguresSteps:
    """Mixed into the page of profiles, before `ShowsBeside`."""

    actions_detail = ("import_figures", "enter_figures")
    change_form_outer_before_template = "admin/kpi/figures_panel.html"

    def has_import_figures_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return self.may(request, object_id, "kpi.add_fileimport")

    def has_enter_figures_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return self.may(request, object_id, "kpi.add_profilesnapshot")

    def may(self, request: HttpRequest, object_id: Any, right: str) -> bool:
        me: Any = self
        row = me.row_of(request, object_id)
        return row is not None and allows(request, right, row)

    def page_or_404(self, request: HttpRequest, object_id: str) -> Profile:
        me: Any = self
        row: Profile | None = me.get_object(request, object_id)
        if row is None:
            raise Http404
        return row

    @button(
        gettext_lazy("Import figures"),
        path="import-figures",
        icon="upload_file",
        permissions=["import_figures"],
    )
    def import_figures(self, request: HttpRequest, object_id: str) -> HttpResponse:
        profile = self.page_or_404(request, object_id)
        address = reverse("admin:kpi_fileimport_import_figures")
        return HttpResponseRedirect(f"{address}?profile={profile.pk}")

    @button(
        gettext_lazy("Enter figures"),
        path="figures",
        icon="edit_note",
        permissions=["enter_figures"],
    )
    def enter_figures(self, request: HttpRequest, object_id: str) -> HttpResponse:
        profile = self.page_or_404(request, object_id)
        if not self.has_enter_figures_permission(request, profile):
            raise PermissionDenied
        return manual_figures_page(self, request, profile)

    def beside(self, request: HttpRequest, row: Profile) -> dict[str, Any]:
        parent: Any = super()
        latest = ProfileSnapshot.objects.filter(profile=row).order_by("-date").first()
        files = FileImport.objects.filter(profile=row, state=FileImport.State.TAKEN)
        return {
            **parent.beside(request, row),
            "has_adapter": adapter_for(row.network) is not None,
            "latest": latest,
            "last_file": files.defer("content").order_by("-finished_at").first(),
        }
