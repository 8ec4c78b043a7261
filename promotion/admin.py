"""Staff's door to campaigns."""

from django.contrib import admin

from clients.admin.scoped import ClientFilter, ScopedAdmin, ScopedTabular, VisibleFilter
from promotion.models import Campaign, Placement


class PlacementInline(ScopedTabular):
    model = Placement
    fields = ("title", "publisher", "url", "starts_on", "ends_on")


@admin.register(Campaign)
class CampaignAdmin(ScopedAdmin):
    list_display = ("title", "client", "kind", "starts_on", "ends_on")
    list_filter = (ClientFilter, "kind")
    list_select_related = ("client",)
    search_fields = ("title", "client__name")
    fields = (("client", "kind"), "title", ("starts_on", "ends_on"))
    inlines = (PlacementInline,)


@admin.register(Placement)
class PlacementAdmin(ScopedAdmin):
    list_display = ("title", "campaign", "client", "publisher", "starts_on", "ends_on")
    list_filter = (ClientFilter, ("campaign", VisibleFilter))
    list_select_related = ("client", "campaign", "publisher")
    search_fields = ("title", "campaign__title", "client__name")
    fields = ("campaign", "title", ("publisher", "url"), ("starts_on", "ends_on"))
