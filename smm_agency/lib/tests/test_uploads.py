"""Each trap of an upload is refused with its reason; each honest file is taken as what it is."""

import io
import struct
import zipfile
import zlib
from collections.abc import Collection
from typing import Any

import pytest
from PIL import Image

from smm_agency.lib.file_types import (
    EPS,
    GIF,
    JPEG,
    MOV,
    MP4,
    NAMES,
    PDF,
    PNG,
    PSD,
    SVG,
    WEBP,
    ZIP,
    type_of,
)
from smm_agency.lib.uploads import CheckedFile, UploadRefusedError, check_upload

EVERY = frozenset(NAMES)
PDF_FILE = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
OTHER_THINGS = (
    "The picture has something else in the same file (a page, a program or an archive): save it"
    " anew from the program that it was made with."
)
BROKEN = "The picture is cut or broken: save it anew and upload it again."


def picture(kind: str = "PNG", size: tuple[int, int] = (40, 30), **options: Any) -> bytes:
    mode = options.pop("mode", "RGB")
    out = io.BytesIO()
    Image.new(mode, size, options.pop("colour", None) or 0).save(out, kind, **options)
    return out.getvalue()


def moving(kind: str, frames: int, size: tuple[int, int] = (20, 10)) -> bytes:
    out = io.BytesIO()
    colours = [(number % 256, number // 256 * 90, 9) for number in range(frames)]
    first, *others = [Image.new("RGB", size, colour) for colour in colours]
    options = {"lossless": True} if kind == "WEBP" else {}
    first.save(out, kind, save_all=True, append_images=others, duration=40, **options)
    return out.getvalue()


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_declaring(width: int, height: int) -> bytes:
    """A small file that says it is huge."""
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    data = zlib.compress(b"\0" * 1000)
    beginning = b"\x89PNG\r\n\x1a\n"
    return beginning + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def archive() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("logo.txt", "a logo")
    return out.getvalue()


def psd(width: int, height: int, mode: int = 3) -> bytes:
    return (
        b"8BPS\x00\x01" + b"\0" * 6 + struct.pack(">HIIHH", 3, height, width, 8, mode) + b"\0" * 9
    )


def svg(inside: str = "", attributes: str = 'width="40" height="30"') -> bytes:
    space = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
    return f"<svg {space} {attributes}>{inside}</svg>".encode()


def check(
    content: bytes, name: str = "a", *, types: Collection[str] = EVERY, most: int = 5_000_000
) -> CheckedFile:
    return check_upload(content, name, types=types, most_bytes=most)


def refusal(content: bytes, name: str = "a", **limits: Any) -> str:
    with pytest.raises(UploadRefusedError) as refused:
        check(content, name, **limits)
    return str(refused.value)


@pytest.mark.parametrize(
    ("content", "content_type", "pixels"),
    [
        (picture("PNG"), PNG, (40, 30)),
        (picture("JPEG"), JPEG, (40, 30)),
        (picture("WEBP"), WEBP, (40, 30)),
        (picture("GIF"), GIF, (40, 30)),
        (moving("GIF", 3), GIF, (20, 10)),
        # Two pictures in one, as telephones make them.
        (moving("MPO", 2), JPEG, (20, 10)),
        (moving("WEBP", 3), WEBP, (20, 10)),
        (svg(), SVG, (40, 30)),
        (svg(attributes='width="100%" viewBox="0 0 300 200"'), SVG, (300, 200)),
        (svg(attributes=""), SVG, (None, None)),
        (PDF_FILE, PDF, (None, None)),
        (psd(1920, 768), PSD, (1920, 768)),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n", EPS, (None, None)),
        (archive(), ZIP, (None, None)),
    ],
)
def test_honest_file_is_taken_as_what_it_is(
    content: bytes, content_type: str, pixels: tuple[int | None, int | None]
) -> None:
    found = check(content)
    assert (found.content_type, found.width, found.height) == (content_type, *pixels)
    assert found.content == content


def test_name_gets_the_ending_that_is_true() -> None:
    assert check(picture("PNG"), "cover").name == "cover.png"
    assert check(picture("JPEG"), "C:\\work\\Cover.JPEG").name == "Cover.JPEG"
    assert check(PDF_FILE, "../brand/book.ai").name == "book.ai"


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (picture("PNG"), "a.jpg",
         "This is a PNG file, but its name ends in .jpg: rename it to .png."),
        (picture("JPEG"), "a.html",
         "This is a JPEG file, but its name ends in .html: rename it to .jpg."),
        (archive(), "a.docx", "This is a ZIP file, but its name ends in .docx: rename it to .zip."),
    ],
)  # fmt: skip
def test_name_that_lies_is_refused(content: bytes, name: str, said: str) -> None:
    assert refusal(content, name) == said


