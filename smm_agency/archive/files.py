"""The files of an archive: one row at a time, so that one file's bytes are held at once."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from clients.models import ArchiveJob, PaperFile, PaperState
from communities.models import AuditReport, AuditState, ClientFile
from content.models import CLIENT_SEES, PostFile
from kpi.models import Report, ReportState
from strategy.models import VersionDocument

FROZEN = ("approved", "superseded")


@dataclass(frozen=True)
class Files:
    """`contents` are pairs of the column with the bytes and of the name in the archive."""

    folder: str
    rows: Callable[[ArchiveJob], Any]
    contents: Sequence[tuple[str, Callable[[Any], str]]]

    def ids(self, job: ArchiveJob) -> list[int]:
        return list(self.rows(job).order_by("pk").values_list("pk", flat=True))

    def read(self, job: ArchiveJob, pk: int) -> Iterator[tuple[str, bytes]]:
        """Name and bytes; nothing where the row has gone meanwhile."""
        row = self.rows(job).filter(pk=pk).first()
        if row is None:
            return
        for path, name in self.contents:
            content: Any = row
            for part in path.split("__"):
                content = getattr(content, part)
            if content:
                yield name(row), bytes(content)


def is_for_client(job: ArchiveJob) -> bool:
    return job.made_for == ArchiveJob.For.CLIENT


def papers(job: ArchiveJob) -> Any:
    rows = PaperFile.objects.filter(client=job.client_id).select_related("paper")
    if is_for_client(job):
        # As in the portal: what was replaced has been taken back.
        shown = rows.filter(paper__is_shown=True, replaced_at=None)
        return shown.exclude(paper__state=PaperState.DRAFT)
    return rows


def posts(job: ArchiveJob) -> Any:
    rows = PostFile.objects.filter(client=job.client_id).select_related("file", "post")
    return rows.filter(post__state__in=CLIENT_SEES) if is_for_client(job) else rows


def materials(job: ArchiveJob) -> Any:
    """What came from the client and what it was shown; for the agency all files, which are not a
    post's: those stand with the posts."""
    rows = ClientFile.objects.filter(client=job.client_id)
    if is_for_client(job):
        return rows.filter(Q(is_shown=True) | Q(material__isnull=False))
    in_posts = PostFile.objects.filter(client=job.client_id).values("file")
    return rows.filter(Q(material__isnull=False) | ~Q(pk__in=in_posts))


def strategies(job: ArchiveJob) -> Any:
    rows = VersionDocument.objects.filter(client=job.client_id).select_related("version")
    if is_for_client(job):
        return rows.filter(version__state__in=FROZEN, kind=VersionDocument.Kind.PRINTED)
    return rows


def audits(job: ArchiveJob) -> Any:
    rows = AuditReport.objects.filter(client=job.client_id).select_related("audit")
    shown = rows.filter(audit__is_shown=True, audit__state=AuditState.FINISHED)
    return shown if is_for_client(job) else rows


def reports(job: ArchiveJob) -> Any:
    """As they were sent."""
    return Report.objects.filter(client=job.client_id, state=ReportState.SENT)


def report_name(ending: str) -> Callable[[Any], str]:
    return lambda row: f"{row.starts_on:%Y-%m} ({row.number}).{ending}"


FILES: tuple[Files, ...] = (
    Files("papers", papers,
          [("content", lambda row: f"{row.paper.dated_on} {row.paper.number} {row.name}")]),
    Files("materials/files", materials, [("content", lambda row: row.name)]),
    Files("posts/files", posts,
          [("file__content", lambda row: f"{row.post_id} {row.position} {row.file.name}")]),
    Files("strategy/documents", strategies,
          [("content", lambda row: f"{row.version.number} {row.file_name}")]),
    Files("communities/audit_reports", audits, [("content", lambda row: row.file_name)]),
    Files("reports/files", reports,
          [("pdf", report_name("pdf")), ("xlsx", report_name("xlsx"))]),
)  # fmt: skip
