"""What the clock wakes up of the content."""

from celery import shared_task
from django.utils import timezone

from content import (
    checks_ahead,
    clock_notices,
    consent,
    facts,
    inbox_erasure,
    inbox_polling,
    incidents,
    letter_secrets,
    material_letters,
    month_closing,
    network_events,
    placing,
    plan_files,
    publishing,
    reconciling,
    recurring,
    replies,
    reply_clock,
    review_reminders,
    spikes,
    stops,
    wall_matches,
)


@shared_task
def close_months() -> None:
    month_closing.close_months(at=timezone.now())


@shared_task
def publish() -> None:
    """Until the next minute's message has come: somebody always looks at the clock."""
    publishing.publish_for(60.0)


@shared_task
def look_up_publications() -> None:
    reconciling.look_up(at=timezone.now())


@shared_task
def check_publications_ahead() -> None:
    checks_ahead.check_ahead(at=timezone.now())


@shared_task
def match_native_posts() -> None:
    wall_matches.match_native_posts(at=timezone.now())


@shared_task
def place_on_networks() -> None:
    now = timezone.now()
    placing.place(at=now)
    placing.follow(at=now)


@shared_task
def watch_approvals() -> None:
    """Warnings before consents: a consent never comes without its warning."""
    now = timezone.now()
    consent.warn_of_consent(at=now)
    consent.take_silence(at=now)
    review_reminders.remind_approvers(at=now)
    review_reminders.remind_clients(at=now)
    letter_secrets.forget_secrets()


@shared_task
def process_network_events() -> None:
    network_events.queue.process_woken(at=timezone.now())


@shared_task
def sweep_network_events() -> None:
    network_events.queue.sweep(at=timezone.now())


@shared_task
def delete_old_network_events() -> None:
    network_events.delete_old_events(at=timezone.now())


@shared_task
def poll_inbox() -> None:
    inbox_polling.poll_inbox(at=timezone.now())


@shared_task
def finish_inbox_actions() -> None:
    replies.finish_actions(at=timezone.now())


@shared_task
def forget_authors() -> None:
    inbox_erasure.forget_authors(at=timezone.now())


@shared_task
def remind_of_materials() -> None:
    material_letters.remind_clients(at=timezone.now())


@shared_task
def remind_of_facts() -> None:
    facts.remind_of_facts(at=timezone.now())


@shared_task
def make_recurring_posts() -> None:
    recurring.make_all_ahead(at=timezone.now())


@shared_task
def forget_plan_files() -> None:
    plan_files.delete_forgotten(at=timezone.now())


@shared_task
def keep_reply_clocks() -> None:
    now = timezone.now()
    reply_clock.keep_clocks(at=now)
    clock_notices.tell_of_clocks(at=now)


@shared_task
def watch_incidents() -> None:
    """Waves of negatives, cases past their deadline, stops whose end has come."""
    now = timezone.now()
    spikes.find_spikes(at=now)
    incidents.tell_of_overdue(at=now)
    stops.settle_ended_stops(at=now)
