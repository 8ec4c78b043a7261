"""The life of an uploaded plan: looked at, confirmed once, taken whole, its contents deleted.

Nothing but the file's own row is written before a person has confirmed what was shown.
"""

import base64
import datetime as dt
import zlib
from collections.abc import Sequence
from pathlib import PurePath

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clients.models import Client, User
from content.models import PlanFile, Post, PostMove, PostState, Publication, PublicationPlan
from content.plan_choices import PlanChoices
from content.plan_rows import PlanRow, PlanTable, parse_plan, propose
from content.plan_words import COLUMNS, column_title
from smm_agency.lib.tabular import TableError, write_csv, write_xlsx

State = PlanFile.State
KEPT = dt.timedelta(days=7)


def upload_plan(client: Client, data: bytes, name: str, *, by: User, at: dt.datetime) -> PlanFile:
    """Keep the file, encrypted, and look at it."""
    row = PlanFile(
        client=client,
        file_name=PurePath(name.replace("\\", "/")).name[-200:] or "file",
        size=len(data),
        content=base64.b64encode(zlib.compress(data)).decode("ascii"),
        uploaded_by=by,
        uploaded_at=at,
    )
    # Where it cannot be read, another encoding or row of the header may mend it: the page says so.
    look(row, _propose_again(row, PlanChoices()), at=at)
    row.save()
    return row


def content_of(row: PlanFile) -> bytes:
    """The file as it was uploaded. Raises ValidationError where it has been deleted."""
    if row.content is None:
        raise ValidationError(_("The file has been deleted: upload it again."))
    return zlib.decompress(base64.b64decode(row.content))


def choices_of(row: PlanFile) -> PlanChoices:
    return PlanChoices.from_json(row.choices)


def look(row: PlanFile, choices: PlanChoices, *, at: dt.datetime) -> PlanTable | None:
    """Write into the row what these choices make of the file; None where it cannot be read."""
    row.choices = choices.to_json()
    row.rows = row.known = row.refused = 0
    row.problems, row.error = [], ""
    try:
        table = parse_plan(row.client, content_of(row), row.file_name, choices, at=at)
    except TableError as refused:
        row.error = str(refused)[:500]
        return None
    row.rows, row.known, row.refused = table.total, table.known, len(table.bad_rows)
    row.problems = [[each.row, each.field, each.message] for each in table.errors]
    return table


@transaction.atomic
def choose(row: PlanFile, choices: PlanChoices, *, at: dt.datetime) -> PlanFile:
    """Look at the file again as the person says now. Raises ValidationError once it is taken."""
    locked = _locked(row)
    shown = choices_of(locked)
    if (choices.encoding, choices.header_at) != (shown.encoding, shown.header_at):
        choices = _propose_again(locked, choices)
    look(locked, choices, at=at)
    locked.save()
    return locked


def _propose_again(row: PlanFile, choices: PlanChoices) -> PlanChoices:
    """Read by another encoding or from another row, its columns are others."""
    try:
        return propose(content_of(row), row.file_name, choices)
    except TableError:
        return choices


def _locked(row: PlanFile) -> PlanFile:
    """Only while it waits for confirmation; the client's row is held, so two files take turns."""
    Client.objects.select_for_update(no_key=True).get(pk=row.client_id)
    rows = PlanFile.objects.select_for_update(of=("self",)).select_related("client", "finished_by")
    locked = rows.get(pk=row.pk)
    if locked.state != State.PREVIEWED:
        message = _("The file is “%(state)s” already; by %(person)s.")
        person = locked.finished_by or "—"
        raise ValidationError(message % {"state": locked.get_state_display(), "person": person})
    return locked


@transaction.atomic
def take_plan(row: PlanFile, *, seen: str, by: User, at: dt.datetime) -> PlanFile:
    """Make the posts as they were shown. Raises ValidationError, and then nothing was written.

    `seen` is the digest of the choices that the person looked at.
    """
    locked = _locked(row)
    choices = choices_of(locked)
    if choices.digest() != seen:
        raise ValidationError(_("Somebody has changed the choices meanwhile: look again."))
    table = look(locked, choices, at=at)
    if table is None:
        raise ValidationError(locked.error)
    if locked.refused and not choices.skip_bad:
        words = ngettext(
            "%(count)d row is wrong; nothing was taken.",
            "%(count)d rows are wrong; nothing was taken.",
            locked.refused,
        )
        raise ValidationError(words % {"count": locked.refused})
    if not table.rows:
        raise ValidationError(_("There is no new post in the file."))
    make_posts(locked, table.rows, by=by, at=at)
    locked.taken = len(table.rows)
    _finish(locked, State.TAKEN, by=by, at=at)
    return locked


def make_posts(row: PlanFile, rows: Sequence[PlanRow], *, by: User, at: dt.datetime) -> None:
    """An idea where there is no text, else a draft; approved by nobody."""
    plans = {plan.month: plan for plan in PublicationPlan.objects.filter(client=row.client)}
    posts = Post.objects.bulk_create(
        Post(
            client=row.client,
            plan=plans.get(row.client.day_of(each.planned_at).replace(day=1)),
            rubric=each.rubric,
            state=PostState.DRAFT if each.fields["text"] else PostState.IDEA,
            state_since=at,
            created_at=at,
            created_by=by,
            **each.fields,
        )
        for each in rows
    )
    Publication.objects.bulk_create(
        Publication(
            client=row.client, post=post, community=each.community, planned_at=each.planned_at
        )
        for post, each in zip(posts, rows, strict=True)
    )
    reason = _("from the file %(name)s") % {"name": row.file_name}
    PostMove.objects.bulk_create(
        PostMove(client=row.client, post=post, new=post.state, moved_at=at, moved_by=by,
                 reason=reason[:500])
        for post in posts
    )  # fmt: skip


@transaction.atomic
def drop_plan(row: PlanFile, *, by: User, at: dt.datetime) -> None:
    """Take nothing; the file is deleted at once. Raises ValidationError once it is taken."""
    locked = _locked(row)
    locked.problems = []
    _finish(locked, State.CANCELLED, by=by, at=at)


def _finish(row: PlanFile, state: str, *, by: User, at: dt.datetime) -> None:
    row.state, row.finished_by, row.finished_at, row.content = state, by, at, None
    row.save()


def delete_forgotten(*, at: dt.datetime) -> int:
    """Files that nobody confirmed within a week are cancelled, and their contents deleted."""
    old = PlanFile.objects.filter(state=State.PREVIEWED, uploaded_at__lt=at - KEPT)
    return old.update(state=State.CANCELLED, finished_at=at, content=None, problems=[])


def template_file(kind: str) -> bytes:
    """An empty plan with every column that is known, in the reader's language."""
    header = [column_title(name) for name in COLUMNS]
    return write_csv([], header, delimiter=";") if kind == "csv" else write_xlsx([], header)
