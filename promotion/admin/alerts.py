"""Staff's door to the alerts of the budget: what is found, and what to do."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.admin.columns import column
from clients.admin.scoped import ClientFilter, ReadOnly, ScopedAdmin
from promotion.alert_words import advice_of, sentence_of
from promotion.models import AlertKind, BudgetAlert

COLOURS = {
    AlertKind.OVERSPEND: "danger",
    AlertKind.NO_CALLS: "danger",
    AlertKind.STOPPED: "warning",
    AlertKind.UNDERSPEND: "warning",
    AlertKind.PAUSED_WITH_BUDGET: "warning",
    AlertKind.STALE: "info",
}


class StandingFilter(admin.SimpleListFilter):
    """Those that stand, unless others are asked for."""

    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("over", _("over")), ("all", _("all of them"))]

    def choices(self, changelist: Any) -> Any:
        first, *rest = super().choices(changelist)
        return [{**first, "display": _("standing")}, *rest]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() == "all":
            return queryset
        return queryset.filter(closed_at__isnull=self.value() != "over")


@admin.register(BudgetAlert)
class BudgetAlertAdmin(ReadOnly, ScopedAdmin):
    list_display = ("subject", "client", "shown_kind", "sentence", "advice", "opened_at")
    list_filter = (ClientFilter, StandingFilter, "kind")
    list_select_related = ("client", "campaign", "account")
    named_by = ("client", "campaign", "account")
    search_fields = ("client__name", "campaign__title", "account__title")
    fields = (
        ("client", "shown_kind"),
        ("campaign", "account"),
        "sentence",
        "advice",
        ("opened_at", "closed_at"),
    )
    readonly_fields = ("shown_kind", "sentence", "advice")

    @column(gettext_lazy("what of"))
    def subject(self, row: BudgetAlert) -> str:
        return str(row.campaign or row.account or _("the whole promotion"))

    @column(gettext_lazy("kind"), label=COLOURS)
    def shown_kind(self, row: BudgetAlert) -> tuple[str, str]:
        return row.kind, row.get_kind_display()

    @column(gettext_lazy("what was found"))
    def sentence(self, row: BudgetAlert) -> str:
        return sentence_of(row)

    @column(gettext_lazy("what to do"))
    def advice(self, row: BudgetAlert) -> str:
        return advice_of(row)
