"""Telling who answers that a comment or message is soon due, or late: each of the two once.

What was told stands in a row of its own, unique for the item and the kind, so that whatever else
becomes of the item nobody is told again. One letter names all that fell due in the same minute.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from clients.models import AT_REST, Client, NoticeKind, User
from clients.notices import Words, may_be_told, page_of, tell
from content.models import ClockNotice, InboxItem, InboxState, Incident, ReplyClock
from content.people import moderators_of
from content.telling import admin_address

Kind = ClockNotice.Kind
# Nobody works for them: what comes in is kept, and told of by nobody.
SILENT = AT_REST


class Due(NamedTuple):
    """Of an item, what is to be told."""

    item: InboxItem
    kind: Kind
    due_at: dt.datetime


def tell_of_clocks(*, at: dt.datetime) -> int:
    """How many notices were new."""
    by_client: dict[Client, list[Due]] = defaultdict(list)
    for due in (*_unanswered(at=at), *_unclosed(at=at)):
        by_client[due.item.client].append(due)
    return sum(_tell(client, dues, at=at) for client, dues in by_client.items())


def _unanswered(*, at: dt.datetime) -> Iterator[Due]:
    rows = _untold(Kind.FIRST_SOON, Kind.FIRST_LATE, "first_due_at", at=at)
    rows = rows.filter(first_warn_at__lte=at, item__first_reply_at=None)
    for clock in rows.filter(item__state__in=[InboxState.NEW, InboxState.IN_WORK]):
        if clock.first_due_at is not None:
            kind = Kind.FIRST_LATE if at >= clock.first_due_at else Kind.FIRST_SOON
            yield Due(clock.item, kind, clock.first_due_at)


def _unclosed(*, at: dt.datetime) -> Iterator[Due]:
    """What belongs to an open incident is left to the incident's own deadline."""
    cases = Incident.objects.unfinished().filter(links__item=OuterRef("item")).order_by()
    rows = _untold(Kind.CLOSING_SOON, Kind.CLOSING_LATE, "closing_due_at", at=at)
    for clock in rows.filter(~Exists(cases), closing_warn_at__lte=at, item__closed_at=None):
        if clock.closing_due_at is not None:
            kind = Kind.CLOSING_LATE if at >= clock.closing_due_at else Kind.CLOSING_SOON
            yield Due(clock.item, kind, clock.closing_due_at)


def _untold(soon: Kind, late: Kind, due: str, *, at: dt.datetime) -> QuerySet[ReplyClock]:
    told = ClockNotice.objects.filter(item=OuterRef("item")).order_by()
    is_soon = Q(~Exists(told.filter(kind__in=[soon, late])), **{f"{due}__gt": at})
    is_late = Q(~Exists(told.filter(kind=late)), **{f"{due}__lte": at})
    return (
        ReplyClock.objects.running()
        .filter(is_soon | is_late, item__gone_at=None)
        .exclude(client__status__in=SILENT)
        .select_related("item__client", "item__assignee", "item__profile")
        .order_by("pk")
    )


@transaction.atomic
def _tell(client: Client, dues: Sequence[Due], *, at: dt.datetime) -> int:
    """The notices and the letters stand together, or neither does."""
    new = [due for due in dues if _write_down(due, at=at)]
    for person, mine in _by_person(client, new, at=at).items():
        tell(
            [person],
            kind=NoticeKind.REPLIES,
            key=f"clock:{mine[0].kind}:{mine[0].item.pk}",
            client=client,
            subject=_subject(client, mine),
            text=Lines(client, mine),
            path=page_of(mine[0].item) if len(mine) == 1 else reverse("admin:index"),
            at=at,
        )
    return len(new)


def _write_down(due: Due, *, at: dt.datetime) -> bool:
    """False where it was told before: by another worker a moment ago, too."""
    values = {"client_id": due.item.client_id, "told_at": at}
    return ClockNotice.objects.get_or_create(item=due.item, kind=due.kind, defaults=values)[1]


def _by_person(client: Client, dues: Sequence[Due], *, at: dt.datetime) -> dict[User, list[Due]]:
    """To whoever answers it; where that is nobody, to all who moderate."""
    on = client.day_of(at)
    team = moderators_of(client, on=on) if dues else []
    named = [due.item.assignee for due in dues if due.item.assignee is not None]
    # Whoever left the team would be told nothing, and the notice counts as told for good.
    told = may_be_told(named, client=client, on=on)
    found: dict[User, list[Due]] = defaultdict(list)
    for due in dues:
        assignee = due.item.assignee
        people = [assignee] if assignee is not None and assignee in told else team
        for person in people:
            found[person].append(due)
    return found


def _subject(client: Client, dues: Sequence[Due]) -> Words:
    late = sum(due.kind in (Kind.FIRST_LATE, Kind.CLOSING_LATE) for due in dues)
    if late:
        return Words(_("%(client)s: not answered in time: %(count)d"), client=client, count=late)
    return Words(_("%(client)s: soon to be answered: %(count)d"), client=client, count=len(dues))


class Lines:
    """One for each item, and no word of its author: letters lie about in mail boxes."""

    def __init__(self, client: Client, dues: Sequence[Due]) -> None:
        self.client, self.dues = client, dues

    def __str__(self) -> str:
        return "\n".join(map(self.line, self.dues))

    def line(self, due: Due) -> str:
        when = date_format(due.due_at.astimezone(self.client.zone), "DATETIME_FORMAT")
        place = f"{due.item.get_kind_display()} · {due.item.profile or due.item.site}"
        return f"{due.kind.label}, {when} · {place}\n  {admin_address(due.item)}"
