"""Lists of many tables in one statement: each list comes as JSON objects, under its name.

    read_at_once(Client.objects.filter(pk=1), {"tasks": listed(Task.objects.all(), "title")})

gives `{"tasks": [{"title": "…"}, …]}`. JSON knows no days and no decimals: `rows_of` makes rows of
a model out of the objects, with the types of its fields.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.db.models import Count, QuerySet, Subquery
from django.db.models.functions import Coalesce, JSONObject

Found = dict[str, Any]


def listed(rows: QuerySet[Any, Any], *columns: str, **named: Any) -> ArraySubquery:
    """The rows as objects with these columns; `named` are columns under another name."""
    return ArraySubquery(rows.values_list(JSONObject(**{name: name for name in columns}, **named)))


def counted(rows: QuerySet[Any, Any]) -> Coalesce:
    """How many rows there are, 0 where there are none."""
    groups = rows.order_by().values(one=models.Value(1)).annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(groups), 0)


def read_at_once(rows: QuerySet[Any, Any], wanted: Mapping[str, Any]) -> Found:
    """One statement; `rows` is one row."""
    names = list(wanted)
    values = rows.values_list(*wanted.values()).get() if names else ()
    return dict(zip(names, values, strict=True))


def read_arrays(
    rows: QuerySet[Any, Any], lists: Mapping[str, QuerySet[Any, Any]]
) -> dict[str, list[Any]]:
    """Lists of one value a row each, such as one `JSONObject`; `rows` is one row."""
    found = read_at_once(rows, {name: ArraySubquery(each) for name, each in lists.items()})
    return {name: values or [] for name, values in found.items()}


def rows_of(model: type[models.Model], objects: Iterable[Mapping[str, Any]], **known: Any) -> Any:
    """Rows of the model that were not loaded whole; what is no field of it becomes an attribute."""
    return [row_of(model, each, **known) for each in objects]


def row_of(model: type[models.Model], told: Mapping[str, Any], **known: Any) -> Any:
    typed = {name: field.to_python(told[name]) for name in told if (field := field_of(model, name))}
    row = model(**typed, **known)
    for name in told.keys() - typed.keys():
        setattr(row, name, told[name])
    return row


def field_of(model: type[models.Model], name: str) -> Any:
    try:
        field = model._meta.get_field(name)
    except FieldDoesNotExist:
        return None
    return field if hasattr(field, "to_python") else None


def moment_of(text: str | None) -> dt.datetime | None:
    return dt.datetime.fromisoformat(text) if text else None


def day_of(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None
