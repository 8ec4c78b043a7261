"""The life of an uploaded file of figures: looked at, confirmed once, taken whole, deleted in time.

Nothing but the file's own row is written before a person has confirmed what was shown.
"""

import base64
import datetime as dt
import hashlib
import logging
import zlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import PurePath
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from redis.exceptions import RedisError

from clients.models import User
from clients.todo import tell_team_once
from communities.models import Profile
from kpi.column_mapping import ColumnMap
from kpi.file_choices import COLUMNS, FileChoices
from kpi.file_preview import (
    ParsedFile,
    columns_shown,
    kind_of,
    parse_file,
    show_parsed,
    store_parsed,
)
from kpi.file_recognition import HopelessFileError, propose_columns, recognise
from kpi.models import ColumnMapping, FileImport
from smm_agency.lib.tabular import ImportRefused, TableError, fingerprint

logger = logging.getLogger(__name__)
State = FileImport.State
LEASE = dt.timedelta(minutes=30)
PROGRESS_SECONDS = 3600
# The oldest waiting file that no worker holds; the attempt is counted before the work.
CLAIM = """
UPDATE kpi_fileimport SET attempts = attempts + 1, leased_until = %(until)s
WHERE id = (
    SELECT id FROM kpi_fileimport
    WHERE state = 'waiting' AND attempts < %(most)s
        AND (leased_until IS NULL OR leased_until < %(at)s)
    ORDER BY uploaded_at
    LIMIT 1
    FOR UPDATE SKIP LOCKED
)
RETURNING id
"""


def upload_file(
    profile: Profile, data: bytes, name: str, *, by: User | None, at: dt.datetime
) -> FileImport:
    """Keep the file, encrypted, and look at it; refused at once where nothing can be chosen."""
    row = FileImport(
        client_id=profile.client_id,
        profile=profile,
        file_name=PurePath(name.replace("\\", "/")).name[-200:] or "file",
        file_hash=hashlib.sha256(data).hexdigest(),
        size=len(data),
        content=base64.b64encode(zlib.compress(data)).decode("ascii"),
        uploaded_by=by,
        uploaded_at=at,
    )
    try:
        choices = recognise(profile, data, name)
    except HopelessFileError as refused:
        _refuse(row, str(refused), at)
        row.content = None
        row.save()
        return row
    except TableError:
        # Another encoding or another row of the header may mend it: the page says what is wrong.
        choices = FileChoices(mapping=ColumnMap())
    _look(row, data, choices, at)
    row.save()
    return row


def content_of(row: FileImport) -> bytes:
    """The file as it was uploaded. Raises ValidationError where it has been deleted."""
    if row.content is None:
        raise ValidationError(_("The file has been deleted: upload it again."))
    return zlib.decompress(base64.b64decode(row.content))


def choices_of(row: FileImport) -> FileChoices:
    return FileChoices.from_json(row.choices)


def same_file(row: FileImport) -> FileImport | None:
    """The same bytes, taken for this client before."""
    return (
        FileImport.objects.filter(client=row.client_id, file_hash=row.file_hash, state=State.TAKEN)
        .exclude(pk=row.pk)
        .select_related("profile", "confirmed_by")
        .defer("content")
        .order_by("-finished_at")
        .first()
    )


@transaction.atomic
def choose(
    row: FileImport, choices: FileChoices, *, at: dt.datetime, start: ColumnMap | None = None
) -> FileImport:
    """Look at the file again as the person says now. Raises ValidationError once it is taken.

    Of a table whose columns are not named yet they are proposed, by what `start` says of it.
    """
    locked = _locked(row)
    data = content_of(locked)
    if choices.format == COLUMNS and choices.mapping is None:
        proposed = propose_columns(locked.profile, data, locked.file_name, start or ColumnMap())
        choices = replace(choices, mapping=proposed)
    _look(locked, data, choices, at)
    locked.save()
    return locked


def _locked(row: FileImport) -> FileImport:
    """The row for as long as the transaction lasts; only while it waits for confirmation."""
    rows = FileImport.objects.select_for_update(of=("self",)).select_related("profile__client")
    locked = rows.get(pk=row.pk)
    if locked.state != State.PREVIEWED:
        raise ValidationError(said_before(locked))
    return locked


