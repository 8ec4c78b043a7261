"""Letters to people: written once for each occasion, sent by the clock, given up to a person.

A letter is a row before it is an e-mail, so it is written in the transaction of what it tells of
and never lost with a mail server. A worker that dies while it sends leaves a letter that is sent
again after the lease: two of the same letter do less harm than none.
"""

import datetime as dt
import logging
from collections.abc import Iterable

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from clients.models import Client, Letter, Role, TeamMember, User
from clients.todo import tell_team_once

logger = logging.getLogger(__name__)

LEASE = dt.timedelta(minutes=5)
LONGEST_SUBJECT = 200


def write_letter(
    *,
    key: str,
    address: str,
    subject: str,
    text: str,
    at: dt.datetime,
    client: Client | None = None,
) -> bool:
    """Put a letter into the outbox; False where this occasion has its letter, or no address."""
    if not address:
        return False
    letter = Letter(
        client=client,
        key=f"{key}:{address}"[:200],
        address=address,
        subject=" ".join(subject.split())[:LONGEST_SUBJECT],
        text=text,
        written_at=at,
    )
    is_known = Letter.objects.filter(key=letter.key).exists()
    Letter.objects.bulk_create([letter], ignore_conflicts=True)
    return not is_known


def language_of(person: User, client: Client | None) -> str:
    """Staff who chose no language read the one of the client they work for."""
    return person.language or (client.language if client else "") or settings.LANGUAGE_CODE


def send_letters(*, at: dt.datetime, limit: int = 200) -> int:
    """Send what waits; how many went out."""
    sent = 0
    for _number in range(limit):
        letter = _claim(at=at)
        if letter is None:
            break
        sent += _send(letter, at=at)
    return sent


def people_in_roles(client: Client, roles: Iterable[Role], *, on: dt.date) -> list[User]:
    """Who of the team has the first of these roles that anybody has."""
    members = TeamMember.objects.active(on=on).filter(client=client).select_related("user")
    by_role: dict[str, list[User]] = {}
    for member in members.order_by("pk"):
        by_role.setdefault(member.role, []).append(member.user)
    return next((by_role[role] for role in roles if role in by_role), [])


@transaction.atomic
def _claim(*, at: dt.datetime) -> Letter | None:
    waiting = Letter.objects.filter(
        Q(leased_until=None) | Q(leased_until__lt=at),
        sent_at=None,
        attempts__lt=Letter.MAX_ATTEMPTS,
    )
    letter = waiting.select_for_update(skip_locked=True).order_by("written_at", "pk").first()
    if letter is not None:
        letter.attempts += 1
        letter.leased_until = at + LEASE
        letter.save(update_fields=["attempts", "leased_until"])
    return letter


def _send(letter: Letter, *, at: dt.datetime) -> bool:
    message = EmailMessage(
        letter.subject, letter.text, settings.DEFAULT_FROM_EMAIL, [letter.address]
    )
    try:
        message.send()
    except Exception as error:  # Mail servers fail in every way there is.
        # The name only: servers quote addresses.
        letter.error = type(error).__name__
        logger.warning("Letter %s was not sent: %s", letter.pk, letter.error)
        letter.save(update_fields=["error"])
        if letter.attempts >= Letter.MAX_ATTEMPTS:
            _give_up(letter)
        return False
    letter.sent_at, letter.leased_until, letter.error = at, None, ""
    letter.save(update_fields=["sent_at", "leased_until", "error"])
    return True


def _give_up(letter: Letter) -> None:
    if letter.client is None:
        return
    tell_team_once(
        letter.client,
        letter,
        title=_("A letter was not sent: tell the person yourself"),
        details=_("“%(subject)s” to %(address)s: the mail server refused it three times.")
        % {"subject": letter.subject, "address": letter.address},
    )
