"""Filters of the list of tasks: whose they are, and when they are due."""

from typing import Any

from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.admin.filters import DefaultFilter
from clients.admin.scoped import visible_rows
from clients.due_groups import DueGroup, conditions
from clients.models import Task, User
from clients.models.task import OPEN_STATES
from clients.substitutes import is_mine


class WhoseFilter(DefaultFilter):
    """Own tasks and those of whom the person stands in for, unless more is asked for; a number is
    a person's."""

    title = gettext_lazy("whose")
    parameter_name = "whose"
    default_title = gettext_lazy("Mine")

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        people = visible_rows(User, request.user).exclude(pk=request.user.pk).order_by("pk")
        return [
            ("all", _("All")), ("others", _("Others'")), ("nobody", _("Nobody's")),
            *((str(person.pk), str(person)) for person in people),
        ]  # fmt: skip

    def queryset(self, request: HttpRequest, queryset: QuerySet[Task]) -> QuerySet[Task]:
        value = self.value() or ""
        if value == "all":
            return queryset
        user: Any = request.user
        mine = is_mine("owner", user)
        if value == "nobody":
            return queryset.filter(owner=None)
        if value == "others":
            return queryset.exclude(mine)
        if value.isdecimal():
            return queryset.filter(owner=int(value))
        return queryset.filter(mine)


class DueFilter(DefaultFilter):
    """Unfinished tasks unless somebody asks for the past."""

    title = gettext_lazy("due")
    parameter_name = "due"
    default_title = gettext_lazy("Unfinished")

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        groups = [(group.value, group.label) for group in DueGroup]
        return [*groups, ("finished", _("Finished")), ("all", _("All"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        unfinished = Q(state__in=OPEN_STATES)
        wanted = {
            **conditions(on=timezone.localdate()),
            "finished": ~unfinished,
            "all": Q(),
        }
        return queryset.filter(wanted.get(self.value() or "", unfinished))


def due_tiles(changelist: Any, request: HttpRequest) -> list[dict[str, Any]]:
    """How many of each group the list has, whatever group is asked for; one statement."""
    name = DueFilter.parameter_name
    rows = rows_of_any_day(changelist, request).order_by()
    wanted = {
        str(group): Count("pk", filter=condition)
        for group, condition in conditions(on=timezone.localdate()).items()
    }
    found = rows.aggregate(**wanted)
    asked = request.GET.get(name, "")
    return [
        {
            "label": group.label,
            "count": found[group.value],
            "url": changelist.get_query_string({name: group.value}, remove=["p"]),
            "is_asked": asked == group.value,
            "is_late": group == DueGroup.OVERDUE and found[group.value] > 0,
        }
        for group in DueGroup
    ]


def rows_of_any_day(changelist: Any, request: HttpRequest) -> Any:
    """By the other filters and the search. `get_queryset` would read all their choices anew."""
    rows = changelist.root_queryset
    for spec in changelist.filter_specs:
        if not isinstance(spec, DueFilter):
            narrowed = spec.queryset(request, rows)
            rows = rows if narrowed is None else narrowed
    found, _may_repeat = changelist.model_admin.get_search_results(request, rows, changelist.query)
    return found
