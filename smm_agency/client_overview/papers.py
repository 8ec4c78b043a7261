"""Papers of the client, the newest first: strategies, audits, assessments, reviews, reports."""

import datetime as dt
from collections.abc import Iterator
from typing import Any, NamedTuple

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from communities.models import AuditReport
from kpi.models import KpiReview, PromotionAssessment, Report
from smm_agency.client_overview.scope import Link, Scope, Section
from smm_agency.lib.rows_at_once import Found, listed
from strategy.models import VersionDocument

EACH_SHOWN = 6
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
    return {name: rows for name, rows in wanted.items() if scope.sees(LISTS[name])}


def show(scope: Scope, found: Found) -> Section | None:
    if not LISTS.keys() & found.keys():
        return None
    papers = sorted(_lines(scope, found), key=lambda paper: paper.made_on, reverse=True)
    links = [
        Link(_("All strategies"), scope.list_url("strategy.strategyversion")),
        Link(_("All audits"), scope.list_url("communities.audit")),
        Link(_("All assessments"), scope.list_url("kpi.promotionassessment")),
        Link(_("All KPI reviews"), scope.list_url("kpi.kpireview")),
        Link(_("All reports"), scope.list_url("kpi.report")),
    ]
    return Section("papers", _("Papers"), papers, links=links)


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
