"""What the clock does with reports: makes those that are due, sends, or asks a person.

A report that cannot be made yet stands as a row that waits: whoever has to know is told when the
row is made, and it is made into a report as soon as nothing is in its way.

A client who has left gets the reports of what was worked: made by the clock, sent by a person.
"""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from clients.models import Client, ClientStatus
from clients.todo import finish_tasks_of
from kpi.failures import REPORTS, do_each
from kpi.models import Report, ReportSettings, ReportState
from kpi.report_months import days_of, has_work_in, month_due, review_of
from kpi.report_notices import ask_managers, tell_directors
from kpi.reports import (
    approve_report,
    digest_of,
    is_paused,
    lock_client,
    make_report,
    send_report,
    settings_of,
)
from kpi.work_ended import last_day_worked

SERVED = (ClientStatus.ACTIVE, ClientStatus.PAUSED, ClientStatus.ENDED)


def make_due_reports(*, at: dt.datetime) -> int:
    """How many were made; what fails for one client stops no other and opens a flag."""
    made = do_each(
        Client.objects.filter(status__in=SERVED).order_by("pk"),
        lambda client: make_due(client, at=at),
        job=REPORTS,
        client_of=lambda client: client.pk,
        at=at,
    )
    return sum(made)


def make_due(client: Client, *, at: dt.datetime) -> int:
    settings = settings_of(client)
    waiting = Report.objects.filter(client=client, state=ReportState.WAITING)
    months = set(waiting.values_list("starts_on", flat=True))
    due = month_due(client, day=settings.day, at=at)
    if due and not Report.objects.of_month(client, due).exists() and is_worked_in(client, due):
        months.add(due)
    return sum(see_to(client, settings, month, at=at) for month in sorted(months))


def is_worked_in(client: Client, month: dt.date) -> bool:
    if client.status != ClientStatus.ENDED:
        return has_work_in(client, month)
    last = last_day_worked(client)
    return last is not None and month <= last and has_work_in(client, month)


@transaction.atomic
def see_to(client: Client, settings: ReportSettings, month: dt.date, *, at: dt.datetime) -> bool:
    """Make the month's report, or let it wait; whether it was made."""
    lock_client(client)
    known = Report.objects.of_month(client, month).first()
    if known is not None and known.state != ReportState.WAITING:
        # Another worker, or a person, was here a moment ago.
        return False
    if is_paused(client, settings):
        wait(client, month, known, Report.Waits.PAUSE, at=at)
    elif review_of(client, month) is None:
        wait(client, month, known, Report.Waits.REVIEW, at=at)
    else:
        report = make_report(client, month, by=None, at=at)
        finish_tasks_of(report, at=at)
        send_or_ask(report, settings, at=at)
        return True
    return False


def wait(
    client: Client, month: dt.date, known: Report | None, reason: str, *, at: dt.datetime
) -> None:
    if known is not None and known.waits_for == reason:
        return
    report = known or Report(
        client=client, starts_on=month, ends_on=days_of(month).last, made_at=at
    )
    report.state, report.waits_for = ReportState.WAITING, reason
    report.save()
    finish_tasks_of(report, at=at)
    if reason == Report.Waits.REVIEW:
        tell_directors(report, at=at)
    else:
        title = _("The report of %(month)s is not made: reports are paused")
        ask_managers(report, title % {"month": report.month_name}, at=at)


def send_or_ask(report: Report, settings: ReportSettings, *, at: dt.datetime) -> None:
    if report.client.status == ClientStatus.ENDED:
        title = _("Final report of %(month)s: read it, approve it and send it")
        ask_managers(report, title % {"month": report.month_name}, at=at)
        return
    if settings.mode != ReportSettings.Mode.AUTOMATIC:
        title = _("Report of %(month)s: read it, approve it and send it")
        ask_managers(report, title % {"month": report.month_name}, at=at)
        return
    try:
        with transaction.atomic():
            send_at_once(report, at=at)
    except ValidationError as refused:
        title = _("The report of %(month)s was not sent")
        details = " ".join(refused.messages)
        ask_managers(report, title % {"month": report.month_name}, details=details, at=at)


def send_at_once(report: Report, *, at: dt.datetime) -> Report:
    """Raises ValidationError where a person has to come first."""
    approved = approve_report(report, by=None, at=at, seen=digest_of(report))
    return send_report(approved, by=None, at=at, seen=digest_of(approved))
