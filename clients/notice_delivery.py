"""What of the notices goes out now: at once by the outbox of letters, once a day as a digest.

A delivery is claimed with its row locked and a letter is written in the same transaction, so a
worker that dies leaves either both or none; the letter itself is then sent as every letter is.
"""

import datetime as dt
import logging
from collections.abc import Sequence
from itertools import groupby

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clients.language import language_of
from clients.letters import write_letter
from clients.mail_trouble import tell_of_trouble
from clients.models import (
    Channel,
    Letter,
    Notice,
    NoticeDelivery,
    NoticeHabits,
    NoticeKind,
    User,
)
from clients.notices import may_be_told
from clients.task_notices import is_of_own_task

logger = logging.getLogger(__name__)

S = NoticeDelivery.State
BATCH = 100


def send_notices(*, at: dt.datetime) -> int:
    """Hand what is due by e-mail to the outbox; how many letters were written."""
    return _send_singles(at=at) + _send_digests(at=at)


def failed() -> QuerySet[NoticeDelivery]:
    return NoticeDelivery.objects.filter(state=S.GIVEN_UP).order_by("pk")


def due(channel: Channel, *, at: dt.datetime) -> QuerySet[NoticeDelivery]:
    rows = NoticeDelivery.objects.filter(channel=channel, state=S.WAITING, due_at__lte=at)
    return rows.select_related("notice__person", "notice__client").order_by("due_at", "pk")


def is_allowed(notice: Notice, *, at: dt.datetime) -> bool:
    """Whoever left the team, or the agency, since it was written is told nothing any more."""
    on = notice.client.day_of(at) if notice.client else at.date()
    people = [notice.person]
    if may_be_told(people, client=notice.client, on=on):
        return True
    is_own = is_of_own_task(notice)
    return is_own and bool(may_be_told(people, client=notice.client, on=on, is_own_work=True))


def drop_forbidden(rows: Sequence[NoticeDelivery], *, at: dt.datetime) -> list[NoticeDelivery]:
    """Those that may go out; the others are dropped."""
    allowed = [row for row in rows if is_allowed(row.notice, at=at)]
    dropped = [row.pk for row in rows if row not in allowed]
    NoticeDelivery.objects.filter(pk__in=dropped).update(state=S.DROPPED)
    return allowed


def drop_read(rows: Sequence[NoticeDelivery]) -> list[NoticeDelivery]:
    """What was read in the workbench meanwhile needs no digest."""
    read = [row.pk for row in rows if row.notice.read_at is not None]
    NoticeDelivery.objects.filter(pk__in=read).update(state=S.DROPPED)
    return [row for row in rows if row.pk not in read]


def link_of(notice: Notice) -> str:
    return f"{settings.PUBLIC_URL}{notice.path}" if notice.path else ""


# --- At once -------------------------------------------------------------------------------------


def _send_singles(*, at: dt.datetime) -> int:
    written = 0
    while found := _send_some(at=at):
        written += sum(found)
    return written


@transaction.atomic
def _send_some(*, at: dt.datetime) -> list[bool]:
    """One for each that was looked at, whether a letter was written; empty: none is left."""
    rows = due(Channel.EMAIL, at=at).filter(is_digest=False)
    claimed = list(rows.select_for_update(of=("self",), skip_locked=True)[:BATCH])
    allowed = drop_forbidden(claimed, at=at)
    done = [_write(row.notice, at=at) for row in allowed]
    _mark_sent(allowed, at=at)
    return done + [False] * (len(claimed) - len(allowed))


def _write(notice: Notice, *, at: dt.datetime) -> bool:
    with translation.override(language_of(notice.person, notice.client)):
        return write_letter(
            key=f"notice:{notice.pk}",
            address=notice.person.email,
            subject=notice.subject,
            text="\n\n".join(filter(None, [notice.text, link_of(notice)])),
            at=at,
            client=notice.client,
            kind=notice.kind,
            person=notice.person,
        )


def _mark_sent(rows: Sequence[NoticeDelivery], *, at: dt.datetime) -> None:
    ids = [row.pk for row in rows]
    NoticeDelivery.objects.filter(pk__in=ids).update(state=S.SENT, sent_at=at)


# --- The digest ----------------------------------------------------------------------------------


def _send_digests(*, at: dt.datetime) -> int:
    """Each person by themselves: what cannot be written for one is written for the others."""
    people = due(Channel.EMAIL, at=at).filter(is_digest=True).order_by()
    ids = people.values_list("notice__person", flat=True).distinct()
    return sum(_try_digest(person_id, at=at) for person_id in sorted(ids))


def _try_digest(person_id: int, *, at: dt.datetime) -> bool:
    try:
        return _send_digest(person_id, at=at)
    except Exception as error:
        logger.exception("The digest of person %s could not be written.", person_id)
        person = User.objects.get(pk=person_id)
        tell_of_trouble(person, address=person.email, error=type(error).__name__, at=at)
        return False


@transaction.atomic
def _send_digest(person_id: int, *, at: dt.datetime) -> bool:
    """One letter a person and day: what came too late for today's waits for tomorrow's."""
    person = User.objects.select_for_update(no_key=True).get(pk=person_id)
    rows = due(Channel.EMAIL, at=at).filter(is_digest=True, notice__person=person)
    claimed = list(rows.select_for_update(of=("self",)))
    allowed = drop_forbidden(drop_read(claimed), at=at)
    if not allowed:
        return False
    habits = habits_of(person)
    key = f"digest:{person.pk}:{at.astimezone(habits.zone).date()}"
    if Letter.objects.filter(key__startswith=f"{key}:").exists():
        ids = [row.pk for row in allowed]
        NoticeDelivery.objects.filter(pk__in=ids).update(due_at=habits.next_digest(at))
        return False
    notices = [row.notice for row in allowed]
    with translation.override(language_of(person, notices[0].client)):
        is_written = write_letter(
            key=key,
            address=person.email,
            subject=digest_subject(notices),
            text=digest_text(notices),
            at=at,
            is_digest=True,
            person=person,
        )
    _mark_sent(allowed, at=at)
    return is_written


def habits_of(person: User) -> NoticeHabits:
    """The person's own, or the usual ones; not saved."""
    habits = NoticeHabits.objects.filter(person=person).first() or NoticeHabits(person=person)
    habits.person = person
    return habits


def digest_subject(notices: Sequence[Notice]) -> str:
    count = len(notices)
    words = ngettext("Your day: %(count)d notice", "Your day: %(count)d notices", count)
    return words % {"count": count}


def digest_text(notices: Sequence[Notice]) -> str:
    """By client, then by kind; of what concerns no client, first."""
    places = {kind: place for place, kind in enumerate(NoticeKind)}
    ordered = sorted(
        notices,
        key=lambda each: (each.client.name if each.client else "", places[NoticeKind(each.kind)]),
    )
    parts = []
    for name, of_client in groupby(ordered, lambda each: each.client.name if each.client else ""):
        parts.append(name or _("The agency"))
        for kind, of_kind in groupby(of_client, lambda each: each.kind):
            lines = [f"  • {each.subject}\n    {link_of(each)}".rstrip() for each in of_kind]
            parts.append("\n".join([f"{NoticeKind(kind).label.capitalize()}:", *lines]))
    return "\n\n".join(parts)
