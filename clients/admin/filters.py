"""Filters of lists that show a part of the rows unless somebody asks for more."""

from collections.abc import Iterator
from typing import Any

from django.contrib.admin import SimpleListFilter


class DefaultFilter(SimpleListFilter):
    """A filter whose empty choice is a part of its own, called `default_title`, and not "All"."""

    default_title: Any

    def choices(self, changelist: Any) -> Iterator[Any]:
        default = changelist.get_query_string(remove=[self.parameter_name])
        for choice in super().choices(changelist):
            is_default = choice["query_string"] == default
            yield {**choice, "display": self.default_title} if is_default else choice
