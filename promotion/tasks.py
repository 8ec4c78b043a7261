"""What the clock does of the promotion: thin."""

from celery import shared_task
from django.utils import timezone

from promotion import alerts


@shared_task
def watch_budgets() -> None:
    alerts.watch_budgets(at=timezone.now())
