"""Files of communities: seen where they belong, each at an address of its own."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path, reverse

from clients.admin.scoped import ReadOnly, ScopedAdmin, allows
from communities.models import ClientFile
from smm_agency.lib.file_response import file_response


def file_url(file_id: int) -> str:
    """Where staff who may see the client see the file."""
    return reverse("admin:communities_clientfile_content", args=[file_id])


@admin.register(ClientFile)
class ClientFileAdmin(ReadOnly, ScopedAdmin):
    list_display = ("name", "client", "content_type", "size", "made_at", "made_by")
    list_select_related = ("client", "made_by")
    fields = ("client", "name", ("content_type", "size"), ("width", "height"), "made_at", "made_by")

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).defer("content")

    def has_module_permission(self, request: HttpRequest) -> bool:
        """No place in the menu: files are seen beside what they prove."""
        return False

    def get_urls(self) -> Any:
        address = path(
            "<int:file_id>/content/",
            self.admin_site.admin_view(self.content),
            name="communities_clientfile_content",
        )
        return [address, *super().get_urls()]

    def content(self, request: HttpRequest, file_id: int) -> HttpResponse:
        """The file itself."""
        file = self.get_queryset(request).filter(pk=file_id).defer(None).first()
        if file is None:
            raise Http404
        if not allows(request, "communities.view_clientfile", file):
            raise PermissionDenied
        return file_response(bytes(file.content), file.name, file.content_type)
