"""What the clock wakes up of the promotion."""

from celery import shared_task
from django.utils import timezone

from promotion import (
    ad_reading,
    alerts,
    cost_files,
    fact_reminders,
    link_checks,
    missing_acts,
    participant_erasure,
    prize_delivery,
)
from promotion.campaign_clock import keep_states


@shared_task
def watch_budgets() -> None:
    alerts.watch_budgets(at=timezone.now())


@shared_task
def read_ad_accounts() -> None:
    ad_reading.read_due(at=timezone.now())


@shared_task
def check_links() -> None:
    now = timezone.now()
    link_checks.check_links(at=now)
    link_checks.tell_of_overdue(at=now)


@shared_task
def remind_of_facts() -> None:
    fact_reminders.remind_of_facts(at=timezone.now())


@shared_task
def keep_campaigns() -> None:
    keep_states(at=timezone.now())


@shared_task
def remind_of_prizes() -> None:
    prize_delivery.remind_of_prizes(at=timezone.now())


@shared_task
def forget_participants() -> None:
    participant_erasure.forget_participants(at=timezone.now())


@shared_task
def take_files_of_costs() -> None:
    cost_files.take_waiting(at=timezone.now())


@shared_task
def delete_old_files_of_costs() -> None:
    cost_files.delete_old_files(at=timezone.now())


@shared_task
def ask_for_acts() -> None:
    missing_acts.ask_for_acts(at=timezone.now())
