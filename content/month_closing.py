"""Closing a month: each post that was made on the network itself has to be classified before.

In the last week of a month the team is warned, on the first of the next it gets a task; once
nothing is left, the month closes by itself with its curated share as it stands then. Until it is
closed, whoever shows its figures says how many posts are not classified.
"""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from clients.models import Client, Task, TaskState, User
from clients.todo import tell_team_once
from communities.models import Community
from content.curated import curated_share, month_of
from content.models import MonthClose

WARNED_DAYS = 7


def close_months(*, at: dt.datetime) -> int:
    """The clock: warn, ask, and close last month where nothing is left; how many were closed."""
    closed = 0
    clients = Client.objects.alarmed().filter(
        pk__in=Community.objects.exclude(state=Community.State.PLANNED).values("client")
    )
    for client in clients:
        today = client.day_of(at)
        last = month_of(today)[1]
        if (last - today).days < WARNED_DAYS:
            ask_to_classify(client, today.replace(day=1), is_over=False, at=at)
        before = (today.replace(day=1) - dt.timedelta(days=1)).replace(day=1)
        closed += _close_or_ask(client, before, at=at)
    return closed


def _close_or_ask(client: Client, month: dt.date, *, at: dt.datetime) -> bool:
    if is_closed(client, month) or not had_work(client, month):
        return False
    if ask_to_classify(client, month, is_over=True, at=at):
        return False
    close_month(client, month, by=None, at=at)
    return True


def had_work(client: Client, month: dt.date) -> bool:
    """Something stood on the walls or was planned: an empty month is not closed."""
    share = curated_share(client, *month_of(month))
    return bool(share.counted or share.unclassified)


def is_closed(client: Client, month: dt.date) -> bool:
    return MonthClose.objects.filter(client=client, month=month).exists()


def ask_to_classify(client: Client, month: dt.date, *, is_over: bool, at: dt.datetime) -> bool:
    """A task for the team, once, while native posts of the month wait; whether any do."""
    left = curated_share(client, *month_of(month)).unclassified
    with override(client.language):
        title = _("Classify the posts that were made on the networks: %(month)s") % {
            "month": date_format(month, "F Y")
        }
        details = _details(left, is_over=is_over)
    if not left:
        _finish(client, title, at=at)
        return False
    tell_team_once(client, client, title=title, details=details)
    return True


def _details(left: int, *, is_over: bool) -> str:
    said = ngettext(
        "%(count)d post was made on the network itself, and nobody has said where it comes from.",
        "%(count)d posts were made on the network itself, and nobody has said where they come"
        " from.",
        left,
    )
    mend = (
        _("The month cannot be closed before that, and its curated share is not known.")
        if is_over
        else _("Do it before the month is over.")
    )
    return f"{said % {'count': left}} {mend}"


def _finish(client: Client, title: str, *, at: dt.datetime) -> None:
    """What was asked for is done: nobody has to say so."""
    asked = Task.objects.unfinished().filter(client=client, title=title)
    asked.update(state=TaskState.DONE, done_at=at)


@transaction.atomic
def close_month(client: Client, month: dt.date, *, by: User | None, at: dt.datetime) -> MonthClose:
    """Raises ValidationError while the month runs, is closed, or has posts not classified."""
    Client.objects.select_for_update(no_key=True).get(pk=client.pk)
    first, last = month_of(month)
    if client.day_of(at) <= last:
        raise ValidationError(_("This month still runs: close it on the first of the next one."))
    if is_closed(client, first):
        raise ValidationError(_("This month is closed already."))
    share = curated_share(client, first, last, is_out=True)
    if share.unclassified:
        message = ngettext(
            "%(count)d post is not classified: say where it comes from first.",
            "%(count)d posts are not classified: say where they come from first.",
            share.unclassified,
        )
        raise ValidationError(message % {"count": share.unclassified})
    return MonthClose.objects.create(
        client=client,
        month=first,
        curated=share.curated,
        counted=share.counted,
        cap=share.cap,
        closed_at=at,
        closed_by=by,
    )
