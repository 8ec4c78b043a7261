"""Negative cases: opened of comments, brought to the client, ended with an outcome.

Open → waits for the client → solved or closed unsolved. Every step is a line of the timeline with
its person; two people who act at once take their turns, and the second is told what happened.
"""

import datetime as dt
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.letters import people_in_roles
from clients.models import Client, Contact, NoticeKind, Role, User
from clients.notices import Words, may_be_told, page_of, tell
from content.business_hours import add_working_time
from content.models import (
    ENDED,
    InboxCategory,
    InboxItem,
    Incident,
    IncidentEntry,
    IncidentItem,
    IncidentState,
    ReplyTarget,
    Severity,
)
from content.people import moderators_of

Kind = IncidentEntry.Kind
# Where the kind's target promises no closing.
USUAL_DEADLINE = dt.timedelta(hours=24)
# A crisis is in the hands of the client's named person; this is until the next decision.
CRISIS_DEADLINE = dt.timedelta(hours=4)


def deadline_for(client: Client, category: str, *, at: dt.datetime) -> dt.datetime:
    """By the closing target of its kind, in working time; of a crisis by the clock on the wall."""
    if category == InboxCategory.CRISIS:
        return at + CRISIS_DEADLINE
    rows = ReplyTarget.objects.filter(category=category, client__in=[client]) | (
        ReplyTarget.objects.filter(category=category, client=None)
    )
    # The client's own comes first: NULLs stand last.
    target = rows.order_by("client").first()
    minutes = target.closing_minutes if target else None
    given = USUAL_DEADLINE if minutes is None else dt.timedelta(minutes=minutes)
    return add_working_time(client, at, given)


@transaction.atomic
def open_incident(
    client: Client,
    *,
    title: str,
    category: str,
    by: User | None,
    at: dt.datetime,
    owner: User | None = None,
    severity: int = Severity.MEDIUM,
    deadline: dt.datetime | None = None,
    items: Iterable[InboxItem] = (),
    note: str = "",
) -> Incident:
    incident = Incident(
        client=client,
        title=title,
        category=category,
        severity=severity,
        owner=owner or by,
        deadline=deadline or deadline_for(client, category, at=at),
        opened_at=at,
        opened_by=by,
    )
    incident.full_clean(exclude=["opened_by"])
    incident.save()
    add_items(incident, items)
    _write_line(incident, Kind.STATE, _("Opened. %(note)s") % {"note": note}, by=by, at=at)
    if by is not None:
        _tell_opened(incident, by=by, at=at)
    return incident


def _tell_opened(incident: Incident, *, by: User, at: dt.datetime) -> None:
    """Of one that the program opened, whoever found it tells itself."""
    tell(
        [person for person in people_of(incident, at=at) if person != by],
        kind=NoticeKind.INCIDENTS,
        key=f"incident:{incident.pk}:opened",
        client=incident.client,
        subject=Words(
            gettext_lazy("%(client)s: an incident is opened: %(title)s"),
            client=incident.client,
            title=incident.title,
        ),
        text="",
        path=page_of(incident),
        at=at,
    )


def add_items(incident: Incident, items: Iterable[InboxItem]) -> int:
    """How many were new; those of another client are refused."""
    rows = []
    for item in items:
        if item.client_id != incident.client_id:
            raise ValidationError(_("This belongs to another client."))
        rows.append(IncidentItem(incident=incident, item=item, client_id=incident.client_id))
    known = incident.links.count()
    IncidentItem.objects.bulk_create(rows, ignore_conflicts=True)
    return incident.links.count() - known


@transaction.atomic
def add_note(incident: Incident, text: str, *, by: User, at: dt.datetime) -> IncidentEntry:
    return _write_line(incident, Kind.NOTE, text, by=by, at=at)


@transaction.atomic
def escalate(
    incident: Incident,
    *,
    contact: Contact,
    channel: str,
    said: str,
    seen_state: str,
    by: User,
    at: dt.datetime,
    told_at: dt.datetime | None = None,
) -> IncidentEntry:
    """It was brought to the client's person: the case waits for the client from now on.

    `said` is what they said at once; empty where they were only told. `told_at`: when, if not now.
    """
    if contact.client_id != incident.client_id:
        raise ValidationError({"contact": _("This person belongs to another client.")})
    if told_at is not None and told_at > at:
        raise ValidationError({"told_at": _("This moment is still to come.")})
    _take(incident, seen_state, new=IncidentState.WAITING)
    entry = IncidentEntry(
        incident=incident,
        client_id=incident.client_id,
        kind=Kind.ESCALATION,
        contact=contact,
        channel=channel,
        text=said,
        by=by,
        at=told_at or at,
    )
    entry.full_clean()
    entry.save()
    return entry


