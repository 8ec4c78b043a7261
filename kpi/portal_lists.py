"""Many short lists of a client in one statement, whatever the number of lists and rows.

Each list is a queryset with `OuterRef("pk")` for the client that gives one JSON object (or one
value) a row; only columns that the portal's role is granted are named, so rows come as objects and
never as instances.
"""

from collections.abc import Mapping
from typing import Any

from django.db.models import Count, Model, QuerySet
from django.db.models.functions import JSONObject
from django.utils.translation import get_language

from clients.models import Client
from smm_agency.lib.rows_at_once import day_of as day_of
from smm_agency.lib.rows_at_once import moment_of as moment_of
from smm_agency.lib.rows_at_once import read_arrays

Row = dict[str, Any]
Lists = dict[str, QuerySet[Model, Any]]
Found = dict[str, list[Any]]


def read_lists(client: Client, lists: Mapping[str, QuerySet[Model, Any]]) -> Found:
    """By the names of the lists. One statement."""
    return read_arrays(Client.objects.filter(pk=client.pk), lists)


def objects(rows: Any, **columns: Any) -> QuerySet[Model, Any]:
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
