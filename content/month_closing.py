"""Closing a month: each post that was made on the network itself has to be classified before.

In the last week of a month the team is warned, on the first of the next it gets a task; once
nothing is left, the month closes by itself with its curated share as it stands then, however late
that is. Until it is closed, whoever shows its figures says how many posts are not classified.
"""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from clients.changes import update_noted
from clients.models import Client, NoticeKind, Task, TaskState, User
from clients.todo import tell_team_once
from communities.models import Community
from content.curated import curated_share, month_of
from content.models import MonthClose
from content.months import month_after, month_before
from strategy.periods import months_between

WARNED_DAYS = 7
# How far back an unfinished task is looked for.
MOST_MONTHS = 24


def close_months(*, at: dt.datetime) -> int:
    """The clock: warn, ask, and close each month where nothing is left; how many were closed."""
    closed = 0
    clients = Client.objects.alarmed().filter(
        pk__in=Community.objects.exclude(state=Community.State.PLANNED).values("client")
    )
    for client in clients:
        today = client.day_of(at)
        last = month_of(today)[1]
        if (last - today).days < WARNED_DAYS:
            ask_to_classify(client, today.replace(day=1), is_over=False, at=at)
        closed += sum(_close_or_ask(client, month, at=at) for month in open_months(client, today))
    return closed


def open_months(client: Client, today: dt.date) -> list[dt.date]:
    """The months that are over and not closed, the oldest first; last month is always looked at.

    They begin after the last closed one, or with the oldest that a task of the team still asks for.
    """
    last = month_before(today)
    closed = set(MonthClose.objects.filter(client=client).values_list("month", flat=True))
    asked = _months_asked_for(client, last)
    after = month_after(max(closed)) if closed else last
    return [each for each in months_between(min([after, last, *asked]), last) if each not in closed]


def _months_asked_for(client: Client, last: dt.date) -> list[dt.date]:
    """A task says its month in words: they are looked up by these."""
    months = {}
    for _number in range(MOST_MONTHS):
        months[_title(client, last)] = last
        last = month_before(last)
    asked = Task.objects.unfinished().filter(client=client, title__in=months)
    return [months[title] for title in asked.values_list("title", flat=True)]


def _title(client: Client, month: dt.date) -> str:
    with override(client.language):
        return _("Classify the posts that were made on the networks: %(month)s") % {
            "month": date_format(month, "F Y")
        }


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
    title = _title(client, month)
    with override(client.language):
        details = _details(left, is_over=is_over)
    if not left:
        _finish(client, title, at=at)
        return False
    tell_team_once(client, client, title=title, details=details, kind=NoticeKind.TASKS)
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
    update_noted(asked, state=TaskState.DONE, done_at=at)


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