def said_before(row: FileImport) -> str:
    """Who was faster, and what came of it."""
    message = _("The file is “%(state)s” already; by %(person)s.")
    return message % {"state": row.get_state_display(), "person": row.confirmed_by or "—"}


def _look(row: FileImport, data: bytes, choices: FileChoices, at: dt.datetime) -> None:
    """Write into the row what the page shows for these choices; does not save."""
    row.choices, row.format, row.kind = choices.to_json(), choices.format, kind_of(choices)
    mapping = choices.mapping if choices.format == COLUMNS else None
    row.preview = {"columns": columns_shown(data, row.file_name, mapping, ())}
    row.rows = row.skipped = row.refused = 0
    row.problems, row.notes, row.error = [], [], ""
    try:
        parsed = parse_file(row.profile, data, row.file_name, choices, at=at)
    except TableError as refused:
        row.error = str(refused)[:500]
        return
    _count(row, parsed)
    columns = columns_shown(data, row.file_name, mapping, parsed.file.header)
    if choices.format == "meta-page":
        columns = []
    row.preview = {
        **show_parsed(row.profile, parsed),
        "columns": columns,
        "becomes": parsed.file.becomes,
    }


def _count(row: FileImport, parsed: ParsedFile) -> None:
    row.rows = parsed.file.rows
    row.skipped = parsed.left_out
    row.refused = parsed.errors.total
    row.notes = [*parsed.file.notes, *parsed.file.warnings]
    row.problems = [[each.row, each.field, each.message] for each in parsed.errors]


def confirm(
    row: FileImport, *, seen: str, by: User, at: dt.datetime, wake: Callable[[int], object]
) -> FileImport:
    """Take the file as it was shown: a small one at once, a large one by a worker.

    `seen` is the digest of the choices that the person looked at. Of two people one is told that
    the other was faster. Raises ValidationError, and then nothing was written.
    """
    with transaction.atomic():
        locked = _locked(row)
        choices = choices_of(locked)
        if choices.digest() != seen:
            raise ValidationError(_("Somebody has changed the choices meanwhile: look again."))
        _check_may_take(locked, choices)
        locked.confirmed_by = by
        locked.state = State.WAITING
        if locked.size > settings.FIGURES_FILE_AT_ONCE_BYTES:
            locked.save()
            transaction.on_commit(lambda: wake(locked.pk))
            return locked
        try:
            _take(locked, at=at)
        except (TableError, ImportRefused) as refused:
            raise ValidationError(str(refused)) from None
    return locked


def _check_may_take(row: FileImport, choices: FileChoices) -> None:
    if row.error:
        raise ValidationError(row.error)
    if row.refused and not choices.skip_bad:
        words = ngettext(
            "%(count)d row is wrong; nothing was taken.",
            "%(count)d rows are wrong; nothing was taken.",
            row.refused,
        )
        raise ValidationError(words % {"count": row.refused})
    if not row.preview.get("good"):
        raise ValidationError(_("There is nothing in the file that could be taken."))


def _take(row: FileImport, *, at: dt.datetime, progress: Any = None) -> None:
    """Store the figures and finish the row. Raises TableError and ImportRefused."""
    choices = choices_of(row)
    parsed = parse_file(row.profile, content_of(row), row.file_name, choices, at=at)
    if not choices.skip_bad:
        parsed.errors.raise_if_any()
    taken = store_parsed(row.profile, parsed, at=at, progress=progress)
    _count(row, parsed)
    row.taken, row.changed = parsed.good, taken.new + taken.changed
    row.state, row.finished_at, row.leased_until = State.TAKEN, at, None
    row.save()


@transaction.atomic
def remember(row: FileImport, *, by: User | None, for_all: bool, at: dt.datetime) -> None:
    """Which column was which, for the next file with this header."""
    mapping = choices_of(row).mapping
    if row.format != COLUMNS or mapping is None:
        return
    header = [column for column, _examples in row.preview.get("columns", [])]
    ColumnMapping.objects.update_or_create(
        client=None if for_all else row.client,
        network=row.profile.network,
        fingerprint=fingerprint(header),
        defaults={
            "header": header,
            "mapping": mapping.to_json(),
            "saved_by": by,
            "saved_at": at,
        },
    )


