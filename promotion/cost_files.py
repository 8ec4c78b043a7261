"""The life of a file of costs: looked at, confirmed once, taken whole, deleted in time.

Nothing but the file's own row is written before a person has confirmed what was shown. What would
be new and what would change is told by taking the file and rolling it back.
"""

import base64
import datetime as dt
import hashlib
import logging
import zlib
from collections.abc import Callable
from pathlib import PurePath
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clients.models import Client, User
from clients.rights import may
from clients.todo import tell_team_once
from promotion.ad_figures import Taken
from promotion.cost_file_ads import parse_ads
from promotion.cost_file_choices import CostChoices
from promotion.cost_file_costs import parse_costs
from promotion.cost_file_parsed import ParsedCosts
from promotion.cost_file_placements import parse_placements
from promotion.cost_file_recognition import HopelessFileError, propose, refuse_others
from promotion.cost_file_table import open_table
from promotion.models import SEE_EARNED, AdAccount, Campaign, CostColumns, CostFile, CostFileKind
from smm_agency.lib.tabular import TableError, examples, fingerprint, sheet_names

logger = logging.getLogger(__name__)
State = CostFile.State
LEASE = dt.timedelta(minutes=30)
KEPT_PROBLEMS = 500


def upload_costs(
    client: Client,
    data: bytes,
    name: str,
    *,
    kind: str,
    by: User | None,
    at: dt.datetime,
    account: AdAccount | None = None,
    campaign: Campaign | None = None,
) -> CostFile:
    """Keep the file, encrypted, and look at it; refused at once where nothing can be chosen."""
    row = CostFile(
        client=client,
        kind=kind,
        account=account,
        campaign=campaign,
        file_name=PurePath(name.replace("\\", "/")).name[-200:] or "file",
        file_hash=hashlib.sha256(data).hexdigest(),
        size=len(data),
        content=base64.b64encode(zlib.compress(data)).decode("ascii"),
        uploaded_by=by,
        uploaded_at=at,
    )
    try:
        refuse_others(data, name)
        choices = propose(client, kind, data, name, CostChoices())
    except HopelessFileError as refused:
        _finish(row, State.REFUSED, by=by, at=at)
        row.error = str(refused)[:500]
        row.save()
        return row
    except TableError:
        # Another encoding, sheet or row of the header may mend it: the page says what is wrong.
        choices = CostChoices()
    _look(row, data, choices, at=at)
    row.save()
    return row


def content_of(row: CostFile) -> bytes:
    """The file as it was uploaded. Raises ValidationError where it has been deleted."""
    if row.content is None:
        raise ValidationError(_("The file has been deleted: upload it again."))
    return zlib.decompress(base64.b64decode(row.content))


def choices_of(row: CostFile) -> CostChoices:
    return CostChoices.from_json(row.choices)


def same_file(row: CostFile) -> CostFile | None:
    """The same bytes, taken for this client before."""
    rows = CostFile.objects.filter(client=row.client_id, file_hash=row.file_hash, state=State.TAKEN)
    same = rows.exclude(pk=row.pk).select_related("finished_by").defer("content", "preview")
    return same.order_by("-finished_at").first()


def parse(row: CostFile, data: bytes, choices: CostChoices, *, at: dt.datetime) -> ParsedCosts:
    """Read as chosen; nothing is written. Raises TableError for the file as a whole."""
    if row.account is not None:
        return parse_ads(row.account, data, row.file_name, choices, at=at)
    if row.kind == CostFileKind.COSTS:
        by = row.uploaded_by
        may_tell_fee = by is None or may(by, SEE_EARNED, client=row.client_id)
        return parse_costs(
            row.client, row.campaign, data, row.file_name, choices, at=at, may_tell_fee=may_tell_fee
        )
    return parse_placements(row.client, row.campaign, data, row.file_name, choices, at=at)


# --- Looking -------------------------------------------------------------------------------------


def _look(row: CostFile, data: bytes, choices: CostChoices, *, at: dt.datetime) -> None:
    """Write into the row what the page shows for these choices; does not save."""
    row.choices = choices.to_json()
    row.preview = _columns(row, data, choices)
    row.rows = row.new = row.changed = row.same = row.left_out = row.refused = 0
    row.problems, row.error = [], ""
    try:
        parsed = parse(row, data, choices, at=at)
        taken = _rehearse(parsed, by=row.uploaded_by, at=at)
    except TableError as refused:
        row.error = str(refused)[:500]
        return
    except ValidationError as refused:
        row.error = " ".join(refused.messages)[:500]
        return
    _count(row, parsed, taken)
    row.preview |= shown(parsed)


