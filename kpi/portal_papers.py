"""The portal's page of papers: of the register, strategies, audits, assessments, reports."""

import datetime as dt
from collections.abc import Callable
from typing import Any, NamedTuple

from django.db.models import Model, OuterRef, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.models import Client
from clients.portal import PortalView
from communities.models import AuditReport, AuditState
from kpi import portal_register
from kpi.models import PromotionAssessment, Report, ReportState
from kpi.portal_lists import Row, objects, read_lists
from kpi.promotion_paper import file_name, print_assessment
from smm_agency.lib.file_response import saved_file
from strategy.models import VersionDocument
from strategy.models.version import FROZEN_STATES


class Paper(NamedTuple):
    """`url` gives the file, `page` shows the same in the portal; each may be empty.

    `words` is what more there is to say of it.
    """

    kind: str
    title: str
    day: dt.date
    url: str
    page: str
    words: str = ""


class Kind(NamedTuple):
    """A sort of papers: `rows` are objects with `at` (a moment or a day) and what each needs.

    `without_sum` is the row for who may not read sums.
    """

    name_of: Callable[[Row], str]
    rows: Callable[[], QuerySet[Model, Any]]
    title_of: Callable[[Row], str]
    url: Callable[[Client, Row], str]
    page: Callable[[Client, Row], str]
    words_of: Callable[[Row], list[str]] = lambda row: []
    without_sum: Callable[[Row], Row] = lambda row: row


def strategies() -> QuerySet[Model, Any]:
    rows = VersionDocument.objects.filter(
        client=OuterRef("pk"),
        kind=VersionDocument.Kind.PRINTED,
        version__state__in=FROZEN_STATES,
    )
    return objects(
        rows.order_by("pk"), at="made_at", number="version__number", title="version__title"
    )


def audits() -> QuerySet[Model, Any]:
    rows = AuditReport.objects.filter(
        client=OuterRef("pk"), audit__is_shown=True, audit__state=AuditState.FINISHED
    )
    return objects(
        rows.order_by("pk"),
        at="made_at",
        audit="audit_id",
        number="audit__number",
        title="audit__profile__title",
    )


def assessments() -> QuerySet[Model, Any]:
    rows = PromotionAssessment.objects.filter(
        client=OuterRef("pk"), is_shown=True, finished_at__isnull=False
    )
    return objects(
        rows.order_by("pk"), at="finished_at", pk="pk", first="starts_on", last="ends_on"
    )


def reports() -> QuerySet[Model, Any]:
    rows = Report.objects.filter(client=OuterRef("pk"), state=ReportState.SENT)
    return objects(rows.order_by("pk"), at="sent_at", pk="pk", first="starts_on", last="ends_on")


def numbered(row: Row) -> str:
    return f"{row['title']} · {_('version %(number)s') % {'number': row['number']}}"


def numbered_audit(row: Row) -> str:
    return _("%(page)s, audit %(number)s") % {"page": row["title"], "number": row["number"]}


def days_of(row: Row) -> str:
    first, last = (dt.date.fromisoformat(row[name]) for name in ("first", "last"))
    return f"{date_format(first)} – {date_format(last)}"


def address(name: str, **ids: str) -> Callable[[Client, Row], str]:
    """`ids`: part of the address → name in the row."""

    def write(client: Client, row: Row) -> str:
        parts = {part: row[key] for part, key in ids.items()}
        return reverse(f"portal:{name}", kwargs={"client_id": client.pk, **parts})

    return write


def always(title: Promise) -> Callable[[Row], str]:
    return lambda row: str(title)


# What may be taken away; a sort more is a line more.
KINDS: tuple[Kind, ...] = (
    Kind(
        portal_register.kind_of, portal_register.papers, portal_register.title_of,
        portal_register.file_url, lambda client, row: "", portal_register.words_of,
        portal_register.without_sum,
    ),
    Kind(
        always(gettext_lazy("Strategy")), strategies, numbered,
        address("strategy_document", number="number"),
        address("strategy_version", number="number"),
    ),
    Kind(
        always(gettext_lazy("Audit")), audits, numbered_audit,
        address("audit_document", audit_id="audit"),
        address("audit", audit_id="audit"),
    ),
    Kind(
        always(gettext_lazy("Assessment of promotion")), assessments, days_of,
        address("assessment_document", assessment_id="pk"),
        address("promotion_assessment", assessment_id="pk"),
    ),
    Kind(
        always(gettext_lazy("Report")), reports, days_of,
        address("report_pdf", report_id="pk"),
        address("report", report_id="pk"),
    ),
)  # fmt: skip


def read_papers(client: Client, *, with_register: bool, with_sums: bool) -> list[Paper]:
    """The newest first. One statement."""
    kinds = [kind for kind in KINDS if with_register or kind.rows is not portal_register.papers]
    found = read_lists(client, {str(place): kind.rows() for place, kind in enumerate(kinds)})
    papers = [
        paper_of(kind, row if with_sums else kind.without_sum(row), client)
        for place, kind in enumerate(kinds)
        for row in found[str(place)]
    ]
    return sorted(papers, key=lambda paper: paper.day, reverse=True)


def paper_of(kind: Kind, row: Row, client: Client) -> Paper:
    return Paper(
        kind.name_of(row),
        kind.title_of(row),
        day_in(client, row["at"]),
        kind.url(client, row),
        kind.page(client, row),
        " · ".join(kind.words_of(row)),
    )


def day_in(client: Client, at: str) -> dt.date:
    """The client's day of a moment; a day is one already."""
    moment = dt.datetime.fromisoformat(at)
    return client.day_of(moment) if moment.tzinfo else moment.date()


class Papers(portal_register.RegisterView):
    template_name = "portal/papers.html"
    section = "papers"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            papers=read_papers(
                self.client, with_register=self.reads_register, with_sums=self.sees_sums
            ),
            **kwargs,
        )


PRINTED = (
    "pk", "client_id", "starts_on", "ends_on", "figures", "verdict", "repeated", "stopped",
    "changes", "counted_at", "finished_at",
)  # fmt: skip


class AssessmentPaper(PortalView):
    """An assessment as a file: the same one each time, for it does not change once finished."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        rows = PromotionAssessment.objects.filter(client=self.client, is_shown=True)
        row = rows.only(*PRINTED).filter(pk=kwargs["assessment_id"]).first()
        if row is None or row.finished_at is None:
            raise Http404
        row.client = self.client
        content = print_assessment(row, at=row.finished_at)
        return saved_file(content, file_name(row), "application/pdf")
