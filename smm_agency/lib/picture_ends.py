"""Where a picture ends: what stands behind its end is no picture, and what has none is cut."""

import struct
from typing import NamedTuple

PNG_HEAD = 8
GIF_HEAD = 13
GIF_IMAGE, GIF_EXTENSION, GIF_TRAILER = 0x2C, 0x21, 0x3B


class GifLayout(NamedTuple):
    end: int
    frames: int


def png_end(content: bytes) -> int | None:
    """The byte behind IEND; None for a picture that is cut."""
    at = PNG_HEAD
    while at + 12 <= len(content):
        length, kind = struct.unpack_from(">I4s", content, at)
        at += 12 + length
        if kind == b"IEND":
            return at if at <= len(content) else None
    return None


def webp_end(content: bytes) -> int | None:
    (length,) = struct.unpack_from("<I", content, 4)
    end: int = 8 + length
    # An odd length is padded; not every program writes the padding.
    return min(end + length % 2, len(content)) if end <= len(content) else None


def read_gif(content: bytes, *, most_frames: int) -> GifLayout | None:
    """None for a picture that is cut. Counting stops behind `most_frames`."""
    try:
        return _walk_gif(content, most_frames)
    except IndexError:
        return None


def _walk_gif(content: bytes, most_frames: int) -> GifLayout | None:
    at, frames = GIF_HEAD + _table(content[10]), 0
    while frames <= most_frames:
        block = content[at]
        if block == GIF_TRAILER:
            return GifLayout(at + 1, frames)
        if block == GIF_IMAGE:
            frames += 1
            at = _behind_blocks(content, at + 11 + _table(content[at + 9]))
        elif block == GIF_EXTENSION:
            at = _behind_blocks(content, at + 2)
        else:
            return None
    return GifLayout(len(content), frames)


def _table(flags: int) -> int:
    """The length of a table of colours."""
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


def _behind_blocks(content: bytes, at: int) -> int:
    while length := content[at]:
        at += 1 + length
    return at + 1
