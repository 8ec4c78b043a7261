"""Making an archive: claimed under a lease, written to a temporary file, stored in parts.

The lease is renewed as the work goes on. A worker that is killed leaves a lease that ends: the
next one begins anew (a half-written ZIP is worth nothing), three times at most, then a person is
told. Every write is compare-and-set on the lease's token, so a worker that was taken for dead
changes nothing.
"""

import datetime as dt
import hashlib
import logging
import tempfile
import uuid
from collections.abc import Iterator
from typing import IO, Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from clients.models import ArchiveJob, ArchivePart, Client, NoticeKind, User
from clients.rights import may
from clients.todo import tell_team_once
from smm_agency.archive.files import FILES, Files
from smm_agency.archive.names import safe_name
from smm_agency.archive.packing import BLOCK, MOST_XLSX_ROWS, Pack
from smm_agency.archive.readme import readme_of
from smm_agency.archive.tables import TABLES, Table

logger = logging.getLogger(__name__)

LEASE = dt.timedelta(minutes=10)
# How long an archive is kept.
KEPT = dt.timedelta(days=90)
# The lease is renewed after so many files.
RENEW_EVERY = 25
MANIFEST = "manifest.csv"
State = ArchiveJob.State


class LostLeaseError(Exception):
    """Another worker has the job, or it is gone with its client."""


# --- Asking --------------------------------------------------------------------------------------


def ask_for_archive(
    client: Client, *, made_for: str, has_callers: bool, by: User, at: dt.datetime
) -> ArchiveJob:
    """Raises PermissionDenied, and ValidationError where one is being made."""
    if not may_have(by, client, made_for=made_for, has_callers=has_callers):
        raise PermissionDenied
    if has_callers and made_for == ArchiveJob.For.CLIENT:
        raise ValidationError(_("The callers' numbers are never in the client's archive."))
    try:
        with transaction.atomic():
            return ArchiveJob.objects.create(
                client=client, made_for=made_for, has_callers=has_callers, asked_by=by, asked_at=at
            )
    except IntegrityError:
        raise ValidationError(
            _("An archive of this client is being made: wait until it is ready.")
        ) from None


def may_have(user: User, client: Client, *, made_for: str, has_callers: bool) -> bool:
    """Who may ask for such an archive, and take it: the sums of papers and their files are in both
    kinds."""
    rights = ["clients.add_archivejob", "clients.see_fees"]
    if has_callers:
        rights.append("kpi.unmask_caller")
    return all(may(user, right, client=client) for right in rights)


# --- The clock -----------------------------------------------------------------------------------


def make_waiting(*, at: dt.datetime) -> int:
    """Make what waits, one after the other; how many were made."""
    give_up_lost(at=at)
    made = 0
    while (job := claim(at=timezone.now() if made else at)) is not None:
        made += make(job)
    return made


@transaction.atomic
def claim(*, at: dt.datetime) -> ArchiveJob | None:
    free = ArchiveJob.objects.filter(
        Q(state=State.WAITING) | Q(state=State.RUNNING, leased_until__lt=at),
        attempts__lt=ArchiveJob.MAX_ATTEMPTS,
    )
    job = free.select_for_update(skip_locked=True, of=("self",)).order_by("asked_at", "pk").first()
    if job is None:
        return None
    job.state, job.attempts = State.RUNNING, job.attempts + 1
    job.lease_token, job.leased_until = uuid.uuid4(), at + LEASE
    job.steps_done, job.steps, job.step = 0, 0, ""
    job.save()
    return job


def give_up_lost(*, at: dt.datetime) -> None:
    """Whose last worker died."""
    lost = ArchiveJob.objects.filter(
        state=State.RUNNING, leased_until__lt=at, attempts__gte=ArchiveJob.MAX_ATTEMPTS
    )
    for job in lost:
        give_up(job, _("The work was broken off three times."))


def make(job: ArchiveJob) -> bool:
    """Whether it is ready now."""
    try:
        with tempfile.TemporaryFile() as out:
            write(job, out)
            store(job, out)
    except LostLeaseError:
        logger.warning("Archive %s is another worker's now.", job.pk)
        return False
    except Exception as error:
        logger.exception("Archive %s could not be made.", job.pk)
        fail(job, error)
        return False
    return True


def fail(job: ArchiveJob, error: Exception) -> None:
    """Again with the next turn, until the attempts are used up. The error names no contents."""
    words = type(error).__name__
    if job.attempts >= ArchiveJob.MAX_ATTEMPTS:
        give_up(job, words)
    else:
        held(job).update(state=State.WAITING, error=words, leased_until=None, lease_token=None)