def _columns(row: CostFile, data: bytes, choices: CostChoices) -> dict[str, Any]:
    try:
        found = examples(open_table(data, row.file_name, choices))
        return {"columns": found, "sheets": sheet_names(data)}
    except TableError:
        return {"columns": [], "sheets": []}


def _rehearse(parsed: ParsedCosts, *, by: User | None, at: dt.datetime) -> Taken:
    """What taking it would write, with nothing of it left. Raises ValidationError."""
    with transaction.atomic():
        taken = parsed.take(by=by, at=at)
        transaction.set_rollback(True)
    return taken


def _count(row: CostFile, parsed: ParsedCosts, taken: Taken) -> None:
    table = parsed.table
    row.rows, row.left_out, row.refused = table.total, table.left_out, len(table.bad_rows)
    row.new, row.changed, row.same = taken.new, taken.changed, taken.same + taken.kept
    kept = list(table.errors)[:KEPT_PROBLEMS]
    row.problems = [[error.row, error.field, error.message] for error in kept]
    if taken.kept:
        message = _("The network itself told other figures of such rows, they stay: %(count)d.")
        table.warnings.append(message % {"count": taken.kept})


def shown(parsed: ParsedCosts) -> dict[str, Any]:
    """For the page, as JSON."""
    return {
        "head": list(parsed.head),
        "rows": [list(cells) for cells in parsed.rows],
        "good": parsed.good,
        "has_fee": parsed.has_fee,
        "sums": [[period, str(amount), currency] for period, amount, currency in parsed.sums],
        "notes": parsed.table.notes,
        "warnings": parsed.table.warnings,
    }


@transaction.atomic
def choose(row: CostFile, choices: CostChoices, *, at: dt.datetime) -> CostFile:
    """Look at the file again as the person says now. Raises ValidationError once it is taken."""
    locked = _locked(row)
    data = content_of(locked)
    if not choices.is_read_as(choices_of(locked)):
        # Of another encoding, sheet or row of the header, the columns are others.
        try:
            choices = propose(locked.client, locked.kind, data, locked.file_name, choices)
        except TableError:
            logger.info("Columns of file of costs %s cannot be read as chosen.", locked.pk)
    _look(locked, data, choices, at=at)
    locked.save()
    return locked


def _locked(row: CostFile) -> CostFile:
    """The row for as long as the transaction lasts; only while it waits for confirmation."""
    rows = CostFile.objects.select_for_update(of=("self",))
    locked = rows.select_related("client", "account", "campaign", "finished_by").get(pk=row.pk)
    if locked.state != State.PREVIEWED:
        message = _("The file is “%(state)s” already; by %(person)s.")
        person = locked.finished_by or "—"
        raise ValidationError(message % {"state": locked.get_state_display(), "person": person})
    return locked


# --- Taking --------------------------------------------------------------------------------------


def take_costs(
    row: CostFile,
    *,
    seen: str,
    skip_bad: bool,
    by: User,
    at: dt.datetime,
    wake: Callable[[], object],
) -> CostFile:
    """Take the file as it was shown: a small one at once, a large one by a worker.

    `seen` is the digest of the choices that the person looked at; `skip_bad`: the good rows are
    taken without the wrong ones. Raises ValidationError, and then nothing was written.
    """
    with transaction.atomic():
        locked = _locked(row)
        if choices_of(locked).digest() != seen:
            raise ValidationError(_("Somebody has changed the choices meanwhile: look again."))
        locked.choices = {**locked.choices, "skip_bad": skip_bad}
        _check_may_take(locked, skip_bad=skip_bad)
        locked.finished_by = by
        if locked.size > settings.FIGURES_FILE_AT_ONCE_BYTES:
            locked.state = State.WAITING
            locked.save()
            transaction.on_commit(wake)
            return locked
        try:
            _take(locked, at=at)
        except TableError as refused:
            raise ValidationError(str(refused)) from None
    return locked


def _check_may_take(row: CostFile, *, skip_bad: bool) -> None:
    if row.error:
        raise ValidationError(row.error)
    if row.refused and not skip_bad:
        words = ngettext(
            "%(count)d row is wrong; nothing was taken.",
            "%(count)d rows are wrong; nothing was taken.",
            row.refused,
        )
        raise ValidationError(words % {"count": row.refused})
    if not row.preview.get("good"):
        raise ValidationError(_("There is nothing in the file that could be taken."))


def _take(row: CostFile, *, at: dt.datetime) -> None:
    """Store what is good and finish the row. Raises TableError and ValidationError."""
    parsed = parse(row, content_of(row), choices_of(row), at=at)
    row.refused = len(parsed.table.bad_rows)
    _check_may_take(row, skip_bad=choices_of(row).skip_bad)
    taken = parsed.take(by=row.finished_by, at=at)
    _count(row, parsed, taken)
    row.preview |= shown(parsed)
    _finish(row, State.TAKEN, by=row.finished_by, at=at)
    row.save()


