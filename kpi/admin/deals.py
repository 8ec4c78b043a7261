"""Deals that began with promotion, as the client tells of them."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from clients.admin.columns import column
from clients.admin.scoped import ClientFilter, ScopedAdmin
from clients.models import Client
from kpi.admin.counts import EnteredByHand
from kpi.models import Deal


@admin.register(Deal)
class DealAdmin(EnteredByHand, ScopedAdmin):
    list_display = ("closed_on", "client", "amount", "currency", "campaign", "call", "external_id")
    list_filter = (ClientFilter, "source")
    list_select_related = ("client", "campaign", "call")
    search_fields = ("external_id", "client__name")
    autocomplete_fields = ("call",)
    fields = (
        ("client", "closed_on"), ("amount", "currency"), ("vat", "vat_rate"), "call", "campaign",
        "external_id", "note", "signed",
    )  # fmt: skip
    readonly_fields = ("signed",)

    @column(gettext_lazy("entered by"))
    def signed(self, deal: Deal) -> str:
        return str(deal.entered_by or "—")

    def get_changeform_initial_data(self, request: HttpRequest) -> Any:
        """Of a call's page: its client, in whose currency deals are, and the call itself."""
        initial = super().get_changeform_initial_data(request)
        asked = str(initial.get("client", ""))
        if asked.isdecimal():
            found = Client.objects.visible_to(request.user).filter(pk=asked).first()
            initial["currency"] = found.currency if found else ""
        return initial

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """An empty number is none: two deals without one are two deals."""
        obj.external_id = obj.external_id or None
        super().save_model(request, obj, form, change)
