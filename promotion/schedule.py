"""What beat runs of the promotion."""

from typing import Any

from django.apps import AppConfig
from django.apps import apps as global_apps
from django.apps.registry import Apps

from smm_agency.lib.schedule import HOUR, Periodic, add_missing

SCHEDULE: dict[str, Periodic] = {
    # Hourly: each client's day begins at its own hour.
    "Watch budgets": Periodic("promotion.tasks.watch_budgets", "25", "*", HOUR),
    "Read ad accounts": Periodic("promotion.tasks.read_ad_accounts", "*/10", "*", 9 * 60),
    "Look at the links of placements": Periodic("promotion.tasks.check_links", "25", "*", HOUR),
    "Remind of figures of placements": Periodic("promotion.tasks.remind_of_facts", "35", "*", HOUR),
    "Begin and end campaigns": Periodic("promotion.tasks.keep_campaigns", "*/10", "*", 540),
    # Promo actions.
    "Remind of late prizes": Periodic("promotion.tasks.remind_of_prizes", "25", "*", HOUR),
    "Forget participants of promo actions": Periodic(
        "promotion.tasks.forget_participants", "55", "3", 6 * HOUR
    ),
    "Take files of costs that wait": Periodic("promotion.tasks.take_files_of_costs", "*", "*", 50),
    "Delete old files of costs": Periodic(
        "promotion.tasks.delete_old_files_of_costs", "58", "4", 6 * HOUR
    ),
    "Ask for acts of advertising": Periodic("promotion.tasks.ask_for_acts", "10", "7", 6 * HOUR),
}


def load_schedule(app_config: AppConfig, apps: Apps = global_apps, **kwargs: Any) -> None:
    """A `post_migrate` receiver."""
    add_missing(SCHEDULE, apps)
