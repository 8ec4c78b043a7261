"""The start of an engagement: the tasks of its package, each with its day and its owner."""

import datetime as dt
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from clients.models import (
    Client,
    ClientStatus,
    Engagement,
    Package,
    RecurrenceRule,
    RecurringTask,
    Role,
    Side,
    Task,
    TaskTemplate,
    User,
    WorkPlace,
)
from clients.recurring_tasks import owner_by_role
from clients.todo import add_task
from clients.working_days import shifted

TEST_CALL_DAY = 1


class PlannedTask(NamedTuple):
    """What a template will be for this engagement."""

    template: TaskTemplate
    owner: User | None
    due_on: dt.date


def templates_of(package: Package | None) -> list[TaskTemplate]:
    """Those of the package; where it has none, or there is no package, the usual ones."""
    used = TaskTemplate.objects.filter(is_used=True)
    own = list(used.filter(package=package)) if package else []
    return own or list(used.filter(package=None))


def planned_tasks(engagement: Engagement, *, on: dt.date) -> list[PlannedTask]:
    """As they would be made on that day: an engagement that began before is counted from it."""
    client = engagement.client
    templates = templates_of(engagement.package)
    owners = {
        role: owner_by_role(client, role, on=on) for role in {each.role for each in templates}
    }
    begins = max(engagement.starts_on, on)
    return [
        PlannedTask(
            template,
            owners[template.role] if template.side == Side.AGENCY else None,
            shifted(begins + dt.timedelta(days=template.days_after), country=client.country),
        )
        for template in templates
    ]


@transaction.atomic
def start_tasks(engagement: Engagement, *, by: User, at: dt.datetime) -> list[Task]:
    """Start the engagement, once.

    Raises:
        ValidationError: it was started before, its client's work has ended, or no template is used.
    """
    rows = Engagement.objects.select_related("client", "package", "started_by")
    row = rows.select_for_update(of=("self",)).get(pk=engagement.pk)
    refuse_start(row)
    row.started_at, row.started_by = at, by
    row.save(update_fields=["started_at", "started_by"])
    engagement.started_at, engagement.started_by = at, by
    with translation.override(row.client.language):
        planned = planned_tasks(row, on=row.client.day_of(at))
        tasks = [_make(row, each) for each in planned]
    if not tasks:
        raise ValidationError(_("There is no task template that is used: add one first."))
    add_test_calls(row.client, starts_on=row.starts_on)
    return tasks


def refuse_start(engagement: Engagement) -> None:
    """Raises ValidationError where it cannot be started."""
    if engagement.started_at is not None:
        told = {
            "day": date_format(engagement.client.day_of(engagement.started_at)),
            "person": engagement.started_by,
        }
        raise ValidationError(
            _("It was started on %(day)s by %(person)s: its tasks are there.") % told
        )
    if engagement.client.status == ClientStatus.ENDED:
        raise ValidationError(_("The work for this client has ended: nothing is started."))


def _make(engagement: Engagement, planned: PlannedTask) -> Task:
    template = planned.template
    return add_task(
        engagement.client,
        title=template.title,
        details=template.details,
        block=template.block,
        side=template.side,
        owner=planned.owner,
        due_on=planned.due_on,
        origin=engagement,
        origin_note=(_("start of “%(engagement)s”") % {"engagement": engagement.title})[:200],
        leads_to=template.leads_to,
    )


@transaction.atomic
def add_test_calls(client: Client, *, starts_on: dt.date) -> RecurringTask | None:
    """The monthly test call of who is reached by tracking numbers; once a client."""
    if not (client.takes_calls and client.has_call_tracking):
        return None
    # Two engagements of the client may be started at once: the second waits, and sees the rule.
    Client.objects.select_for_update(no_key=True).get(pk=client.pk)
    if has_test_calls(client):
        return None
    with translation.override(client.language):
        return RecurringTask.objects.create(
            client=client,
            title=_("Test call of the month: dial each number and write down whether it works"),
            role=Role.ACCOUNT_MANAGER,
            rule=RecurrenceRule.MONTHLY,
            month_day=TEST_CALL_DAY,
            leads_to=WorkPlace.TEST_CALL,
            starts_on=starts_on,
        )


def has_test_calls(client: Client) -> bool:
    """Whether a rule of the client's own asks for them, running or switched off."""
    rules = RecurringTask.objects.filter(client=client, leads_to=WorkPlace.TEST_CALL)
    return rules.exists()
