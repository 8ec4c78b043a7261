"""The agency's look, which every installation starts with: all of it the usual one."""

from typing import Any

from django.apps import AppConfig
from django.apps import apps as global_apps
from django.apps.registry import Apps


def load_agency_look(app_config: AppConfig, apps: Apps = global_apps, **kwargs: Any) -> None:
    """A `post_migrate` receiver: the one row is always there, as staff left it."""
    try:
        look_model: Any = apps.get_model("clients", "AgencyLook")
    except LookupError:
        return
    look_model.objects.get_or_create(id=1)
