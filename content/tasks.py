"""What the clock wakes up of the content."""

from celery import shared_task
from django.utils import timezone

from content import month_closing


@shared_task
def close_months() -> None:
    month_closing.close_months(at=timezone.now())
