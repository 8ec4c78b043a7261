"""Rows that are there from the first start: what beat runs when, settings, the cadence of posts.

All are edited in the admin; a start never resets an edit.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from django.apps import AppConfig
from django.apps import apps as global_apps
from django.apps.registry import Apps

from smm_agency.lib.schedule import HOUR, Periodic, add_missing

# Hourly where each client's own morning has to be met: the task skips what is done for the day.
SCHEDULE: dict[str, Periodic] = {
    "Read profiles": Periodic("kpi.tasks.measure_profiles", "10", "*", HOUR // 2),
    "Read posts": Periodic("kpi.tasks.measure_posts", "20", "*", HOUR // 2),
    # VK's day is whole at its end, and its figures some hours later.
    "Fill in missed days": Periodic("kpi.tasks.fill_missed_days", "35", "7", 6 * HOUR),
    "Read updates of bots": Periodic("kpi.tasks.read_updates", "*/5", "*", 240),
    "Work on calls that came in": Periodic("kpi.tasks.process_raw_events", "*", "*", 50),
    "Take up calls whose worker died": Periodic("kpi.tasks.sweep_raw_events", "*", "*", 50),
    # Each connection once an hour; a task takes those that are due.
    "Reconcile calls with the providers": Periodic("kpi.tasks.reconcile_calls", "*/10", "*", 540),
    "Evaluate strategies": Periodic("kpi.tasks.evaluate_strategies", "40", "*", HOUR // 2),
    "Check effects of decisions": Periodic("kpi.tasks.check_effects", "50", "6", 6 * HOUR),
    "Ask for KPI reviews, flag those overdue": Periodic(
        "kpi.tasks.review_kpis", "5", "5", 6 * HOUR
    ),
    # Hourly, as each client's day begins at its own hour.
    "Make monthly reports": Periodic("kpi.tasks.make_reports", "15", "*", HOUR // 2),
    "Ask for test calls": Periodic("kpi.tasks.ask_for_test_calls", "20", "5", 6 * HOUR),
    "Delete old bodies of calls": Periodic("kpi.tasks.delete_old_raw_events", "15", "4", 6 * HOUR),
    "Delete kept raw requests": Periodic("kpi.tasks.delete_old_raw_requests", "45", "*", HOUR // 2),
    "Take files of figures that wait": Periodic("kpi.tasks.take_files_of_figures", "*", "*", 50),
    "Delete old files of figures": Periodic(
        "kpi.tasks.delete_old_files_of_figures", "55", "4", 6 * HOUR
    ),
    "Thin out old snapshots": Periodic("kpi.tasks.thin_snapshots", "25", "2", 6 * HOUR),
    # After the budgets: hourly, as each client's day begins at its own hour.
    "Watch calls of campaigns": Periodic(
        "kpi.tasks.watch_calls_of_campaigns", "35", "*", HOUR // 2
    ),
    # Hourly, as each client's morning begins at its own hour.
    "Tell of ended data-processing instructions": Periodic(
        "kpi.tasks.tell_of_ended_instructions", "50", "*", HOUR // 2
    ),
    "Forget callers": Periodic("kpi.tasks.forget_callers", "30", "3", 6 * HOUR),
}


def load_schedule(app_config: AppConfig, apps: Apps = global_apps, **kwargs: Any) -> None:
    """A `post_migrate` receiver."""
    add_missing(SCHEDULE, apps)


def load_alarm_settings(app_config: AppConfig, apps: Apps = global_apps, **kwargs: Any) -> None:
    """A `post_migrate` receiver: the one row is always there, as staff left it."""
    try:
        settings_model: Any = apps.get_model("kpi", "AlarmSettings")
    except LookupError:
        return
    settings_model.objects.get_or_create(id=1)


def load_retention(app_config: AppConfig, apps: Apps = global_apps, **kwargs: Any) -> None:
    """A `post_migrate` receiver, as above."""
    try:
        retention_model: Any = apps.get_model("kpi", "SnapshotRetention")
    except LookupError:
        return
    retention_model.objects.get_or_create(id=1)


# Whose page → (posts younger than so many hours, are read every so many hours). Own posts are
# followed closely while most of their views come. Competitors' are compared once they have come to
# rest: four readings show how their first day went, at a fraction of the calls, since most pages
# are competitors'. The walls of publishers are not read.
CADENCE: Mapping[str, Sequence[tuple[int, int]]] = MappingProxyType(
    {
        "own": ((24, 1), (7 * 24, 6), (30 * 24, 24)),
        "competitor": ((24, 6), (30 * 24, 24)),
    }
)


def load_cadence_rows(app_config: AppConfig, apps: Apps = global_apps, **kwargs: Any) -> None:
    """A `post_migrate` receiver: all the steps of a relation, where it has none.

    A step that staff changed or deleted comes back only when they deleted all of that relation.
    """
    try:
        cadence_model: Any = apps.get_model("kpi", "SnapshotCadence")
    except LookupError:
        return
    known = set(cadence_model.objects.values_list("relation", flat=True))
    cadence_model.objects.bulk_create(
        cadence_model(relation=relation, up_to_hours=up_to, every_hours=every)
        for relation, steps in CADENCE.items()
        if relation not in known
        for up_to, every in steps
    )
