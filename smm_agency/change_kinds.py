"""Which kinds of rows have a history that this person may read."""

from functools import reduce
from operator import or_
from typing import Any

from django.apps import apps
from django.db.models import Q

from clients.models import Client, TimeEntry
from clients.rights import Rights
from smm_agency.audit_log import FOLLOWED, kept_fields


def kept(model: Any) -> list[str]:
    """The fields that the history keeps."""
    return kept_fields(model, {"id", "client", *FOLLOWED[model._meta.label]})


def seen_kinds(rights: Rights, client: Client) -> dict[str, Any]:
    """Models by label whose rows the person may see at this client.

    The time of others is seen by directors alone, and the history knows no owner of an entry.
    """
    hidden = set() if rights.user.sees_all_clients else {TimeEntry._meta.label}
    models = {label: apps.get_model(label) for label in FOLLOWED if label not in hidden}
    return {label: model for label, model in models.items() if sees(rights, model, client)}


def sees(rights: Rights, model: Any, client: Client) -> bool:
    meta = model._meta
    names = (f"{meta.app_label}.{right}_{meta.model_name}" for right in ("view", "change"))
    return any(rights.allows(name, client_id=client.pk) for name in names)


def of_kinds(kinds: dict[str, Any]) -> Q:
    """Entries of these models, by the names of their content types."""
    by_app: dict[str, list[str]] = {}
    for model in kinds.values():
        by_app.setdefault(model._meta.app_label, []).append(model._meta.model_name)
    parts = (
        Q(content_type__app_label=app, content_type__model__in=names)
        for app, names in by_app.items()
    )
    return reduce(or_, parts, Q(pk__in=()))
