"""A report on its way: a letter to each address with the PDF and a link, and what became of it."""

import datetime as dt
from collections.abc import Sequence

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from clients.bounces import record_bounce
from clients.letters import Attached, is_refused, letter_key, write_letter
from clients.models import Letter, LetterState, NoticeKind, User
from kpi.models import Report, ReportDelivery
from kpi.report_contents import file_name, replaces_line
from kpi.report_recipients import Addressee

PDF = "application/pdf"


def deliver(
    report: Report, addressees: Sequence[Addressee], *, number: int, by: User | None,
    at: dt.datetime,
) -> int:  # fmt: skip
    """One letter an address for this sending; how many are new. Inside the step's transaction."""
    with translation.override(report.client.language):
        subject, text = subject_of(report), text_of(report)
    return sum(
        _deliver_to(report, addressee, subject, text, number=number, by=by, at=at)
        for addressee in addressees
    )


def _deliver_to(
    report: Report, addressee: Addressee, subject: str, text: str, *, number: int, by: User | None,
    at: dt.datetime,
) -> bool:  # fmt: skip
    name, address = addressee
    if is_refused(report.client, address, NoticeKind.REPORTS):
        return False
    key = f"report:{report.pk}:{number}"
    paper = Attached(file_name(report, "pdf"), PDF, bytes(report.pdf or b""))
    is_new = write_letter(
        key=key, address=address, subject=subject, text=text, at=at, client=report.client,
        files=[paper], is_once=True, kind=NoticeKind.REPORTS,
    )  # fmt: skip
    letter = Letter.objects.only("pk").get(key=letter_key(key, address))
    ReportDelivery.objects.get_or_create(
        report=report, number=number, address=address,
        defaults={
            "client": report.client, "name": name, "letter": letter, "asked_at": at,
            "asked_by": by,
        },
    )  # fmt: skip
    return is_new


def subject_of(report: Report) -> str:
    told = {"month": report.month_name, "client": report.client.name, "number": report.number}
    if report.number > 1:
        return _("Corrected report of %(month)s, edition %(number)d: %(client)s") % told
    return _("Report of %(month)s: %(client)s") % told


def text_of(report: Report) -> str:
    page = reverse("portal:report", args=[report.client_id, report.pk])
    parts = [
        report.cover_text.strip()
        or _("Here is the report of our work in %(month)s.") % {"month": report.month_name},
        replaces_line(report),
        _("What was corrected: %(what)s") % {"what": report.corrected.strip()}
        if report.corrected.strip()
        else "",
        _("The PDF is attached. The same in the portal, with the numbers as a spreadsheet:")
        + f"\n{settings.PUBLIC_URL}{page}",
        settings.AGENCY_NAME,
    ]
    return "\n\n".join(part for part in parts if part)


@transaction.atomic
def mark_bounced(delivery: ReportDelivery, *, note: str, at: dt.datetime) -> None:
    """By a person who knows that it did not arrive. Raises ValidationError."""
    letter = Letter.objects.select_for_update(of=("self",)).get(pk=delivery.letter_id)
    if letter.state not in (LetterState.SENT, LetterState.UNKNOWN):
        raise ValidationError(
            _("Only what was sent can have bounced; this letter is “%(state)s”.")
            % {"state": LetterState(letter.state).label}
        )
    record_bounce(letter, code="", note=note, at=at)
