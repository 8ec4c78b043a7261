"""What an uploaded file really is: its type and a picture's pixels by its content, not its name."""

import hashlib
import io
import warnings
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import PurePath

from django.utils.translation import gettext as _
from PIL import Image

# A picture of more pixels is a decompression bomb or a mistake.
MOST_PIXELS = 50_000_000
LONGEST_NAME = 200
PICTURES = {
    "PNG": "image/png",
    "JPEG": "image/jpeg",
    "WEBP": "image/webp",
    "GIF": "image/gif",
}
PDF = "application/pdf"


class UploadRefusedError(Exception):
    """The file is not taken; the message says why and how to mend it."""


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """A file that may be stored. Pixels are None for what is no picture."""

    name: str
    content_type: str
    content: bytes
    sha256: str
    width: int | None = None
    height: int | None = None


def check_upload(
    content: bytes, name: str, *, types: Collection[str], most_bytes: int
) -> CheckedFile:
    """The file with its real type and pixels. Raises UploadRefusedError."""
    if not content:
        raise UploadRefusedError(_("The file is empty."))
    if len(content) > most_bytes:
        message = _("The file is larger than %(most)s MB: make it smaller.")
        raise UploadRefusedError(message % {"most": round(most_bytes / 1024 / 1024, 1)})
    content_type, width, height = _sort_of(content)
    if content_type not in types:
        message = _("This is not a file of the kind that is wanted here: %(types)s.")
        raise UploadRefusedError(message % {"types": ", ".join(sorted(types))})
    digest = hashlib.sha256(content).hexdigest()
    return CheckedFile(_file_name(name), content_type, content, digest, width, height)


def _sort_of(content: bytes) -> tuple[str, int | None, int | None]:
    if content.startswith(b"%PDF-"):
        return PDF, None, None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=list(PICTURES)) as picture:
                _check_pixels(*picture.size)
                picture.load()
                return PICTURES[str(picture.format)], *picture.size
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise UploadRefusedError(_("The picture has too many pixels.")) from None
    except UploadRefusedError:
        raise
    except Exception:
        # Pillow raises many kinds for what is no picture or a broken one.
        return "", None, None


def _check_pixels(width: int, height: int) -> None:
    if width * height > MOST_PIXELS:
        raise UploadRefusedError(_("The picture has too many pixels."))


def _file_name(name: str) -> str:
    """The name without folders and what no file name holds."""
    plain = "".join(each for each in PurePath(name.replace("\\", "/")).name if each.isprintable())
    return plain[-LONGEST_NAME:] or "file"
