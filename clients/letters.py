"""Letters to people: written once for each occasion, sent by the clock, given up to a person.

A letter is a row before it is an e-mail, so it is written in the transaction of what it tells of
and never lost with a mail server. A worker that dies while it sends leaves a letter that is sent
again after the lease: two of the same letter do less harm than none. A letter `is_once` is the
other way round: where nobody knows whether the server took it, a person decides.
"""

import datetime as dt
import hashlib
import logging
import smtplib
import uuid
from collections.abc import Sequence
from email.utils import parseaddr
from typing import NamedTuple

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from clients.bounces import record_bounce
from clients.language import language_of as language_of
from clients.mail_trouble import tell_of_lost_letter
from clients.models import Client, Letter, LetterFile, MailRefusal, NoticeKind, User
from clients.team import people_in_roles as people_in_roles
from clients.todo import tell_team_once
from clients.unsubscribing import footer_of, headers_of

logger = logging.getLogger(__name__)

LEASE = dt.timedelta(minutes=5)
LONGEST_SUBJECT = 200


class Attached(NamedTuple):
    name: str
    content_type: str
    content: bytes


@transaction.atomic
def write_letter(
    *,
    key: str,
    address: str,
    subject: str,
    text: str,
    at: dt.datetime,
    client: Client | None = None,
    files: Sequence[Attached] = (),
    is_once: bool = False,
    kind: str = "",
    is_digest: bool = False,
    person: User | None = None,
) -> bool:
    """Put a letter into the outbox; False where this occasion has its letter, or no address.

    With a `kind` people can switch such letters off; who of a client has done so gets none.
    """
    if not address or (client is not None and kind and is_refused(client, address, kind)):
        return False
    letter = Letter(
        kind=kind,
        is_digest=is_digest,
        person=person,
        language=(get_language() or "")[:2],
        client=client,
        key=letter_key(key, address),
        message_id=new_message_id(),
        is_once=is_once,
        address=address,
        subject=" ".join(subject.split())[:LONGEST_SUBJECT],
        text=text,
        written_at=at,
    )
    Letter.objects.bulk_create([letter], ignore_conflicts=True)
    written = Letter.objects.filter(message_id=letter.message_id).first()
    if written is not None:
        _attach(written, files)
    return written is not None


def letter_key(key: str, address: str) -> str:
    return f"{key}:{address}"[:200]


def new_message_id() -> str:
    """Without its brackets; nobody can guess one, so a bounce that names it is a bounce of it."""
    _name, sender = parseaddr(settings.DEFAULT_FROM_EMAIL)
    return f"{uuid.uuid4().hex}@{sender.rpartition('@')[2] or 'localhost'}"


def _attach(letter: Letter, files: Sequence[Attached]) -> None:
    LetterFile.objects.bulk_create(
        LetterFile(
            letter=letter,
            client_id=letter.client_id,
            name=file.name,
            content_type=file.content_type,
            content=file.content,
            sha256=hashlib.sha256(file.content).hexdigest(),
        )
        for file in files
    )


def is_refused(client: Client, address: str, kind: str) -> bool:
    """Whether this person of the client wants no letters of this kind."""
    rows = MailRefusal.objects.filter(client=client, kind=kind)
    return rows.filter(address__iexact=address).exists()


def send_letters(*, at: dt.datetime, limit: int = 200) -> int:
    """Send what waits; how many went out."""
    _give_up_lost(at=at)
    sent = 0
    for _number in range(limit):
        letter = _claim(at=at)
        if letter is None:
            break
        sent += _send(letter, at=at)
    return sent


@transaction.atomic
def _claim(*, at: dt.datetime) -> Letter | None:
    waiting = Letter.objects.filter(
        Q(leased_until=None) | Q(leased_until__lt=at),
        Q(is_once=False) | Q(handed_at=None),
        sent_at=None,
        bounced_at=None,
        attempts__lt=Letter.MAX_ATTEMPTS,
    )
    letter = waiting.select_for_update(skip_locked=True).order_by("written_at", "pk").first()
    if letter is not None:
        letter.attempts += 1
        letter.leased_until = at + LEASE
        letter.save(update_fields=["attempts", "leased_until"])
    return letter


