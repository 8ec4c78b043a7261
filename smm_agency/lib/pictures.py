"""What a picture is: pixels as they are seen, colours; bombs, cut and double files are refused."""

import io
import re
import warnings
import zipfile
from typing import NamedTuple

from django.utils.translation import gettext as _
from PIL import Image

from smm_agency.lib.file_types import GIF, PICTURES, PNG, WEBP
from smm_agency.lib.picture_ends import png_end, read_gif, webp_end
from smm_agency.lib.upload_refusal import UploadRefusedError

# A picture of more pixels is a decompression bomb or a mistake.
MOST_PIXELS = 50_000_000
# Of all frames of a moving picture together: a minute of full screen at two frames a second.
MOST_MOVING_PIXELS = 250_000_000
MOST_FRAMES = 600
ORIENTATION = 0x0112
# Turned by a quarter: the width is what is stored as the height.
TURNED = (5, 6, 7, 8)
FORMATS = {content_type: name for name, content_type in PICTURES.items()}
# A page or a program that hides in a picture.
RUNS = re.compile(rb"<(?:script|html|iframe)[\s>/]|<\?php\s", re.IGNORECASE)
PDF_WITHIN = 1024


class Picture(NamedTuple):
    """Pixels as the picture is seen; `colours` as Pillow names them: RGB, CMYK, P…"""

    width: int
    height: int
    colours: str


def read_picture(content: bytes, content_type: str) -> Picture:
    """Raises UploadRefusedError for what is broken or no picture only."""
    _check_frames(content, content_type)
    _check_double(content, content_type)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=[FORMATS[content_type]]) as picture:
                return _measure(picture)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _too_many_pixels() from None
    except UploadRefusedError:
        raise
    except Exception:
        # Pillow raises many kinds for what is no picture or a broken one.
        raise _broken() from None


def _measure(picture: Image.Image) -> Picture:
    width, height = picture.size
    if width * height > MOST_PIXELS:
        raise _too_many_pixels(width, height)
    frames = getattr(picture, "n_frames", 1)
    if frames > 1:
        check_frames(width, height, frames)
    colours = picture.mode
    turned = picture.getexif().get(ORIENTATION) in TURNED
    picture.load()
    return Picture(height, width, colours) if turned else Picture(width, height, colours)


def check_frames(width: int, height: int, frames: int) -> None:
    if frames > MOST_FRAMES or width * height * frames > MOST_MOVING_PIXELS:
        message = _(
            "The moving picture is too large: %(frames)s frames of %(width)s×%(height)s px. Save"
            " fewer or smaller ones."
        )
        found = {"frames": frames, "width": width, "height": height}
        raise UploadRefusedError(message % found)


def _check_frames(content: bytes, content_type: str) -> None:
    """Counted by the blocks of the file before anything is unpacked."""
    if content_type != GIF:
        return
    layout = read_gif(content, most_frames=MOST_FRAMES)
    if layout is None:
        raise _broken()
    width, height = (int.from_bytes(content[at : at + 2], "little") for at in (6, 8))
    check_frames(width, height, layout.frames)


def _check_double(content: bytes, content_type: str) -> None:
    """One file that two programs read in two ways is refused."""
    end = _end_of(content, content_type)
    if end is None:
        raise _broken()
    is_double = (
        content[end:].strip(b"\0\r\n ") != b""
        or b"%PDF-" in content[:PDF_WITHIN]
        or zipfile.is_zipfile(io.BytesIO(content))
        or RUNS.search(content) is not None
    )
    if is_double:
        raise UploadRefusedError(
            _(
                "The picture has something else in the same file (a page, a program or an archive):"
                " save it anew from the program that it was made with."
            )
        )


def _end_of(content: bytes, content_type: str) -> int | None:
    if content_type == PNG:
        return png_end(content)
    if content_type == WEBP:
        return webp_end(content)
    if content_type == GIF:
        layout = read_gif(content, most_frames=MOST_FRAMES)
        return layout.end if layout else None
    # Telephones write more behind a photo's end.
    return len(content)


def _broken() -> UploadRefusedError:
    return UploadRefusedError(_("The picture is cut or broken: save it anew and upload it again."))


def _too_many_pixels(width: int = 0, height: int = 0) -> UploadRefusedError:
    if not width:
        return UploadRefusedError(_("The picture has too many pixels."))
    message = _("The picture has too many pixels: %(width)s×%(height)s. Make it smaller.")
    return UploadRefusedError(message % {"width": width, "height": height})
