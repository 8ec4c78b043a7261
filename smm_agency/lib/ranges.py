"""Ranges in exclusion constraints: the same thing never twice on one day."""

from django.contrib.postgres.fields import DateRangeField, RangeBoundary
from django.db import models
from django.db.models import Func


def one_value_range(column: str) -> Func:
    """Equality for an exclusion constraint without btree_gist."""
    return Func(column, column, models.Value("[]"), function="int8range")


def days_range() -> Func:
    return Func(
        "starts_on",
        "ends_on",
        RangeBoundary(inclusive_lower=True, inclusive_upper=True),
        function="daterange",
        output_field=DateRangeField(),
    )
