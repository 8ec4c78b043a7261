"""The portal's pages of audits: finished ones that the client is shown, and what they changed.

Reads only the columns that the portal's role may read.
"""

import datetime as dt
from collections.abc import Sequence
from typing import Any, NamedTuple

from django.db.models import F, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from clients.models import Client
from clients.portal import PortalView
from communities.audit_blocks import (
    change_blocks,
    criteria_blocks,
    finding_blocks,
    overall_facts,
    score_blocks,
)
from communities.audit_changes import compare
from communities.audit_scores import share_of, total_of
from communities.models import Audit, AuditReport, AuditScore, Redesign
from communities.networks.registry import network_name
from communities.redesign import rank_findings
from smm_agency.lib.document_blocks import Block, Section
from smm_agency.lib.file_response import saved_file
from smm_agency.lib.words import as_share

AUDIT_COLUMNS = (
    "client_id", "profile_id", "number", "previous_id", "state", "conducted_on", "period_first",
    "period_last", "verdict", "is_shown", "finished_at",
)  # fmt: skip
SCORE_COLUMNS = (
    "client_id", "audit_id", "code", "section", "position", "title_en", "title_ru", "look_en",
    "look_ru", "score", "is_not_applicable", "reason", "measured", "evidence", "evidence_url",
    "finding", "recommendation", "due_on", "priority",
)  # fmt: skip


class ShownAudit(NamedTuple):
    """`previous_share` is that of the audit it repeats, where the client is shown that one too."""

    pk: int
    number: int
    page: str
    network: str
    conducted_on: dt.date
    share: str
    previous_share: str
    has_paper: bool


def readable_audits(client: Client) -> QuerySet[Any]:
    rows = Audit.objects.filter(client=client).shown().with_points()
    return rows.annotate(
        page=F("profile__title"), network=F("profile__network"), paper=F("report__id")
    ).only(*AUDIT_COLUMNS)


def shown_audits(client: Client, *, community_id: int | None = None) -> list[ShownAudit]:
    """The newest first; of one community where it is named. One query."""
    rows = readable_audits(client)
    if community_id is not None:
        rows = rows.filter(profile__community=community_id)
    found = list(rows.order_by("-conducted_on", "-pk"))
    shares = {row.pk: as_share(share_of(row.points, row.judged)) for row in found}
    return [
        ShownAudit(
            row.pk,
            row.number,
            row.page,
            network_name(row.network),
            row.conducted_on,
            shares[row.pk],
            shares.get(row.previous_id, ""),
            row.paper is not None,
        )
        for row in found
    ]


def read_scores(audit: Audit) -> list[AuditScore]:
    rows = AuditScore.objects.filter(audit=audit).only(*SCORE_COLUMNS)
    return list(rows.order_by("position", "pk"))


def what_changed(client: Client, audit_id: int) -> list[Block]:
    """Before and after of a re-audit; empty where there is nothing to compare with."""
    after = Audit.objects.filter(client=client, pk=audit_id).shown().only(*AUDIT_COLUMNS).first()
    return changes_of(after, read_scores(after)) if after else []


def changes_of(after: Audit, rows: Sequence[AuditScore]) -> list[Block]:
    if after.previous_id is None:
        return []
    before = Audit.objects.filter(pk=after.previous_id).shown().only(*AUDIT_COLUMNS).first()
    if before is None:
        return []
    return change_blocks(compare(read_scores(before), rows), before=before, after=after)


class Audits(PortalView):
    """All that the client is shown."""

    template_name = "portal/audits.html"
    section = "audits"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"audits": shown_audits(self.client)}


class AuditPage(PortalView):
    """One audit in full; its numbers are those of the paper."""

    template_name = "portal/audit.html"
    section = "audits"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        audit = readable_audits(self.client).filter(pk=self.kwargs["audit_id"]).first()
        if audit is None:
            raise Http404
        rows = read_scores(audit)
        return super().get_context_data(**kwargs) | {
            "audit": audit,
            "network": network_name(audit.network),
            "sections": sections_of(audit, rows),
            "redesign": Redesign.objects.filter(audit=audit)
            .only("client_id", "audit_id", "title", "state", "started_on", "finished_at")
            .first(),
        }


def sections_of(audit: Audit, rows: Sequence[AuditScore]) -> list[Section]:
    changes = changes_of(audit, rows)
    return [
        Section(_("Result"), [overall_facts(total_of(rows)), *score_blocks(rows)]),
        *([Section(_("Before and after"), changes)] if changes else []),
        Section(_("What to do"), finding_blocks(rank_findings(rows))),
        Section(_("All criteria"), criteria_blocks(rows)),
    ]


class AuditPaper(PortalView):
    """The report as it was kept; a file, and the same one each time."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        papers = AuditReport.objects.filter(client=self.client, audit=kwargs["audit_id"])
        paper = papers.values("file_name", "content").first()
        if paper is None:
            raise Http404
        return saved_file(bytes(paper["content"]), paper["file_name"], "application/pdf")
