"""Mail servers that take nothing: each in its own way."""

import smtplib
from collections.abc import Sequence
from typing import Any

from django.core.mail.backends.base import BaseEmailBackend


class EmailBackend(BaseEmailBackend):
    """Hangs up while it is given the letter."""

    refusal: Exception = smtplib.SMTPServerDisconnected()

    def send_messages(self, email_messages: Sequence[Any]) -> int:
        raise self.refusal


class DataRefused(EmailBackend):
    refusal = smtplib.SMTPDataError(554, b"Not today")


class AddressRefused(EmailBackend):
    refusal = smtplib.SMTPRecipientsRefused(
        {"owner@client.example": (550, b"5.1.1 No such\r\nuser")}
    )


class AddressGreylisted(EmailBackend):
    refusal = smtplib.SMTPRecipientsRefused({"owner@client.example": (451, b"Come again")})


class NoServer(BaseEmailBackend):
    """Not there to be asked."""

    def open(self) -> bool:
        raise TimeoutError
