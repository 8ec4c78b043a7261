"""The life of a monthly report: made from the KPI review, approved, sent and frozen, corrected.

Each step locks the report and is taken on what the person saw (`seen`), or not at all.
"""

import datetime as dt
import hashlib
import json
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from clients.models import Client, ClientStatus, User
from clients.rights import may
from clients.todo import finish_tasks_of
from kpi.models import Report, ReportSettings, ReportState
from kpi.report_contents import print_pdf, print_xlsx, read_contents
from kpi.report_letters import deliver
from kpi.report_months import days_of, review_of
from kpi.report_recipients import (
    Addressee,
    nobody_to_send_to,
    recipients_of,
    switched_off,
    without_refused,
)
from strategy.periods import month_of

# What a person has read before taking a step.
READ = ("state", "figures", "cover_text", "corrected")
RIGHT = "kpi.change_report"


def settings_of(client: Client) -> ReportSettings:
    """The client's own, or the defaults, which are not stored."""
    found = ReportSettings.objects.filter(client=client).first()
    return found or ReportSettings(client=client)


def is_paused(client: Client, settings: ReportSettings) -> bool:
    return settings.is_paused or client.status == ClientStatus.PAUSED


@transaction.atomic
def make_report(client: Client, month: dt.date, *, by: User | None, at: dt.datetime) -> Report:
    """The draft of a month's report, from the month's closed review. Raises ValidationError."""
    lock_client(client)
    month = month_of(month)
    last = days_of(month).last
    refuse_unless(by, client)
    if last >= client.day_of(at):
        raise ValidationError(_("The month is not over yet."))
    known = Report.objects.of_month(client, month).order_by("-number").first()
    if known is not None and known.state == ReportState.SENT:
        raise ValidationError(_("The report of this month was sent: correct that one."))
    if known is not None and known.state != ReportState.WAITING:
        raise ValidationError(_("There is a report of this month that is not sent yet."))
    report = known or Report(client=client, starts_on=month, ends_on=last)
    report.made_by = by
    return fill(report, at=at)


def fill(report: Report, *, at: dt.datetime) -> Report:
    """Copy the figures as they stand now. Raises ValidationError without a closed review."""
    review = review_of(report.client, report.starts_on)
    if review is None:
        raise ValidationError(
            _(
                "No KPI review that covers the end of the month is closed: the report is made from"
                " it. Close the review first."
            )
        )
    report.review, report.made_at = review, at
    report.figures = read_contents(report, review, at=at)
    report.state, report.waits_for = ReportState.DRAFT, ""
    report.save()
    return report


@transaction.atomic
def count_again(report: Report, *, by: User, at: dt.datetime, seen: str) -> Report:
    """A draft's figures as they are now; the covering text stays."""
    return fill(locked(report, ReportState.DRAFT, by=by, seen=seen), at=at)


@transaction.atomic
def approve_report(report: Report, *, by: User | None, at: dt.datetime, seen: str) -> Report:
    """A person has read it: the files are made as they will be sent. Raises ValidationError."""
    kept = locked(report, ReportState.DRAFT, by=by, seen=seen)
    refuse_without_learnt(kept)
    kept.state, kept.approved_at, kept.approved_by = ReportState.READY, at, by
    kept.pdf, kept.xlsx = print_pdf(kept, at=at), print_xlsx(kept)
    kept.pdf_sha256, kept.xlsx_sha256 = digest_of_file(kept.pdf), digest_of_file(kept.xlsx)
    kept.save()
    return kept


def refuse_without_learnt(report: Report) -> None:
    """Figures hold the review's text of when they were counted: it may have been written since."""
    review = report.review
    if review is None or not review.is_published:
        raise ValidationError(
            _(
                "The KPI review has no text for the client, so the report would not say what was"
                " learnt and what changes. Publish it, count the figures again, then send."
            )
        )
    if (report.figures or {}).get("text", "") != review.client_text.strip():
        raise ValidationError(
            _(
                "The text of the KPI review for the client is not the one in this report: count the"
                " figures again, then approve it."
            )
        )


@transaction.atomic
def take_back(report: Report, *, by: User, seen: str) -> Report:
    """From approved to draft, to be worked on."""
    kept = locked(report, ReportState.READY, by=by, seen=seen)
    kept.state, kept.approved_at, kept.approved_by = ReportState.DRAFT, None, None
    kept.pdf = kept.xlsx = None
    kept.pdf_sha256 = kept.xlsx_sha256 = ""
    kept.save()
    return kept


