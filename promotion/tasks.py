"""What the clock does of the promotion: thin."""

from celery import shared_task
from django.utils import timezone

from promotion import alerts


@shared_task
def watch_budgets() -> None:
    alerts.watch_budgets(at=timezone.now())
from promotion import ad_reading


@shared_task
def read_ad_accounts() -> None:
    ad_reading.read_due(at=timezone.now())
