"""What an uploaded file really is: its type and a picture's pixels by its content, not its name."""

import hashlib
import io
import zipfile
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import PurePath

from django.utils.translation import gettext as _

from smm_agency.lib.file_types import (
    ENDINGS,
    NAMES,
    PDF,
    PICTURES,
    PSD,
    SVG,
    VIDEOS,
    ZIP,
    names_of,
    type_of,
)
from smm_agency.lib.pictures import read_picture
from smm_agency.lib.svg import read_svg
from smm_agency.lib.upload_refusal import UploadRefusedError

__all__ = ["PDF", "PICTURES", "VIDEOS", "CheckedFile", "UploadRefusedError", "check_upload"]

LONGEST_NAME = 200
PDF_END_WITHIN = 2048
PSD_COLOURS = {4: "CMYK"}


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """A file that may be stored. Pixels are as the picture is seen, None for what is no picture.

    `colours` is CMYK, RGB…, "" where it is not known.
    """

    name: str
    content_type: str
    content: bytes
    sha256: str
    width: int | None = None
    height: int | None = None
    colours: str = ""


def check_upload(
    content: bytes, name: str, *, types: Collection[str], most_bytes: int
) -> CheckedFile:
    """The file with its real type and pixels. Raises UploadRefusedError."""
    if not content:
        raise UploadRefusedError(_("The file is empty."))
    if len(content) > most_bytes:
        message = _("The file is larger than %(most)s MB: make it smaller.")
        raise UploadRefusedError(message % {"most": round(most_bytes / 1024 / 1024, 1)})
    content_type = type_of(content)
    if content_type not in types:
        raise UploadRefusedError(_other_kind(content_type, types))
    width, height, colours = _read(content, content_type)
    digest = hashlib.sha256(content).hexdigest()
    name = _name_of_type(_file_name(name), content_type)
    return CheckedFile(name, content_type, content, digest, width, height, colours)


def _other_kind(content_type: str, types: Collection[str]) -> str:
    if not content_type:
        message = _("This is not a file of the kind that is wanted here: %(types)s.")
        return message % {"types": names_of(types)}
    message = _("This is a %(found)s file; wanted here: %(types)s.")
    return message % {"found": NAMES[content_type], "types": names_of(types)}


def _read(content: bytes, content_type: str) -> tuple[int | None, int | None, str]:
    if content_type in PICTURES.values():
        return read_picture(content, content_type)
    if content_type == SVG:
        return (*read_svg(content), "RGB")
    if content_type == PSD:
        return _read_psd(content)
    if content_type == PDF and b"%%EOF" not in content[-PDF_END_WITHIN:]:
        raise UploadRefusedError(_("The PDF is cut or broken: save it anew and upload it again."))
    if content_type in VIDEOS and b"moov" not in content:
        raise UploadRefusedError(_("The video is cut or broken: export it anew and upload it."))
    if content_type == ZIP and not zipfile.is_zipfile(io.BytesIO(content)):
        raise UploadRefusedError(_("The archive is cut or broken: pack it anew."))
    return None, None, ""


def _read_psd(content: bytes) -> tuple[int, int, str]:
    height, width, mode = (
        int.from_bytes(content[start:end], "big") for start, end in ((14, 18), (18, 22), (24, 26))
    )
    return width, height, PSD_COLOURS.get(mode, "")


def _file_name(name: str) -> str:
    """The name without folders and what no file name holds."""
    plain = "".join(each for each in PurePath(name.replace("\\", "/")).name if each.isprintable())
    return plain[-LONGEST_NAME:] or "file"


def _name_of_type(name: str, content_type: str) -> str:
    """The name with an ending that is true. Raises UploadRefusedError for another one."""
    endings = ENDINGS[content_type]
    ending = PurePath(name).suffix.removeprefix(".").lower()
    if not ending:
        return f"{name[: LONGEST_NAME - 5]}.{endings[0]}"
    if ending not in endings:
        message = _(
            "This is a %(found)s file, but its name ends in .%(ending)s: rename it to .%(right)s."
        )
        found = {"found": NAMES[content_type], "ending": ending, "right": endings[0]}
        raise UploadRefusedError(message % found)
    return name
