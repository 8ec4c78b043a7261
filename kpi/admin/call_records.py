"""What the program wrote about calls: outgoing ones, changes of the rules of counting."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.admin.columns import column
from clients.admin.scoped import ClientFilter, ReadOnly, ScopedAdmin
from clients.models import Client
from kpi.models import CallRuleChange, OutgoingCall


@admin.register(OutgoingCall)
class OutgoingCallAdmin(ReadOnly, ScopedAdmin):
    """Calls from the client's side, as the provider tells them."""

    list_display = ("started_at", "client", "caller_text", "is_answered", "talk_seconds")
    list_filter = (ClientFilter, "is_answered")
    fields = ("client", "connection", "started_at", "caller_text", "is_answered", "talk_seconds")

    def get_queryset(self, request: HttpRequest) -> Any:
        rows = super().get_queryset(request).select_related("client", "caller", "connection")
        return rows.defer("caller__phone")

    @column(gettext_lazy("who was called"))
    def caller_text(self, call: OutgoingCall) -> str:
        return call.caller.masked.replace(" ", "\u00a0") if call.caller else _("no known caller")


@admin.register(CallRuleChange)
class CallRuleChangeAdmin(ReadOnly, ScopedAdmin):
    """The history of a client's rules of counting."""

    list_display = ("changed_at", "client", "changes", "calls_changed", "changed_by")
    list_filter = (ClientFilter,)
    list_select_related = ("client", "changed_by")
    fields = ("client", "changed_at", "changes", "calls_changed", "changed_by")

    @column(gettext_lazy("what changed"))
    def changes(self, row: CallRuleChange) -> str:
        return ", ".join(
            f"{Client._meta.get_field(name).verbose_name}: {row.old[name]} → {value}"  # type: ignore[union-attr] # columns of the client only
            for name, value in row.new.items()
        )
