"""Time that people write down: what may be written, and what it adds up to."""

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from typing import Any, NamedTuple

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from clients.models import Client, ClientStatus, Task, TeamMember, TimeEntry, User
from clients.models.time_entry import DAY_MINUTES

SHOWN_MINUTES = (15, 30, 60, 90)
SILENT = (ClientStatus.PAUSED, ClientStatus.ENDED)


class Totals(NamedTuple):
    day: int
    week: int


@transaction.atomic
def log_time(
    client: Client,
    *,
    by: User,
    on: dt.date,
    minutes: int,
    today: dt.date,
    block: str = "",
    task: Task | None = None,
    note: str = "",
) -> TimeEntry:
    """Write down the person's own time; ValidationError names the field and the mend."""
    entry = TimeEntry(
        client=client, person=by, day=on, minutes=minutes, task=task,
        block=block or (task.block if task else ""), note=note[:300],
    )  # fmt: skip
    entry.clean_fields(exclude=["client", "person", "engagement", "task"])
    check_entry(entry, today=today)
    entry.engagement = client.engagements.running(on=on).order_by("-starts_on").first()
    entry.save()
    return entry


def check_entry(entry: TimeEntry, *, today: dt.date) -> None:
    """By field, what is wrong with it. Inside a transaction: the person's row is locked, so that
    two entries at once cannot fill a day twice."""
    if entry.day > today:
        raise ValidationError({"day": _("This day is still to come: write what was done.")})
    if entry.task is not None and entry.task.client_id != entry.client_id:
        raise ValidationError({"task": _("This belongs to another client.")})
    _check_team(entry)
    User.objects.select_for_update(no_key=True).get(pk=entry.person_id)
    others = TimeEntry.objects.filter(person=entry.person_id, day=entry.day).exclude(pk=entry.pk)
    known = minutes_of(others)
    if known + entry.minutes > DAY_MINUTES:
        message = _("%(known)s are written for this day: with these it would have over 24 hours.")
        raise ValidationError({"minutes": message % {"known": hours_words(known)}})


def _check_team(entry: TimeEntry) -> None:
    if entry.person.sees_all_clients:
        return
    team = TeamMember.objects.active(on=entry.day)
    if not team.filter(client=entry.client_id, user=entry.person_id).exists():
        message = _("%(person)s was not in the client's team on that day.")
        raise ValidationError({"day": message % {"person": entry.person}})


def warning_of(client: Client) -> str:
    """Time for a client who rests is taken, and said aloud; empty for the others."""
    if client.status not in SILENT:
        return ""
    message = _("The client is “%(status)s”: look whether this time belongs here.")
    return message % {"status": client.get_status_display()}


def may_mend(entry: TimeEntry, *, by: User, today: dt.date) -> bool:
    """One's own for some days; whatever else, directors."""
    if by.sees_all_clients:
        return True
    days = dt.timedelta(days=settings.TIME_EDIT_DAYS)
    return entry.person_id == by.pk and entry.day >= today - days


def totals_of(person: User, *, today: dt.date) -> Totals:
    """Minutes of today, and of the week since Monday."""
    monday = today - dt.timedelta(days=today.weekday())
    rows = TimeEntry.objects.filter(person=person, day__range=(monday, today)).order_by()
    by_day: dict[dt.date, int] = dict(rows.values_list("day").annotate(total=Sum("minutes")))
    return Totals(by_day.get(today, 0), sum(by_day.values()))


def minutes_of(rows: Any) -> int:
    return int(rows.aggregate(total=Sum("minutes"))["total"] or 0)


def hours_of(
    clients: Iterable[Client], *, first: dt.date, last: dt.date
) -> dict[tuple[int, str, int], Decimal]:
    """Hours by (client, block, person) of these days, one statement; block "" is "not said"."""
    rows = TimeEntry.objects.filter(client__in=list(clients), day__range=(first, last)).order_by()
    found = rows.values_list("client", "block", "person").annotate(total=Sum("minutes"))
    return {(client, block, person): hours(total) for client, block, person, total in found}


def hours(minutes: int) -> Decimal:
    return Decimal(minutes) / 60


def hours_words(minutes: int) -> str:
    """75 is "1:15"."""
    return f"{minutes // 60}:{minutes % 60:02d}"
