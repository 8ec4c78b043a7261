"""A community that is made before its strategy: possible, and said where it is done."""

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest

from clients.admin.scoped import ShowsBeside
from clients.models import Client
from communities.admin import CommunityAdmin, ProfileAdmin
from communities.models import Community, Profile
from smm_agency.admin.event_steps import EventSteps
from smm_agency.admin.figures_steps import FiguresSteps
from smm_agency.admin.stop_steps import StopSteps
from smm_agency.order_of_work import strategy_warning


def warn_of_order(request: HttpRequest, client: Client) -> None:
    if warning := strategy_warning(client, on=client.today()):
        messages.warning(request, warning)


admin.site.unregister(Community)
admin.site.unregister(Profile)


@admin.register(Community)
class CommunityPage(StopSteps, CommunityAdmin):
    def save_model(self, request: HttpRequest, obj: Community, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if not change:
            warn_of_order(request, obj.client)

    def beside(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        is_over = row.state == Community.State.ARCHIVED
        warning = "" if is_over else strategy_warning(row.client, on=row.client.today())
        return {**super().beside(request, row), "order_warning": warning}


@admin.register(Profile)
class ProfilePage(FiguresSteps, EventSteps, ShowsBeside, ProfileAdmin):
    """A community may be made here too, on the page that it stands on."""

    actions_detail = (
        *ProfileAdmin.actions_detail,
        *FiguresSteps.actions_detail,
        "receive_events",
    )

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        super().save_formset(request, form, formset, change)
        if formset.model is Community and formset.new_objects:
            warn_of_order(request, form.instance.client)
