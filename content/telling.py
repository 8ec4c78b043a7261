"""The whole addresses of pages of the workbench, for what is written to people."""

from django.conf import settings
from django.db import models
from django.urls import reverse


def admin_address(row: models.Model | None = None, *, page: str = "change") -> str:
    """The whole address of a row's page in the workbench; without a row, of the dashboard."""
    path = reverse("admin:index")
    if row is not None:
        meta = row._meta
        path = reverse(f"admin:{meta.app_label}_{meta.model_name}_{page}", args=[row.pk])
    return f"{settings.PUBLIC_URL}{path}"
