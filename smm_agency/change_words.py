"""The history of changes in the reader's words: fields by their names, codes by their labels."""

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from django.apps import apps
from django.contrib.admin import site
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext as _

from clients.models import ChangeEntry

NOTHING = "—"
LONGEST = 200
EMPTY = ("", "None", "[]", "{}")
# Read by those who see fees.
FEES = {
    "clients.engagement": ("fee",),
    "clients.engagementservice": ("price",),
    "clients.paper": ("amount",),
}
Names = dict[type[models.Model], dict[str, str]]


class FieldChange(NamedTuple):
    name: str
    old: str
    new: str


def model_of(app: str, name: str) -> Any:
    """None where the program knows these rows no more."""
    try:
        return apps.get_model(app, name)
    except LookupError:
        return None


def field_of(model: Any, name: str) -> Any:
    try:
        return model._meta.get_field(name)
    except FieldDoesNotExist:
        return None


def field_name(model: Any, name: str) -> str:
    field = field_of(model, name) if model else None
    return capfirst(str(getattr(field, "verbose_name", name)))


def kind_name(model: Any, label: str) -> str:
    return capfirst(str(model._meta.verbose_name)) if model else label


def names_of_rows(entries: Iterable[ChangeEntry]) -> Names:
    """How the rows that the entries speak of are called: a statement for each kind of rows."""
    ids: dict[type[models.Model], set[str]] = {}
    for entry in entries:
        model = entry.content_type.model_class()
        for name, values in (entry.changes or {}).items():
            field = field_of(model, name) if model else None
            if isinstance(field, models.ForeignKey):
                numbers = {value for value in values if value.isdecimal()}
                ids.setdefault(field.remote_field.model, set()).update(numbers)
    return {model: _names(model, numbers) for model, numbers in ids.items() if numbers}


def _names(model: type[models.Model], ids: set[str]) -> dict[str, str]:
    rows = model._base_manager.filter(pk__in=ids)
    named_by = getattr(site._registry.get(model), "named_by", ())
    return {str(row.pk): str(row) for row in (rows.select_related(*named_by) if named_by else rows)}


def changes_of(entry: ChangeEntry, names: Names, *, sees_fees: bool) -> Iterator[FieldChange]:
    """What stands in a new or deleted row is told once, in the column it belongs to."""
    model = entry.content_type.model_class()
    label = f"{entry.content_type.app_label}.{entry.content_type.model}"
    for name, (old, new) in sorted((entry.changes or {}).items()):
        field = field_of(model, name) if model else None
        if not sees_fees and name in FEES.get(label, ()):
            yield FieldChange(field_name(model, name), _("hidden"), _("hidden"))
        elif not (old in EMPTY and new in EMPTY):
            yield FieldChange(
                field_name(model, name), words(field, old, names), words(field, new, names)
            )


def words(field: Any, value: str, names: Names) -> str:
    if value in EMPTY:
        return NOTHING
    if isinstance(field, models.ForeignKey):
        known = names.get(field.remote_field.model, {})
        return known.get(value) or _("No. %(id)s, deleted since") % {"id": value}
    labels = {str(code): str(label) for code, label in getattr(field, "flatchoices", ())}
    if value in labels:
        return labels[value]
    if isinstance(field, models.BooleanField):
        return _("yes") if value == "True" else _("no")
    return _moment(field, value) or Truncator(value).chars(LONGEST)


def _moment(field: Any, value: str) -> str:
    """Moments are kept as the library writes them: UTC, without saying so."""
    try:
        if isinstance(field, models.DateTimeField):
            moment = dt.datetime.fromisoformat(value).replace(tzinfo=dt.UTC)
            return date_format(timezone.localtime(moment), "SHORT_DATETIME_FORMAT")
        if isinstance(field, models.DateField):
            return date_format(dt.date.fromisoformat(value), "SHORT_DATE_FORMAT")
    except ValueError:
        return value
    return ""


def summary(model: Any, action: int, changes: dict[str, list[str]]) -> str:
    """In one line, without asking for names: which fields, and old → new where it is a label."""
    if action == ChangeEntry.Action.CREATE:
        return _("Added.")
    if action == ChangeEntry.Action.DELETE:
        return _("Deleted.")
    return "; ".join(_told(model, name, *values) for name, values in sorted(changes.items()))


def _told(model: Any, name: str, old: str, new: str) -> str:
    field = field_of(model, name) if model else None
    is_short = isinstance(field, models.BooleanField) or bool(getattr(field, "flatchoices", ()))
    called = field_name(model, name)
    return f"{called}: {words(field, old, {})} → {words(field, new, {})}" if is_short else called


def who_of(name: str, source: str) -> str:
    """The person; without one, the way by which the program did it."""
    if name:
        return name
    return _("the program (%(way)s)") % {"way": source} if source else _("the program")
