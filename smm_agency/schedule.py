"""What beat runs of what needs several floors."""

from typing import Any

from django.apps import AppConfig
from django.apps import apps as global_apps
from django.apps.registry import Apps

from smm_agency.lib.schedule import HOUR, Periodic, add_missing

SCHEDULE: dict[str, Periodic] = {
    "Make archives": Periodic("smm_agency.tasks.make_archives", "*", "*", 50),
    "Forget people of clients that have left": Periodic(
        "smm_agency.tasks.forget_departed", "30", "3", 6 * HOUR
    ),
}


def load_schedule(app_config: AppConfig, apps: Apps = global_apps, **kwargs: Any) -> None:
    """A `post_migrate` receiver."""
    add_missing(SCHEDULE, apps)
