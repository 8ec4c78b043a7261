"""Whom the clock tells of reports: directors where a review is missing, managers of what to do."""

import datetime as dt

from django.utils.formats import date_format
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy

from clients.models import Engagement, NoticeKind, ReviewRhythm, Role
from clients.notices import Words, page_of, tell
from clients.team import people_in_roles
from clients.todo import add_task
from communities.key_notices import directors
from content.telling import admin_address
from kpi.models import Report
from kpi.report_months import days_of

# A manager has this long to read a draft.
READING = dt.timedelta(days=2)
QUARTER = 3


def tell_directors(report: Report, *, at: dt.datetime) -> None:
    """That a report is not sent, and why: by a notice to each of them and a task."""
    why = _why_no_review(report)
    title = gettext_lazy("No report of %(report)s: the KPI review is not closed")
    tell(
        directors(),
        kind=NoticeKind.REPORTS,
        key=f"report:{report.pk}:no-review",
        client=report.client,
        subject=Words(title, report=report),
        text=Words(gettext_lazy("%(why)s Nothing is sent to the client until then."), why=why),
        path=page_of(report),
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
