"""What the clock wakes up of the strategy."""

from celery import shared_task
from django.utils import timezone

from strategy import competitor_analyses


@shared_task
def ask_for_competitor_analyses() -> None:
    competitor_analyses.ask_for_analyses(at=timezone.now())