def test_kind_is_told_by_the_content() -> None:
    assert refusal(picture("GIF"), "a.png", types={PNG, JPEG}) == (
        "This is a GIF file; wanted here: PNG, JPEG."
    )
    assert refusal(b"MZ\x90\0", "a.png", types={PNG}) == (
        "This is not a file of the kind that is wanted here: PNG."
    )
    assert refusal(b"<html><script>1</script></html>", "a.png", types={PNG, SVG}) == (
        "This is not a file of the kind that is wanted here: PNG, SVG."
    )


def test_empty_and_heavy_files_are_refused() -> None:
    assert refusal(b"") == "The file is empty."
    assert refusal(picture(), most=10) == "The file is larger than 0.0 MB: make it smaller."


@pytest.mark.parametrize(
    ("size", "said"),
    [
        ((60_000, 60_000), "The picture has too many pixels."),
        ((9_000, 8_000), "The picture has too many pixels: 9000×8000. Make it smaller."),
    ],
)
def test_small_file_that_declares_huge_pixels_is_refused(size: tuple[int, int], said: str) -> None:
    bomb = png_declaring(*size)
    assert len(bomb) < 200
    assert refusal(bomb, "a.png") == said


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
def test_picture_of_very_many_frames_is_refused(kind: str) -> None:
    said = refusal(moving(kind, 610, (2, 2)))
    frames = 601 if kind == "GIF" else 610  # Counting a GIF stops behind the limit.
    assert said == (
        f"The moving picture is too large: {frames} frames of 2×2 px. Save fewer or smaller ones."
    )


def test_frames_and_pixels_are_counted_together() -> None:
    # Blocks without pictures: the file is small, its frames would fill the memory.
    screen = struct.pack("<HHBBB", 6000, 6000, 0, 0, 0)
    frame = b"\x2c" + struct.pack("<HHHHB", 0, 0, 6000, 6000, 0) + b"\x02\x01\x00\x00"
    said = refusal(b"GIF89a" + screen + frame * 10 + b"\x3b")
    assert said == (
        "The moving picture is too large: 10 frames of 6000×6000 px. Save fewer or smaller ones."
    )


