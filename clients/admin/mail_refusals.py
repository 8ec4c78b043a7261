"""Who of the clients' people wants no letters of a kind; deleted when they want them again."""

from django.contrib import admin
from django.http import HttpRequest

from clients.admin.scoped import ClientFilter, ScopedAdmin
from clients.models import MailRefusal


@admin.register(MailRefusal)
class MailRefusalAdmin(ScopedAdmin):
    list_display = ("address", "client", "kind", "refused_at")
    list_filter = (ClientFilter, "kind")
    search_fields = ("address", "client__name")
    list_select_related = ("client",)
    fields = ("address", "client", "kind", "refused_at")
    readonly_fields = fields

    def has_add_permission(self, request: HttpRequest) -> bool:
        """The person alone refuses, by the link in a letter."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: MailRefusal | None = None) -> bool:
        return False
