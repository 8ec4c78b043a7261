"""Tasks that come again: each occurrence is made once, a few days before it is due."""

import datetime as dt
import logging

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clients.models import Client, ClientStatus, DayShift, RecurringTask, Role, Task, User
from clients.recurring_dates import days_of
from clients.team import people_in_roles
from clients.todo import add_task
from clients.working_days import MOST_SHIFTED, shifted

logger = logging.getLogger(__name__)

DAY = dt.timedelta(days=1)
# A lead's work has not begun, a paused client's waits, an ended one's is over.
SERVED = (ClientStatus.ONBOARDING, ClientStatus.ACTIVE)


def make_recurring_tasks(*, at: dt.datetime) -> int:
    """How many tasks are new. Errors are raised together at the end, as an ExceptionGroup."""
    made, errors = 0, []
    rules = RecurringTask.objects.running().filter(client__status__in=SERVED)
    for pk in rules.order_by("pk").values_list("pk", flat=True):
        try:
            made += make_task_of(pk, at=at) is not None
        except Exception as error:
            logger.exception("The recurring task %s was not made.", pk)
            errors.append(error)
    if errors:
        raise ExceptionGroup("Some recurring tasks were not made.", errors)
    return made


@transaction.atomic
def make_task_of(pk: int, *, at: dt.datetime) -> Task | None:
    """The task that is to be done next, unless it was made; of those missed before, one is enough.

    Two workers at once: the second finds the row locked and leaves it.
    """
    rule = (
        RecurringTask.objects.running()
        .filter(pk=pk, client__status__in=SERVED)
        .select_related("client", "owner")
        .select_for_update(of=("self",), skip_locked=True)
        .first()
    )
    if rule is None or not (days := waiting_days(rule, on=rule.client.day_of(at))):
        return None
    task = _make(rule, days[-1], missed=len(days) - 1, at=at)
    rule.made_until = days[-1]
    rule.save(update_fields=["made_until"])
    return task


def waiting_days(rule: RecurringTask, *, on: dt.date) -> list[dt.date]:
    """Days of the rule, before any shift, that are to have their task by that day."""
    first = rule.made_until + DAY if rule.made_until else rule.first_day()
    horizon = on + DAY * rule.days_before
    # What is moved back to a working day comes before its own day.
    ahead = DAY * MOST_SHIFTED if rule.shift == DayShift.BEFORE else DAY * 0
    days = days_of(rule, first, horizon + ahead)
    return [day for day in days if due_day(rule, day) <= horizon]


def due_day(rule: RecurringTask, day: dt.date) -> dt.date:
    return shifted(day, country=rule.client.country, by=rule.shift)


def next_day(rule: RecurringTask, *, on: dt.date) -> dt.date | None:
    """When the next one is due; None where none comes within two years."""
    first = max(rule.made_until + DAY if rule.made_until else rule.first_day(), on)
    days = days_of(rule, first, first + DAY * 366 * 2)
    return due_day(rule, days[0]) if days else None


def _make(rule: RecurringTask, day: dt.date, *, missed: int, at: dt.datetime) -> Task:
    client = rule.client
    with translation.override(client.language):
        words = ngettext(
            "%(count)d earlier time was missed: nothing was asked for then.",
            "%(count)d earlier times were missed: nothing was asked for then.",
            missed,
        )
        told = [rule.details, words % {"count": missed} if missed else ""]
        return add_task(
            client,
            title=rule.title,
            details="\n\n".join(filter(None, told)),
            block=rule.block,
            side=rule.side,
            owner=owner_of(rule, on=client.day_of(at)),
            due_on=due_day(rule, day),
            origin=rule,
            origin_note=_("comes again"),
            leads_to=rule.leads_to,
            occurs_on=day,
        )


def owner_of(rule: RecurringTask, *, on: dt.date) -> User | None:
    """Who was named, unless they have left the agency."""
    if rule.owner is not None and rule.owner.is_active:
        return rule.owner
    return owner_by_role(rule.client, rule.role, on=on)


def owner_by_role(client: Client, role: str, *, on: dt.date) -> User | None:
    """Who has been in the role the longest; None where nobody is in it."""
    people = people_in_roles(client, [Role(role)], on=on) if role else []
    return people[0] if people else None
