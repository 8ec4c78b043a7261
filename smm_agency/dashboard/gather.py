"""All lists of the page in one statement: each is an array of JSON objects."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Count as CountRows
from django.db.models import F, QuerySet, Window
from django.db.models.functions import JSONObject

from clients.models import User
from smm_agency.lib.rows_at_once import read_arrays

Row = dict[str, Any]


def gather(user: User, lists: Mapping[str, QuerySet[Any]]) -> dict[str, list[Row]]:
    """By name, the rows that each of the querysets of JSON objects gives. One query.

    Days and moments come as ISO texts.
    """
    return read_arrays(User.objects.filter(pk=user.pk), lists)


def objects(rows: QuerySet[Any], most: int, **columns: Any) -> QuerySet[Any]:
    """The first rows as JSON objects; `total` in each says how many there are in all."""
    counted = rows.annotate(total_of_all=Window(CountRows("pk")))
    named = JSONObject(pk="pk", total=F("total_of_all"), **columns)
    shown: QuerySet[Any] = counted.values_list(named)[:most]
    return shown