@transaction.atomic
def send_report(
    report: Report, *, by: User | None, at: dt.datetime, seen: str, to_seen: str | None = None
) -> Report:
    """Freeze it, and put a letter to each recipient into the outbox, in one step.

    `to_seen`: the digest of the recipients that the person saw; the clock has seen none.
    """
    kept = locked(report, ReportState.READY, by=by, seen=seen)
    settings = settings_of(kept.client)
    if is_paused(kept.client, settings):
        raise ValidationError(_("Reports of this client are paused: nothing is sent."))
    recipients = recipients_of(kept.client, settings)
    if not recipients.to:
        raise ValidationError(nobody_to_send_to(recipients.refused))
    if to_seen is not None and to_seen != digest_of_addresses(recipients.to):
        raise ValidationError(
            _("The recipients have changed since: it would go to %(addresses)s. Look again.")
            % {"addresses": ", ".join(address for _name, address in recipients.to)}
        )
    kept.state, kept.sent_at, kept.sent_by = ReportState.SENT, at, by
    kept.save()
    deliver_or_refuse(kept, recipients.to, number=1, by=by, at=at)
    finish_tasks_of(kept, at=at)
    return kept


@transaction.atomic
def resend(
    report: Report, addresses: list[tuple[str, str]], *, by: User, at: dt.datetime, seen: int
) -> int:
    """Once more, to chosen (name, address) pairs; `seen`: how often it was sent when looked at."""
    kept = locked(report, ReportState.SENT, by=by)
    if sendings_of(kept) != seen:
        raise ValidationError(_("Somebody has sent it meanwhile: look at the deliveries again."))
    if not addresses:
        raise ValidationError(_("Choose at least one address."))
    if refused := without_refused(kept.client, addresses).refused:
        names = ", ".join(address for _name, address in refused)
        raise ValidationError(switched_off(names))
    return deliver_or_refuse(kept, addresses, number=seen + 1, by=by, at=at)


def deliver_or_refuse(
    report: Report, to: list[Addressee], *, number: int, by: User | None, at: dt.datetime
) -> int:
    """Nothing counts as sent that went to nobody: they may have refused a moment ago."""
    written = deliver(report, to, number=number, by=by, at=at)
    if not written:
        raise ValidationError(nobody_to_send_to(to))
    return written


@transaction.atomic
def correct_report(report: Report, *, corrected: str, by: User, at: dt.datetime) -> Report:
    """The draft of the next edition, with the figures of now; the one that was sent stays."""
    lock_client(report.client)
    kept = locked(report, ReportState.SENT, by=by)
    if not corrected.strip():
        raise ValidationError(_("Say what was corrected."))
    if Report.objects.filter(replaces=kept).exists():
        raise ValidationError(_("It is being corrected already: look at the next edition."))
    return fill(
        Report(
            client=kept.client, starts_on=kept.starts_on, ends_on=kept.ends_on, made_by=by,
            number=kept.number + 1, replaces=kept, corrected=corrected.strip(),
            cover_text=kept.cover_text,
        ),
        at=at,
    )  # fmt: skip


def sendings_of(report: Report) -> int:
    numbers = report.deliveries.order_by("-number").values_list("number", flat=True)
    return numbers.first() or 0


def locked(
    report: Report, state: str, *, by: User | None = None, seen: str | None = None
) -> Report:
    """Inside a transaction, in this state, and as the person saw it. Raises ValidationError."""
    rows = Report.objects.select_for_update(of=("self",)).select_related("client", "replaces")
    kept = rows.get(pk=report.pk)
    refuse_unless(by, kept.client)
    if kept.state != state:
        raise ValidationError(
            _("The report is “%(state)s” by now: look at it again.")
            % {"state": kept.get_state_display()}
        )
    if seen is not None and digest_of(kept) != seen:
        raise ValidationError(_("Somebody has changed it since: read it again."))
    return kept


def lock_client(client: Client) -> None:
    """So that two do not make the same month's report at once."""
    Client.objects.select_for_update(no_key=True).get(pk=client.pk)


def refuse_unless(by: User | None, client: Client) -> None:
    """The clock may; a person by their role at the client."""
    if by is not None and not may(by, RIGHT, client=client):
        raise ValidationError(
            _("You may not work on reports of this client; ask the account manager.")
        )


def digest_of(report: Report) -> str:
    return digest_of_data([getattr(report, name) for name in READ])


def digest_of_addresses(to: list[Addressee]) -> str:
    return digest_of_data(sorted(address.lower() for _name, address in to))


def digest_of_data(data: list[Any]) -> str:
    return digest_of_file(json.dumps(data, sort_keys=True).encode())


def digest_of_file(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
