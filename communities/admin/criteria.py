"""The criteria of audits: directors keep them; an audit that has begun keeps its own copy."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from clients.admin.people import DirectorsOnly
from clients.admin.scoped import ScopedAdmin
from communities.models import AuditCriterion


@admin.register(AuditCriterion)
class AuditCriterionAdmin(DirectorsOnly, ScopedAdmin):
    list_display = ("title", "network", "section", "code", "prefill", "position", "is_active")
    list_filter = ("network", "section", "is_active")
    search_fields = ("title_en", "title_ru", "look_en", "look_ru", "code")
    ordering = ("position", "network")
    fields = (
        ("network", "section"), ("code", "position"), ("title_en", "title_ru"),
        ("look_en", "look_ru"), ("prefill", "is_active"),
    )  # fmt: skip

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """What a criterion is known by, in audits and at the next start."""
        fields = super().get_readonly_fields(request, obj)
        return (*fields, "network", "code") if obj is not None else fields

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Switched off instead: a deleted one of ours would come back with the next start."""
        return False
