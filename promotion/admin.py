"""Staff's door to campaigns."""

from django.contrib import admin

from clients.admin.scoped import ClientFilter, ScopedAdmin
from promotion.models import Campaign


@admin.register(Campaign)
class CampaignAdmin(ScopedAdmin):
    list_display = ("title", "client", "kind", "starts_on", "ends_on")
    list_filter = (ClientFilter, "kind")
    list_select_related = ("client",)
    search_fields = ("title", "client__name")
    fields = (("client", "kind"), "title", ("starts_on", "ends_on"))
