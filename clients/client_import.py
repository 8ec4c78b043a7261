"""The life of a workbook of clients: looked at, confirmed once, taken whole, deleted in time.

Nothing but the file's own row is written before a person has confirmed what was shown.
"""

import base64
import datetime as dt
import hashlib
import zlib
from pathlib import PurePath

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clients.client_import_plan import Plan, begun, joined, make_plan, touched_clients
from clients.client_import_rows import Fate
from clients.models import ClientImport, User
from clients.packages import apply_package
from clients.team import give_role_rights
from smm_agency.lib.tabular import TableError

State = ClientImport.State
MOST_PROBLEMS = 500
# Two files that make the same client would each see none.
LOCK = "clients.client_import"


def upload_clients(data: bytes, name: str, *, by: User, at: dt.datetime) -> ClientImport:
    """Keep the file, encrypted; refused at once where it is no workbook that can be read."""
    row = ClientImport(
        file_name=PurePath(name.replace("\\", "/")).name[-200:] or "file",
        file_hash=hashlib.sha256(data).hexdigest(),
        size=len(data),
        uploaded_by=by,
        uploaded_at=at,
    )
    try:
        plan = make_plan(data, name, by=by, on=timezone.localdate(at))
    except TableError as refused:
        row.state, row.error, row.finished_at = State.REFUSED, str(refused)[:500], at
    else:
        row.content = base64.b64encode(zlib.compress(data)).decode("ascii")
        row.counts = plan.counts()
    row.save()
    return row


def content_of(row: ClientImport) -> bytes:
    """The file as it was uploaded. Raises ValidationError where it has been deleted."""
    if row.content is None:
        raise ValidationError(_("The file has been deleted: upload it again."))
    return zlib.decompress(base64.b64decode(row.content))


def plan_of(row: ClientImport, *, by: User, at: dt.datetime) -> Plan:
    """What the file would do now. Raises ValidationError."""
    try:
        return make_plan(content_of(row), row.file_name, by=by, on=timezone.localdate(at))
    except TableError as refused:
        raise ValidationError(str(refused)) from None


def taken_before(row: ClientImport) -> ClientImport | None:
    """The same bytes, taken before."""
    same = ClientImport.objects.filter(file_hash=row.file_hash, state=State.TAKEN)
    return same.exclude(pk=row.pk).select_related("confirmed_by").defer("content").first()


@transaction.atomic
def confirm_clients(
    row: ClientImport, *, seen: str, partly: bool, by: User, at: dt.datetime
) -> ClientImport:
    """Take the file as it was shown; `seen` is the digest of the plan that the person looked at.

    `partly`: what is right is taken where something is wrong. Raises ValidationError, and then
    nothing was written.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [LOCK])
    locked = _locked(row)
    plan = plan_of(locked, by=by, at=at)
    if plan.digest() != seen:
        message = _("The file would do something else now than what was shown: look again.")
        raise ValidationError(message)
    _check_may_take(plan, partly=partly)
    _save(plan)
    locked.counts = plan.counts()
    locked.is_partial = partly and plan.count(Fate.REFUSED) > 0
    locked.problems = [list(problem) for line in plan.rows() for problem in line.problems]
    locked.problems = locked.problems[:MOST_PROBLEMS]
    locked.touched = list(touched_clients(plan))
    locked.state, locked.confirmed_by, locked.finished_at = State.TAKEN, by, at
    locked.save()
    return locked


def _locked(row: ClientImport) -> ClientImport:
    locked = (
        ClientImport.objects.select_for_update(of=("self",))
        .select_related("confirmed_by")
        .get(pk=row.pk)
    )
    if locked.state != State.PREVIEWED:
        message = _("The file is “%(state)s” already; by %(person)s.")
        values = {"state": locked.get_state_display(), "person": locked.confirmed_by or "—"}
        raise ValidationError(message % values)
    return locked


def _check_may_take(plan: Plan, *, partly: bool) -> None:
    if plan.file.blocking:
        raise ValidationError(plan.file.blocking)
    refused = plan.count(Fate.REFUSED)
    if refused and not partly:
        words = ngettext(
            "%(count)d row is wrong; nothing was taken.",
            "%(count)d rows are wrong; nothing was taken.",
            refused,
        )
        raise ValidationError(words % {"count": refused})
    if not plan.count(Fate.NEW, Fate.CHANGED):
        raise ValidationError(_("There is nothing in the file that would change anything."))


def _save(plan: Plan) -> None:
    try:
        with transaction.atomic():
            for instance, columns in plan.saves():
                instance.save(update_fields=columns)
            # As on the page: what the file does not say of a new engagement, its package does.
            for engagement in begun(plan):
                apply_package(engagement)
            for person, role in sorted(joined(plan), key=lambda each: (each[0].pk, each[1])):
                give_role_rights(person, role=role)
    except IntegrityError:
        message = _("Somebody has changed these clients meanwhile: look again.")
        raise ValidationError(message) from None


@transaction.atomic
def cancel_clients(row: ClientImport, *, by: User, at: dt.datetime) -> None:
    """Take nothing; the file is deleted at once. Raises ValidationError once it is taken."""
    locked = _locked(row)
    locked.state, locked.confirmed_by, locked.finished_at = State.CANCELLED, by, at
    locked.content = None
    locked.save()


def delete_old_client_files(*, at: dt.datetime) -> int:
    """Delete the contents of files that were finished long ago, and cancel forgotten ones."""
    before = at - dt.timedelta(days=settings.FIGURES_FILE_DAYS)
    ClientImport.objects.filter(state=State.PREVIEWED, uploaded_at__lt=before).update(
        state=State.CANCELLED, finished_at=before
    )
    is_kept = Q(content__isnull=False) | ~Q(problems=[])
    old = ClientImport.objects.filter(is_kept, finished_at__lte=before)
    return old.update(content=None, problems=[])
