"""The kinds of files that are taken, and how each is known by its first bytes."""

import io
import re
import zipfile
from collections.abc import Collection

PNG = "image/png"
JPEG = "image/jpeg"
WEBP = "image/webp"
GIF = "image/gif"
SVG = "image/svg+xml"
PDF = "application/pdf"
PSD = "image/vnd.adobe.photoshop"
EPS = "application/postscript"
ZIP = "application/zip"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
MP4 = "video/mp4"
MOV = "video/quicktime"

# By Pillow's names.
PICTURES = {"PNG": PNG, "JPEG": JPEG, "WEBP": WEBP, "GIF": GIF}
# As people call them, with the endings of their names: the first one is usual.
NAMES = {
    PNG: "PNG",
    JPEG: "JPEG",
    WEBP: "WebP",
    GIF: "GIF",
    SVG: "SVG",
    PDF: "PDF",
    PSD: "PSD",
    EPS: "EPS",
    ZIP: "ZIP",
    DOCX: "DOCX",
    MP4: "MP4",
    MOV: "MOV",
}
# Illustrator's files are PDF, the old ones EPS.
ENDINGS = {
    PNG: ("png",),
    JPEG: ("jpg", "jpeg", "jpe", "jfif"),
    WEBP: ("webp",),
    GIF: ("gif",),
    SVG: ("svg",),
    PDF: ("pdf", "ai"),
    PSD: ("psd",),
    EPS: ("eps", "ai", "ps"),
    ZIP: ("zip",),
    DOCX: ("docx",),
    MP4: ("mp4", "m4v"),
    MOV: ("mov", "qt"),
}
BEGINNINGS = {
    b"\x89PNG\r\n\x1a\n": PNG,
    b"\xff\xd8\xff": JPEG,
    b"GIF87a": GIF,
    b"GIF89a": GIF,
    b"%PDF-": PDF,
    b"8BPS\x00\x01": PSD,
    b"%!PS": EPS,
    b"PK\x03\x04": ZIP,
}
VIDEOS = (MP4, MOV)
# What a design may come as.
DESIGNS = {kind: name for kind, name in NAMES.items() if kind != DOCX}
# After four bytes of a length and `ftyp`; other brands are pictures (HEIC, AVIF) and sound.
VIDEO_BRANDS = re.compile(rb"iso\w|mp4[12]|avc1|M4V |MSNV|dash|3gp\w")
DOCX_PARTS = {"[Content_Types].xml", "word/document.xml"}
# A root element of this name, after whatever may stand before it; also in UTF-16.
SVG_ROOT = re.compile(rb"<\s*(?:[\w-]+:)?svg[\s>/]", re.IGNORECASE)
SVG_WITHIN = 4096


def type_of(content: bytes) -> str:
    """The real type by the content; "" where it is none of these."""
    for beginning, content_type in BEGINNINGS.items():
        if content.startswith(beginning):
            return DOCX if content_type == ZIP and _is_docx(content) else content_type
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return WEBP
    if content[4:8] == b"ftyp":
        return _video_type(content[8:12])
    return SVG if _is_svg(content) else ""


def _is_docx(content: bytes) -> bool:
    """An archive with the parts of a text of Word, and without macros."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            names = set(packed.namelist())
    except (zipfile.BadZipFile, NotImplementedError, ValueError):
        return False
    return names >= DOCX_PARTS and "word/vbaProject.bin" not in names


def _video_type(brand: bytes) -> str:
    if brand == b"qt  ":
        return MOV
    return MP4 if VIDEO_BRANDS.fullmatch(brand) else ""


def _is_svg(content: bytes) -> bool:
    start = content[:SVG_WITHIN].replace(b"\0", b"")
    plain = start.removeprefix(b"\xef\xbb\xbf").removeprefix(b"\xff\xfe").removeprefix(b"\xfe\xff")
    return plain.lstrip().startswith(b"<") and SVG_ROOT.search(plain) is not None


def names_of(types: Collection[str]) -> str:
    """`JPEG, PNG` for a sentence."""
    return ", ".join(name for content_type, name in NAMES.items() if content_type in types)
