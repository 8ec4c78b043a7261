"""Test calls: asked for every month, and what each of them means for the numbers."""

import datetime as dt

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from clients.changes import update_noted
from clients.models import (
    Block,
    Client,
    ClientStatus,
    Task,
    TaskState,
    TrackingNumber,
    User,
    WorkPlace,
)
from clients.models.task import OPEN_STATES
from clients.task_templates import has_test_calls
from clients.todo import add_task
from kpi.failures import TEST_CALLS, do_each
from kpi.models import Event, Flag, NumberPlacement, TestCall
from kpi.models.flags import FlagState

BROKEN = (TestCall.Result.DEAD, TestCall.Result.WRONG_PLACE)


def standing_numbers(client: Client, *, on: dt.date) -> list[TrackingNumber]:
    """Numbers in use that are shown somewhere on that day."""
    shown = NumberPlacement.objects.filter(
        Q(ends_on=None) | Q(ends_on__gte=on), client=client, starts_on__lte=on
    )
    numbers = TrackingNumber.objects.filter(pk__in=shown.values("number"), is_active=True)
    return list(numbers.order_by("number"))


def ask_for_test_calls(*, at: dt.datetime) -> int:
    """A routine task once a month for each active client with numbers; how many were made."""
    clients = Client.objects.filter(status=ClientStatus.ACTIVE, takes_calls=True)
    made = do_each(
        clients.order_by("pk"),
        lambda client: ask_for_test_call(client, at=at),
        job=TEST_CALLS,
        client_of=lambda client: client.pk,
        at=at,
    )
    return sum(made)


def ask_for_test_call(client: Client, *, at: dt.datetime) -> bool:
    """Whether a task was made: not without numbers, not twice in a month, and not where a rule of
    the client's own asks for it.
    """
    if has_test_calls(client):
        return False
    today = client.day_of(at)
    numbers = standing_numbers(client, on=today)
    if not numbers or _routine_tasks(client, at).exists():
        return False
    add_task(
        client,
        title=_("Test call of the month: dial each number and write down whether it works"),
        details="\n".join(number.number for number in numbers),
        block=Block.PROMOTION,
        due_on=today + dt.timedelta(days=7),
        origin=numbers[0],
    )
    return True


@transaction.atomic
def record_test_call(
    number: TrackingNumber, *, result: str, note: str, by: User, at: dt.datetime
) -> TestCall:
    """Write down a test call, and what follows from it.

    A number that does not work, or leads elsewhere, expects nothing from the first silent day on,
    until a test call finds that it works.
    """
    call = TestCall.objects.create(
        client_id=number.client_id,
        number=number,
        called_at=at,
        called_by=by,
        result=result,
        note=note,
    )
    today = number.client.day_of(at)
    if result in BROKEN:
        _leave_out(number, today, by=by, at=at)
    elif result == TestCall.Result.WORKS:
        update_noted(_dead_since(number), ends_on=today)
    _finish_routine(number.client, today, at)
    return call


def _places(number: TrackingNumber, day: dt.date) -> list[int | None]:
    rows = NumberPlacement.objects.filter(
        Q(ends_on=None) | Q(ends_on__gte=day), number=number, starts_on__lte=day
    )
    return list(rows.values_list("community", flat=True)) or [None]


def _leave_out(number: TrackingNumber, today: dt.date, *, by: User, at: dt.datetime) -> None:
    for community_id in _places(number, today):
        if _dead_since(number).filter(community=community_id).exists():
            continue
        Event.objects.create(
            client_id=number.client_id,
            community_id=community_id,
            kind=Event.Kind.DEAD_NUMBER,
            title=dead_title(number),
            starts_on=_silent_from(number, community_id, today),
            is_excluded=True,
            recorded_by=by,
            recorded_at=at,
        )


def dead_title(number: TrackingNumber) -> str:
    return _("%(number)s did not work") % {"number": number.number}


def _dead_since(number: TrackingNumber) -> QuerySet[Event]:
    return Event.objects.filter(
        client=number.client_id,
        kind=Event.Kind.DEAD_NUMBER,
        title__contains=number.number,
        ends_on=None,
    )


def _silent_from(number: TrackingNumber, community_id: int | None, today: dt.date) -> dt.date:
    """Where a flag of silence begins, if one stands; else the day of the test."""
    keys = [f"silence:{community_id}", "silence:all"]
    flags = Flag.objects.filter(client=number.client_id, cause_key__in=keys)
    for flag in flags.exclude(state=FlagState.CLOSED):
        first = flag.evidence.get("opened", {}).get("first")
        if first:
            return dt.date.fromisoformat(first)
    return today


def _month_began(client: Client, at: dt.datetime) -> dt.datetime:
    return at.astimezone(client.zone).replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def _routine_tasks(client: Client, at: dt.datetime) -> QuerySet[Task]:
    """Of this month: a task that came from a number."""
    return Task.objects.filter(
        client=client,
        origin_type=ContentType.objects.get_for_model(TrackingNumber),
        created_at__gte=_month_began(client, at),
    )


def _asked_by_rule(client: Client, today: dt.date) -> QuerySet[Task]:
    """Of this month and before: what the client's rule or the start of the work asked for."""
    next_month = today.replace(day=1) + dt.timedelta(days=31)
    return Task.objects.filter(
        client=client, leads_to=WorkPlace.TEST_CALL, due_on__lt=next_month.replace(day=1)
    )


def _finish_routine(client: Client, today: dt.date, at: dt.datetime) -> None:
    """The month's tasks are done once each number that stands somewhere was tried."""
    tried = TestCall.objects.filter(
        client=client, called_at__gte=_month_began(client, at)
    ).values_list("number", flat=True)
    if {number.pk for number in standing_numbers(client, on=today)} <= set(tried):
        for tasks in (_routine_tasks(client, at), _asked_by_rule(client, today)):
            waiting = tasks.filter(state__in=OPEN_STATES)
            update_noted(waiting, state=TaskState.DONE, done_at=at)
