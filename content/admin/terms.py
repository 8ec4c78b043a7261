"""What was agreed with a client about approvals, links and stops: a page each."""

from django.contrib import admin

from clients.admin.scoped import ClientFilter, ScopedAdmin
from content.models import ContentTerms


@admin.register(ContentTerms)
class ContentTermsAdmin(ScopedAdmin):
    list_display = (
        "client", "approvals", "correction_rounds", "consent_hours", "has_approval_links",
    )  # fmt: skip
    list_filter = (ClientFilter, "approvals")
    list_select_related = ("client",)
    search_fields = ("client__name",)
    fields = (
        "client", "approvals", ("correction_rounds", "consent_hours"),
        ("has_approval_links", "has_upload_links"), "link_days",
        ("stops_by_itself", "uses_native_scheduling"),
    )  # fmt: skip
