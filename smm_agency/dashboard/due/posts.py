"""Posts and publications: to check, to approve, to write, to draw, late with the client."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Case, F, IntegerField, Q, Value, When
from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.models import Role
from clients.substitutes import is_mine
from content.models import Post, PostState, Publication, PublicationState
from content.standing_of_publications import NEEDS_PERSON
from kpi.models import Light
from smm_agency.dashboard.due.kind import Kind, Told, by_day, moment_of, since
from smm_agency.dashboard.gather import Row
from smm_agency.dashboard.reader import Reader

MANAGERS = (Role.ACCOUNT_MANAGER, Role.CONTENT_MANAGER)
# Nobody is sure of the first; the last still has a day.
ORDER = (
    PublicationState.UNKNOWN,
    PublicationState.FAILED,
    PublicationState.BY_HAND,
    PublicationState.MISSED,
    PublicationState.DUE,
)
SURELY_LATE = (PublicationState.UNKNOWN, PublicationState.FAILED)
TO_WRITE = (
    PostState.DRAFT,
    PostState.IN_WORK,
    PostState.INTERNAL_REWORK,
    PostState.CLIENT_REWORK,
)
CLIENT_WAITS = dt.timedelta(days=2)


def publications(rows: Any, reader: Reader) -> Any:
    whens = [When(state=state, then=Value(place)) for place, state in enumerate(ORDER)]
    worst = Case(*whens, default=len(ORDER), output_field=IntegerField())
    return rows.filter(NEEDS_PERSON).order_by(worst, "planned_at", "pk")


def told_of_publication(row: Row, reader: Reader) -> Told:
    state = PublicationState(row["state"])
    day = reader.today
    words = str(state.label)
    if row["planned_at"]:
        planned = moment_of(row["planned_at"]).astimezone(ZoneInfo(row["zone"]))
        day = planned.date()
        when = {"when": date_format(planned, "SHORT_DATETIME_FORMAT")}
        words += " · " + _("planned for %(when)s") % when
    is_late = state in SURELY_LATE or day < reader.today
    return Told(Light.RED if is_late else Light.AMBER, words, day)


def why(row: Row, reader: Reader) -> str:
    reason = Truncator(row["failure"] or row["warning"]).chars(160)
    return " · ".join(filter(None, [row["place"], reason]))


def to_approve(rows: Any, reader: Reader) -> Any:
    """Those that name an approver wait for that person only."""
    waiting = rows.filter(state=PostState.INTERNAL_REVIEW)
    if not reader.is_director:
        waiting = waiting.filter(Q(approver=None) | is_mine("approver", reader.user))
    return waiting.order_by("state_since", "pk")


def with_client(rows: Any, reader: Reader) -> Any:
    """Those that the client has been silent about."""
    silent = Q(reminded_at__isnull=False) | Q(state_since__lte=reader.at - CLIENT_WAITS)
    return rows.filter(silent, state=PostState.CLIENT_REVIEW).order_by("state_since", "pk")


def by_reminder(row: Row, reader: Reader) -> Told:
    return since(row["since"], row, is_late=row["reminded_at"] is not None)


def to_write(rows: Any, reader: Reader) -> Any:
    """The person's own, and those that nobody has taken."""
    free = rows.filter(is_mine("author", reader.user) | Q(author=None), state__in=TO_WRITE)
    return free.order_by(F("due_on").asc(nulls_last=True), "pk")


def to_draw(rows: Any, reader: Reader) -> Any:
    own = rows.filter(is_mine("designer", reader.user), state__in=TO_WRITE)
    return own.order_by(F("due_on").asc(nulls_last=True), "pk")


def of_gone(rows: Any, reader: Reader) -> Any:
    """Posts that somebody who has left should write, draw or approve."""
    gone = Q(author__is_active=False) | Q(designer__is_active=False)
    gone |= Q(approver__is_active=False)
    return (
        rows.filter(gone)
        .exclude(state__in=(PostState.PUBLISHED, PostState.CANCELLED))
        .order_by(F("due_on").asc(nulls_last=True), "pk")
    )


def told_of_post(row: Row, reader: Reader) -> Told:
    return by_day(row["due_on"], reader)


def state_of(row: Row, reader: Reader) -> str:
    return str(PostState(row["state"]).label)


WAITS = {"title": "title", "since": "state_since", "reminded_at": "reminded_at"}
STAGE = {"title": "title", "state": "state", "due_on": "due_on"}
PUBLICATIONS = Kind(
    "publications", gettext_lazy("Publications to check"), Publication, MANAGERS, publications,
    told_of_publication, "",
    {"title": "post__title", "state": "state", "planned_at": "planned_at", "failure": "failure",
     "warning": "warning", "place": "community__profile__title"},
    note_of=why,
)  # fmt: skip
TO_APPROVE = Kind(
    "to_approve", gettext_lazy("Posts to approve"), Post, MANAGERS, to_approve, by_reminder,
    "", WAITS,
)  # fmt: skip
WITH_CLIENT = Kind(
    "with_client", gettext_lazy("Posts that the client is silent about"), Post,
    (Role.ACCOUNT_MANAGER,), with_client, by_reminder, "", WAITS,
)  # fmt: skip
WRITING = Kind(
    "to_write", gettext_lazy("Posts to write"), Post, (Role.CONTENT_MANAGER,), to_write,
    told_of_post, "", STAGE, note_of=state_of, for_directors=False,
)  # fmt: skip
DRAWING = Kind(
    "to_draw", gettext_lazy("Posts to draw"), Post, (Role.DESIGNER,), to_draw, told_of_post,
    "", STAGE,
    note_of=state_of, for_directors=False,
)  # fmt: skip
OF_GONE = Kind(
    "posts_of_gone", gettext_lazy("Posts of people who have left"), Post, MANAGERS, of_gone,
    told_of_post, "", STAGE, note_of=state_of,
)  # fmt: skip
POSTS = (PUBLICATIONS, TO_APPROVE, WITH_CLIENT, WRITING, DRAWING, OF_GONE)