def _give_up_lost(*, at: dt.datetime) -> None:
    """What a dead worker left: a letter of its last attempt, or one that may have gone out."""
    lost = Letter.objects.filter(
        Q(attempts__gte=Letter.MAX_ATTEMPTS) | Q(is_once=True, handed_at__isnull=False),
        leased_until__lt=at,
        sent_at=None,
        bounced_at=None,
    )
    for letter in lost:
        _give_up(letter, at=at)


def _send(letter: Letter, *, at: dt.datetime) -> bool:
    try:
        server = get_connection()
        server.open()
    except Exception as error:  # Mail servers fail in every way there is.
        return _fail(letter, error, at=at)
    # From here on it may have gone out.
    letter.handed_at = at
    letter.save(update_fields=["handed_at"])
    message = _message_of(letter)
    message.connection = server
    try:
        message.send()
    except smtplib.SMTPRecipientsRefused as error:
        return _refuse(letter, error, at=at)
    except Exception as error:
        return _fail(letter, error, is_known=not letter.is_once or is_refusal(error), at=at)
    finally:
        server.close()
    letter.sent_at, letter.leased_until, letter.error = at, None, ""
    letter.save(update_fields=["sent_at", "leased_until", "error"])
    _forget_files(letter)
    return True


def _message_of(letter: Letter) -> EmailMessage:
    headers = headers_of(letter)
    if letter.message_id:
        headers["Message-ID"] = f"<{letter.message_id}>"
    message = EmailMessage(
        letter.subject,
        letter.text + footer_of(letter),
        settings.DEFAULT_FROM_EMAIL,
        [letter.address],
        headers=headers,
    )
    for file in letter.files.all():
        message.attach(file.name, bytes(file.content), file.content_type)
    return message


def is_refusal(error: Exception) -> bool:
    """Whether the letter surely did not go out: the server answered so, or it was never asked."""
    sure = (smtplib.SMTPResponseException, smtplib.SMTPNotSupportedError, ValueError)
    return isinstance(error, sure)


def _refuse(letter: Letter, error: smtplib.SMTPRecipientsRefused, *, at: dt.datetime) -> bool:
    """The server does not take the address: for good by a code of 5xx, for now by 4xx."""
    [(code, told)] = list(error.recipients.values())[:1] or [(0, b"")]
    if code < 500:  # of SMTP
        return _fail(letter, error, at=at)
    note = told.decode("utf-8", "replace") if isinstance(told, bytes) else str(told)
    letter.leased_until, letter.error = None, type(error).__name__
    letter.save(update_fields=["leased_until", "error"])
    record_bounce(letter, code=str(code), note=note, at=at)
    _forget_files(letter)
    return False


def _fail(letter: Letter, error: Exception, *, is_known: bool = True, at: dt.datetime) -> bool:
    # The name only: servers quote addresses.
    letter.error = type(error).__name__
    logger.warning("Letter %s was not sent: %s", letter.pk, letter.error)
    if is_known:
        letter.handed_at = None
    letter.save(update_fields=["error", "handed_at"])
    if letter.attempts >= Letter.MAX_ATTEMPTS or not is_known:
        _give_up(letter, at=at)
    return False


def _forget_files(letter: Letter) -> None:
    letter.files.update(content=b"")


@transaction.atomic
def _give_up(letter: Letter, *, at: dt.datetime) -> None:
    letter.leased_until = None
    letter.save(update_fields=["leased_until"])
    _forget_files(letter)
    if letter.person is not None:
        tell_of_lost_letter(letter, letter.person, at=at)
        return
    if letter.client is None:
        return
    told = _("“%(subject)s” to %(address)s: the mail server refused it three times.")
    if letter.is_lost:
        told = _(
            "“%(subject)s” to %(address)s: the connection broke while it was handed to the mail"
            " server, so nobody knows whether it went out. Ask the person before sending it again."
        )
    tell_team_once(
        letter.client,
        letter,
        title=_("A letter was not sent: tell the person yourself"),
        details=told % {"subject": letter.subject, "address": letter.address},
        kind=NoticeKind.TASKS,
    )
