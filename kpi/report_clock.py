"""What the clock does with reports: makes those that are due, sends, or asks a person.

A report that cannot be made yet stands as a row that waits: whoever has to know is told when the
row is made, and it is made into a report as soon as nothing is in its way.
"""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.formats import date_format
from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.letters import people_in_roles
from clients.models import Client, ClientStatus, Engagement, ReviewRhythm, Role
from clients.todo import add_task, finish_tasks_of
from communities.key_notices import Words, directors
from content.telling import admin_address, tell_people
from kpi.failures import REPORTS, do_each
from kpi.models import Report, ReportSettings, ReportState
from kpi.report_months import days_of, has_work_in, month_due, review_of
from kpi.reports import (
    approve_report,
    digest_of,
    is_paused,
    lock_client,
    make_report,
    send_report,
    settings_of,
)

# A manager has this long to read a draft.
READING = dt.timedelta(days=2)
SERVED = (ClientStatus.ACTIVE, ClientStatus.PAUSED)
QUARTER = 3


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
    if due and not Report.objects.of_month(client, due).exists() and has_work_in(client, due):
        months.add(due)
    return sum(see_to(client, settings, month, at=at) for month in sorted(months))


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


def tell_directors(report: Report, *, at: dt.datetime) -> None:
    """That a report is not sent, and why: by a letter to each of them and a task."""
    why = _why_no_review(report)
    title = gettext_lazy("No report of %(report)s: the KPI review is not closed")
    tell_people(
        directors(),
        key=f"report:{report.pk}:no-review",
        client=report.client,
        subject=Words(title, report=report),
        text=Words(
            gettext_lazy(
                "%(why)s Nothing is sent to the client until then.\n\nAll reviews that wait:"
                " %(address)s"
            ),
            why=why,
            address=admin_address(report),
        ),
        at=at,
    )
    ask_managers(report, str(Words(title, report=report.month_name)), details=str(why), at=at)


def _why_no_review(report: Report) -> Words:
    ends_on = _end_of_quarter(report)
    if ends_on is None:
        return Words(
            gettext_lazy(
                "The report of %(report)s is made from the KPI review that covers the end of the"
                " month, and that one is not closed."
            ),
            report=report,
        )
    return Words(
        gettext_lazy(
            "The KPI of this client are reviewed every quarter, and this one ends on %(day)s:"
            " the report of %(report)s is made when it is reviewed. Where it shall come every"
            " month, let the engagement be reviewed every month."
        ),
        report=report,
        day=lazy(date_format, str)(ends_on),
    )


def _end_of_quarter(report: Report) -> dt.date | None:
    """Where the only review to come is that of a quarter that goes on after the month."""
    running = Engagement.objects.filter(client=report.client).running(on=report.ends_on)
    rhythms = set(running.values_list("review_rhythm", flat=True))
    last = report.starts_on.replace(month=(report.starts_on.month + 2) // QUARTER * QUARTER, day=1)
    goes_on = last > report.starts_on
    return days_of(last).last if goes_on and rhythms == {ReviewRhythm.QUARTER} else None


def send_or_ask(report: Report, settings: ReportSettings, *, at: dt.datetime) -> None:
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
    approved = approve_report(report, by=None, at=at, seen=digest_of(report))
    return send_report(approved, by=None, at=at, seen=digest_of(approved))


def ask_managers(report: Report, title: str, *, at: dt.datetime, details: str = "") -> None:
    """A task for the account manager with a link, or for whoever takes it."""
    today = report.client.day_of(at)
    managers = people_in_roles(report.client, [Role.ACCOUNT_MANAGER], on=today)
    add_task(
        report.client,
        title=title[:200],
        details=f"{details}\n\n{admin_address(report)}".strip(),
        owner=managers[0] if managers else None,
        due_on=today + READING,
        origin=report,
    )