def give_up(job: ArchiveJob, words: str) -> None:
    if not held(job).update(state=State.FAILED, error=words[:300], finished_at=timezone.now()):
        return
    with translation.override(None):
        tell_team_once(
            job.client, job,
            title=_("The archive could not be made"),
            details=_("Ask for it once more; if it fails again, tell the administrator: %(error)s")
            % {"error": words},
            kind=NoticeKind.DATA,
        )  # fmt: skip


def held(job: ArchiveJob) -> Any:
    return ArchiveJob.objects.filter(pk=job.pk, state=State.RUNNING, lease_token=job.lease_token)


def renew(job: ArchiveJob, **values: Any) -> None:
    if not held(job).update(leased_until=timezone.now() + LEASE, **values):
        raise LostLeaseError


# --- Writing -------------------------------------------------------------------------------------


def write(job: ArchiveJob, out: IO[bytes]) -> None:
    client = Client.objects.get(pk=job.client_id)
    day = client.day_of(job.asked_at)
    moment = job.asked_at.astimezone(client.zone)
    with (
        translation.override(client.language),
        Pack(out, root=f"{client.name} {day}", moment=moment) as pack,
    ):
        fill(pack, job, client)
    job.counts = counts_of(pack)
    job.file_name = f"{safe_name(client.name)} {day}.zip"


def fill(pack: Pack, job: ArchiveJob, client: Client) -> None:
    tables = [table for table in TABLES if table.is_in(job)]
    renew(job, steps=len(tables) + len(FILES) + 1)
    for table in tables:
        renew(job, step=table.path, steps_done=F("steps_done") + 1)
        write_table(pack, job, client, table)
    for files in FILES:
        renew(job, step=files.folder, steps_done=F("steps_done") + 1)
        write_files(pack, job, files)
    pack.add_text("README.txt", readme_of(client, job, pack.lines, until=kept_until(job)))
    pack.add_manifest(MANIFEST)


def write_table(pack: Pack, job: ArchiveJob, client: Client, table: Table) -> None:
    header = table.header(job)
    count = pack.add_csv(f"{table.path}.csv", table.lines(job, client), header)
    renew(job)
    if count <= MOST_XLSX_ROWS:
        pack.add_xlsx(f"{table.path}.xlsx", table.lines(job, client), header)
    renew(job)


def write_files(pack: Pack, job: ArchiveJob, files: Files) -> None:
    for number, pk in enumerate(files.ids(job), start=1):
        for name, content in files.read(job, pk):
            pack.add_file(files.folder, name, content)
        if number % RENEW_EVERY == 0:
            renew(job)


def counts_of(pack: Pack) -> dict[str, int]:
    """Rows by table, files by folder."""
    counts: dict[str, int] = {files.folder: 0 for files in FILES}
    for line in pack.lines:
        if line.path.endswith(".csv") and line.rows is not None:
            counts[line.path.removesuffix(".csv")] = line.rows
        folder = line.path.rpartition("/")[0]
        if line.rows is None and folder in counts:
            counts[folder] += 1
    return counts


# --- Keeping -------------------------------------------------------------------------------------


@transaction.atomic
def store(job: ArchiveJob, out: IO[bytes]) -> None:
    """All parts and the state at once; the earlier archives of the same kind go."""
    if held(job).select_for_update().first() is None:
        raise LostLeaseError
    ArchivePart.objects.filter(job=job).delete()
    out.seek(0)
    digest, size = hashlib.sha256(), 0
    for number, block in enumerate(iter(lambda: out.read(BLOCK), b""), start=1):
        ArchivePart.objects.create(job=job, client_id=job.client_id, number=number, content=block)
        digest.update(block)
        size += len(block)
    held(job).update(
        state=State.DONE, finished_at=timezone.now(), steps_done=F("steps"), step="", error="",
        size=size, sha256=digest.hexdigest(), counts=job.counts, file_name=job.file_name,
        leased_until=None,
    )  # fmt: skip
    older = ArchiveJob.objects.filter(
        client=job.client_id, made_for=job.made_for, state=State.DONE
    ).exclude(pk=job.pk)
    delete_contents(older)


def delete_contents(jobs: Any) -> int:
    """The rows stay, as the memory of what was made."""
    ids = list(jobs.values_list("pk", flat=True))
    ArchivePart.objects.filter(job__in=ids).delete()
    return ArchiveJob.objects.filter(pk__in=ids).update(state=State.DELETED)


def delete_old(*, at: dt.datetime) -> int:
    with transaction.atomic():
        return delete_contents(
            ArchiveJob.objects.filter(state=State.DONE, finished_at__lt=at - KEPT)
        )


def kept_until(job: ArchiveJob) -> dt.datetime:
    return job.asked_at + KEPT


def read_parts(job: ArchiveJob) -> Iterator[bytes]:
    """A part at a time."""
    parts = ArchivePart.objects.filter(job=job)
    for number in range(1, parts.count() + 1):
        yield bytes(parts.get(number=number).content)