@transaction.atomic
def cancel(row: FileImport, *, by: User, at: dt.datetime) -> None:
    """Take nothing; the file is deleted at once. Raises ValidationError once it is taken."""
    locked = _locked(row)
    locked.state, locked.confirmed_by, locked.finished_at = State.CANCELLED, by, at
    locked.content, locked.preview, locked.problems = None, {}, []
    locked.save()


def _refuse(row: FileImport, reason: str, at: dt.datetime) -> None:
    row.state, row.error, row.finished_at = State.REFUSED, reason[:500], at
    row.leased_until = None


# --- By a worker ---------------------------------------------------------------------------------


def take_waiting(*, at: dt.datetime) -> int:
    """Take files that were confirmed, one after the other; how many."""
    done = 0
    while (pk := _claim(at)) is not None:
        done += _try(pk, at)
    _give_up(at)
    return done


def _claim(at: dt.datetime) -> int | None:
    values: dict[str, Any] = {"at": at, "until": at + LEASE, "most": FileImport.MAX_ATTEMPTS}
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, values)
        row: tuple[int] | None = cursor.fetchone()
    return row[0] if row else None


def _try(pk: int, at: dt.datetime) -> bool:
    try:
        return _take_claimed(pk, at)
    except Exception as error:  # Whatever it is, it belongs to this file and to a person.
        logger.warning("File of figures %s failed: %s", pk, type(error).__name__)
        waiting = FileImport.objects.filter(pk=pk, state=State.WAITING)
        waiting.update(error=type(error).__name__, leased_until=None)
        return False


def _take_claimed(pk: int, at: dt.datetime) -> bool:
    rows = FileImport.objects.select_for_update(of=("self",)).select_related(
        "profile__client", "confirmed_by"
    )
    with transaction.atomic():
        row = rows.get(pk=pk)
        if row.state != State.WAITING:
            return False
        language = row.confirmed_by.language if row.confirmed_by else ""
        with translation.override(language or settings.LANGUAGE_CODE):
            try:
                with transaction.atomic():
                    _take(row, at=at, progress=lambda done, all_: note_progress(pk, done, all_))
            except (TableError, ImportRefused, ValidationError) as refused:
                reason = " ".join(refused.messages) if isinstance(refused, ValidationError) else ""
                _refuse(row, reason or str(refused), at)
                row.save()
                return False
    return True


def _give_up(at: dt.datetime) -> None:
    """Three attempts are enough: a person looks at it."""
    dead = FileImport.objects.filter(state=State.WAITING, attempts__gte=FileImport.MAX_ATTEMPTS)
    for row in dead.filter(Q(leased_until=None) | Q(leased_until__lt=at)).select_related("client"):
        _refuse(row, _("It failed three times; nothing was taken."), at)
        row.save(update_fields=["state", "error", "finished_at", "leased_until"])
        tell_team_once(
            row.client,
            row,
            title=_("The file “%(file)s” could not be taken") % {"file": row.file_name},
            details=_("It failed three times; nothing of it is stored. Upload it in parts."),
            origin_note=_("file of figures"),
        )


def note_progress(pk: int, done: int, total: int) -> None:
    """Seen by others before the transaction ends; lost without harm."""
    try:
        cache.set(_progress_key(pk), (done, total), timeout=PROGRESS_SECONDS)
    except RedisError:
        logger.warning("No cache: the progress of a file is not shown.")


def progress_of(pk: int) -> tuple[int, int] | None:
    try:
        told: tuple[int, int] | None = cache.get(_progress_key(pk))
    except RedisError:
        return None
    return told


def _progress_key(pk: int) -> str:
    return f"kpi:file-import:{pk}"


def delete_old_files(*, at: dt.datetime) -> int:
    """Delete the contents of files that were finished long ago, and cancel forgotten ones."""
    before = at - dt.timedelta(days=settings.FIGURES_FILE_DAYS)
    FileImport.objects.filter(state=State.PREVIEWED, uploaded_at__lt=before).update(
        state=State.CANCELLED, finished_at=before
    )
    # What was shown and what was refused hold texts and figures of the file too.
    is_kept = Q(content__isnull=False) | ~Q(preview={}) | ~Q(problems=[])
    old = FileImport.objects.filter(is_kept, finished_at__lte=before)
    return old.update(content=None, preview={}, problems=[])
