"""Whether a network takes these pictures and videos, before anything is sent to it.

The figures are those of `post_limits`, by which a post was approved; here the bytes themselves are
looked at once more.
"""

import io
from collections.abc import Sequence

from django.utils.translation import gettext as _
from PIL import Image

from communities.networks.drafts import Attachment
from communities.networks.post_limits import MB, PictureRules, PostLimits


def why_not(attachments: Sequence[Attachment], limits: PostLimits) -> str:
    """A sentence with the mend; "" where the network takes them all."""
    if len(attachments) > limits.album:
        message = _("The network takes %(most)s pictures and videos in a post, here are %(here)s.")
        return message % {"most": limits.album, "here": len(attachments)}
    return next(filter(None, (_why_not(each, limits) for each in attachments)), "")


def _why_not(attachment: Attachment, limits: PostLimits) -> str:
    rules = limits.video if attachment.is_video else limits.pictures
    if rules is None or attachment.content_type not in rules.types:
        message = _("The network does not take the file “%(name)s”: its kind is %(kind)s.")
        return message % {"name": attachment.name, "kind": attachment.content_type or "?"}
    if rules.most_bytes is not None and len(attachment.content) > rules.most_bytes:
        message = _("The file “%(name)s” is larger than the %(most)s MB that the network takes.")
        return message % {"name": attachment.name, "most": rules.most_bytes // MB}
    return _why_not_of_its_sides(attachment, rules) if isinstance(rules, PictureRules) else ""


def _why_not_of_its_sides(picture: Attachment, rules: PictureRules) -> str:
    sides = _sides(picture.content)
    if sides is None:
        return _("The file “%(name)s” cannot be read as a picture.") % {"name": picture.name}
    short, long = sorted(sides)
    is_large = rules.most_sides is not None and short + long > rules.most_sides
    if is_large or (rules.most_ratio is not None and long > rules.most_ratio * short):
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
