"""What beat runs of the content."""

from typing import Any

from django.apps import AppConfig
from django.apps import apps as global_apps
from django.apps.registry import Apps

from smm_agency.lib.schedule import HOUR, Periodic, add_missing

SCHEDULE: dict[str, Periodic] = {
    "Close months of content": Periodic("content.tasks.close_months", "30", "6", 6 * HOUR),
    "Publish what is due": Periodic("content.tasks.publish", "*", "*", 55),
    "Look up publications whose answer was lost": Periodic(
        "content.tasks.look_up_publications", "*", "*", 55
    ),
    "Check tomorrow's publications": Periodic(
        "content.tasks.check_publications_ahead", "12", "*", HOUR
    ),
    "Schedule on the networks themselves": Periodic(
        "content.tasks.place_on_networks", "*/5", "*", 4 * 60
    ),
    "Find posts published natively": Periodic(
        "content.tasks.match_native_posts", "*/10", "*", 10 * 60
    ),
    # Reviews that wait, silence that counts as consent.
    "Watch approvals": Periodic("content.tasks.watch_approvals", "*/5", "*", 300),
    "Work on events of networks": Periodic("content.tasks.process_network_events", "*", "*", 50),
    "Take up events whose worker died": Periodic(
        "content.tasks.sweep_network_events", "*", "*", 50
    ),
    "Delete old bodies of events": Periodic(
        "content.tasks.delete_old_network_events", "20", "4", 6 * HOUR
    ),
    "Read comments and messages": Periodic("content.tasks.poll_inbox", "*/15", "*", 840),
    "Finish actions of the inbox": Periodic("content.tasks.finish_inbox_actions", "*", "*", 50),
    "Forget authors of comments": Periodic("content.tasks.forget_authors", "40", "3", 6 * HOUR),
    "Remind clients of material": Periodic("content.tasks.remind_of_materials", "20", "*", HOUR),
    "Remind of facts that end": Periodic("content.tasks.remind_of_facts", "40", "6", 6 * HOUR),
    "Make recurring posts": Periodic("content.tasks.make_recurring_posts", "5", "*", HOUR),
    "Forget files of plans": Periodic("content.tasks.forget_plan_files", "50", "3", 6 * HOUR),
    "Keep reply clocks": Periodic("content.tasks.keep_reply_clocks", "*", "*", 60),
    "Watch incidents and stops": Periodic("content.tasks.watch_incidents", "*", "*", 60),
}


def load_schedule(app_config: AppConfig, apps: Apps = global_apps, **kwargs: Any) -> None:
    """A `post_migrate` receiver."""
    add_missing(SCHEDULE, apps)