@transaction.atomic
def remember(row: CostFile, *, by: User | None, at: dt.datetime) -> None:
    """Which column was which, for the next file of the client with this header."""
    header = [column for column, _values in row.preview.get("columns", [])]
    choices = choices_of(row)
    CostColumns.objects.update_or_create(
        client=row.client,
        kind=row.kind,
        fingerprint=fingerprint(header),
        defaults={
            # The period is this file's own; so is what one wrong row is worth.
            "mapping": {**choices.to_json(), "first": "", "last": "", "skip_bad": False},
            "saved_by": by,
            "saved_at": at,
        },
    )


@transaction.atomic
def drop_costs(row: CostFile, *, by: User, at: dt.datetime) -> None:
    """Take nothing; the file is deleted at once. Raises ValidationError once it is taken."""
    locked = _locked(row)
    locked.preview, locked.problems, locked.content = {}, [], None
    _finish(locked, State.CANCELLED, by=by, at=at)
    locked.save()


def _finish(row: CostFile, state: str, *, by: User | None, at: dt.datetime) -> None:
    row.state, row.finished_by, row.finished_at, row.leased_until = state, by, at, None
    if state == State.REFUSED:
        row.content = None


# --- By a worker ---------------------------------------------------------------------------------


def take_waiting(*, at: dt.datetime) -> int:
    """Take files that were confirmed, one after the other; how many."""
    done = 0
    while (pk := _claim(at)) is not None:
        done += _try(pk, at)
    _give_up(at)
    return done


@transaction.atomic
def _claim(at: dt.datetime) -> int | None:
    """The oldest waiting file that no worker holds; the attempt is counted before the work."""
    free = Q(leased_until=None) | Q(leased_until__lt=at)
    waiting = CostFile.objects.filter(
        free, state=State.WAITING, attempts__lt=CostFile.MAX_ATTEMPTS
    ).order_by("uploaded_at")
    row = waiting.select_for_update(skip_locked=True).only("pk", "attempts").first()
    if row is None:
        return None
    CostFile.objects.filter(pk=row.pk).update(attempts=row.attempts + 1, leased_until=at + LEASE)
    return row.pk


def _try(pk: int, at: dt.datetime) -> bool:
    try:
        return _take_claimed(pk, at)
    except Exception as error:  # Whatever it is, it belongs to this file and to a person.
        logger.warning("File of costs %s failed: %s", pk, type(error).__name__)
        waiting = CostFile.objects.filter(pk=pk, state=State.WAITING)
        waiting.update(error=type(error).__name__, leased_until=None)
        return False


def _take_claimed(pk: int, at: dt.datetime) -> bool:
    rows = CostFile.objects.select_for_update(of=("self",))
    with transaction.atomic():
        row = rows.select_related("client", "account", "campaign", "finished_by").get(pk=pk)
        if row.state != State.WAITING:
            return False
        language = row.finished_by.language if row.finished_by else ""
        with translation.override(language or settings.LANGUAGE_CODE):
            try:
                with transaction.atomic():
                    _take(row, at=at)
            except (TableError, ValidationError) as refused:
                told = refused.messages if isinstance(refused, ValidationError) else [str(refused)]
                _finish(row, State.REFUSED, by=row.finished_by, at=at)
                row.error = " ".join(told)[:500]
                row.save()
                return False
    return True


def _give_up(at: dt.datetime) -> None:
    """Three attempts are enough: a person looks at it."""
    dead = CostFile.objects.filter(state=State.WAITING, attempts__gte=CostFile.MAX_ATTEMPTS)
    for row in dead.filter(Q(leased_until=None) | Q(leased_until__lt=at)).select_related("client"):
        _finish(row, State.REFUSED, by=row.finished_by, at=at)
        row.error = _("It failed three times; nothing was taken.")
        row.save()
        tell_team_once(
            row.client,
            row,
            title=_("The file “%(file)s” could not be taken") % {"file": row.file_name},
            details=_("It failed three times; nothing of it is stored. Upload it in parts."),
            origin_note=_("file of costs"),
        )


def delete_old_files(*, at: dt.datetime) -> int:
    """Delete the contents of files that were finished long ago, and cancel forgotten ones."""
    before = at - dt.timedelta(days=settings.FIGURES_FILE_DAYS)
    CostFile.objects.filter(state=State.PREVIEWED, uploaded_at__lt=before).update(
        state=State.CANCELLED, finished_at=before
    )
    is_kept = Q(content__isnull=False) | ~Q(preview={}) | ~Q(problems=[])
    old = CostFile.objects.filter(is_kept, finished_at__lte=before)
    return old.update(content=None, preview={}, problems=[])
