"""A placement with what upper floors know: its tracking number, beside its link."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from promotion.admin import PlacementAdmin
from promotion.links import keep_slug, link_of
from promotion.models import Placement
from smm_agency.admin.standing_numbers import numbers_of_placement

admin.site.unregister(Placement)


@admin.register(Placement)
class PlacementPage(PlacementAdmin):
    change_form_outer_after_template = "admin/promotion/placement_links.html"

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        keep_slug(obj)

    def beside(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        return {
            **super().beside(request, row),
            "linked": row,
            "link": link_of(row.campaign, row),
            "invite_link": row.invite_link,
            "numbers": numbers_of_placement(request, row),
        }
