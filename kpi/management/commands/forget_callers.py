"""Erase the numbers of callers whose client's retention period has passed."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from kpi.forgetting import forget_callers


class Command(BaseCommand):
    help = "Erase the numbers of callers whose client's retention period has passed."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{forget_callers(at=timezone.now())} callers forgotten.")