@transaction.atomic
def take_answer(
    incident: Incident, said: str, *, seen_state: str, by: User, at: dt.datetime
) -> IncidentEntry:
    """What the client said, by whoever of the agency heard it; the agency has its turn again."""
    _take(incident, seen_state, new=IncidentState.OPEN)
    return _write_line(incident, Kind.ANSWER, said, by=by, at=at)


@transaction.atomic
def end_incident(
    incident: Incident, *, state: str, outcome: str, seen_state: str, by: User, at: dt.datetime
) -> None:
    """Solved, or closed unsolved; both with what came of it."""
    if state not in ENDED:
        raise ValidationError(_("A case ends as solved or as closed unsolved."))
    if not outcome.strip():
        raise ValidationError({"outcome": _("Write down what came of it.")})
    _take(incident, seen_state, new=IncidentState(state), outcome=outcome, ended_at=at, ended_by=by)
    _write_line(incident, Kind.STATE, f"{incident.get_state_display()}. {outcome}", by=by, at=at)


@transaction.atomic
def reopen_incident(incident: Incident, why: str, *, by: User, at: dt.datetime) -> None:
    _take(
        incident, incident.state, new=IncidentState.OPEN, outcome="", ended_at=None, ended_by=None
    )
    told = {"outcome": incident.outcome, "why": why}
    _write_line(incident, Kind.STATE, _("Opened again: %(why)s") % told, by=by, at=at)


def _take(incident: Incident, seen: str, *, new: IncidentState, **values: object) -> None:
    """From the state that the person saw, and from no other.

    Raises:
        ValidationError: somebody was faster, or the case has ended.
    """
    standing = Incident.objects.select_for_update(no_key=True).get(pk=incident.pk)
    if standing.state != seen:
        raise ValidationError(
            _("Somebody was faster: the case is now “%(state)s”. Look at it again.")
            % {"state": standing.get_state_display()}
        )
    if standing.is_ended and new != IncidentState.OPEN:
        raise ValidationError(_("The case has ended: open it again first."))
    for name, value in {"state": new, **values}.items():
        setattr(incident, name, value)
    incident.save(update_fields=["state", *values])


def _write_line(
    incident: Incident, kind: Kind, text: str, *, by: User | None, at: dt.datetime
) -> IncidentEntry:
    entry = IncidentEntry(
        incident=incident,
        client_id=incident.client_id,
        kind=kind,
        text=text.strip()[:2_000],
        by=by,
        at=at,
    )
    entry.save()
    return entry


# --- What is late --------------------------------------------------------------------------------


def tell_of_overdue(*, at: dt.datetime) -> int:
    """Cases past their deadline, each told of once; another deadline may be told of again."""
    return sum(_tell_once(pk, at=at) for pk in _untold(at=at))


def _untold(*, at: dt.datetime) -> list[int]:
    rows = Incident.objects.overdue(at=at).filter(deadline_told_at=None).order_by("pk")
    return list(rows.values_list("pk", flat=True))


@transaction.atomic
def _tell_once(pk: int, *, at: dt.datetime) -> bool:
    """Compare-and-set, so that two workers tell it once; the letters stand with the mark."""
    rows = Incident.objects.overdue(at=at).filter(pk=pk, deadline_told_at=None)
    if not rows.update(deadline_told_at=at):
        return False
    incident = Incident.objects.select_related("client", "owner").get(pk=pk)
    client = incident.client
    tell(
        people_of(incident, at=at),
        kind=NoticeKind.INCIDENTS,
        key=f"incident:{pk}:late:{incident.deadline.isoformat()}",
        client=client,
        subject=Words(
            gettext_lazy("%(client)s: the incident is overdue: %(title)s"),
            client=client,
            title=incident.title,
        ),
        text=Words(
            gettext_lazy("It was to be solved by %(when)s."),
            when=date_format(incident.deadline.astimezone(client.zone), "DATETIME_FORMAT"),
        ),
        path=page_of(incident),
        at=at,
    )
    return True


def people_of(incident: Incident, *, at: dt.datetime) -> list[User]:
    """Whoever answers for it, and the account managers; the moderators where there is neither."""
    day = incident.client.day_of(at)
    named = [incident.owner] if incident.owner is not None else []
    owner = may_be_told(named, client=incident.client, on=day)
    managers = people_in_roles(incident.client, (Role.ACCOUNT_MANAGER,), on=day)
    return [*owner, *managers] or moderators_of(incident.client, on=day)
