"""Brings the table of docs/networks.md up to date with the adapters."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from smm_agency.network_table import with_table


class Command(BaseCommand):
    help = "Brings the table of docs/networks.md up to date with the adapters."

    def handle(self, *args: Any, **options: Any) -> None:
        page = settings.BASE_DIR / "docs" / "networks.md"
        page.write_text(with_table(page.read_text(encoding="utf-8")), encoding="utf-8")
