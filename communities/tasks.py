"""What the clock wakes up of the communities."""

from celery import shared_task
from django.utils import timezone

from communities import hand_over, key_checks


@shared_task
def check_keys() -> None:
    key_checks.check_keys(at=timezone.now())


@shared_task
def ask_for_hand_overs() -> None:
    hand_over.ask_for_hand_overs(at=timezone.now())
