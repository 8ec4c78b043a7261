"""Staff's door to placements."""

from django.contrib import admin

from clients.admin.scoped import ClientFilter, ScopedAdmin, VisibleFilter
from promotion.models import Placement


@admin.register(Placement)
class PlacementAdmin(ScopedAdmin):
    list_display = ("title", "campaign", "client", "publisher", "state", "starts_on", "ends_on")
    list_filter = (ClientFilter, ("campaign", VisibleFilter), "state")
    list_select_related = ("client", "campaign", "publisher")
    search_fields = ("title", "campaign__title", "client__name")
    fields = ("campaign", "title", ("publisher", "url"), ("starts_on", "ends_on"))
