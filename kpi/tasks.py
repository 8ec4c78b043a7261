"""What the clock and the doors wake up: each task finds out what is due and calls one function."""

from celery import shared_task
from django.utils import timezone

from kpi import (
    bot_updates,
    effect,
    evaluation,
    file_imports,
    forgetting,
    instruction_notices,
    measurement,
    missed_days,
    number_checks,
    promotion_alerts,
    raw_events,
    raw_requests,
    reconciliation,
    report_clock,
    reviews,
    thinning,
)
from kpi.models import CallConnection


@shared_task
def measure_profiles() -> None:
    measurement.measure_profiles(at=timezone.now())


@shared_task
def measure_posts() -> None:
    measurement.measure_posts(at=timezone.now())


@shared_task
def fill_missed_days() -> None:
    missed_days.fill_missed_days(at=timezone.now())


@shared_task
def read_updates() -> None:
    bot_updates.read_updates(at=timezone.now())


@shared_task
def process_raw_events() -> None:
    raw_events.process_woken(at=timezone.now())


@shared_task
def sweep_raw_events() -> None:
    raw_events.sweep(at=timezone.now())


@shared_task
def reconcile_calls() -> None:
    reconciliation.reconcile(at=timezone.now())


@shared_task
def reconcile_connection(pk: int) -> None:
    """Asked for by a person, whatever the hour."""
    connection = CallConnection.objects.select_related("client").filter(pk=pk).first()
    if connection is not None:
        reconciliation.pull_connection(connection, at=timezone.now())


@shared_task
def tell_of_ended_instructions() -> None:
    instruction_notices.tell_of_ended_instructions(at=timezone.now())


@shared_task
def delete_old_raw_events() -> None:
    raw_events.delete_old_raw_events(at=timezone.now())


@shared_task
def delete_old_raw_requests() -> None:
    raw_requests.delete_old_raw_requests(at=timezone.now())


@shared_task
def take_files_of_figures() -> None:
    file_imports.take_waiting(at=timezone.now())


@shared_task
def delete_old_files_of_figures() -> None:
    file_imports.delete_old_files(at=timezone.now())


@shared_task
def forget_callers() -> None:
    forgetting.forget_callers(at=timezone.now())


@shared_task
def thin_snapshots() -> None:
    thinning.thin_snapshots(at=timezone.now())


@shared_task
def watch_calls_of_campaigns() -> None:
    promotion_alerts.watch_calls(at=timezone.now())


@shared_task
def evaluate_strategies() -> None:
    evaluation.evaluate_due(at=timezone.now())


@shared_task
def check_effects() -> None:
    now = timezone.now()
    effect.check_effects(on=timezone.localdate(now), at=now)


@shared_task
def review_kpis() -> None:
    now = timezone.now()
    reviews.add_due_reviews(at=now)
    reviews.flag_overdue_reviews(at=now)


@shared_task
def make_reports() -> None:
    report_clock.make_due_reports(at=timezone.now())


@shared_task
def ask_for_test_calls() -> None:
    number_checks.ask_for_test_calls(at=timezone.now())
