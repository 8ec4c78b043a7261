"""What the clock wakes up of the clients."""

from celery import shared_task
from django.utils import timezone

from clients import letters


@shared_task
def send_letters() -> None:
    letters.send_letters(at=timezone.now())
