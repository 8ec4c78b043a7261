"""What was handed over: from whom to whom, and which rows."""

from django.contrib import admin
from django.utils.translation import gettext_lazy

from clients.admin.columns import column
from clients.admin.scoped import ClientFilter, ReadOnly, ScopedAdmin
from clients.hand_over import kinds_words
from clients.models import HandOver


@admin.register(HandOver)
class HandOverAdmin(ReadOnly, ScopedAdmin):
    list_display = ("made_at", "client", "giver", "receiver", "kinds", "made_by")
    list_filter = (ClientFilter,)
    list_select_related = ("client", "giver", "receiver", "made_by")
    search_fields = ("giver__last_name", "receiver__last_name", "note", "client__name")
    fields = ("client", ("giver", "receiver"), ("made_by", "made_at"), "note", "kinds")
    readonly_fields = ("kinds",)

    @column(gettext_lazy("what moved"))
    def kinds(self, row: HandOver) -> str:
        return kinds_words({code: len(ids) for code, ids in row.moved.items()})
