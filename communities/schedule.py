"""What beat runs of the communities."""

from typing import Any

from django.apps import AppConfig
from django.apps import apps as global_apps
from django.apps.registry import Apps

from smm_agency.lib.schedule import HOUR, Periodic, add_missing

SCHEDULE: dict[str, Periodic] = {
    # Before the working day: who has to make a new key can do it today.
    "Check access keys": Periodic("communities.tasks.check_keys", "15", "5", 6 * HOUR),
    "Ask for accesses to be handed over": Periodic(
        "communities.tasks.ask_for_hand_overs", "25", "5", 6 * HOUR
    ),
    "Tell by the agency's bot": Periodic("communities.tasks.tell_by_bot", "*", "*", 60),
}


def load_schedule(app_config: AppConfig, apps: Apps = global_apps, **kwargs: Any) -> None:
    """A `post_migrate` receiver."""
    add_missing(SCHEDULE, apps)
