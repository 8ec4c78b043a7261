"""A file of calls or of daily totals: taken whole or not at all, any number of times."""

import datetime as dt
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clients.models import Client, User
from communities.models import Community
from kpi.attribution import Place
from kpi.call_columns import ColumnMap
from kpi.call_rows import CallReader
from kpi.call_upsert import Importer, Tally, Track
from kpi.models import CallImport, Evidence
from kpi.tally import read_tallies, write_tallies
from smm_agency.lib.tabular import Errors, Limits, Table, TableError, read_table

File = bytes | Path | IO[bytes]


def no_bar(items: Iterable[Any], total: int | None, label: str) -> Iterable[Any]:
    """Progress that nobody watches."""
    return items


@dataclass(frozen=True)
class Source:
    """A file and how it is to be read; nothing of it is guessed silently."""

    file: File
    name: str
    encoding: str | None = None
    delimiter: str | None = None

    def data(self) -> bytes:
        """At most what the limits allow and one byte, so that larger files are refused."""
        most = Limits().size + 1
        if isinstance(self.file, bytes):
            return self.file
        if isinstance(self.file, Path):
            with self.file.open("rb") as opened:
                return opened.read(most)
        return self.file.read(most)

    def table(self, data: bytes, required: list[str], errors: Errors) -> Table:
        return read_table(
            data,
            self.name,
            required=required,
            encoding=self.encoding,
            delimiter=self.delimiter,
            errors=errors,
        )


@dataclass(frozen=True)
class Outcome:
    """What came of a file. `skipped` rows were left out as the mapping says; `bad` were wrong."""

    read: int
    new: int
    changed: int
    known: int
    skipped: int = 0
    bad: int = 0
    notes: tuple[str, ...] = ()
    errors: Errors = field(default_factory=Errors)


def import_calls(
    client: Client,
    file: File,
    name: str,
    *,
    columns: ColumnMap | None = None,
    community: Community | None = None,
    evidence: int | None = None,
    day: dt.date | None = None,
    zone: dt.tzinfo | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
    skip_bad: bool = False,
    dry_run: bool = False,
    by: User | None = None,
    at: dt.datetime | None = None,
    track: Track = no_bar,
) -> Outcome:
    """Take a call log. Times without an offset are local to `zone`, else to the client's.

    `community` is where calls came from whose dialled number does not tell; its evidence is the
    operator's word unless `evidence` says otherwise. Raises TableError, or ImportRefused with all
    bad rows, and then nothing was written.
    """
    at = at or timezone.now()
    errors = Errors()
    source = Source(file, name, encoding, delimiter)
    data = source.data()
    chosen = columns or ColumnMap()
    table = _call_table(source, data, chosen, errors)
    reader = CallReader(client, chosen.settled(table.header), zone or client.zone, day, at)
    rows = reader.read(track(table.rows, None, _("reading")), errors)
    if not skip_bad:
        errors.raise_if_any()
    default = Place()
    if community:
        default = Place(community_id=community.pk, evidence=Evidence(evidence or Evidence.OPERATOR))
    with transaction.atomic():
        lock_imports(client)
        importer = Importer.of(client, default, by.pk if by else None)
        tally = importer.write(rows, track, _("writing"))
        _write_down(client, name, data, community, len(rows), tally, by)
        transaction.set_rollback(dry_run)
    return Outcome(
        len(rows) + errors.total + reader.skipped, tally.new, tally.changed, tally.known,
        reader.skipped, errors.total, (*table.notes, *_remarks(reader)), errors,
    )  # fmt: skip


def _remarks(reader: CallReader) -> list[str]:
    """What was taken in a way that the file's owner may not expect."""
    rows = reader.unreadable
    if not rows:
        return []
    message = _(
        "Callers that are no phone numbers: %(count)s, the first in row %(row)s. Their calls are"
        " taken as from a hidden number."
    )
    return [message % {"count": len(rows), "row": rows[0]}]


def _call_table(source: Source, data: bytes, columns: ColumnMap, errors: Errors) -> Table:
    try:
        return source.table(data, columns.required(), errors)
    except TableError as error:
        if error.row is None or columns.columns:
            raise
        hint = _(
            "Say which column is which with a mapping, or, if the file holds totals by day and "
            "not single calls, which column is the total."
        )
        raise TableError(error.row, error.field, f"{error.message} {hint}") from None


def import_tallies(
    client: Client,
    file: File,
    name: str,
    *,
    community: Community,
    day_column: str,
    total_column: str,
    encoding: str | None = None,
    delimiter: str | None = None,
    skip_bad: bool = False,
    dry_run: bool = False,
    by: User | None = None,
    at: dt.datetime | None = None,
    track: Track = no_bar,
) -> Outcome:
    """Take totals by day as tallies by the client's word; uniqueness stays unknown.

    A day that another tally covers is refused, unless it is the same day with the same total.
    Raises as `import_calls` does.
    """
    at = at or timezone.now()
    errors = Errors()
    source = Source(file, name, encoding, delimiter)
    data = source.data()
    table = source.table(data, [day_column, total_column], errors)
    rows = track(table.rows, None, _("reading"))
    totals = read_tallies(rows, day_column, total_column, errors, today=client.day_of(at))
    with transaction.atomic():
        lock_imports(client)
        tally = write_tallies(community, totals, day_column, errors, by=by)
        if not skip_bad:
            errors.raise_if_any()
        _write_down(client, name, data, community, len(totals), tally, by)
        transaction.set_rollback(dry_run)
    return Outcome(
        len(totals) + errors.total, tally.new, tally.changed, tally.known,
        bad=errors.total, notes=table.notes, errors=errors,
    )  # fmt: skip


def lock_imports(client: Client) -> None:
    """One import of a client's calls at a time, to the end of the transaction."""
    with connection.cursor() as cursor:
        key = f"import:{client.pk}"
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])


def _write_down(
    client: Client,
    name: str,
    data: bytes,
    community: Community | None,
    rows: int,
    tally: Tally,
    by: User | None,
) -> None:
    """The import's row; a file that was taken before and brought nothing leaves no second one."""
    digest = hashlib.sha256(data).hexdigest()
    is_known = CallImport.objects.filter(client=client, file_hash=digest).exists()
    if is_known and not tally.new and not tally.changed:
        return
    CallImport.objects.create(
        client=client,
        file_name=Path(name).name[:200],
        file_hash=digest,
        community=community,
        rows_read=rows,
        rows_new=tally.new,
        rows_changed=tally.changed,
        rows_known=tally.known,
        imported_by=by,
    )
