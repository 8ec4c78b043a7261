"""How the reports of a client are made and sent, and to whom."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy

from clients.admin.columns import column
from clients.admin.scoped import ClientFilter, ScopedAdmin, ScopedTabular, ShowsBeside
from clients.models import Client
from kpi.models import ReportRecipient, ReportSettings
from kpi.report_recipients import recipients_of


class RecipientInline(ScopedTabular):
    model = ReportRecipient
    fields = ("contact",)
    tab = False
    verbose_name_plural = gettext_lazy("recipients; where there are none, the main contact")

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("contact")


@admin.register(ReportSettings)
class ReportSettingsAdmin(ShowsBeside, ScopedAdmin):
    list_display = ("client", "day", "mode", "is_paused", "to")
    list_filter = (ClientFilter, "mode", "is_paused")
    list_select_related = ("client",)
    search_fields = ("client__name",)
    fields = ("client", ("day", "mode"), "is_paused")
    inlines = (RecipientInline,)
    change_form_after_template = "admin/kpi/report_refusals.html"

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("recipients__contact")

    def beside(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        return {
            "refused": recipients_of(row.client, row).refused,
            "refusals_page": refusals_page(row.client),
        }

    @column(gettext_lazy("recipients"))
    def to(self, settings: ReportSettings) -> str:
        names = [str(row.contact) for row in settings.recipients.all()]
        return ", ".join(names)


def settings_page(client: Client, pk: int | None) -> str:
    """Where the client's settings are changed, or written down for the first time."""
    if pk is None:
        return f"{reverse('admin:kpi_reportsettings_add')}?client={client.pk}"
    return reverse("admin:kpi_reportsettings_change", args=[pk])


def refusals_page(client: Client) -> str:
    """Who of the client has switched letters off."""
    return f"{reverse('admin:clients_mailrefusal_changelist')}?client={client.pk}"
