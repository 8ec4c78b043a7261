"""Files of papers: checked by what they are, replaced while nothing is signed, kept ever after."""

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from clients.models import Paper, PaperFile, PaperState, User
from smm_agency.lib.file_types import DOCX, JPEG, PDF, PNG, WEBP
from smm_agency.lib.uploads import CheckedFile, UploadRefusedError, check_upload

TYPES = (PDF, DOCX, JPEG, PNG, WEBP)
MOST_BYTES = 20 * 1024 * 1024
# The file of these is what was agreed.
FIXED = (PaperState.SIGNED, PaperState.PAID, PaperState.VOID)


def read_file(file: Any) -> CheckedFile:
    """What a form's file field holds, checked. Raises ValidationError."""
    try:
        content = file.read(MOST_BYTES + 1)
        return check_upload(content, file.name, types=TYPES, most_bytes=MOST_BYTES)
    except UploadRefusedError as refused:
        raise ValidationError(str(refused)) from None


def may_take_file(paper: Paper) -> bool:
    """Until it is signed, paid or annulled; a paid invoice that has none may still get one."""
    if paper.state not in FIXED:
        return True
    return paper.state == PaperState.PAID and paper.file is None


@transaction.atomic
def put_file(paper: Paper, file: CheckedFile, *, by: User | None, at: dt.datetime) -> PaperFile:
    """The paper's file from now on; the one before stays in its history.

    Raises ValidationError: the paper is signed, paid or annulled.
    """
    row = Paper.objects.select_for_update().get(pk=paper.pk)
    if not may_take_file(row):
        message = _("It is “%(state)s”: its file does not change any more.")
        raise ValidationError(message % {"state": row.get_state_display()})
    row.files.filter(replaced_at=None).update(replaced_at=at)
    return PaperFile.objects.create(
        client_id=row.client_id,
        paper=row,
        name=file.name,
        content_type=file.content_type,
        content=file.content,
        size=len(file.content),
        sha256=file.sha256,
        made_at=at,
        made_by=by,
    )
