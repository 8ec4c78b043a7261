"""People who wait for an answer, and negative cases that are not solved."""

from typing import Any

from django.db.models import Case, F, Q, Value, When
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy

from clients.models import Role
from content.clock_notices import SILENT
from content.models import InboxItem, InboxKind, InboxState, Incident
from smm_agency.dashboard.due.kind import Kind, Told, by_moment
from smm_agency.dashboard.gather import Row
from smm_agency.dashboard.reader import Reader

ROLES = (Role.ACCOUNT_MANAGER, Role.CONTENT_MANAGER, Role.MODERATOR)


def replies(rows: Any, reader: Reader) -> Any:
    """What is to be answered, or else to be closed, from its warning on; the latest first."""
    unanswered = Q(first_reply_at=None, state__in=[InboxState.NEW, InboxState.IN_WORK])
    unclosed = Q(first_reply_at__isnull=False, closed_at=None)
    due, warn = (
        Case(
            When(unanswered, then=F(f"clocks__first_{end}")),
            When(unclosed, then=F(f"clocks__closing_{end}")),
            default=Value(None),
        )
        for end in ("due_at", "warn_at")
    )
    waiting = rows.filter(clocks__is_current=True, gone_at=None).annotate(due=due, warn=warn)
    waiting = waiting.filter(warn__lte=reader.at).exclude(client__status__in=SILENT)
    return waiting.order_by("due", "pk")


def words_of_item(row: Row, reader: Reader) -> str:
    text = Truncator(" ".join(row["text"].split())).chars(90)
    return text or str(InboxKind(row["kind"]).label)


def name_of(row: Row, reader: Reader) -> str:
    return " ".join(filter(None, [row["first"], row["last"]]))


def incidents(rows: Any, reader: Reader) -> Any:
    return rows.unfinished().order_by("deadline", "pk")


def by_due(row: Row, reader: Reader) -> Told:
    return by_moment(row["due"], row, reader)


REPLIES = Kind(
    "replies", gettext_lazy("Replies"), InboxItem, ROLES, replies, by_due, "state=all",
    {"text": "text", "kind": "kind", "due": F("due"), "first": "assignee__first_name",
     "last": "assignee__last_name"},
    words_of_item, name_of,
)  # fmt: skip
INCIDENTS = Kind(
    "incidents", gettext_lazy("Incidents"), Incident, ROLES, incidents, by_due, "shown=all",
    {"title": "title", "due": "deadline", "first": "owner__first_name",
     "last": "owner__last_name"},
    note_of=name_of,
)  # fmt: skip
CARE = (REPLIES, INCIDENTS)
