"""What people wait for: late and soon-late comments, unfinished cases, stops that stand.

Three queries whatever the number of clients; one more for the rights of who looks.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, F, Q, QuerySet, Value, When
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from clients.models import Client, User
from content.clock_notices import SILENT
from content.models import InboxState, Incident, ReplyClock, Stop
from content.stops import in_words

SHOWN = 6


@dataclass(frozen=True)
class WaitingLine:
    """A comment or message that is late, or soon will be."""

    client: str
    text: str
    light: str
    due: str
    assignee: str
    url: str


@dataclass(frozen=True)
class CaseLine:
    client: str
    title: str
    light: str
    due: str
    url: str


@dataclass(frozen=True)
class StopLine:
    words: str
    url: str


def care_panel(user: User, clients: QuerySet[Client], *, at: dt.datetime) -> dict[str, Any]:
    return {
        "care_stops": stop_lines(user, at=at) if user.has_perm("content.view_stop") else [],
        "care_waiting": waiting_lines(clients, at=at)
        if user.has_perm("content.view_inboxitem")
        else [],
        "care_cases": case_lines(clients, at=at) if user.has_perm("content.view_incident") else [],
        "stop_url": reverse("admin:content_stop_begin")
        if user.has_perm("content.add_stop")
        else "",
    }


def stop_lines(user: User, *, at: dt.datetime) -> list[StopLine]:
    stops = Stop.objects.standing(at=at).visible_to(user)
    return [
        StopLine(in_words(stop), reverse("admin:content_stop_change", args=[stop.pk]))
        for stop in stops.select_related("client", "community__profile__client")
    ]


def waiting_lines(clients: QuerySet[Client], *, at: dt.datetime) -> list[WaitingLine]:
    """What is to be answered, or else to be closed; the longest late first."""
    unanswered = Q(item__first_reply_at=None, item__state__in=[InboxState.NEW, InboxState.IN_WORK])
    unclosed = Q(item__first_reply_at__isnull=False, item__closed_at=None)
    due = Case(
        When(unanswered, then=F("first_due_at")),
        When(unclosed, then=F("closing_due_at")),
        default=Value(None),
    )
    warn = Case(
        When(unanswered, then=F("first_warn_at")),
        When(unclosed, then=F("closing_warn_at")),
        default=Value(None),
    )
    clocks = (
        ReplyClock.objects.running()
        .annotate(due=due, warn=warn)
        .filter(warn__lte=at, client__in=clients, item__gone_at=None)
        .exclude(client__status__in=SILENT)
        .select_related("client", "item__assignee")
        .order_by("due", "pk")
    )
    return [waiting_line(clock, at=at) for clock in clocks[:SHOWN]]


def waiting_line(clock: Any, *, at: dt.datetime) -> WaitingLine:
    is_late = at >= clock.due
    when = date_format(clock.due.astimezone(clock.client.zone), "SHORT_DATETIME_FORMAT")
    words = _("late since %(when)s") if is_late else _("by %(when)s")
    text = " ".join(clock.item.text.split())
    return WaitingLine(
        client=clock.client.name,
        text=Truncator(text).chars(90) or clock.item.get_kind_display(),
        light="red" if is_late else "amber",
        due=words % {"when": when},
        assignee=str(clock.item.assignee or ""),
        url=inbox_url(clock.item_id),
    )


def inbox_url(pk: int) -> str:
    return reverse("admin:content_inboxitem_change", args=[pk])


def case_lines(clients: QuerySet[Client], *, at: dt.datetime) -> list[CaseLine]:
    cases = Incident.objects.unfinished().filter(client__in=clients).select_related("client")
    return [
        CaseLine(
            client=case.client.name,
            title=case.title,
            light="red" if case.deadline <= at else "amber",
            due=(_("late since %(when)s") if case.deadline <= at else _("by %(when)s"))
            % {
                "when": date_format(
                    case.deadline.astimezone(case.client.zone), "SHORT_DATETIME_FORMAT"
                )
            },
            url=reverse("admin:content_incident_change", args=[case.pk]),
        )
        for case in cases.order_by("deadline", "pk")[:SHOWN]
    ]
