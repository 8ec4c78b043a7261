"""What the clock wakes up of the communities."""

from celery import shared_task
from django.utils import timezone

from communities import hand_over, key_checks, notice_bot


@shared_task
def check_keys() -> None:
    key_checks.check_keys(at=timezone.now())


@shared_task
def ask_for_hand_overs() -> None:
    hand_over.ask_for_hand_overs(at=timezone.now())


@shared_task
def tell_by_bot() -> None:
    notice_bot.send_to_chats(at=timezone.now())
    notice_bot.hear(at=timezone.now())
