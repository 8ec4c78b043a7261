"""Papers of the client, the newest first: of the register, and those that the program makes."""

import datetime as dt
from collections.abc import Iterator
from typing import Any, NamedTuple

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from clients.models import Paper as RegisteredPaper
from clients.models import PaperKind, PaperState
from communities.models import AuditReport
from kpi.models import KpiReview, PromotionAssessment, Report
from smm_agency.client_overview import briefs
from smm_agency.client_overview.scope import Link, Scope, Section
from smm_agency.lib.rows_at_once import Found, counted, listed
from strategy.models import VersionDocument

EACH_SHOWN = 6
REGISTER = "clients.paper"
LISTS = {
    "documents": "strategy.strategyversion",
    "audit_reports": "communities.audit",
    "assessments": "kpi.promotionassessment",
    "closed_reviews": "kpi.kpireview",
    "monthly_reports": "kpi.report",
}


class Paper(NamedTuple):
    kind: str
    title: str
    made_on: dt.date
    url: str
    note: str = ""


def ask(scope: Scope) -> dict[str, Any]:
    client = scope.client
    documents = VersionDocument.objects.filter(client=client, kind=VersionDocument.Kind.PRINTED)
    reports = AuditReport.objects.filter(client=client)
    assessments = PromotionAssessment.objects.finished().filter(client=client)
    reviews = KpiReview.objects.filter(client=client, closed_at__isnull=False)
    sent = Report.objects.sent().filter(client=client)
    wanted = {
        "documents": listed(
            documents.order_by("-made_at")[:EACH_SHOWN], "made_at", "file_name", row="version_id"
        ),
        "audit_reports": listed(
            reports.order_by("-made_at")[:EACH_SHOWN], "made_at", "file_name", row="audit_id"
        ),
        "assessments": listed(
            assessments.order_by("-finished_at")[:EACH_SHOWN], "starts_on", "ends_on", row="id",
            made_at="finished_at",
        ),
        "closed_reviews": listed(
            reviews.order_by("-closed_at")[:EACH_SHOWN], "starts_on", "ends_on", row="id",
            made_at="closed_at",
        ),
        "monthly_reports": listed(
            sent.order_by("-sent_at")[:EACH_SHOWN], "starts_on", "ends_on", row="id",
            made_at="sent_at",
        ),
    }  # fmt: skip
    asked = {name: rows for name, rows in wanted.items() if scope.sees(LISTS[name])}
    asked |= briefs.ask(scope)
    return {**asked, **ask_register(scope)} if scope.sees(REGISTER) else asked


def ask_register(scope: Scope) -> dict[str, Any]:
    papers = RegisteredPaper.objects.filter(client=scope.client)
    counts = {code: counted(rows) for code, rows in waiting(papers, on=scope.today).items()}
    shown = papers.order_by("-dated_on", "-pk")[:EACH_SHOWN]
    return {
        "register": listed(shown, "kind", "number", "title", "dated_on", "state", row="id"),
        "instructions": counted(papers.instructions(on=scope.today)),
        **{f"papers_{code}": count for code, count in counts.items()},
    }


def waiting(papers: Any, *, on: dt.date) -> dict[str, Any]:
    """By the choice of the list's filter, what somebody has to see to."""
    return {
        "unsigned": papers.unsigned_acts(),
        "unpaid": papers.unpaid(),
        "overdue": papers.overdue(on=on),
        "expiring": papers.expiring(on=on),
    }


def show(scope: Scope, found: Found) -> Section | None:
    if not {*LISTS, "register", "briefs"} & found.keys():
        return None
    lines = [*_lines(scope, found), *_registered(scope, found)]
    papers = sorted(lines, key=lambda paper: paper.made_on, reverse=True)
    links = [
        Link(_("Register of papers"), scope.list_url(REGISTER)),
        *_waiting_links(scope, found),
        briefs.link(scope),
        Link(_("All strategies"), scope.list_url("strategy.strategyversion")),
        Link(_("All audits"), scope.list_url("communities.audit")),
        Link(_("All assessments"), scope.list_url("kpi.promotionassessment")),
        Link(_("All KPI reviews"), scope.list_url("kpi.kpireview")),
        Link(_("All reports"), scope.list_url("kpi.report")),
    ]
    data = {
        "papers": papers,
        "warning": _warning(scope, found),
        "briefs": briefs.lines(scope, found),
    }
    add = Link(_("Add a paper"), scope.add_url(REGISTER))
    return Section("papers", _("Papers"), data, links=[add, *links])


def _registered(scope: Scope, found: Found) -> Iterator[Paper]:
    for row in found.get("register", ()):
        title = " · ".join(filter(None, [row["number"], row["title"]]))
        kind = str(PaperKind(row["kind"]).label)
        day = dt.date.fromisoformat(row["dated_on"])
        state = str(PaperState(row["state"]).label)
        yield Paper(kind, title or kind, day, scope.row_url(REGISTER, row["row"]), state)


def _waiting_links(scope: Scope, found: Found) -> Iterator[Link]:
    names = {
        "unsigned": _("Unsigned acts: %(count)d"),
        "unpaid": _("Unpaid invoices: %(count)d"),
        "overdue": _("Of them overdue: %(count)d"),
        "expiring": _("Agreements that end: %(count)d"),
    }
    for code, name in names.items():
        if count := found.get(f"papers_{code}"):
            yield Link(name % {"count": count}, scope.list_url(REGISTER, waits=code))


def _warning(scope: Scope, found: Found) -> str:
    """Numbers of people who call are personal data of the client's."""
    is_missing = found.get("instructions") == 0 and scope.client.takes_calls
    if not is_missing:
        return ""
    return _(
        "No signed data-processing instruction holds today: whoever brings a file of calls or"
        " connects their sender has to confirm it. Calls typed in by hand are not asked about."
    )


def _lines(scope: Scope, found: Found) -> Iterator[Paper]:
    kinds = {
        "documents": _("strategy"),
        "audit_reports": _("report of an audit"),
        "assessments": _("assessment of promotion"),
        "closed_reviews": _("KPI review"),
        "monthly_reports": _("monthly report"),
    }
    for name, model in LISTS.items():
        for row in found.get(name, ()):
            made_on = scope.client.day_of(dt.datetime.fromisoformat(row["made_at"]))
            title = row.get("file_name") or days_of(row)
            yield Paper(kinds[name], title, made_on, scope.row_url(model, row["row"]))


def days_of(row: Found) -> str:
    days = (dt.date.fromisoformat(row[name]) for name in ("starts_on", "ends_on"))
    first, last = (date_format(day, "SHORT_DATE_FORMAT") for day in days)
    return f"{first} – {last}"
