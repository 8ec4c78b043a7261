"""Files that clients send: checked like any upload, scanned where the agency has a scanner."""

from typing import Any, NamedTuple

from django.conf import settings
from django.core.exceptions import ValidationError

from communities.files import read_upload
from smm_agency.lib.file_types import NAMES, SVG
from smm_agency.lib.upload_refusal import UploadRefusedError
from smm_agency.lib.uploads import CheckedFile
from smm_agency.lib.virus_scan import scan

# All that is known; a drawing in SVG is a page that may run, and nobody photographs in it.
MATERIAL = frozenset(NAMES) - {SVG}


class Arrival(NamedTuple):
    file: CheckedFile
    is_scanned: bool


def read_material(upload: Any, *, types: frozenset[str] = MATERIAL) -> Arrival:
    """What a form's file field holds. Raises ValidationError."""
    file = read_upload(upload, types=types)
    try:
        return Arrival(file, scan(file.content, command=settings.UPLOAD_SCAN_COMMAND))
    except UploadRefusedError as refused:
        raise ValidationError(str(refused)) from None


def read_each(uploads: list[Any]) -> tuple[list[Arrival], list[str]]:
    """Those that may be taken, and a sentence for each of the others."""
    taken: list[Arrival] = []
    refused: list[str] = []
    for upload in uploads:
        try:
            taken.append(read_material(upload))
        except ValidationError as error:
            refused.append(f"{upload.name}: {' '.join(error.messages)}")
    return taken, refused
