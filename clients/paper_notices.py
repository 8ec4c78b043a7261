"""Telling the account manager, once, of agreements that end and invoices that nobody paid."""

import datetime as dt

from django.utils.translation import gettext_lazy as _

from clients.models import ClientStatus, NoticeKind, Paper, Role
from clients.models.paper import ENDED_LATELY
from clients.notices import Words, page_of, tell
from clients.team import directors, people_in_roles

FROM_HOUR = 8
DAY = dt.timedelta(days=1)


def tell_of_papers(*, at: dt.datetime) -> int:
    """In the morning of the client's day; how many people were told."""
    # A day either way: each client's own day is asked below.
    rows = Paper.objects.exclude(client__status=ClientStatus.ENDED).select_related("client")
    ending = rows.expiring(on=(at + DAY).date()).order_by("pk")
    late = rows.overdue(on=(at + DAY).date()).order_by("pk")
    # Not what was overdue when nobody told of it yet.
    late = late.filter(due_on__gte=at.date() - ENDED_LATELY)
    told = sum(tell_of_end(paper, at=at) for paper in ending if is_morning(paper, at))
    return told + sum(tell_of_overdue(paper, at=at) for paper in late if is_morning(paper, at))


def is_morning(paper: Paper, at: dt.datetime) -> bool:
    return at.astimezone(paper.client.zone).hour >= FROM_HOUR


def tell_of_end(paper: Paper, *, at: dt.datetime) -> int:
    """Once for the day that it ends on: one that was prolonged is told of anew."""
    today = paper.client.day_of(at)
    # What ended before is on the dashboard; a notice is about what is still to be mended.
    if paper.valid_until is None or paper.valid_until < today:
        return 0
    if not Paper.objects.expiring(on=today).filter(pk=paper.pk).exists():
        return 0
    words = _("It holds until %(day)s. Prolong it, or make the next one.")
    return tell_managers(
        paper,
        key=f"paper-ends:{paper.pk}:{paper.valid_until}",
        subject=_("%(client)s: ends soon: %(paper)s"),
        text=Words(words, day=paper.valid_until),
        at=at,
    )


def tell_of_overdue(paper: Paper, *, at: dt.datetime) -> int:
    if paper.due_on is None or paper.due_on >= paper.client.day_of(at):
        return 0
    return tell_managers(
        paper,
        key=f"paper-overdue:{paper.pk}:{paper.due_on}",
        subject=_("%(client)s: not paid in time: %(paper)s"),
        text=Words(_("It was to be paid by %(day)s."), day=paper.due_on),
        at=at,
    )


def tell_managers(paper: Paper, *, key: str, subject: object, text: object, at: dt.datetime) -> int:
    """No sum stands in it: a notice lies about in mail boxes."""
    client = paper.client
    people = people_in_roles(client, [Role.ACCOUNT_MANAGER], on=client.day_of(at))
    return tell(
        people or directors(),
        kind=NoticeKind.TASKS,
        key=key,
        subject=Words(subject, client=client, paper=PaperName(paper)),  # type: ignore[arg-type] # lazy words
        text=text,
        path=page_of(paper),
        client=client,
        at=at,
    )


class PaperName:
    """Its kind and number, in the language of who reads it."""

    def __init__(self, paper: Paper) -> None:
        self.paper = paper

    def __str__(self) -> str:
        return str(self.paper)
