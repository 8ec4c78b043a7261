"""Letters that came back: refused by the mail server, told by it later, or by a person."""

import datetime as dt
from email import message_from_bytes
from email.message import Message
from typing import Any, NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from clients.mail_trouble import tell_of_lost_letter
from clients.models import Client, Letter, Role, TeamMember
from clients.team import at_work
from clients.todo import add_task

LONGEST_NOTE = 300
LONGEST_CODE = 12
STATUS = "message/delivery-status"
# What holds the headers of the letter that came back, whole or alone.
RETURNED = ("message/rfc822", "message/rfc822-headers", "text/rfc822-headers")


class Notice(NamedTuple):
    """A delivery status notification (RFC 3464) about one letter. `code` is such as `5.1.1`."""

    message_id: str
    is_failure: bool
    code: str
    note: str


class NotANoticeError(ValueError):
    """What was read is no delivery status notification, or names no letter."""


@transaction.atomic
def record_bounce(letter: Letter, *, code: str, note: str, at: dt.datetime) -> bool:
    """Write it down once, with a task for the account manager; False where it was known.

    Of a letter to the agency's own people no task is made: its letter would bounce, too.
    """
    new = Letter.objects.filter(pk=letter.pk, bounced_at=None).update(
        bounced_at=at, bounce_code=code[:LONGEST_CODE], bounce_note=one_line(note)
    )
    letter.refresh_from_db(fields=["bounced_at", "bounce_code", "bounce_note"])
    if new and letter.person is not None:
        tell_of_lost_letter(letter, letter.person, at=at)
    elif new and letter.client is not None:
        _ask_to_mend(letter, letter.client, on=letter.client.day_of(at))
    return bool(new)


def one_line(note: str) -> str:
    return " ".join(note.replace("\0", "").split())[:LONGEST_NOTE]


def _ask_to_mend(letter: Letter, client: Client, *, on: dt.date) -> None:
    members = TeamMember.objects.active(on=on).filter(client=client, role=Role.ACCOUNT_MANAGER)
    first = next(iter(at_work(members.select_related("user").order_by("pk"))), None)
    add_task(
        client,
        title=_("A letter came back: mend the address"),
        details=_("“%(subject)s” to %(address)s: %(code)s %(note)s")
        % {
            "subject": letter.subject,
            "address": letter.address,
            "code": letter.bounce_code,
            "note": letter.bounce_note,
        },
        owner=first.user if first else None,
        due_on=on,
        origin=letter,
    )


def take_notice(raw: bytes, *, at: dt.datetime) -> bool:
    """Record what a mail server says of a letter of ours; False where it is not a failure.

    Raises:
        NotANoticeError: with a sentence that says what is wrong.
    """
    notice = read_notice(raw)
    letter = Letter.objects.filter(message_id=notice.message_id).select_related("client").first()
    if letter is None:
        raise NotANoticeError(f"No letter of ours has the Message-ID {notice.message_id[:120]}.")
    return notice.is_failure and record_bounce(letter, code=notice.code, note=notice.note, at=at)


def read_notice(raw: bytes) -> Notice:
    """Raises NotANoticeError."""
    # By the old policy, which reads headers as they stand: the new one fails on broken ones.
    message = message_from_bytes(raw)
    parts = list(message.walk())
    status = next((part for part in parts if part.get_content_type() == STATUS), None)
    if status is None:
        raise NotANoticeError(f"This is no delivery status notification: it has no {STATUS}.")
    fields = _recipient_fields(status)
    message_id = next(filter(None, map(_returned_id, parts)), "")
    if not message_id:
        raise NotANoticeError(
            "The notification does not name the letter that came back by its Message-ID."
        )
    action = _plain(fields["Action"]).lower()
    return Notice(
        message_id, action == "failed", _plain(fields["Status"]), _plain(fields["Diagnostic-Code"])
    )


def _recipient_fields(status: Message) -> Message:
    """Of the first recipient who was given up, else of the first; a letter of ours has one."""
    blocks = status.get_payload()
    found = [
        block
        for block in (blocks if isinstance(blocks, list) else [])
        if isinstance(block, Message) and "Action" in block
    ]
    if not found:
        raise NotANoticeError("The notification says nothing of any recipient.")
    failed = [block for block in found if _plain(block["Action"]).lower() == "failed"]
    return (failed or found)[0]


def _returned_id(part: Message) -> str:
    if part.get_content_type() not in RETURNED:
        return ""
    raw = part.get_payload(decode=True)
    # Of a whole letter the parser has made a message already.
    headers: Any = message_from_bytes(raw) if isinstance(raw, bytes) else part.get_payload(0)
    return _plain(headers["Message-ID"]).strip("<> ")


def _plain(value: object) -> str:
    return "" if value is None else str(value).strip()
