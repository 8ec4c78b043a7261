"""Many short lists of a client in one statement, whatever the number of lists and rows.

Each list is a queryset with `OuterRef("pk")` for the client that gives one JSON object (or one
value) a row; only columns that the portal's role is granted are named, so rows come as objects and
never as instances.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, Model, QuerySet
from django.db.models.functions import JSONObject
from django.utils.translation import get_language

from clients.models import Client

Row = dict[str, Any]
Lists = dict[str, QuerySet[Model, Any]]
Found = dict[str, list[Any]]


def read_lists(client: Client, lists: Mapping[str, QuerySet[Model, Any]]) -> Found:
    """By the names of the lists. One statement."""
    columns = [ArraySubquery(rows) for rows in lists.values()]
    found = Client.objects.filter(pk=client.pk).values_list(*columns).get()
    return {name: rows or [] for name, rows in zip(lists, found, strict=True)}


def objects(rows: Any, **columns: str) -> QuerySet[Model, Any]:
    found: QuerySet[Model, Any] = rows.values_list(JSONObject(**columns))
    return found


def number_of(rows: QuerySet[Any, Any]) -> QuerySet[Model, Any]:
    """A list of one number, or of none where there is no row: see `the_number`."""
    counted: Any = rows.order_by().values("client").annotate(total=Count("pk"))
    found: QuerySet[Model, Any] = counted.values_list("total")
    return found


def the_number(found: list[int]) -> int:
    return found[0] if found else 0


def of_language(name: str) -> str:
    """The column of the reader's language: `title` → `title_ru`."""
    return f"{name}_{'ru' if get_language() == 'ru' else 'en'}"


def day_of(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


def moment_of(text: str | None) -> dt.datetime | None:
    return dt.datetime.fromisoformat(text) if text else None
