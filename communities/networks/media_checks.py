"""Whether a network takes these pictures and videos, before anything is sent to it."""

import io
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from PIL import Image

from communities.networks.drafts import Attachment

MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class MediaLimits:
    """What one post may hold. `sides` is width + height in pixels, `ratio` long : short side."""

    most: int
    pictures: frozenset[str]
    videos: frozenset[str]
    picture_bytes: int
    video_bytes: int
    sides: int
    ratio: int


def why_not(attachments: Sequence[Attachment], limits: MediaLimits) -> str:
    """A sentence with the mend; "" where the network takes them all."""
    if len(attachments) > limits.most:
        message = _("The network takes %(most)s pictures and videos in a post, here are %(here)s.")
        return message % {"most": limits.most, "here": len(attachments)}
    return next(filter(None, (_why_not(each, limits) for each in attachments)), "")


def _why_not(attachment: Attachment, limits: MediaLimits) -> str:
    kinds = limits.videos if attachment.is_video else limits.pictures
    most = limits.video_bytes if attachment.is_video else limits.picture_bytes
    if attachment.content_type not in kinds:
        message = _("The network does not take the file “%(name)s”: its kind is %(kind)s.")
        return message % {"name": attachment.name, "kind": attachment.content_type or "?"}
    if len(attachment.content) > most:
        message = _("The file “%(name)s” is larger than the %(most)s MB that the network takes.")
        return message % {"name": attachment.name, "most": most // MEGABYTE}
    return "" if attachment.is_video else _why_not_of_its_sides(attachment, limits)


def _why_not_of_its_sides(picture: Attachment, limits: MediaLimits) -> str:
    sides = _sides(picture.content)
    if sides is None:
        return _("The file “%(name)s” cannot be read as a picture.") % {"name": picture.name}
    short, long = sorted(sides)
    if short + long > limits.sides or long > limits.ratio * short:
        message = _("The picture “%(name)s” has %(width)s × %(height)s px: the network takes less.")
        return message % {"name": picture.name, "width": sides[0], "height": sides[1]}
    return ""


def _sides(content: bytes) -> tuple[int, int] | None:
    """By the head of the file; it was read whole when it was uploaded."""
    try:
        with Image.open(io.BytesIO(content)) as picture:
            width, height = picture.size
            return width, height
    except (OSError, ValueError, Image.DecompressionBombError, Image.DecompressionBombWarning):
        return None