@pytest.mark.parametrize(
    "content",
    [picture("PNG", (300, 300)), picture("JPEG", (300, 300)), picture("WEBP", (300, 300)),
     picture("GIF", (300, 300)), moving("GIF", 5), moving("WEBP", 5)],
)  # fmt: skip
def test_cut_picture_is_refused(content: bytes) -> None:
    assert refusal(content[: len(content) * 2 // 3]) == BROKEN


def test_cut_paper_and_archive_are_refused() -> None:
    assert refusal(PDF_FILE[:-7]) == "The PDF is cut or broken: save it anew and upload it again."
    assert refusal(archive()[:-10]) == "The archive is cut or broken: pack it anew."


@pytest.mark.parametrize(
    "content",
    [
        picture("PNG") + archive(),
        picture("JPEG") + archive(),
        picture("GIF") + b"<script>alert(1)</script>",
        picture("WEBP") + b"more",
        picture("PNG") + PDF_FILE,
        picture("JPEG", comment=b"<?php system($_GET['c']); ?>"),
        picture("JPEG", comment=b"<script>alert(1)</script>"),
        picture("GIF", comment=b"%PDF-1.7"),
    ],
)
def test_two_files_in_one_are_refused(content: bytes) -> None:
    assert refusal(content) == OTHER_THINGS


def test_pixels_are_those_that_are_seen() -> None:
    turned = Image.Exif()
    turned[0x0112] = 6
    found = check(picture("JPEG", (300, 200), exif=turned))
    assert (found.width, found.height) == (200, 300)
    upside_down = Image.Exif()
    upside_down[0x0112] = 3
    found = check(picture("JPEG", (300, 200), exif=upside_down))
    assert (found.width, found.height) == (300, 200)


def test_colours_are_told() -> None:
    assert check(picture("JPEG", mode="CMYK")).colours == "CMYK"
    assert check(picture("JPEG")).colours == "RGB"
    assert check(psd(10, 10, mode=4)).colours == "CMYK"


@pytest.mark.parametrize(
    ("inside", "what"),
    [
        ("<script>alert(1)</script>", "<script>"),
        ("<SCRIPT>alert(1)</SCRIPT>", "<SCRIPT>"),
        ('<g xmlns:h="http://www.w3.org/1999/xhtml"><h:script>1</h:script></g>', "<script>"),
        ('<g xmlns:x="urn:x"><x:script>1</x:script></g>', "<script>"),
        ('<rect width="1" height="1" onload="alert(1)"/>', "onload"),
        ('<rect ONCLICK="alert(1)"/>', "onclick"),
        ("<foreignObject><p>text</p></foreignObject>", "<foreignObject>"),
        ('<a href="#x"><rect/></a>', "<a>"),
        ('<set attributeName="href" to="#x"/>', "<set>"),
        ('<image href="https://example.com/p.png"/>',
         "a link to the outside (https://example.com/p.png)"),
        ('<image xlink:href="//example.com/p.png"/>',
         "a link to the outside (//example.com/p.png)"),
        ('<use href="other.svg#x"/>', "a link to the outside (other.svg#x)"),
        ('<image href="data:image/svg+xml;base64,PHN2Zz4="/>',
         "a link to the outside (data:image/svg+xml;base64,PHN2Zz4=)"),
        ('<image href="data:text/html;base64,AAAA"/>',
         "a link to the outside (data:text/html;base64,AAAA)"),
        ('<rect fill="java&#10;script:alert(1)"/>', "a script in “fill”"),
        ('<rect fill="url(https://example.com/a.svg#x)"/>', "a style that loads something"),
        ("<rect style=\"fill:url( 'https://example.com/a#x')\"/>", "a style that loads something"),
        ("<style>@import 'https://example.com/a.css';</style>", "a style that loads something"),
        ("<style>rect{fill:u\\72l(https://example.com)}</style>", "a style that loads something"),
        ('<g id="a"><use href="#b"/></g><g id="b"><use href="#c"/></g><g id="c"/>',
         "a <use> within what another one uses"),
    ],
)  # fmt: skip
def test_svg_that_is_more_than_a_picture_is_refused(inside: str, what: str) -> None:
    assert refusal(svg(inside)) == (
        f"The SVG holds more than a picture: {what}. Save it without scripts, links and outside"
        " styles, or as a PNG."
    )


@pytest.mark.parametrize(
    ("before", "what"),
    [
        ('<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY a "aa">]>', "a DTD or entities"),
        ('<!DOCTYPE svg SYSTEM "https://example.com/svg.dtd">', "a DTD or entities"),
        ('<?xml-stylesheet href="https://example.com/a.css"?>',
         "an instruction to load something"),
    ],
)  # fmt: skip
def test_svg_that_loads_before_it_begins_is_refused(before: str, what: str) -> None:
    said = refusal(before.encode() + svg())
    assert said.startswith(f"The SVG holds more than a picture: {what}.")


def test_svg_in_another_encoding_is_read_all_the_same() -> None:
    text = svg("<script>1</script>").decode()
    assert "<script>" in refusal(
        ('<?xml version="1.0" encoding="UTF-16"?>' + text).encode("utf-16")
    )


def test_svg_that_draws_by_itself_is_taken() -> None:
    inside = (
        '<title>Logo</title><defs><linearGradient id="a"><stop offset="0"/></linearGradient>'
        '<path id="p" d="M0 0h9"/></defs><style>.b{fill:url(#a)}</style>'
        '<rect class="b" fill="url(#a)" width="9" height="9"/><use xlink:href="#p"/>'
        '<image href="data:image/png;base64,iVBORw0KGgo="/>'
        '<sodipodi:namedview xmlns:sodipodi="http://sodipodi.sourceforge.net/DTD/sodipodi-0.dtd"'
        ' sodipodi:docname="C:\\logo.svg"/>'
    )
    assert check(svg(inside), "logo.svg").content_type == SVG


def test_svg_that_cannot_be_read_is_refused() -> None:
    assert refusal(svg()[:-4]) == "The SVG cannot be read: save it anew."
    assert refusal(b"<html><svg></svg></html>") == "The SVG cannot be read: save it anew."


@pytest.mark.parametrize(
    ("brand", "name", "content_type"),
    [(b"isom", "v.mp4", MP4), (b"mp42", "v.m4v", MP4), (b"qt  ", "v.mov", MOV)],
)
def test_videos_are_known_by_their_brand(brand: bytes, name: str, content_type: str) -> None:
    content = b"\0\0\0\x18ftyp" + brand + b"\0" * 12 + b"moov" + b"\0" * 40
    found = check(content, name)
    assert (found.content_type, found.width) == (content_type, None)
    assert refusal(content.replace(b"moov", b"mdat")) == (
        "The video is cut or broken: export it anew and upload it."
    )


def test_heic_picture_is_no_video() -> None:
    assert type_of(b"\0\0\0\x18ftypheic" + b"\0" * 40) == ""
