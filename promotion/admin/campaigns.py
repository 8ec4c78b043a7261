"""Staff's door to campaigns."""

from django.contrib import admin

from clients.admin.scoped import ClientFilter, ScopedAdmin, ScopedTabular
from promotion.models import Campaign, Placement


class PlacementInline(ScopedTabular):
    model = Placement
    fields = ("title", "publisher", "url", "starts_on", "ends_on")


@admin.register(Campaign)
class CampaignAdmin(ScopedAdmin):
    list_display = ("title", "client", "kind", "state", "starts_on", "ends_on")
    list_filter = (ClientFilter, "kind", "state")
    list_select_related = ("client",)
    search_fields = ("title", "client__name")
    fields = (
        ("client", "kind"),
        "title",
        ("starts_on", "ends_on"),
        ("budget", "currency", "vat", "vat_rate"),
    )
    inlines = (PlacementInline,)
