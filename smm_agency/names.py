"""Names of foreign keys that have none of their own: a key is called as what it points at."""

from typing import Any

from django.apps import apps
from django.db import models

OUR_APPS = ("clients", "communities", "strategy", "content", "promotion", "kpi")


def name_foreign_keys() -> None:
    """Give each nameless key the name of its model, in the reader's language.

    Django would show the name of the attribute, in English. Called once, before any form or
    admin page is made from the models; migrations do not see it.
    """
    for label in OUR_APPS:
        for model in apps.get_app_config(label).get_models():
            for field in model._meta.local_fields:
                if isinstance(field, models.ForeignKey):
                    _name(field)


def _name(key: "models.ForeignKey[Any, Any]") -> None:
    is_named = "verbose_name" in key.deconstruct()[3]
    name = key.remote_field.model._meta.verbose_name
    if name and not is_named:
        key.verbose_name = name
