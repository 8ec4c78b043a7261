"""What beat runs of the clients."""

from typing import Any

from django.apps import AppConfig
from django.apps import apps as global_apps
from django.apps.registry import Apps

from smm_agency.lib.schedule import Periodic, add_missing

SCHEDULE: dict[str, Periodic] = {
    "Send letters": Periodic("clients.tasks.send_letters", "*", "*", 60),
    "Delete old files of clients": Periodic(
        "clients.tasks.delete_old_client_files", "25", "3", 3600
    ),
    "Forget old changes": Periodic("clients.tasks.forget_old_changes", "40", "3", 3600),
    "Tell of tasks that are due": Periodic("clients.tasks.tell_of_due_tasks", "10", "*", 600),
    "Tell of papers that end or are not paid": Periodic(
        "clients.tasks.tell_of_papers", "40", "*", 3600
    ),
    "Make recurring tasks": Periodic("clients.tasks.make_recurring_tasks", "20", "*", 3000),
}


def load_schedule(app_config: AppConfig, apps: Apps = global_apps, **kwargs: Any) -> None:
    """A `post_migrate` receiver."""
    add_missing(SCHEDULE, apps)
