"""What the clock wakes up of the communities."""

from celery import shared_task
from django.utils import timezone

from communities import key_checks


@shared_task
def check_keys() -> None:
    key_checks.check_keys(at=timezone.now())
