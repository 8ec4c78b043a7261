"""What mail servers say of letters that came back, as they say it."""

from email.message import EmailMessage
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from clients.bounces import NotANoticeError, read_notice, record_bounce, take_notice
from clients.models import Letter, LetterState, Task
from tests.factories import NOON, LetterFactory

pytestmark = pytest.mark.django_db

OURS = "0123456789abcdef@agency.example"
# As Postfix writes them, shortened.
NOTICE = """\
From: MAILER-DAEMON@mx.example (Mail Delivery System)
To: reports@agency.example
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="B0"

--B0
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

--B0
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example
Arrival-Date: Wed, 11 Mar 2026 12:00:00 +0300 (MSK)

Final-Recipient: rfc822; owner@client.example
Action: {action}
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 <owner@client.example>: Recipient address
    rejected: User unknown

--B0
Content-Description: Undelivered Message
Content-Type: {returned}

Message-ID: <{message_id}>
Subject: Report
To: owner@client.example

{body}
--B0--
"""


def notice(
    *, action: str = "failed", returned: str = "message/rfc822", message_id: str = OURS
) -> bytes:
    body = "" if returned == "text/rfc822-headers" else "Text"
    text = NOTICE.format(action=action, returned=returned, message_id=message_id, body=body)
    return text.encode()


@pytest.fixture
def letter() -> Letter:
    letter: Letter = LetterFactory.create(
        message_id=OURS, sent_at=NOON, address="owner@client.example"
    )
    return letter


@pytest.mark.parametrize("returned", ["message/rfc822", "text/rfc822-headers"])
def test_letter_that_came_back_is_found_by_its_id(returned: str, letter: Letter) -> None:
    raw = notice(returned=returned)
    assert [take_notice(raw, at=NOON), take_notice(raw, at=NOON)] == [True, False]
    letter.refresh_from_db()
    assert (letter.state, letter.bounce_code, letter.bounce_note) == (
        LetterState.BOUNCED,
        "5.1.1",
        "smtp; 550 5.1.1 <owner@client.example>: Recipient address rejected: User unknown",
    )
    assert [task.client_id for task in Task.objects.all()] == [letter.client_id]


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed", "expanded"])
def test_what_has_not_failed_is_no_bounce(action: str, letter: Letter) -> None:
    assert not take_notice(notice(action=action), at=NOON)
    letter.refresh_from_db()
    assert letter.state == LetterState.SENT


def test_notice_of_a_letter_that_is_not_ours_is_refused(letter: Letter) -> None:
    with pytest.raises(NotANoticeError, match="No letter of ours"):
        take_notice(notice(message_id="other@example.com"), at=NOON)


def test_letter_without_an_id_is_nobodys() -> None:
    LetterFactory.create(message_id="")
    with pytest.raises(NotANoticeError, match="does not name"):
        take_notice(notice(message_id=""), at=NOON)
    assert not Letter.objects.exclude(bounced_at=None).exists()


def out_of_office() -> bytes:
    message = EmailMessage()
    message["Subject"] = "I am away"
    message.set_content(f"Message-ID: <{OURS}> Status: 5.1.1 Action: failed")
    return message.as_bytes()


@pytest.mark.parametrize("raw", [out_of_office(), b"", b"\0\xff\xfe", b"\n\n--"])
def test_what_is_no_notice_is_refused(raw: bytes, letter: Letter) -> None:
    with pytest.raises(NotANoticeError):
        read_notice(raw)


def test_bounce_is_written_down_once(letter: Letter) -> None:
    assert record_bounce(letter, code="", note="The owner said so", at=NOON)
    assert not record_bounce(letter, code="5.1.1", note="Other", at=NOON)
    letter.refresh_from_db()
    assert (letter.bounce_note, Task.objects.count()) == ("The owner said so", 1)


def test_command_takes_files_and_says_what_it_did_not_understand(
    letter: Letter, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good, bad = tmp_path / "good.eml", tmp_path / "bad.eml"
    good.write_bytes(notice())
    bad.write_bytes(out_of_office())
    call_command("record_bounces", str(bad), str(good))
    said = capsys.readouterr()
    assert said.out == "1 letters came back.\n"
    assert said.err == (
        f"{bad}: This is no delivery status notification: it has no message/delivery-status.\n"
    )


def test_command_refuses_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="No such file"):
        call_command("record_bounces", str(tmp_path / "none"))
