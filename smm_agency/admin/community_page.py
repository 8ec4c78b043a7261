"""A community that is made before its strategy: possible, and said where it is done."""

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest

from clients.models import Client
from communities.admin import CommunityAdmin, ProfileAdmin
from communities.models import Community, Profile
from smm_agency.order_of_work import strategy_warning


def warn_of_order(request: HttpRequest, client: Client) -> None:
    if warning := strategy_warning(client, on=client.today()):
        messages.warning(request, warning)


class SaysTheOrder:
    """Mixed into a page of something that a client has; `client_of` may be None for a new row."""

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        me: Any = self
        parent: Any = super()
        row = me.get_object(request, object_id) if object_id else None
        context = {"order_warning": self.order_warning(row)} if row else {}
        return parent.changeform_view(
            request, object_id, form_url, {**(extra_context or {}), **context}
        )

    def order_warning(self, row: Any) -> str:
        return strategy_warning(row.client, on=row.client.today())


admin.site.unregister(Community)
admin.site.unregister(Profile)


@admin.register(Community)
class CommunityPage(SaysTheOrder, CommunityAdmin):
    change_form_outer_before_template = "admin/order_warning.html"

    def save_model(self, request: HttpRequest, obj: Community, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if not change:
            warn_of_order(request, obj.client)

    def order_warning(self, row: Community) -> str:
        is_over = row.state == Community.State.ARCHIVED
        return "" if is_over else super().order_warning(row)


@admin.register(Profile)
class ProfilePage(ProfileAdmin):
    """A community may be made here too, on the page that it stands on."""

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        super().save_formset(request, form, formset, change)
        if formset.model is Community and formset.new_objects:
            warn_of_order(request, form.instance.client)
