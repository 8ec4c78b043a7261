"""Storing what staff upload to communities."""

from collections.abc import Collection
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError

from clients.models import Client, User
from communities.models import ClientFile
from smm_agency.lib.uploads import PDF, PICTURES, CheckedFile, UploadRefusedError, check_upload

EVIDENCE = frozenset({*PICTURES.values(), PDF})


def read_upload(file: Any, *, types: Collection[str] = EVIDENCE) -> CheckedFile:
    """What a form's file field holds, checked. Raises ValidationError."""
    most: int = settings.COMMUNITY_FILE_BYTES
    try:
        return check_upload(file.read(most + 1), file.name, types=types, most_bytes=most)
    except UploadRefusedError as refused:
        raise ValidationError(str(refused)) from None


def store_file(
    client: Client, file: CheckedFile, *, by: User | None, is_shown: bool = False
) -> ClientFile:
    """A row of its own for each upload; `is_shown` lets the portal of this client read it."""
    return ClientFile.objects.create(
        client=client,
        name=file.name,
        content_type=file.content_type,
        content=file.content,
        size=len(file.content),
        sha256=file.sha256,
        width=file.width,
        height=file.height,
        is_shown=is_shown,
        made_by=by,
    )
