"""What was told to the person and is not read yet: the newest, and how many there are."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Window
from django.urls import reverse

from clients.models import URGENT, Notice, NoticeKind, User

SHOWN = 6


@dataclass(frozen=True)
class Line:
    """A notice; `url` opens it and marks it as read (by POST)."""

    subject: str
    kind: str
    client: str
    at: dt.datetime
    is_urgent: bool
    url: str


@dataclass(frozen=True)
class NoticesCard:
    lines: list[Line]
    unread: int
    url: str


def notices_card(person: User) -> NoticesCard:
    """One query."""
    rows = Notice.objects.on_dashboard_of(person).unread().order_by("-written_at", "-pk")
    found = list(
        rows.annotate(unread=Window(Count("pk"))).values(
            "pk", "subject", "kind", "client__name", "written_at", "unread"
        )[:SHOWN]
    )
    lines = [
        Line(
            subject=row["subject"],
            kind=str(NoticeKind(row["kind"]).label),
            client=row["client__name"] or "",
            at=row["written_at"],
            is_urgent=row["kind"] in URGENT,
            url=reverse("account:open_notice", args=[row["pk"]]),
        )
        for row in found
    ]
    return NoticesCard(lines, found[0]["unread"] if found else 0, reverse("account:notices"))
