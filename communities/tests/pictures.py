"""Small pictures for tests: plain colour, real bytes."""

import io

from PIL import Image

from smm_agency.lib.file_types import NAMES
from smm_agency.lib.uploads import CheckedFile, check_upload


def picture(width: int = 40, height: int = 40, *, kind: str = "PNG", mode: str = "RGB") -> bytes:
    out = io.BytesIO()
    Image.new(mode, (width, height), 0).save(out, kind)
    return out.getvalue()


def checked(
    width: int = 40, height: int = 40, *, kind: str = "PNG", mode: str = "RGB", name: str = "a"
) -> CheckedFile:
    content = picture(width, height, kind=kind, mode=mode)
    return check_upload(content, name, types=set(NAMES), most_bytes=50_000_000)
