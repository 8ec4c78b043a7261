"""When a task is due, in the few words by which lists and boards are read."""

import datetime as dt

from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from clients.models.task import OPEN_STATES

WEEK = dt.timedelta(days=7)


class DueGroup(models.TextChoices):
    OVERDUE = "overdue", pgettext_lazy("due", "Overdue")
    TODAY = "today", pgettext_lazy("due", "Today")
    WEEK = "week", pgettext_lazy("due", "Next 7 days")
    LATER = "later", pgettext_lazy("due", "Later")
    NO_DAY = "no_day", pgettext_lazy("due", "Without a day")


def group_of(due_on: dt.date | None, *, on: dt.date) -> DueGroup:
    if due_on is None:
        return DueGroup.NO_DAY
    if due_on < on:
        return DueGroup.OVERDUE
    if due_on == on:
        return DueGroup.TODAY
    return DueGroup.WEEK if due_on <= on + WEEK else DueGroup.LATER


def conditions(*, on: dt.date) -> dict[str, Q]:
    """Unfinished tasks of each group: the same division as `group_of`."""
    unfinished = Q(state__in=OPEN_STATES)
    return {
        DueGroup.OVERDUE: unfinished & Q(due_on__lt=on),
        DueGroup.TODAY: unfinished & Q(due_on=on),
        DueGroup.WEEK: unfinished & Q(due_on__gt=on, due_on__lte=on + WEEK),
        DueGroup.LATER: unfinished & Q(due_on__gt=on + WEEK),
        DueGroup.NO_DAY: unfinished & Q(due_on=None),
    }
